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
    "gated_linear": (in_chunks.attention, "key", ("S0", "scale", "chunk")),
    "gated_delta": (in_chunks.attention, "key", ("S0", "scale", "chunk")),
    "mlstm": (in_chunks.mlstm, "", ("C0", "n0", "m0", "scale", "eps", "chunk")),
}
INFINITE = "endless-decay-forgets"  # of which differences are none


def candidate(family: str, wrong: str = "", asked: bool = False, declared: bool = True) -> Any:
    """A form in chunks, wrong always or where chunks are `asked` for."""
    form, decay, options = FORMS[family]

    def run(given: dict[str, Any]) -> dict[str, Any]:
        return form(SIZE, wrong if "chunk" in given or not asked else "")(given)

    kernel = Kernel(family=family, axes=in_chunks.AXES, run=run, options=options, decay=decay)
    functions = {name: function for name, function in operations(kernel) if "_step_" not in name}
    return candidate_of({**functions, **({"chunks": (SIZE,)} if declared else {})})


def failing(given: Any, dtype: str, *names: str) -> set[str]:
    checks = Checks(given, dtype, names or [*given.functions])
    return {id for id in checks.ids if not id.endswith(INFINITE) and checks.run(id).failed}


@pytest.mark.parametrize("family", FORMS)
def test_a_right_form_passes_where_it_is_declared(family: str) -> None:
    assert failing(candidate(family), "float32") == set()
    assert failing(candidate(family), "float64") == set()


def test_without_a_declaration_budgets_are_those_of_steps() -> None:
    found = {family: failing(candidate(family, declared=False), "float32", f"{family}_backward") for family in FORMS}

    assert "gated_linear_backward/one-reset" in found["gated_linear"]
    assert "gated_delta_backward/generic" in found["gated_delta"]
    assert "mlstm_backward/generic" in found["mlstm"]


@pytest.mark.parametrize("wrong", in_chunks.WRONG)
@pytest.mark.parametrize("family", FORMS)
def test_a_form_with_a_bug_fails(family: str, wrong: str) -> None:
    forward, backward = f"{family}_forward/initial-state", f"{family}_backward/every-gradient"
    found = [failing(candidate(family, wrong), dtype, forward, backward) for dtype in ("float32", "float64")]

    assert found == [{backward} if wrong == in_chunks.NOT_FROM_THE_END else {forward, backward}] * 2


@pytest.mark.parametrize("family", FORMS)
def test_a_gradient_that_is_wrong_in_chunks_that_are_asked_for_is_seen(family: str) -> None:
    ids = tuple(f"{family}_{direction}/property/chunked-is-stepwise" for direction in ("forward", "backward"))

    assert failing(candidate(family), "float32", *ids) == set()
    assert failing(candidate(family, in_chunks.NOT_FROM_THE_END, asked=True), "float32", *ids) == {ids[1]}
    assert failing(candidate(family, in_chunks.UNDECAYED, asked=True), "float32", *ids) == {*ids}
