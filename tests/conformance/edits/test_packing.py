"""How gates are packed and in which of its uses a gradient is another is said, and what a forward saves for its backward, whatever the family."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from planted.ample import AMPLE
from planted.judging import loaded, ran
from rnnspec.conformance.deviations.copy import deviating
from rnnspec.conformance.deviations.deviation import Edit
from rnnspec.conformance.edits.explaining import explained
from rnnspec.conformance.edits.finding import Finding
from rnnspec.conformance.edits.generated.given.arranged import of_arrangements
from rnnspec.conformance.edits.held.case import of_golden, outputs
from rnnspec.conformance.edits.trace.group import NAMED, Group
from rnnspec.conformance.edits.trace.tape import named
from rnnspec.conformance.edits.trace.ways import RECOMPUTED
from rnnspec.conformance.explanation.evidence import Evidence
from rnnspec.reference import FUNCTIONS, OPERATIONS, gate, unroll
from rnnspec.reference.families import gru

AFFINE = 'p[f"W{gate}"] @ v + p[f"b{gate}"]'
DV = 'dv = reduce(add, [p[f"W{gate}"].T @ d for gate, d in dz.items()])'
SUM = "total[name] += gradient"
OUTER = "d @ v.T"
# what a mistake is called, the family, the function, its text, what stands there, and words of what has to be said
MISTAKES: dict[str, tuple[str, Any, str, str, str]] = {
    "halves of two gates": (
        "lstm",
        gate.affine,
        f"return {AFFINE}",
        'n, other = len(p[f"b{gate}"]), {"f": "i", "i": "f"}.get(gate, gate)\n'
        '    return p[f"W{gate}"][:, :n] @ v[:n] + p[f"W{other}"][:, n:] @ v[n:] + p[f"b{gate}"]',
        "what acts on the input of gate f that of i, i that of f",
    ),
    "gradients back to the state exchanged": (
        "lstm_peephole",
        gate.affine_backward,
        DV,
        f"{DV}\n    n, other = len(dz['c']), {{**dz, 'c': dz['o'], 'o': dz['c']}}\n"
        '    dv[:n] = reduce(add, [p[f"W{gate}"].T @ d for gate, d in other.items()])[:n]',
        "@ dzo, and the other way round, what acts on the state",
    ),
    "the first example": ("lstm", gate.affine_backward, OUTER, "d[:, :1] @ v[:, :1].T", "of the first example alone"),
    "sums of both": (
        "lstm",
        gate.affine_backward,
        OUTER,
        "d.sum(axis=1)[:, None] @ v.sum(axis=1)[None]",
        "with the sums over the examples of both",
    ),
    "the last step": (
        "lstm",
        unroll.accumulated,
        SUM,
        "total[name] += gradient * (name[1] == 'b' or name == 'dWy')",
        "the sum of d @ v.T of the last step of the run alone",
    ),
    "half of the last step": (
        "lstm",
        unroll.accumulated,
        SUM,
        "total[name] += gradient * (1 if name[1] == 'b' or name == 'dWy' else np.arange(gradient.shape[1]) < len(gradient))",
        "the sum of d @ v.T, what acts on the input, of the last step of the run alone",
    ),
    "without a slope, back to the state": (
        "gru",
        gru.backward,
        'dw, candidate = affine_backward({"c": dzc}, w, p)',
        'dw, candidate = affine_backward({"c": dzc}, w, p)\n    dw[: len(u)] = (p["Wc"].T @ (da_next * u))[: len(u)]',
        "what acts on the state",
    ),
    "a factor within the joined": (
        "gru",
        gru.backward,
        "dzu, dzc, da_prev = mixed_backward(da_next, u, n, a_prev)",
        "w = np.concatenate([u * a_prev, w[len(u) :]])\n    dzu, dzc, da_prev = mixed_backward(da_next, u, n, a_prev)",
        "dzc @ [u * a_prev; xt].T",
    ),
    "saved behind the step": (
        "gru",
        gru.backward,
        "n_a = len(da_next)",
        "a_prev = u * n + (1 - u) * a_prev\n    n_a = len(da_next)\n    v = np.concatenate([a_prev, v[n_a:]])\n"
        "    w = np.concatenate([r * a_prev, w[n_a:]])\n    dzu, dzc, da_prev = mixed_backward(da_next, u, n, a_prev)\n"
        '    dw, candidate = affine_backward({"c": dzc}, w, p)',
        "a_prev as it leaves the step, in all that is kept for the backward",
    ),
}


def failing_of(functions: Any, family: str) -> dict[str, Evidence]:
    outcomes = {name: ran(functions, name) for name in functions if OPERATIONS[name].family == family}
    return {n: Evidence(own, "float64", loaded) for n, own in outcomes.items() if any(o.failed for o in own)}


def said(failing: dict[str, Evidence]) -> dict[str, str]:
    return {n: "\n".join(found.difference) for n, found in explained(failing, AMPLE).named.items()}


@pytest.mark.drawn("mistake", MISTAKES)
def test_it_is_said_in_every_operation_that_it_makes_wrong(mistake: str) -> None:
    family, function, old, new, words = MISTAKES[mistake]
    with deviating([Edit(function, old, new)]) as functions:
        failing = failing_of(functions, family)

    told = said(failing)

    assert f"{family}_backward" in failing
    assert set(told) == set(failing)
    assert [name for name, lines in told.items() if words not in lines] == []


Gradients = dict[str, Any]


def interleaved(found: Gradients) -> Gradients:
    own = ["dWi", "dWf", "dWc", "dWo"]
    whole = np.concatenate([found[name] for name in own])
    return {**found, **{name: whole[k::4] for k, name in enumerate(own)}}


RETURNED: dict[str, tuple[Callable[[Gradients], Gradients], str]] = {
    "interleaved": (interleaved, "matrices packed gate by gate as i f c o, read unit by unit"),
    "of one gate": (
        lambda found: {**found, "dbf": found["dbi"], "dbc": found["dbi"], "dbo": found["dbi"]},
        "biases of gate i for all",
    ),
    "in float32": (lambda found: {**found, "dx": found["dx"].astype("f4").astype("f8")}, "-dx\n+dx rounded to float32"),
}


@pytest.mark.parametrize("returned", RETURNED)
def test_what_is_returned_is_said(returned: str) -> None:
    change, words = RETURNED[returned]
    backward = FUNCTIONS["lstm_backward"]

    functions = {
        "lstm_forward": FUNCTIONS["lstm_forward"],
        "lstm_backward": lambda *a, **o: change(backward(*a, **o)),
    }
    failing = failing_of(functions, "lstm")

    assert set(failing) == {"lstm_backward"}
    assert words in said(failing)["lstm_backward"]


def test_a_backward_that_has_its_own_input_is_given_what_its_forward_was_not() -> None:
    """By hand: a forward that reads each step's input at the next, and a backward of what it left that has the right one."""
    case = of_golden(loaded("rnn_backward/generic"))
    given, p = case.golden.inputs, case.golden.parameters
    group = Group((named("x")[0],), 0, NAMED)
    late = next(
        e
        for e in of_arrangements(group)
        if e.text(None, 0) == "x, that of the step run before, at the first that of the last"
    )  # type: ignore[arg-type]

    found = outputs(case, Finding((late,), RECOMPUTED))

    a, _, _ = FUNCTIONS["rnn_forward"](np.roll(given["x"], 1, axis=2), given["a0"], p)
    before = np.concatenate([given["a0"][:, :, None], a], axis=2)
    da, dWax, dWaa = np.zeros_like(given["a0"]), 0, 0
    for t in reversed(range(a.shape[2])):
        dz = (given["da"][:, :, t] + da) * (1 - a[:, :, t] ** 2)
        dWax, dWaa, da = dWax + dz @ given["x"][:, :, t].T, dWaa + dz @ before[:, :, t].T, p["Waa"].T @ dz
    assert found is not None
    assert np.allclose(found["dWax"], dWax, rtol=1e-12)
    assert np.allclose(found["dWaa"], dWaa, rtol=1e-12)
    assert np.allclose(found["da0"], da, rtol=1e-12)
