"""Edits are made of every step, whatever it is given: no generator is of some families alone."""

import numpy as np
import pytest
from planted.judging import loaded
from rnnspec.conformance.edits.generated.generating import edits
from rnnspec.conformance.edits.generated.terms.equals import of_equal
from rnnspec.conformance.edits.generated.terms.regrouped import of_regrouped
from rnnspec.conformance.edits.held.case import of_golden
from rnnspec.golden import cases
from rnnspec.reference import OPERATIONS, Kind

STEPS = [name for name, operation in OPERATIONS.items() if operation.kind is Kind.CELL]
GIVEN: dict[str, dict[tuple[str, ...], str]] = {name: {} for name in STEPS}
for entry in cases():
    if entry.operation.name in GIVEN:
        own = tuple(sorted(name for name in entry.axes if name.startswith("inputs/")))
        GIVEN[entry.operation.name].setdefault(own, entry.id)


@pytest.mark.parametrize("name", STEPS)
def test_edits_are_made_of_a_step_with_whatever_it_is_given(name: str) -> None:
    assert GIVEN[name]
    for id in GIVEN[name].values():
        trace = of_golden(loaded(id)).trace
        with np.errstate(all="ignore"):  # as a search has it
            of_backward = [*of_equal(trace), *of_regrouped(trace)] if OPERATIONS[name].forward else []
        assert sum(1 for _ in edits(trace)) > len(of_backward)
