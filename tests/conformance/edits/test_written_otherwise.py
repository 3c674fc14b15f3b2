"""Mistakes of an equation in the form in which somebody else writes it, such as a factor outside of a sum."""

import re
from typing import Any

import pytest
from planted.ample import AMPLE
from planted.judging import loaded, ran
from rnnspec.conformance.deviations.copy import deviating
from rnnspec.conformance.deviations.deviation import Edit
from rnnspec.conformance.edits.explaining import explained
from rnnspec.conformance.explanation.evidence import Evidence
from rnnspec.reference import OPERATIONS, unroll
from rnnspec.reference.families import (
    bounded_decay_gate,
    causal_conv,
    decay_gate,
    diagonal,
    dplr,
    gated_delta,
    gated_linear,
    l2norm,
    lstm_clipped,
    mlstm,
    rg_lru,
    selective_scan_layer,
    slstm,
    wkv4,
)

NORM, LENGTH = 'square_root(contracted(x, x, 1) + p.get("eps", 0))[:, None]', "contracted(x, x, 1)"
DECAYED, SEEN = "decayed_backward(dkept, kept, g)", "dq, dseen = read_backward(do, attended, len(k))\n"
STABILISED = "m_next, (forget, write, from_before) = stabilised(running, k)"
DDOT = "ddot = select(above, dnormaliser, select(below, -dnormaliser, 0))"
READ = "contracted(scaled[:, :, None], C_next, 1)"
# what is changed: a function of the reference, its text, what stands there; and a pattern of what has to stand there
MISTAKES: dict[str, tuple[list[tuple[Any, str, str]], str]] = {
    "a factor that is added to a sum": (
        [
            (
                dplr.backward,
                "    dfound =",
                "    each = contracted(dS, S_prev, 2) + (0 if g is None else decayed(1 + 0 * S_prev, g)[:, :, 0])\n"
                "    dg = dg if g is None else each if len(g[0]) > 1 else each.sum(axis=1, keepdims=True)\n"
                "    dfound =",
            )
        ],
        r"S_prev\).sum\(axis=2\) \+ exp\(g",
    ),
    "a state for another in the place of its factors": (
        [(slstm.backward, "dn - dshare * share", "dn - dh / n_next * h_prev")],
        r" \* h_prev / n_next",
    ),
    "a term between a factor and two others": (
        [(rg_lru.backward, "dgated * x * sigmoid_slope(share)", "(dgated + x * share) * (1 - share)")],
        r"\* share\) \* \(1 - share\)",
    ),
    "a memory that is shifted the other way": (
        [(causal_conv.forward, "window[:, 1:]", "np.concatenate([xt[:, None], s_prev], axis=1)[:, :-1]")],
        r"; s_prev\]\[:, :-1\]",
    ),
    "a mask of two bounds of another value": (
        [
            (
                lstm_clipped.forward,
                'c_next, inside = clip(c, p["clip"])',
                'c_next, inside = clip(c, p["clip"])[0], clip(c_prev, p["clip"])[1]',
            )
        ],
        r"the same of c_prev",
    ),
    "a matrix of low rank that is not transposed": (
        [
            (
                dplr.backward,
                "a[:, :, None] * dfound[:, None]",
                "b[:, :, None] * contracted(dS, a[:, :, None], 1)[:, None]",
            )
        ],
        r"bt?\[:, :, None\] \* \(.* \* at?\[:, :, None\]\)",
    ),
    "a gradient in the place of what a function is taken of": (
        [(decay_gate.backward, "of_rate(dg * g)", "of_rate(dg * -(rate * softplus(dg)))")],
        r"softplus\(dg\)",
    ),
    "a gradient in a product that is written again": (
        [(selective_scan_layer.backward, "(dout * opened, dh)", "(dout * (z * dout), dh)")],
        r"dout(_t)? \* \(zt? \* dout(_t)?\)",
    ),
    "a parameter's function of an input": (
        [(rg_lru.forward, 'softplus(p["L"])', "softplus(r)")],
        r"softplus\(rt?\)",
    ),
    "memories as they entered the step": (
        [
            (mlstm.forward, "contracted(scaled, n_next, 1)", "contracted(scaled, n_prev, 1)"),
            (mlstm.forward, READ, READ.replace("C_next", "C_prev")),
            (mlstm.forward, "(C_next, n_next),", "(C_prev, n_prev),"),
        ],
        r"C_prev and n_prev in the equations of the step itself",
    ),
    "two values of a line exchanged": (
        [
            (
                mlstm.forward,
                "dot, least = contracted(scaled, n_next, 1), exp(-m_next)",
                "least, dot = contracted(scaled, n_next, 1), exp(-m_next)",
            )
        ],
        r"exp\(-m_next\) exchanged",
    ),
    "two gradients exchanged": (
        [(dplr.backward, "return dq, back[0],", "return back[0], dq,")],
        r"dqt? and dkt? exchanged",
    ),
    "a number that is what it is added to": (
        [(l2norm.forward, 'p.get("eps", 0)', 'contracted(x, x, 1) * ("eps" in p)')],
        r"\(x \* x\).sum\(axis=1\) \+ \(x \* x\).sum\(axis=1\)",
    ),
    "a factor of what is given": (
        [(diagonal.backward, "(dh,) = dnew", "dh = 0.9 * dnew[0]")],
        r"0\.9 \* ",
    ),
    "states that are not updated": (
        [(slstm.forward, "return (out * share, c_next, n_next, m_next), ", "return state, ")],
        r"(each state as it entered the step|no state is updated, and what it was is told)",
    ),
    "a kept value of a gradient": (
        [(l2norm.backward, "y, norm = intermediates", "y, norm = dy / intermediates[1], intermediates[1]")],
        r"dy \* dy / norm",
    ),
    "masks of neither way": (
        [
            (unroll.forward, "state = carried(valid[t], state_t, state)", "state = state_t"),
            (
                unroll.backward,
                "into = tuple(select(valid, d, 0) for d in cell.arriving(doutputs[t], dstate))",
                "into = cell.arriving(tuple(select(valid, d, 0) for d in doutputs[t]), dstate)",
            ),
            (unroll.backward, "dstate = carried(valid, dprevious, dstate)", "dstate = dprevious"),
        ],
        "states go on changing beyond the lengths; gradients from behind are not masked beyond the lengths, and go on changing there",
    ),
    "a product without a factor, and without the number of that": (
        [
            (
                rg_lru.backward,
                "drate = -(C * (dlog_a * gate).sum(axis=1, keepdims=True))",
                "drate = gate.sum(axis=1, keepdims=True)",
            )
        ],
        r"gate\.sum\(axis=1\)$",
    ),
    "a factor that is divided by two others": (
        [(rg_lru.backward, "dlog_a = dh * a * h_prev", "dlog_a = dh / (a * h_prev)")],
        r"\(dh_t \+ dh_next\) / \(a \* h_prev\)|dh_next / \(a \* h_prev\)",
    ),
    "lengths over the heads": (
        [(l2norm.forward, NORM, NORM.replace(LENGTH, "(x * x).sum(axis=0, keepdims=True)").replace("[:, None]", ""))],
        "with the sum over axis 0 in its place",
    ),
    "lengths over heads and keys": (
        [
            (
                l2norm.forward,
                NORM,
                NORM.replace(LENGTH, "(x * x).sum(axis=(0, 1), keepdims=True)").replace("[:, None]", ""),
            )
        ],
        "with the sum over axes 0 and 1 in its place",
    ),
    "a factor of a head on what is read": (
        [(gated_delta.forward, "v - contracted(", "v - beta[:, None] * contracted(")],
        r"\.sum\(axis=1\) \* betat?\[:, None\]",
    ),
    "a step back past the projection": (
        [(gated_delta.backward, DECAYED, f"{DECAYED}[0], decayed_backward(dS, kept, g)[1]")],
        r"exp\(gt\)\[:, :, None\] \* dS$",
    ),
    "a gradient that is added ahead of the step": (
        [
            (gated_linear.backward, f'{SEEN}    if "u" not in p:\n    ', SEEN),
            (gated_linear.backward, "(dS_prev + dseen,)", "(dS_prev,)"),
        ],
        "and dS_next \\+ dseen wherever that enters",
    ),
    "a number in the place of a mask": (
        [
            (
                wkv4.forward,
                STABILISED,
                "import numpy as np\n    m_next, from_before = select(m_prev != 0, running, k), running > k\n"
                "    forget, write = np.exp(running - m_next), np.exp(k - m_next)",
            )
        ],
        r"m_prev != 0$",
    ),
    "the other of two that are chosen by a size": (
        [
            (mlstm.forward, "above, below),", "above, below, dot),"),
            (mlstm.exposed_backward, "least, above, below = exposed", "least, above, below, dot = exposed"),
            (mlstm.exposed_backward, DDOT, "ddot = select(above | below, 0, (2 * (dot > 0) - 1) * dnormaliser)"),
        ],
        r"0 where abs\(dot\) > least, else sign\(dot\) \* dnormaliser",
    ),
    "a gradient in a value that is computed again of what is kept": (
        [
            (bounded_decay_gate.forward, "(z, rate, share)", "(z, rate, share, raw)"),
            (bounded_decay_gate.backward, "z, rate, share = ", "z, rate, share, raw = "),
            (bounded_decay_gate.backward, "sigmoid_slope(share)", "sigmoid_slope(sigmoid(dg * raw))"),
        ],
        r"sigmoid\(dg \* raw\)",
    ),
    "a quotient the other way round": (
        [(l2norm.backward, "y * contracted(dy, y, 1)[:, None]", "contracted(dy, y, 1)[:, None] / y")],
        r"\(dy \* y\).sum\(axis=1\)\[:, None\] / y",
    ),
}


