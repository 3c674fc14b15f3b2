"""Mistakes that no list has are said as edits of the equation, in all operations that they make wrong; what is none is not."""

from typing import Any

import numpy as np
import pytest
from planted.judging import loaded, ran
from planted.mutated import MISTAKES, mutated
from rnnspec.conformance import Last, check
from rnnspec.conformance.edits.explaining import explained
from rnnspec.conformance.explanation.evidence import Evidence
from rnnspec.reference import FUNCTIONS, OPERATIONS

FAMILIES = ["lstm", "gru"]


def edits(functions: Any, *names: str) -> tuple[set[str], dict[str, str]]:
    """The operations with failing cases, and what is said of each, as lines."""
    held = {}
    for name in names or functions:
        outcomes = [outcome for outcome in ran(functions, name) if outcome.arrays]
        if any(outcome.failed for outcome in outcomes):
            held[name] = Evidence(outcomes, "float64", loaded)
    return set(held), {name: "\n".join(found.difference) for name, found in explained(held, 60.0).named.items()}


def test_without_a_mistake_nothing_fails() -> None:
    assert check(mutated(), cases=FAMILIES).conformant


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_said_in_every_operation_that_it_makes_wrong(mistake: str) -> None:
    failing, said = edits(mutated(mistake))

    assert failing
    assert set(said) == failing
    assert [name for name, lines in said.items() if MISTAKES[mistake][2] not in lines] == []


PERTURBED = {
    "smooth": lambda y: y * (1 + 1e-3 * np.sin(7 * y)),
    "noise": lambda y: y + 1e-2 * np.random.default_rng(y.size).standard_normal(y.shape),
    "a factor of no number": lambda y: y * 1.1234567,
    "a wave": lambda y: y + 0.217 * np.cos(3.3 * y),
    "compound": lambda y: np.tanh(1.237 * y + 0.1) * 0.77,
}


@pytest.mark.parametrize("way", PERTURBED)
@pytest.mark.parametrize("name", ["softmax", "lstm_cell_forward", "gru_cell_backward", "lstm_forward"])
def test_what_is_no_edit_is_not_named(name: str, way: str) -> None:
    def off(*arrays: Any, **options: Any) -> Any:
        found = FUNCTIONS[name](*arrays, **options)
        if isinstance(found, dict):
            return {**found, "dWc": PERTURBED[way](found["dWc"])}
        return (PERTURBED[way](found[0]), *found[1:]) if isinstance(found, tuple) else PERTURBED[way](found)

    functions = {**FUNCTIONS, name: off}

    assert edits(functions, name) == ({name}, {})


def test_a_mistake_in_float32_is_said_too() -> None:
    report = check(mutated("plus for times"), "float32", cases=["lstm"], explain_seconds=60)

    assert {o.operation for o in report.failures} == {e.operation for e in report.explanations}
    assert all(e.is_edit and "+i + g" in e.difference for e in report.explanations)


def test_one_edit_has_one_name_in_all_operations_and_survives_a_report(tmp_path: Any) -> None:
    report = check(mutated("plus for times"), cases=["lstm"], explain_seconds=60)
    report.save(tmp_path / "report.json")

    assert {e.deviations for e in report.explanations} == {("i + g for i * g",)}
    assert type(report).load(tmp_path / "report.json").explanations == report.explanations


def test_in_no_time_nothing_is_explained() -> None:
    report = check(mutated("plus for times"), cases=["lstm_cell_forward"], explain_seconds=0)

    assert report.failures
    assert report.reasons == []


def test_every_operation_of_an_equation_has_edits() -> None:
    from rnnspec.conformance.edits.generating import edits as generated
    from rnnspec.conformance.edits.trace import traced
    from rnnspec.reference import Kind

    few = {
        name: n
        for name, operation in OPERATIONS.items()
        if operation.kind is not Kind.CONTAINER
        and (n := sum(1 for _ in generated(traced(loaded(f"{name}/generic"))))) < 100
    }

    assert few == {}


def test_a_layer_that_tells_its_last_cell_state_alone_is_explained_by_that() -> None:
    def forward(x: Any, a0: Any, parameters: Any, c0: Any = None) -> Any:
        a, _, c, cache = FUNCTIONS["lstm_forward"](x, a0, parameters, c0=c0)
        return a, None, Last(2 * c[:, :, -1]), cache

    report = check({"lstm_forward": forward}, cases=["lstm_forward"], explain_seconds=60)

    assert [(e.operation, e.deviations) for e in report.explanations] == [("lstm_forward", ("2 * c for c",))]
