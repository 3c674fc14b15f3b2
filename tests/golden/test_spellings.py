"""No legal spelling raises an alarm: a writing apart from the kit, its terms spelled and summed otherwise, on every golden."""

from collections.abc import Callable
from functools import cache
from itertools import product

import numpy as np
import pytest
from planted.judging import loaded
from planted.planting import Functions, candidate
from planted.spellings import EACH, SPELLINGS, STYLES, off_by
from rnnspec.conformance.choices import DTYPES
from rnnspec.conformance.finding import candidate_of
from rnnspec.conformance.run.runner import Runner
from rnnspec.golden import cases
from rnnspec.reference import OPERATIONS
from writings.legal import ORDERS, SIGNS, Shuffled, Summed, fortran, given

Try = tuple[str, tuple[str, ...], Callable[[np.ndarray], np.ndarray] | None]  # dtype, spellings, kind of array


def summed(order: type[Summed]) -> Callable[[np.ndarray], np.ndarray]:
    return lambda array: np.array(array).view(order)


ARRAYS = {**{order.__name__: summed(order) for order in ORDERS}, "fortran": fortran}
STYLED = [
    (f"{dtype}-{style}-{a}", (dtype, STYLES[style], ARRAYS[a])) for dtype, style, a in product(DTYPES, STYLES, ARRAYS)
]
ALONE = [(f"{dtype}-{id}", (dtype, (id,), None)) for dtype, id in product(DTYPES, EACH)]
EVERY: dict[str, Try] = dict(STYLED + ALONE)
SAMPLE: dict[str, Try] = dict(
    STYLED[:: len(ARRAYS) - 1] + STYLED[5 :: 2 * len(ARRAYS) - 1]
)  # each style in each dtype, each kind of array


OFF = {"float64": (1.0, 15.0), "float32": (1.0, 15.0), "float16": (1.0, 2.0)}  # of the 16, or 2, that the model allows
OFFS = {
    f"{d}-{style}-{r:.0f}-{sign}": (d, style, r, sign)
    for d in OFF
    for style in STYLES
    for r in OFF[d]
    for sign in SIGNS
}
SOME_OFF = {
    id: off for id, off in OFFS.items() if off[2] > 1 and off[1:] in (("one", off[2], "both"), ("two", off[2], "up"))
}


@cache
def spelled(ids: tuple[str, ...]) -> Functions:
    return candidate(*(EACH[id] for id in ids))


def shares(functions: Functions, dtype: str) -> dict[str, float]:
    """How near each case is to its budget; all of them pass."""
    runner = Runner(candidate_of(functions), dtype)
    ran = [runner.case(loaded(entry.id)) for entry in cases() if dtype in entry.dtypes]
    assert [(o.id, o.worst, o.message) for o in ran if o.outcome != "pass"] == []
    return {outcome.id: outcome.worst for outcome in ran}


@pytest.mark.sampled("tried", SAMPLE, EVERY)
def test_a_legal_spelling_raises_no_alarm(tried: Try) -> None:
    dtype, ids, array = tried
    functions = given(spelled(ids), array) if array else spelled(ids)

    assert 0 < max(shares(functions, dtype).values()) <= 1


@pytest.mark.sampled("off", SOME_OFF, OFFS)
def test_a_legal_spelling_with_activations_off_by_what_is_allowed_raises_no_alarm(
    off: tuple[str, str, float, str],
) -> None:
    dtype, style, roundoffs, sign = off
    others = (
        EACH[id] for id in STYLES[style] if not {"sigmoid", "tanh"} & {g for g in SPELLINGS if EACH[id] in SPELLINGS[g]}
    )
    functions = given(candidate(*others, *off_by(roundoffs, sign)), summed(Shuffled))

    assert 0.1 < max(shares(functions, dtype).values()) <= 1


@pytest.mark.parametrize("id", EACH)
def test_a_spelling_is_another_computation(id: str) -> None:
    plain, other = (Runner(candidate_of(functions), "float32") for functions in (candidate(), spelled((id,))))
    goldens = [
        loaded(f"{name}/{idea}")
        for name in OPERATIONS
        for idea in ("generic", "every-gradient")
        if f"{name}/{idea}" in KNOWN
    ]

    moved = [
        not np.array_equal(one.arrays[n], two.arrays[n])
        for one, two in ((plain.case(golden), other.case(golden)) for golden in goldens)
        for n in one.arrays
    ]

    assert any(moved)
    assert not all(moved)


KNOWN = {entry.id for entry in cases()}


def test_the_sample_has_every_style_in_every_dtype_and_every_kind_of_array() -> None:
    assert {(dtype, ids) for dtype, ids, _ in SAMPLE.values()} == set(product(DTYPES, STYLES.values()))
    assert {array for _, _, array in SAMPLE.values()} == set(ARRAYS.values())


def test_the_styles_have_every_spelling() -> None:
    assert {id for ids in STYLES.values() for id in ids} == set(EACH)
    assert all(
        len({id for id in ids if EACH[id] in group}) <= 1 for ids in STYLES.values() for group in SPELLINGS.values()
    )
