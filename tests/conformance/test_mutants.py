"""Every plausible bug, in any family, option, network or container, is caught in each operation that it makes wrong."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from planted.fakes import beyond
from planted.families.free import FREE, UNSEEN
from planted.judging import checks, failing
from planted.lists import IN_FAMILIES, TEN, Faults, Lists, together
from planted.planting import Planted, candidate
from planted.sampling import by_id, some
from rnnspec.conformance import Report, check
from rnnspec.conformance.run.outcome import Ending
from rnnspec.reference import OPERATIONS
from writings import apart, apart_families

CONTRACT = Path(__file__).parents[2] / "docs" / "contract.md"
DTYPES = ("float64", "float32", "float16")
FAULTS = together(TEN) + together(IN_FAMILIES)
PASSING: Faults = (*UNSEEN, *(fault for faults in FREE.values() for fault in faults))


def each(faults: Iterable[Planted]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("fault", [pytest.param(fault, id=fault.id) for fault in faults])


@cache
def sound(writing: ModuleType, dtype: str) -> Report:
    return check(writing, dtype)


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_ten_pass_all_that_they_offer(dtype: str) -> None:
    report = sound(apart, dtype)

    assert [f"{o.id}: {o.message}" for o in report.cases if o.failed] == []
    passing = {o.operation for o in report.cases if o.outcome is Ending.PASS}
    assert passing == {operation for fault in together(TEN) for operation in fault.operations}


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_families_pass_everything(dtype: str) -> None:
    report = sound(apart_families, dtype)

    lacking = beyond(o.id for o in report.cases)
    assert [f"{o.id}: {o.message}" for o in report.cases if o.outcome is not Ending.PASS and o.id not in lacking] == []
    assert {o.outcome for o in report.cases if o.id in lacking} <= {Ending.UNSUPPORTED}
    assert {o.operation for o in report.cases} == set(OPERATIONS)


@pytest.mark.sampled("fault", some(TEN), by_id(TEN))
def test_a_fault_in_the_ten_fails_in_each_operation_it_makes_wrong(fault: Planted) -> None:
    passing = {o.id for o in sound(apart, fault.shows_in).cases if o.outcome is Ending.PASS}

    asked = checks(candidate(fault), fault.shows_in, fault.operations)
    outcomes = [asked.run(id) for id in asked.ids]

    killed = {o.operation for o in outcomes if o.outcome in (Ending.FAIL, Ending.ERROR) and o.id in passing}
    assert set(fault.operations) - killed == set()
    assert [o.message for o in outcomes if "this kit" in o.message] == []


@pytest.mark.sampled("fault", some(IN_FAMILIES), by_id(IN_FAMILIES))
def test_a_fault_in_the_families_fails_in_each_operation_it_makes_wrong(fault: Planted) -> None:
    found = failing(candidate(fault), fault.operations, fault.shows_in)

    assert set(fault.operations) - found == set()


@each(fault for fault in FAULTS if fault.shows_in != "float64")
def test_what_float64_cannot_show_passes_in_float64(fault: Planted) -> None:
    assert failing(candidate(fault), fault.operations) == set()


@each(fault for faults in FREE.values() for fault in faults)
def test_what_the_contract_leaves_free_passes(fault: Planted) -> None:
    assert failing(candidate(fault), fault.operations) == set()


@pytest.mark.parametrize("words", FREE)
def test_what_is_free_stands_in_the_contract(words: str) -> None:
    assert words in " ".join(CONTRACT.read_text(encoding="utf-8").split())


@each(UNSEEN)
def test_what_nothing_shows_yet_passes(fault: Planted) -> None:
    """A gap in the goldens, not a promise: once a case shows it, the fault belongs to its family's list."""
    assert failing(candidate(fault), fault.operations) == set()


@pytest.mark.parametrize("faults", [together(TEN), together(IN_FAMILIES) + PASSING], ids=["ten", "families"])
def test_faults_are_told_apart_by_their_ids(faults: Faults) -> None:
    ids = [fault.id for fault in faults]

    assert len(set(ids)) == len(ids)
    assert all(fault.operations and fault.changes for fault in faults)


def test_every_operation_has_faults() -> None:
    assert {operation for fault in together(IN_FAMILIES) for operation in fault.operations} == set(OPERATIONS)


@pytest.mark.parametrize("lists", [TEN, IN_FAMILIES], ids=["ten", "families"])
def test_the_sample_is_of_every_list_and_every_operation_that_a_list_makes_wrong(lists: Lists) -> None:
    sample = some(lists)

    assert sample == some(lists)
    for faults in lists.values():
        chosen = [fault for fault in faults if fault.id in sample]
        assert len(chosen) >= len(faults) / 4
        assert {o for fault in chosen for o in fault.operations} == {o for fault in faults for o in fault.operations}
