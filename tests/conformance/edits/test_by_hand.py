"""Mistakes that somebody wrote by hand into kernels of recurrences, none of which has a name in a list: what each is told as."""

from typing import Any

import numpy as np
import pytest
from planted import modules
from planted.judging import loaded, ran
from planted.planting import FAMILIES, FOLDER, Functions
from rnnspec.conformance.explanation.naming import explain
from rnnspec.reference import OPERATIONS

SECONDS = 60.0
ATTENTION, GATES, MAMBA, XLSTM = "apart_attention", "apart_gates", "apart_mamba", "apart_xlstm"
BEFORE_THE_END = "max(end - 1, 0)"
# a text, what stands there and what somebody wrote, the family in which it is looked at, and words of its edit
MISTAKES = {
    "what is given of the inputs before the first, the newest first": (
        MAMBA,
        "np.concatenate([begun(s0, x, x.shape[1], len(x), width - 1),",
        "np.concatenate([begun(s0, x, x.shape[1], len(x), width - 1)[:, :, ::-1],",
        "causal_conv",
        "[:, ::-1]",
    ),
    "a bias in another gate": (
        "apart_cells",
        "sigmoid(xr + zr)\n        recalled = recalled + self.bca\n",
        "sigmoid(xr + zr + self.bca)\n",
        "gru_reset_after",
        "+Wr @ v + br + bca, and none of it",
    ),
    "what the input gives in another gate": (
        "apart_cells",
        "keep, r = 1 - sigmoid(xu + zu), sigmoid(xr + zr)",
        "keep, r = 1 - sigmoid(xr + zu), sigmoid(xr + zr)",
        "gru_reset_after",
        "+Wu @ [a_prev; 0] + what xt gives in Wr @ v + br",
    ),
    "what a scan back multiplies by, of the step before": (
        "apart_arrays",
        "carry = a[:, t] * db[:, t]",
        "carry = a[:, t - 1] * db[:, t]",
        "min_gru",
        "+what is handed back goes by the decay of the step run before, at the first of the last",
    ),
    "a stabiliser by the raw gate": (
        XLSTM,
        "m_new = np.maximum(log_f + m, i)",
        "m_new = np.maximum(f + m, i)",
        "mlstm",
        "+ft + m_prev > it",
    ),
    "what keeps a normaliser from 0 on the other side of the larger": (
        XLSTM,
        "np.maximum(np.abs(dot), np.exp(-m)) + eps",
        "np.maximum(np.abs(dot) + eps, np.exp(-m))",
        "mlstm",
        "+max(abs(dot) + eps, least)",
    ),
    "one kind of parameter overwritten at each step": (
        XLSTM,
        'dR += np.einsum("bghu',
        'dR = np.einsum("bghu',
        "slstm",
        "+each matrix overwritten at each step, and no bias",
    ),
    "a query for a key, of heads in groups": (
        ATTENTION,
        'error = x["v"][:, t] - np.einsum(READ, x["k"][:, t], S)',
        'error = x["v"][:, t] - np.einsum(READ, x["q"][:, t], S)',
        "gated_delta",
        "+qt[:, :, None]",
    ),
    "the decay of the step before, at the first that of the last, in a loop that runs on": (
        ATTENTION,
        "S = decay[:, t] * states[:, t]",
        "S = decay[:, t - 1] * states[:, t]",
        "gated_delta",
        "+exp(gt) of the step run before, at the first that of the last",
    ),
    "a strength of the step before, in the forward alone": (
        ATTENTION,
        'x["beta"][:, t, :, None] * error)',
        'x["beta"][:, t - 1, :, None] * error)',
        "gated_delta",
        "of the step run before, at the first that of the last",
    ),
    "what is read of the state behind the step, in one gradient": (
        ATTENTION,
        "np.einsum(ON_KEY, dS, np.einsum(READ, a, S[:, t]))",
        "np.einsum(ON_KEY, dS, np.einsum(READ, a, S[:, t + 1]))",
        "dplr",
        "+found, of S_next and not S_prev",
    ),
    "a state before the step minus itself, in the forward alone": (
        ATTENTION,
        "S = decay[:, t] * states[:, t]",
        "S = -decay[:, t] * states[:, t]",
        "gated_delta",
        "+exp(gt)[:, :, None] * -S_prev",
    ),
    "decays that are not masked, in a loop that runs on": (
        ATTENTION,
        "masked(batch_first(g), valid)",
        "batch_first(g)",
        "gated_linear",
        "+g not masked beyond the lengths",
    ),
    "a gradient that is not masked, of a loop that runs on": (
        ATTENTION,
        "batch_last(masked(d, kept.valid))",
        'batch_last(d if name == "g" else masked(d, kept.valid))',
        "gated_linear",
        "not masked beyond the lengths",
    ),
    "keys that are scaled as the query is": (
        ATTENTION,
        'x["beta"] = masked(batch_first(beta), kept.valid)',
        'x["beta"], x["k"] = masked(batch_first(beta), kept.valid), kept.scale * x["k"]',
        "gated_delta",
        " times what q",
    ),
    "gradients of groups added as those of copies": (
        ATTENTION,
        "d.reshape(batch, time, heads, all_heads // heads, keys).sum(axis=3)",
        "d.reshape(batch, time, all_heads // heads, heads, keys).sum(axis=2)",
        "gated_delta",
        ", as many in a row",
    ),
    "the state behind the step, also where there is one step": (
        MAMBA,
        "dexponent = dh * decay * h[..., t]",
        "dexponent = dh * decay * h[..., t + 1]",
        "selective_scan",
        "+kept, of h_next and not h_prev",
    ),
    "a parameter taken for its logarithm": (
        MAMBA,
        'np.einsum("bdn,dn->bd", dexponent, A)',
        'np.einsum("bdn,dn->bd", dexponent, -np.exp(A))',
        "selective_scan",
        "-exp(A",
    ),
    "a state as before each example's last step": (
        MAMBA,
        "one[:, end : end + width - 1] for one",
        f"one[:, {BEFORE_THE_END} : {BEFORE_THE_END} + width - 1] for one",
        "causal_conv",
        "",
    ),
    "a factor that is missing in one use of a product": (
        GATES,
        "share * (c - y[:, t] * n)",
        "share * (c - n)",
        "wkv4",
        "-(dsum * 1) * n_prev",
    ),
    "both states behind the step, in one line": (
        XLSTM,
        "dc * g + dn, dc * c + dn * n, dm",
        "dc * g + dn, dc * c_new + dn * n_new, dm",
        "slstm",
        "+c_prev and n_prev as they leave the step",
    ),
    "a divisor of at least 1": (
        XLSTM,
        "(c_new / n_new)\n        state",
        "(c_new / np.maximum(n_new, 1))\n        state",
        "slstm",
        "max(n_next, 1)",
    ),
    "every matrix transposed, in the forward alone": (
        XLSTM,
        'np.einsum("ghuw,bhw->bghu", R, h) + b',
        'np.einsum("ghwu,bhw->bghu", R, h) + b',
        "slstm",
        "+each.T of each head",
    ),
    "another state handed on": (
        XLSTM,
        "(c_new, c), (n_new, n), (m_new, m))",
        "(c_new, c), (n_new, n), (c_new, m))",
        "slstm",
        "c_next",
    ),
}


