"""Every plausible bug in any family, option, network or container is caught, in each operation that it makes wrong."""

from collections.abc import Iterable
from pathlib import Path

import apart_families
import mutants_families
import pytest
from mutants import Mutant
from mutants_families import MUTANTS
from mutants_hidden import FREE, UNSEEN
from rnnspec.conformance import check
from rnnspec.conformance.candidate import candidate_of
from rnnspec.conformance.checking import checks
from rnnspec.conformance.execution import Runner
from rnnspec.reference import OPERATIONS

CONTRACT = Path(__file__).parent.parent / "docs" / "contract.md"
FLOAT32 = "-always-float64"  # how mutants end that are right in float64


def by_id(mutants: Iterable[Mutant]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("mutant", [pytest.param(mutant, id=mutant.id) for mutant in mutants])


def wrong(mutant: Mutant, dtype: str) -> set[str]:
    """Its operations that fail at least one case or property; each is run until it does."""
    runner, found = Runner(candidate_of(mutants_families.load(mutant)), dtype), set()
    for name, run in checks(runner, mutant.operations):
        operation = name.partition("/")[0]
        if operation in found:
            continue
        outcome = run()
        assert "this kit" not in outcome.message
        if outcome.outcome in ("fail", "error"):
            found.add(operation)
    return found


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
def test_what_is_written_apart_passes_everything(dtype: str) -> None:
    report = check(apart_families, dtype)

    assert [f"{o.id}: {o.message}" for o in report.cases if o.outcome != "pass"] == []
    assert {o.operation for o in report.cases} == set(OPERATIONS)


@by_id(MUTANTS)
def test_a_mutant_fails_in_each_operation_it_makes_wrong(mutant: Mutant) -> None:
    found = wrong(mutant, "float32" if mutant.id.endswith(FLOAT32) else "float64")

    assert set(mutant.operations) - found == set()


@by_id(mutant for mutant in MUTANTS if mutant.id.endswith(FLOAT32))
def test_what_float64_cannot_show_passes_in_float64(mutant: Mutant) -> None:
    assert wrong(mutant, "float64") == set()


@by_id(mutant for mutants in FREE.values() for mutant in mutants)
def test_what_the_contract_leaves_free_passes(mutant: Mutant) -> None:
    assert wrong(mutant, "float64") == set()


@pytest.mark.parametrize("words", FREE)
def test_what_is_free_stands_in_the_contract(words: str) -> None:
    assert words in " ".join(CONTRACT.read_text(encoding="utf-8").split())


@by_id(UNSEEN)
def test_what_nothing_shows_yet_passes(mutant: Mutant) -> None:
    """A gap in the goldens, not a promise: once a case shows it, the mutant belongs to MUTANTS."""
    assert wrong(mutant, "float64") == set()


def test_mutants_are_told_apart_by_their_ids() -> None:
    known = (*MUTANTS, *UNSEEN, *(mutant for mutants in FREE.values() for mutant in mutants))
    ids = [mutant.id for mutant in known]

    assert len(set(ids)) == len(ids)
    assert all(mutant.operations for mutant in known)


def test_every_operation_has_mutants() -> None:
    assert {operation for mutant in MUTANTS for operation in mutant.operations} == set(OPERATIONS)
