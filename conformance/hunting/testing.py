"""A hunt as one more test of a project: what it finds is kept by Hypothesis, and tried first the next time."""

from collections.abc import Callable, Collection
from functools import wraps
from inspect import signature
from secrets import randbelow
from typing import Any

import pytest
from hypothesis import settings
from rnnspec.golden import GoldenError
from rnnspec.golden.precision import BadPrecision

from ..candidate import DTYPES, BrokenCandidate, UnknownCandidate
from ..choices import BadChoice
from ..report.wording import failures
from ..selection import UnknownCase
from ..starting import started
from . import hunted

Test = Callable[[], None]
TIME = 10.0  # seconds
SEEDS = 10**6
NOT_CHOSEN = ("candidate", "choices", "database", "given")
WRONG = (BrokenCandidate, BadChoice, BadPrecision, UnknownCandidate, UnknownCase, GoldenError)
KNOWN = [n for n in {**signature(hunted.hunt).parameters, **signature(started).parameters} if n not in NOT_CHOSEN]


def hunt(
    candidate: Any,
    dtype: str = DTYPES[0],
    *,
    seconds: float | None = TIME,
    count: int | None = None,
    seed: int | None = None,
    cases: Collection[str] | None = None,
    **choices: Any,
) -> Callable[[Test], Test]:
    """Make a test of a function without a body: it hunts the candidate for so long or so many problems, and fails by what is found.

        @rnnspec.hunt(mylstm, seconds=20)
        def test_hunt() -> None: ...

    What is chosen is as in `rnnspec.conformance.hunting.hunted.hunt`. Without a seed each run draws other problems, from one that it tells, but for
    the same under a profile of Hypothesis that derandomizes, as its own for CI. Where `check` would raise for a choice the test fails by what that says.
    Raises TypeError for a choice that is none.
    """
    for unknown in [name for name in choices if name not in KNOWN]:
        raise TypeError(f"hunt takes no {unknown!r}, but {', '.join(KNOWN)}")
    profile = settings.default or settings()
    if seed is None:
        seed = 0 if profile.derandomize else randbelow(SEEDS)
    choices |= {"seconds": seconds, "count": count, "seed": seed, "cases": cases, "database": profile.database}

    def decorated(function: Test) -> Test:
        return wraps(function)(lambda: _hunted(candidate, dtype, choices))

    return decorated


def _hunted(candidate: Any, dtype: str, choices: dict[str, Any]) -> None:
    _is_known(choices["cases"], dtype)
    try:
        found = hunted.hunt(candidate, dtype, **choices)
    except WRONG as error:
        pytest.fail(f"rnnspec: {error}", pytrace=False)
    if found.report:
        pytest.fail("\n\n".join([*failures(found.report), found.said]), pytrace=False)
    if not found.judged:
        pytest.fail(found.said, pytrace=False)


def _is_known(cases: Any, dtype: str) -> None:
    """Also no text in place of a list, which a hunt raises TypeError for, as for much that is no choice of a user's."""
    try:
        hunted.named(cases, dtype)
    except (TypeError, *WRONG) as error:
        pytest.fail(f"rnnspec: {error}", pytrace=False)
