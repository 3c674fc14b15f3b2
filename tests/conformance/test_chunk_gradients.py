"""Under the budget of declared chunks a right form in chunks passes, whose decays' gradients are differences of sums; one with a bug fails."""

from importlib import import_module
from typing import Any

import pytest
from rnnspec.conformance.checks import Checks
from rnnspec.conformance.finding import candidate_of

torch = pytest.importorskip("torch")
in_chunks = import_module("writings.in_chunks")
Kernel = import_module("rnnspec.conformance.candidates.recurrences.kernel").Kernel
operations = import_module("rnnspec.conformance.candidates.recurrences.operations").operations

SIZE = 4  # a golden of six steps has a whole chunk and a rest
FORMS = {
    "gated_linear": (in_chunks.attention, "key", ("S0", "scale")),
    "gated_delta": (in_chunks.attention, "key", ("S0", "scale")),
    "mlstm": (in_chunks.mlstm, "", ("C0", "n0", "m0", "scale", "eps")),
}
INFINITE = "endless-decay-forgets"  # of which differences are none


def failing(
    family: str, dtype: str, wrong: str = "", names: tuple[str, ...] | None = None, declared: bool = True
) -> set[str]:
    form, decay, options = FORMS[family]
    kernel = Kernel(family=family, axes=in_chunks.AXES, run=form(SIZE, wrong), options=options, decay=decay)
    functions = {name: f for name, f in operations(kernel) if "_step_" not in name}
    chunks: dict[str, Any] = {"chunks": (SIZE,)} if declared else {}
    checks = Checks(candidate_of({**functions, **chunks}), dtype, names or [*functions])
    return {id for id in checks.ids if not id.endswith(INFINITE) and checks.run(id).failed}


@pytest.mark.parametrize("family", FORMS)
def test_a_right_form_passes_where_it_is_declared(family: str) -> None:
    assert failing(family, "float32") == set()
    assert failing(family, "float64") == set()


def test_without_a_declaration_budgets_are_those_of_steps() -> None:
    found = {family: failing(family, "float32", names=(f"{family}_backward",), declared=False) for family in FORMS}

    assert "gated_linear_backward/one-reset" in found["gated_linear"]
    assert "gated_delta_backward/generic" in found["gated_delta"]
    assert "mlstm_backward/generic" in found["mlstm"]


@pytest.mark.parametrize("wrong", in_chunks.WRONG)
@pytest.mark.parametrize("family", FORMS)
def test_a_form_with_a_bug_fails(family: str, wrong: str) -> None:
    forward, backward = f"{family}_forward/initial-state", f"{family}_backward/every-gradient"
    found = [failing(family, dtype, wrong, (forward, backward)) for dtype in ("float32", "float64")]

    assert found == [{backward} if wrong == in_chunks.NOT_FROM_THE_END else {forward, backward}] * 2
