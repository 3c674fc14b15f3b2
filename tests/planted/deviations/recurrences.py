"""Forms of the catalogue's entries about recurrences of named inputs, in writings/apart_*.py."""

from planted.deviations.form import form
from planted.families.gates import GATES
from planted.families.recurrences import ATTENTION, RECURRENCES
from planted.families.where import recurrences
from rnnspec.conformance.deviations.catalogue import CATALOGUE

SCALED = '        scale = v.dtype.type(1) / np.sqrt(v.dtype.type(x["k"].shape[3]))'
TAKEN = "return Kept(x, states, np.exp(log_decay), valid,"
LIMITED = "np.maximum(np.abs(dot), np.exp(-m))"
CONVOLVED = "    y, *rest = causal_conv_forward(xt[..., None], parameters, s0=s_prev)\n"
EVERY = """def every(x, s, parameters):
    windows = (np.repeat(s[..., j : j + 1], x.shape[1], axis=-1) for j in range(x.shape[1]))
    return np.stack([causal_conv_forward(x[..., None], parameters, s0=s)[0][..., 0] for s in windows], axis=-1)
"""
SEQUENCES = tuple(f"{family}_forward" for family in ATTENTION)

# A table: one form, one or two lines where they fit.
# fmt: off
OWN = (
    form("scale-given-ignored", (("    if scale is None:\n" + SCALED, "    if True:\n" + SCALED),), recurrences("FB", *ATTENTION)),
    form("scale-by-values", (('x["k"].shape[3]))', 'x["v"].shape[3]))'),), recurrences("FB", *ATTENTION)),
    form("decay-missing", ((TAKEN, "return Kept(x, states, np.exp(0 * log_decay), valid,"),), recurrences("F", *ATTENTION)),
    form("decay-not-a-logarithm", ((TAKEN, "return Kept(x, states, np.where(valid[:, :, None, None], log_decay, 1), valid,"),),
         recurrences("F", *ATTENTION)),
    form("read-before-write", (('if "u" in x else S[:, t + 1]\n', 'if "u" in x else S[:, t]\n'),), recurrences("F", "gated_linear")),
    form("bonus-read-from-decayed", (("seen = S[:, t] + x[\"u\"]", "seen = decay[:, t] * S[:, t] + x[\"u\"]"),), recurrences("F", "gated_linear")),
    form("groups-tiled", (("np.repeat(x, heads // x.shape[2], axis=2)", "np.tile(x, (1, 1, heads // x.shape[2], 1))"),
         ("np.repeat(u, len(v) // len(u), axis=0)", "np.tile(u, (len(v) // len(u), 1))")), recurrences("FB", *ATTENTION)),
    form("beta-on-value-alone", (("S = S + np.einsum(OUTER, x[\"k\"][:, t], x[\"beta\"][:, t, :, None] * error)",
         "error = x[\"beta\"][:, t, :, None] * x[\"v\"][:, t] - (x[\"v\"][:, t] - error)\n        S = S + np.einsum(OUTER, x[\"k\"][:, t], error)"),),
         recurrences("F", "gated_delta")),
    form("decay-gradient-missing", (("batch_last(masked(d, kept.valid))", 'batch_last(masked(d, kept.valid)) * (name != "g")'),), recurrences("B", *ATTENTION)),
    form("state-gradient-undecayed", (("dS = decay[:, t] * dS if du is None else decay[:, t] * dS + dseen", "dS = dS if du is None else dS + dseen"),),
         recurrences("B", "gated_linear")),
    form("group-gradient-of-one-head", (("d = folded(d, kept.heads)", 'd = folded(d, kept.heads) if name != "q" else d[:, :, :: d.shape[2] // kept.heads]'),),
         recurrences("B", *ATTENTION)),
    form("given-state-ignored", (("first = begun(S0, v,", "first = begun(None, v,"),), SEQUENCES),
    form("normaliser-without-floor", ((LIMITED, "np.abs(dot)"),), recurrences("F", "mlstm")),
    form("stabiliser-not-carried", (("    m_new = np.maximum(log_f + m, i)\n", "    m = 0 * m\n    m_new = np.maximum(log_f + m, i)\n"),),
         ("mlstm_forward", "slstm_forward")),
    form("candidate-of-given-state", (("sigmoid(gate) * positive(candidate), h0,", "sigmoid(gate) * positive(candidate), None if h0 is None else positive(h0),"),
         ("write * positive(candidate), h0,", "write * positive(candidate), h0 if h0 is None or x.shape[-1] == 1 else positive(h0),")), ("min_gru_forward", "min_lstm_forward")),
    form("decay-gradient-without-last-state", (("(decay[:, t] * dS * S[:, t]).sum(axis=-1)",
         "(decay[:, t] * dS * S[:, t]).sum(axis=-1) - (ended(dS_last, S[:, -1]) * S[:, -1]).sum(axis=-1)"),), ("gated_linear_backward",)),
    form("window-of-every-example", ((CONVOLVED + "    return y[..., 0], *rest", CONVOLVED + "    return (y[..., 0] if xt.shape[1] == 1 else every(xt, s_prev, parameters)), *rest\n\n\n" + EVERY),),
         ("causal_conv_step_forward",)),
)
# fmt: on
LISTED = [fault for fault in (*RECURRENCES, *GATES) if fault.deviation]
DEVIATING = (
    *OWN,
    *(
        form(f.deviation, f.changes, tuple(o for o in f.operations if o in CATALOGUE[f.deviation].affects))
        for f in LISTED
    ),
)
