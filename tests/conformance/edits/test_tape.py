"""The tape is the reference's run: it gives what the goldens have, also run again, and its slopes are the backward."""

import numpy as np
import pytest
from rnnspec.conformance.edits.generated.generating import edits
from rnnspec.conformance.edits.generated.making.forms import PARTS, SIGNS
from rnnspec.conformance.edits.trace.differentiating import differentiated
from rnnspec.conformance.edits.trace.outputs import replayed
from rnnspec.conformance.edits.trace.replaying import Edit, Replay
from rnnspec.conformance.edits.trace.tracing import traced
from rnnspec.conformance.verdict.nearness import near
from rnnspec.golden import cases, load
from rnnspec.reference import Kind

CASES = {entry.id: entry.id for entry in cases() if entry.operation.kind is not Kind.CONTAINER}
FEW = {
    id: id for id in CASES if id.endswith(("/generic", "/every-option", "/ragged-reverse", "/deep-ragged", "/no-state"))
}
BACKWARD = {id: id for id in CASES if "_backward/" in id}


def some(ids: dict[str, str]) -> dict[str, str]:
    return {id: id for id in ids if id in FEW}


@pytest.mark.sampled("id", FEW, CASES)
def test_a_trace_gives_the_golden(id: str) -> None:
    golden = load(id)
    trace = traced(golden)

    assert set(trace.outputs) == set(golden.outputs)
    values = {name: trace.tape.values[i] for name, i in trace.outputs.items()}
    assert [n for n, a in values.items() if not near(a, golden.outputs[n], golden, n, "float64")] == []


@pytest.mark.sampled("id", some(BACKWARD), BACKWARD)
def test_the_slopes_of_an_unedited_forward_are_the_backward(id: str) -> None:
    golden = load(id)

    found = differentiated(traced(golden), [])

    assert found is not None
    assert [n for n, a in found.items() if not near(a, golden.outputs[n], golden, n, "float64")] == []


def test_an_edit_that_changes_nothing_gives_the_same() -> None:
    trace = traced(load("lstm_backward/every-option"))
    own = next(edit for edit in edits(trace) if edit.group.place[0].function == "expose_backward")
    same = Edit(own.group, lambda r, i: r.plain(i), "", lambda r, i: "")

    found = replayed(trace, same)

    assert found is not None
    assert all(np.array_equal(a, trace.tape.values[trace.outputs[n]]) for n, a in found.items())


def test_a_place_is_one_in_a_cell_and_in_a_sequence() -> None:
    cell, sequence = (traced(load(f"lstm_{name}/generic")) for name in ("cell_forward", "forward"))
    own = {
        key
        for key, ids in cell.places.items()
        if cell.tape.nodes[ids[0]].name and key[0][0].module.startswith("families")
    }

    assert own
    assert own <= set(sequence.places)


def test_an_edit_says_what_it_changes_in_symbols_of_the_contract() -> None:
    trace = traced(load("lstm_cell_forward/generic"))

    texts = {edit.text(Replay(trace, [edit]), edit.members(trace)[0]) for edit in edits(trace)}

    assert {"i + g", "f * a_prev", "[xt; a_prev]", "Wf @ v", "gates f and i exchanged", "Wy @ c_prev + by"} & texts >= {
        "i + g",
        "f * a_prev",
        "[xt; a_prev]",
        "gates f and i exchanged",
    }


@pytest.mark.parametrize("form", [*SIGNS, *PARTS], ids=lambda form: form.text)
def test_a_form_keeps_a_shape_or_does_not_apply(form: object) -> None:
    for shape in ((4,), (3, 3), (3, 5), (4, 1), (2, 3, 4)):
        z = np.arange(1.0, 1 + np.prod(shape)).reshape(shape)
        found = form.of(z)  # type: ignore[attr-defined]
        assert found is None or np.shape(found) in (shape, shape[::-1])
