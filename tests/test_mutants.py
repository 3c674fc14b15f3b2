"""Every plausible bug is caught, in each operation that it makes wrong."""

from functools import cache

import apart
import mutants
import pytest
from mutants import MUTANTS, Mutant
from rnnspec.conformance import Report, check
from rnnspec.conformance.candidate import candidate_of
from rnnspec.conformance.checking import checks

DTYPES = ("float64", "float32", "float16")
ONLY_IN_FLOAT32 = ("sigmoid-always-float64", "states-always-float64", "rnn-gradients-always-float64")


@cache
def sound(dtype: str) -> Report:
    return check(apart, dtype)


@pytest.mark.parametrize("dtype", DTYPES)
def test_what_is_written_apart_passes_all_that_it_offers(dtype: str) -> None:
    report = sound(dtype)

    assert [f"{o.id}: {o.message}" for o in report.cases if o.outcome not in ("pass", "unsupported")] == []
    assert {o.operation for o in report.cases if o.outcome == "pass"} == {o for m in MUTANTS for o in m.operations}


@pytest.mark.parametrize("mutant", MUTANTS, ids=[mutant.id for mutant in MUTANTS])
def test_a_mutant_fails_in_each_operation_it_makes_wrong(mutant: Mutant) -> None:
    dtype = "float32" if mutant.id in ONLY_IN_FLOAT32 else "float64"
    passing = {o.id for o in sound(dtype).cases if o.outcome == "pass"}

    runner = candidate_of(mutants.load(mutant)).runner(dtype)
    outcomes = [run() for _, run in checks(runner, mutant.operations)]  # what explains them is tested with its own bugs

    killed = {o.operation for o in outcomes if o.outcome in ("fail", "error") and o.id in passing}
    assert set(mutant.operations) - killed == set()
    assert [o.message for o in outcomes if "this kit" in o.message] == []


@pytest.mark.parametrize("name", ONLY_IN_FLOAT32)
def test_what_float64_cannot_show_passes_in_float64(name: str) -> None:
    mutant = next(mutant for mutant in MUTANTS if mutant.id == name)

    report = check(mutants.load(mutant), only=mutant.operations)

    assert report.conformant


def test_mutants_are_told_apart_by_their_ids() -> None:
    ids = [mutant.id for mutant in MUTANTS]

    assert len(set(ids)) == len(ids)
    assert set(ONLY_IN_FLOAT32) <= set(ids)
