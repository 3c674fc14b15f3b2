"""Other orders of gates: what each of them changes denies all of them, where a candidate has it right."""

import pytest
from rnnspec.conformance.deviations import deviant
from rnnspec.conformance.deviations.catalogue import orders
from rnnspec.conformance.explanation.evidence import Hypothesis
from rnnspec.conformance.explanation.together import OF_ORDERS
from rnnspec.golden import load
from rnnspec.reference import OPERATIONS, Operation

GATED = [operation for operation in OPERATIONS.values() if any(True for _ in orders(operation))]


@pytest.mark.parametrize("operation", GATED, ids=lambda operation: operation.name)
def test_no_other_order_leaves_the_case_that_tells_them(operation: Operation) -> None:
    golden = load(f"{operation.name}/{OF_ORDERS}")

    for order in orders(operation):
        hypotheses = Hypothesis.of(order, operation)
        assert hypotheses
        for hypothesis in hypotheses:
            given = deviant.outputs(golden, "float32", hypothesis.edits)
            assert deviant.margin(golden, given, "float32") > 100, hypothesis.ids