@pytest.mark.parametrize("id", MISTAKES)
def test_what_somebody_writes_by_hand_is_told_in_every_operation_that_it_makes_wrong(id: str) -> None:
    module, old, new, family, words = MISTAKES[id]
    functions = written(module, old, new)
    outcomes = [o for name in OPERATIONS if OPERATIONS[name].family == family for o in ran(functions, name)]

    explanations, _ = explain(outcomes, "float64", loaded, SECONDS)

    failing = {outcome.operation for outcome in outcomes if outcome.failed}
    assert failing
    assert {explanation.operation for explanation in explanations} == failing
    assert [e.difference for e in explanations if words not in "\n".join(e.difference)] == []


def rnn_forward(x: Any, a0: Any, parameters: Any, *, reverse: bool = False) -> tuple[Any, ...]:
    p, (T, n, m) = parameters, (x.shape[2], len(parameters["Waa"]), x.shape[1])
    a, kept, before = np.zeros((n, m, T)), np.zeros((n, m, T)), np.zeros((n, m)) if a0 is None else a0
    order = range(T)[::-1] if reverse else range(T)
    for t in order:
        kept[:, :, t] = a[:, :, t - 1]  # which has a0 nowhere, and is the step before in one direction alone
        before = a[:, :, t] = np.tanh(p["Wax"] @ x[:, :, t] + p["Waa"] @ before + p["ba"])
    logits = np.einsum("ya,amt->ymt", p["Wya"], a) + p["by"][:, :, None]
    exponentials = np.exp(logits - logits.max(axis=0))
    return a.copy(), exponentials / exponentials.sum(axis=0), (x, a, kept, p, order, a0 is not None)


def rnn_backward(da: Any, cache: Any, *, da_last: Any = None) -> Any:
    x, a, kept, p, order, is_given = cache
    behind, dz = np.zeros(a.shape[:2]) if da_last is None else da_last, np.zeros(a.shape)
    for t in reversed(order):
        dz[:, :, t] = (1 - a[:, :, t] ** 2) * (da[:, :, t] + behind)
        behind = p["Waa"].T @ dz[:, :, t]
    found = {"dx": np.einsum("ax,amt->xmt", p["Wax"], dz), "dba": dz.sum(axis=(1, 2))[:, None]}
    found |= {"dWax": np.einsum("amt,xmt->ax", dz, x), "dWaa": np.einsum("amt,bmt->ab", dz, kept)}
    return found | ({"da0": behind} if is_given else {})


def test_the_outputs_of_the_step_before_are_no_state_before_the_first() -> None:
    functions = {"rnn_forward": rnn_forward, "rnn_backward": rnn_backward}
    outcomes = [outcome for name in functions for outcome in ran(functions, name)]

    (explanation,), _ = explain(outcomes, "float64", loaded, SECONDS)

    assert explanation.operation == "rnn_backward"
    words = "+the sum of d @ v.T with the outputs of t - 1 for the state, as they stand when a step is taken"
    assert words in explanation.difference


def written(module: str, old: str, new: str) -> Functions:
    texts = {name: (FOLDER / f"{name}.py").read_text(encoding="utf-8") for name in FAMILIES}
    assert texts[module].count(old) == 1
    texts[module] = texts[module].replace(old, new)
    return {
        name: function for name, function in vars(modules.loaded(texts)[FAMILIES[-1]]).items() if name in OPERATIONS
    }