@pytest.mark.drawn("mistake", MISTAKES)
def test_it_is_said_in_every_operation_that_it_makes_wrong(mistake: str) -> None:
    changes, pattern = MISTAKES[mistake]
    family = {"unroll": "slstm"}.get(own := changes[0][0].__module__.rpartition(".")[2], own)

    failing, told = said(changes, [n for n in OPERATIONS if OPERATIONS[n].family == family and "network" not in n])

    assert failing
    assert set(told) == failing
    assert [name for name, lines in told.items() if not re.search(rf"^\+.*(?:{pattern})", lines, re.MULTILINE)] == []


def test_it_is_said_of_a_sequence_whose_step_is_not_offered() -> None:
    changes, pattern = MISTAKES["a state for another in the place of its factors"]

    failing, told = said(changes, ["slstm_backward"])

    assert set(told) == failing == {"slstm_backward"}
    assert re.search(rf"^\+.*(?:{pattern})", told["slstm_backward"], re.MULTILINE)


def said(changes: list[tuple[Any, str, str]], names: list[str]) -> tuple[set[str], dict[str, str]]:
    """The operations that fail with these changes, and what is said of each."""
    with deviating([Edit(*change) for change in changes]) as functions:
        outcomes = {name: ran(functions, name) for name in names}
    failing = {n: Evidence(own, "float64", loaded) for n, own in outcomes.items() if any(o.failed for o in own)}
    return {*failing}, {n: "\n".join(one.difference) for n, one in explained(failing, AMPLE).named.items()}
