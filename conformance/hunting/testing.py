"""A hunt as one more test of a project: what it finds is kept by Hypothesis, and tried first the next time."""

from collections.abc import Callable, Collection
from functools import wraps
from secrets import randbelow
from typing import Any

import pytest
from hypothesis import settings

from ..candidate import DTYPES
from ..report.wording import failures
from . import hunted

Test = Callable[[], None]
TIME = 10.0  # seconds
SEEDS = 10**6


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
    the same under a profile of Hypothesis that derandomizes, as its own for CI. Raises what `check` raises, when the test runs.
    """

    profile = settings.default or settings()
    if seed is None:
        seed = 0 if profile.derandomize else randbelow(SEEDS)
    choices |= {"seconds": seconds, "count": count, "seed": seed, "cases": cases, "database": profile.database}

    def decorated(function: Test) -> Test:
        return wraps(function)(lambda: _hunted(candidate, dtype, choices))

    return decorated


def _hunted(candidate: Any, dtype: str, choices: dict[str, Any]) -> None:
    found = hunted.hunt(candidate, dtype, **choices)
    if found.report:
        pytest.fail("\n\n".join([*failures(found.report), found.said]), pytrace=False)
    if not found.judged:
        pytest.fail(found.said, pytrace=False)
