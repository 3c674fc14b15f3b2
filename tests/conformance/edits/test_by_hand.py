"""Mistakes that somebody wrote by hand into kernels of recurrences, none of which has a name in a list: what each is told as."""

import pytest
from planted.by_hand import told, written
from rnnspec.reference import OPERATIONS

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
        "-S_prev\n+-S_prev",
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
        " times the scale of q",
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
    "a scan back by the step's own decay": (
        "apart_arrays",
        "carry = a[:, t] * db[:, t]",
        "carry = a[:, max(t - 1, 0)] * db[:, t]",
        "min_gru",
        "+what is handed back goes by the decay of the step run before, at the first its own",
    ),
    "keys of length one": (
        ATTENTION,
        'x["beta"] = masked(batch_first(beta), kept.valid)',
        'x["beta"] = masked(batch_first(beta), kept.valid)\n    x["k"] /= np.sqrt((x["k"] ** 2).sum(axis=-1, keepdims=True) + 1e-6)',
        "gated_delta",
        "+k",
    ),
    "a bias with each tap": (
        MAMBA,
        "z += w[:, j, None] *",
        'z += parameters["b"] + w[:, j, None] *',
        "causal_conv",
        "+b, and once more with each term of its sum",
    ),
    "a stabiliser that begins far below": (
        GATES,
        "for s in (c0, n0, m0))]",
        "for s in (c0, n0, np.full(k.shape[:2], -1e38, k.dtype) if m0 is None else m0))]",
        "wkv4",
        "+the last state at -1e38, not at 0, where none is given",
    ),
    "a stabiliser that is a sum of powers": (
        XLSTM,
        "m_new = np.maximum(log_f + m, i)",
        "m_new = np.logaddexp(log_f + m, i)",
        "mlstm",
        "+logaddexp(running, it)",
    ),
    "another function in both of its branches": (
        "apart_scans",
        "np.where(x > 0, x + x.dtype.type(0.5), sigmoid(x))",
        "np.where(x > 0, x + 1, np.exp(np.minimum(x, 0)))",
        "min_gru",
        "+elu(xt) + 1",
    ),
    "a rate inside of the function that it is a factor of": (
        GATES,
        "return -speed * softplus(biased), (biased, speed)",
        "return -softplus(speed * biased), (biased, speed)",
        "decay_gate",
        "+softplus(rate * z)",
    ),
    "one of two limits on what a function is taken of": (
        GATES,
        "delta, open_ = np.maximum(delta, free.dtype.type(low)), open_",
        "delta, open_ = softplus(np.maximum(biased, low)), open_",
        "time_step_gate",
        "+softplus(z, limited by low)",
    ),
    "another state handed on": (
        XLSTM,
        "(c_new, c), (n_new, n), (m_new, m))",
        "(c_new, c), (n_new, n), (c_new, m))",
        "slstm",
        "c_next",
    ),
}


@pytest.mark.drawn("id", MISTAKES)
def test_what_somebody_writes_by_hand_is_told_in_every_operation_that_it_makes_wrong(id: str) -> None:
    module, old, new, family, words = MISTAKES[id]

    failing, explanations = told(written(module, old, new), [n for n in OPERATIONS if OPERATIONS[n].family == family])

    assert failing
    assert {explanation.operation for explanation in explanations} == failing
    assert [e.difference for e in explanations if words not in "\n".join(e.difference)] == []
