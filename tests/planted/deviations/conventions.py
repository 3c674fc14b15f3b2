"""Forms of the catalogue's conventions of recurrences, in writings/apart_*.py."""

from planted.deviations.form import form
from planted.families.recurrences import ATTENTION
from planted.families.where import recurrences

SCALED, KEPT = "    given = (*([", "v.dtype.type(scale), given)"
TAKEN = "return Kept(x, states, np.exp(log_decay), valid,"
RETURNED = "return batch_last(o), state_last(kept.states[:, -1]), kept"
SEQUENCES = tuple(f"{family}_forward" for family in ATTENTION)
LEAST = "np.sqrt(square if eps is None else square + x.dtype.type(eps))"

# A table: one form, one or two lines where they fit.
# fmt: off
CONVENTIONS = (
    form("scale-on-key", ((SCALED, '    x["k"], scale = v.dtype.type(scale) * x["k"], 1\n' + SCALED),), recurrences("F", *ATTENTION)),
    form("scale-twice", ((KEPT, "v.dtype.type(scale) ** 2, given)"),), recurrences("FB", *ATTENTION)),
    form("state-transposed", ((RETURNED, "return batch_last(o), state_last(kept.states[:, -1].swapaxes(2, 3)), kept"),
         ("first = begun(S0, v,", "first = begun(S0 if S0 is None else S0.swapaxes(1, 2), v,")), SEQUENCES),
    form("outputs-exchanged", ((RETURNED, "return state_last(kept.states[:, -1]), batch_last(o), kept"),), SEQUENCES),
    form("decay-and-beta-exchanged", (('    kept = prepared(S0, scale, lengths, v, g, {"q": q, "k": k})\n    x, states',
         "    if g is not None:\n        g, beta = beta[:, None], g.reshape(beta.shape)\n"
         '    kept = prepared(S0, scale, lengths, v, g, {"q": q, "k": k})\n    x, states'),), ("gated_delta_forward",)),
    form("decay-in-base-two", ((TAKEN, "return Kept(x, states, np.exp2(log_decay), valid,"),), recurrences("F", *ATTENTION)),
    form("decay-exponentiated-twice", ((TAKEN, "return Kept(x, states, np.where(valid[:, :, None, None] & (g is not None), np.exp(-np.exp(log_decay)), 1), valid,"),),
         recurrences("F", *ATTENTION)),
    form("eps-in-the-floor", (("np.maximum(np.abs(dot), np.exp(-m)) + eps", "np.maximum(np.abs(dot), np.exp(-m) + eps)"),), recurrences("F", "mlstm")),
    form("stabiliser-from-minus-infinity", (("    (C, n, m), number = first", "    first = first if m0 is not None else (*first[:2], first[2] - np.inf)\n    (C, n, m), number = first"),),
         ("mlstm_forward",)),
    form("window-with-the-oldest", (("one[:, end : end + width - 1] for", "np.pad(one, ((0, 0), (1, 0)))[:, end : end + width] for"),), ("causal_conv_forward", "causal_conv_silu_forward")),
    form("limits-before-softplus", (("free = softplus(biased)", "free = softplus(np.minimum(np.maximum(biased, -np.inf if low is None else low), np.inf if high is None else high))"),
         ("if low is not None:", "if low is not None and not len(raw):"), ("if high is not None:", "if high is not None and not len(raw):")), ("time_step_gate_forward",)),
    form("eps-as-least-length", ((LEAST, "np.maximum(np.sqrt(square), x.dtype.type(eps or 0))"),), ("l2norm_forward",)),
    form("rate-of-the-negative", (("sigmoid(r_raw) * softplus(L)", "sigmoid(r_raw) * softplus(-L)"),), recurrences("F", "rg_lru")),
    form("first-step-begins-anew", (("    normaliser = np.sqrt(-np.expm1(2 * log_a))\n", "    normaliser = np.sqrt(-np.expm1(2 * log_a))\n    normaliser[:, :1] = 1\n"),
         ("    kept = np.exp(log_a)\n", "    kept = np.exp(log_a) * (np.arange(log_a.shape[1])[:, None] > 0)\n")), ("rg_lru_forward",)),
)
# fmt: on
