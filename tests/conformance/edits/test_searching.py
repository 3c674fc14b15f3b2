"""Mistakes that no list has are said as edits of the equation, in all operations that they make wrong; what is none is not."""

from dataclasses import replace
from pathlib import Path
from time import sleep
from typing import Any

import numpy as np
import pytest
from planted.ample import AMPLE
from planted.judging import loaded, ran
from planted.mutated import MISTAKES, mutated, together
from planted.mutating import named
from rnnspec.conformance import Last, Report, ReportError, check, explain
from rnnspec.conformance.edits.explaining import explained
from rnnspec.conformance.explanation.evidence import Evidence
from rnnspec.conformance.explanation.naming import explain as explain_outcomes
from rnnspec.reference import FUNCTIONS, OPERATIONS

FAMILIES = ["lstm", "gru"]


def edits(functions: Any, *names: str) -> tuple[set[str], dict[str, str]]:
    """The operations with failing cases, and what is said of each, as lines."""
    held = {}
    for name in names or functions:
        outcomes = [outcome for outcome in ran(functions, name) if outcome.arrays]
        if any(outcome.failed for outcome in outcomes):
            held[name] = Evidence(outcomes, "float64", loaded)
    return set(held), {name: "\n".join(found.difference) for name, found in explained(held, AMPLE).named.items()}


def test_without_a_mistake_nothing_fails() -> None:
    assert check(mutated(), cases=FAMILIES).conformant


@pytest.mark.drawn("mistake", MISTAKES)
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


OFF = {
    f"{name} {way}": (name, way)
    for name in ("softmax", "lstm_cell_forward", "gru_cell_backward", "lstm_forward")
    for way in PERTURBED
}
SOME_OFF = {id: off for place, (id, off) in enumerate(OFF.items()) if place % 3 == 0}  # each operation and each way


@pytest.mark.sampled("off", SOME_OFF, OFF)
def test_what_is_no_edit_is_not_named(off: tuple[str, str]) -> None:
    name, way = off

    def perturbed(*arrays: Any, **options: Any) -> Any:
        found = FUNCTIONS[name](*arrays, **options)
        if isinstance(found, dict):
            return {**found, "dWc": PERTURBED[way](found["dWc"])}
        return (PERTURBED[way](found[0]), *found[1:]) if isinstance(found, tuple) else PERTURBED[way](found)

    functions = {**FUNCTIONS, name: perturbed}

    assert edits(functions, name) == ({name}, {})


def test_a_mistake_in_float32_is_said_too() -> None:
    report = check(mutated("plus for times"), "float32", cases=["lstm"], explain_seconds=AMPLE)

    assert {o.operation for o in report.failures} == {e.operation for e in report.explanations}
    assert all(e.is_edit and "+i + g" in e.difference for e in report.explanations)


def test_one_edit_has_one_name_in_all_operations_and_survives_a_report(tmp_path: Any) -> None:
    report = check(mutated("plus for times"), cases=["lstm"], explain_seconds=AMPLE)
    report.save(tmp_path / "report.json")

    assert {e.deviations for e in report.explanations} == {("i + g for i * g",)}
    assert type(report).load(tmp_path / "report.json").explanations == report.explanations


def test_in_no_time_nothing_is_explained() -> None:
    report = check(mutated("plus for times"), cases=["lstm_cell_forward"], explain_seconds=0)

    assert report.failures
    assert report.reasons == []


def test_every_operation_of_an_equation_has_edits() -> None:
    from rnnspec.conformance.edits.generated.generating import edits as generated
    from rnnspec.conformance.edits.trace.tracing import traced
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

    report = check({"lstm_forward": forward}, cases=["lstm_forward"], explain_seconds=AMPLE)

    assert [(e.operation, e.deviations) for e in report.explanations] == [("lstm_forward", ("2 * c for c",))]


# a mistake that tests/planted/mutating.py makes of a second writing, the family in which it is looked at, and words of its edit
MUTANTS = {
    "apart_lstms:33 Lstm.step: f -> (0 * f)": ("lstm", "what the forward keeps for the backward\n-f\n+0"),
    "apart_sequences:90 initial: a0 -> c0": ("lstm", "where c0 is not given"),
    "apart_cells:97 Gru.step: zx -> (0 * zx)": ("gru", "+Wc @ [r * a_prev; 0]"),
    "apart_cells:78 RnnRelu.back: 0 -> 1": ("rnn_relu", "> 1"),
    "apart_lstms:117 LstmProjected.step: c -> (0 * c)": (
        "lstm_projected",
        "-f * c_prev + i * g\n+0\n as the head and other steps get it",
    ),
    "apart_cells:65 Rnn.back: dz -> a_prev": ("rnn", "+a_prev @ xt.T"),
    "apart_cells:106 Gru.back: dzu -> dzc": ("gru", "+dzc"),
    "apart_cells:60 Rnn.step: a -> zx": ("rnn", "+Wax @ xt + ba\n as the head and other steps get it"),
    "apart_cells:28 sigmoid: x -> (0 * x)": ("gru", "+exp(0) / (1 + exp(-abs(Wu @ v + bu)))"),
    "apart_cells:34 bump: y * y -> (y / y)": ("gru", "+(1 - u) - (1 - u) / (1 - u)"),
    "apart_cells:98 Gru.step: keep * (h - new) -> (0.9 * (keep * (h - new)))": (
        "gru",
        "0.9 * ((1 - u) * (a_prev - n))",
    ),
    "apart_cells:34 bump: y - y * y -> (0.9 * (y - y * y))": (
        "lstm",
        "sigmoid_slope, wherever it is called: a number of its own\n-1 - o\n+0.9 * (1 - o)",
    ),
    "apart_cells:126 GruResetAfter.step: zr -> xu": ("gru_reset_after", "+Wr @ [0; xt] + br + (Wu @ xt alone + bu)"),
    "apart_cells:78 RnnRelu.back: a -> da": ("rnn_relu", "+da_next where da_next > 0"),
    "apart_cells:138 GruResetAfter.back: h -> (0 * h)": ("gru_reset_after", "+each without what acts on the state"),
    "apart_sequences:41 Packing.sorted: state -> (-state)": ("gru", "-a0, da_last\n+-each"),
}


