"""Mistakes of an equation that no list has: norms and clips, numbers of axes, factors and terms elsewhere, of whatever family."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from planted.ample import AMPLE
from planted.judging import loaded, ran
from rnnspec.conformance import check
from rnnspec.conformance.deviations.copy import deviating
from rnnspec.conformance.deviations.deviation import Edit
from rnnspec.conformance.edits.explaining import explained
from rnnspec.conformance.explanation.evidence import Evidence
from rnnspec.conformance.explanation.naming import explain
from rnnspec.reference import FUNCTIONS, OPERATIONS, gate, unroll
from rnnspec.reference.families import bounded_decay_gate, causal_conv, gru, gru_reset_after, lstm, lstm_peephole, rnn

EXPOSED = "o, tanh_c = sigmoid(zo), tanh(c)"
HEAD = "return softmax(W @ a + b)"
DFINAL = "dstate = dfinal"
PEEPHOLES = """gradients["dPf"] = column_sum(dz["f"] * c_prev)
    gradients["dPi"] = column_sum(dz["i"] * c_prev)
    gradients["dPo"] = column_sum(dzo * c_next)"""
# the family, the function, its text, what stands there, and words of what has to be said
MISTAKES: dict[str, tuple[str, Any, str, str, str]] = {
    "normalised": (
        "lstm",
        lstm.expose,
        EXPOSED,
        "o, tanh_c = sigmoid(zo), tanh((c - c.mean(axis=0)) / np.sqrt(c.var(axis=0) + 1e-5))",
        "tanh((c_next - c_next.mean(axis=0)) / sqrt(c_next.var(axis=0) + 1e-05))",
    ),
    "a root of an axis": (
        "lstm",
        gate.affine,
        'p[f"W{gate}"] @ v',
        'p[f"W{gate}"] @ v / len(p[f"b{gate}"]) ** 0.5',
        "(1 / sqrt(n_a)) *",
    ),
    "a root": (
        "lstm",
        lstm.remember,
        "f * c_prev + i * g,",
        "(f * c_prev + i * g) / 2**0.5,",
        "(1 / sqrt(2)) * (f * c_prev + i * g)",
    ),
    "mixed with the state": (
        "rnn",
        rnn.forward,
        "a_next = tanh(preactivation(xt, a_prev, p))",
        "a_next = 0.7 * tanh(preactivation(xt, a_prev, p)) + 0.3 * a_prev",
        "0.7 * tanh(Waa @ a_prev + Wax @ xt + ba) + 0.3 * a_prev",
    ),
    "a bracket": (
        "rnn",
        rnn.forward,
        "a_next = tanh(preactivation(xt, a_prev, p))",
        'a_next = tanh(p["Wax"] @ xt + p["ba"]) + p["Waa"] @ a_prev',
        "tanh(Wax @ xt + ba) + Waa @ a_prev",
    ),
    "a gate outside": (
        "gru",
        gru.forward,
        'w = np.concatenate([r * a_prev, xt])\n    n = tanh(affine("c", w, p))',
        'w = np.concatenate([a_prev, xt])\n    n = r * tanh(affine("c", w, p))',
        "a_prev, and r * tanh(Wc @ w + bc)",
    ),
    "a gate on the input": (
        "gru",
        gru.forward,
        'n = tanh(affine("c", w, p))',
        'k = len(r)\n    n = tanh(p["Wc"][:, :k] @ a_prev + r * (p["Wc"][:, k:] @ xt + p["bc"]))',
        "of which r is on all but a_prev",
    ),
    "a state too many": (
        "lstm",
        lstm.forward,
        'expose(affine("o", v, p), c_next)',
        'expose(affine("o", v, p) + c_next, c_next)',
        "+ c_next",
    ),
    "a bias too many": (
        "gru_reset_after",
        gru_reset_after.forward,
        '@ a_prev + p["bca"]',
        '@ a_prev + p["bca"] + p["bc"]',
        "+ bc",
    ),
    "a factor of another term": (
        "lstm_peephole",
        lstm_peephole.backward,
        'dc_next + dc + p["Po"] * dzo',
        'dc_next + dc + p["Po"] * dzo * (1 - exposed.tanh_c * exposed.tanh_c)',
        "dc_next + dc + (1 - tanh_c * tanh_c) * Po * dzo",
    ),
    "no sign": ("lstm_peephole", lstm_peephole.forward, 'p["Po"] * c_next', 'abs(p["Po"]) * c_next', "abs(Po)"),
    "clipped": (
        "lstm",
        unroll.head,
        HEAD,
        "return np.clip(softmax(W @ a + b), 1e-7, 1 - 1e-7)",
        "clip(softmax(Wy @ a_next + by), 1e-07, 1 - 1e-07)",
    ),
    "through the last step": (
        "lstm",
        unroll.backward,
        DFINAL,
        "dstate = dfinal if len(dfinal) < 2 else (dfinal[0], dfinal[1] * walk.caches[walk.order[-1]].intermediates[1].f)",
        "dc_last * f of the last step",
    ),
    "of all examples": (
        "gru",
        unroll.backward,
        DFINAL,
        "dstate = tuple(d.sum(axis=1, keepdims=True) + 0 * d for d in dfinal)",
        "the sum of da_last over its columns, for all",
    ),
    "normalised between steps": (
        "lstm",
        unroll.forward,
        "state = carried(valid[t], state_t, state)",
        "state = carried(valid[t], tuple(s - s.mean(axis=-1, keepdims=True) for s in state_t), state)",
        "each state minus its mean over the examples handed on",
    ),
    "all behind": (
        "gru",
        unroll.backward,
        "doutputs[t]",
        "tuple(sum(select(walk.valid[s], d, 0) for s, d in zip(range(t, len(doutputs)), ds)) for ds in zip(*doutputs[t:]))"
        " if walk.order[0] == 0 else doutputs[t]",
        "of t and of all steps behind it",
    ),
    "an operator in one use": (
        "bounded_decay_gate",
        bounded_decay_gate.backward,
        "of_rate(dz * z)",
        "of_rate(dz * (rate * rate / z))",
        "+dz * rate / raw",
    ),
    "peepholes without what they see": (
        "lstm_peephole",
        lstm_peephole.backward,
        PEEPHOLES,
        PEEPHOLES.replace(" * c_prev", "").replace(" * c_next", ""),
        "+dzf, in all sums over examples",
    ),
    "another part of an array": (
        "causal_conv",
        causal_conv.convolved_backward,
        "(dwindow[:, :-1],)",
        "(dwindow[:, 1:],)",
        "+dwindow[:, 1:]",
    ),
    "whether there is an input": (
        "rnn",
        unroll.forward,
        "else steps(x) for x in inputs",
        "else steps((x != 0) + 0.0 * x) for x in inputs",
        "+1 where x is not 0",
    ),
}


@pytest.mark.drawn("mistake", MISTAKES)
def test_it_is_said_in_every_operation_that_it_makes_wrong(mistake: str) -> None:
    family, function, old, new, words = MISTAKES[mistake]
    with deviating([Edit(function, old, new)]) as functions:
        outcomes = {n: ran(functions, n) for n in functions if OPERATIONS[n].family == family and "network" not in n}
    failing = {n: Evidence(own, "float64", loaded) for n, own in outcomes.items() if any(o.failed for o in own)}

    told = {n: "\n".join(found.difference) for n, found in explained(failing, AMPLE).named.items()}

    assert failing
    assert set(told) == set(failing)
    assert [name for name, lines in told.items() if words not in lines] == []


def test_what_does_the_same_in_one_case_alone_is_no_story_of_it() -> None:
    """All examples as long as the first: in the case by which "never used" is known, of lengths 1, 0, 1, 1, that is the same."""
    with deviating([Edit(unroll.forward, "t < lengths", "t < lengths[0] + 0 * lengths")]) as functions:
        outcomes = ran(functions, "gru_forward")

    (found,), _ = explain(outcomes, "float64", loaded, AMPLE)

    assert found.is_edit
    assert "+lengths[0]" in "\n".join(found.difference)


RETURNED: dict[str, Callable[..., Any]] = {
    "exchanged": lambda a, y, c, caches: (a, c, y, caches),
    "shortened": lambda a, y, c, caches: (a[:2], y, c, caches),
    "predictions": lambda a, y, c, caches: (y, y, c, caches),
}


@pytest.mark.parametrize("returned", RETURNED)
def test_states_of_another_shape_are_no_traceback(returned: str) -> None:
    change = RETURNED[returned]
    functions = {**FUNCTIONS, "lstm_forward": lambda *a, **o: change(*FUNCTIONS["lstm_forward"](*a, **o))}

    report = check(SimpleNamespace(**functions), cases=["lstm_forward"])

    assert not report.conformant
    exchanged = ["y and c exchanged" in "\n".join(e.difference) for e in report.explanations]
    assert exchanged == [True] if returned == "exchanged" else not any(exchanged)


def test_a_cell_that_differentiates_its_forward_is_said_though_its_backward_rests_on_none_of_it() -> None:
    """1 - u goes into the state alone, which the gradients of a cell do not need: what follows from another there is asked all the same."""
    with deviating(
        [
            Edit(gru.mixed, "(1 - u) * a_prev", "(1 - a_prev) * a_prev"),
            Edit(gru.mixed_backward, "da * (n - a_prev) * sigmoid_slope(u)", "da * n * sigmoid_slope(u)"),
            Edit(gru.mixed_backward, "da * (1 - u)", "da * (1 - 2 * a_prev)"),
        ]
    ) as functions:
        outcomes = {n: ran(functions, n) for n in ("gru_cell_forward", "gru_cell_backward")}
    ahead = Evidence(outcomes["gru_cell_forward"], "float64", loaded)
    failing = {
        "gru_cell_forward": ahead,
        "gru_cell_backward": Evidence(outcomes["gru_cell_backward"], "float64", loaded, ahead),
    }

    told = explained(failing, AMPLE).named

    assert {n: "1 - a_prev" in "\n".join(found.difference) for n, found in told.items()} == dict.fromkeys(failing, True)