@pytest.mark.drawn("id", MUTANTS, ids=lambda id: id.split(":")[1])
def test_a_mistake_in_a_writing_of_another_structure_is_said_in_every_operation(id: str) -> None:
    family, words = MUTANTS[id]
    functions = named()[id][0].functions()

    failing, said = edits(functions, *(f"{family}_{part}" for part in PARTS))

    assert failing
    assert set(said) == failing
    assert [name for name, lines in said.items() if words not in lines] == []


PARTS = ("cell_forward", "cell_backward", "forward", "backward")


def test_what_a_machine_does_besides_takes_no_time_of_the_search() -> None:
    outcomes = ran(mutated("plus for times"), "lstm_cell_forward")

    slept = [0.0]

    def slow(id: str) -> Any:
        slept[0] += 0.5
        sleep(0.5 if slept[0] <= 5 else 0)
        return loaded(id)

    explanations, _ = explain_outcomes(outcomes, "float64", slow, 4.0)

    assert slept[0] > 4
    assert ["+i + g" in e.difference for e in explanations] == [True]


def test_what_is_no_number_in_one_case_has_no_story_of_another() -> None:
    functions = named()["apart_cells:34 bump: y * y -> (y / y)"][0].functions()
    outcomes = [o for name in ("lstm_forward", "lstm_backward") for o in ran(functions, name)]

    explanations, _ = explain_outcomes(outcomes, "float64", loaded, AMPLE)

    assert [e.deviations for e in explanations] == [("o - o / o for o * (1 - o), and so for 2 more",)]


def test_two_mistakes_are_told_one_behind_the_other() -> None:
    failing, said = edits(together("plus for times", "another gate's slope"), *(f"lstm_{part}" for part in PARTS))

    assert set(said) == failing
    assert "+i + g" in said["lstm_forward"]
    assert "+f * (1 - f)" not in said["lstm_forward"]
    assert all(words in said["lstm_cell_backward"] for words in ("+i + g", "+f * (1 - f)"))


def test_what_is_no_edit_has_the_nearest_as_a_hint_with_its_share() -> None:
    def half(*arrays: Any) -> Any:
        a, c, y, cache = FUNCTIONS["lstm_cell_forward"](*arrays)
        return a, np.where(np.arange(len(c))[:, None] % 3 == 0, np.sin(7 * c), 2 * c), y, cache

    report = check({"lstm_cell_forward": half}, cases=["lstm_cell_forward"], explain_seconds=AMPLE)

    assert report.explanations == []
    (place,) = report.localisations
    assert "the nearest edit, 2 * (f * c_prev + i * g) for f * c_prev + i * g" in place.lines[-1]
    assert "a hint, not a name" in place.lines[-1]


def test_a_candidate_whose_calls_differ_is_told_that_and_nothing_else() -> None:
    random = np.random.default_rng(1)

    def dropped(*arrays: Any) -> Any:
        a, *others = FUNCTIONS["rnn_cell_forward"](*arrays)
        return a * (random.random(a.shape) > 0.1), *others

    report = check({"rnn_cell_forward": dropped}, cases=["rnn_cell_forward"], explain_seconds=AMPLE)

    assert report.explanations == []
    assert ["two calls with the same arguments differ" in line for p in report.localisations for line in p.lines] == [
        True
    ]


def test_a_report_is_explained_apart_from_its_run(tmp_path: Path) -> None:
    bare = check(mutated("sign"), cases=["gru_cell_forward", "gru_cell_backward"], explain_seconds=0)
    bare.save(tmp_path / "report.json")

    report = explain(bare, AMPLE)

    assert [(e.operation, e.deviations) for e in report.explanations] == [("gru_cell_backward", ("gru-dz-sign",))]
    assert bare.reasons == []
    with pytest.raises(ReportError, match="lacks the arrays that the candidate gave"):
        explain(Report.load(tmp_path / "report.json"))
    with pytest.raises(ReportError, match="is of the goldens another"):
        explain(replace(bare, goldens="another"))
