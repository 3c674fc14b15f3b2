"""Bugs in the recurrences of writings/apart_*.py: attention, xLSTM, Mamba, scans.

`deviation` is the catalogue's entry that a fault is a form of, `edit` are words of the edit by which one that no list has is named.
"""

from planted.families.where import recurrences
from planted.planting import Planted

ATTENTION = ("gated_linear", "gated_delta", "dplr")
SCANS = ("diagonal", "min_gru", "min_lstm", "rg_lru")
WINDOWS = ("causal_conv", "causal_conv_silu")

# A table: one fault, one or two lines where they fit.
# fmt: off
RECURRENCES: tuple[Planted, ...] = (
    # attention
    Planted("query-not-scaled", recurrences("FB", *ATTENTION), (("v.dtype.type(scale), given)", "v.dtype.type(1), given)"),),
            deviation="scale-missing"),
    Planted("query-not-scaled-unless-asked", recurrences("FB", *ATTENTION), (("scale = v.dtype.type(1) / np.sqrt(v.dtype.type(x[\"k\"].shape[3]))", "scale = 1"),),
            deviation="scale-missing"),
    Planted("heads-tiled", recurrences("FB", *ATTENTION), (("np.repeat(x, heads // x.shape[2], axis=2)", "np.tile(x, (1, 1, heads // x.shape[2], 1))"),
            ("np.repeat(u, len(v) // len(u), axis=0)", "np.tile(u, (len(v) // len(u), 1))")), deviation="groups-tiled"),
    Planted("gradient-of-a-groups-first-head", recurrences("B", *ATTENTION), (("all_heads // heads, keys).sum(axis=3)", "all_heads // heads, keys)[:, :, :, 0]"),
            ("caches.heads, du.shape[1]).sum(axis=1)", "caches.heads, du.shape[1])[:, 0]")),
            edit="[0::"),
    Planted("write-decays", recurrences("FB", "gated_linear"), (("decay[:, t] * S[:, t] + written", "decay[:, t] * (S[:, t] + written)"),),
            deviation="decay-after-write"),
    Planted("no-bonus", recurrences("F", "gated_linear"), (("S[:, t] + x[\"u\"][..., None] * written if", "S[:, t] if"),), deviation="bonus-ignored"),
    Planted("last-decay-has-no-gradient", recurrences("B", "gated_linear"), (("(decay[:, t] * dS * S[:, t]).sum(axis=-1)",
            "(decay[:, t] * dS * S[:, t]).sum(axis=-1) * (t + 1 < do.shape[1])"),)),
    Planted("bonus-gradient-without-keys", recurrences("B", "gated_linear"), (("dseen, written)", "dseen, np.ones_like(written))"),)),
    Planted("error-of-the-state-before-its-decay", recurrences("FB", "gated_delta"), (("np.einsum(READ, x[\"k\"][:, t], S)", "np.einsum(READ, x[\"k\"][:, t], states[:, t])"),),
            deviation="correction-from-undecayed"),
    Planted("nothing-corrected", recurrences("FB", "gated_delta"), (("error = x[\"v\"][:, t] - np.einsum(READ, x[\"k\"][:, t], S)", "error = x[\"v\"][:, t]"),),
            deviation="correction-missing"),
    Planted("key-gradient-of-the-write-alone", recurrences("B", "gated_delta"), ((" - np.einsum(ON_KEY, decayed, derror)", ""),), edit="+(dS * write[:, None]).sum(axis=2)"),
    Planted("beta-gradient-of-the-value", recurrences("B", "gated_delta"), (("(dupdate * error)", "(dupdate * v)"),), edit="v"),
    Planted("low-rank-of-the-state-behind-its-decay", recurrences("FB", "dplr"), (("np.einsum(READ, x[\"a\"][:, t], S[:, t])", "np.einsum(READ, x[\"a\"][:, t], decay[:, t] * S[:, t])"),),
            deviation="low-rank-from-decayed"),
    Planted("low-rank-has-no-gradient-into-the-state", recurrences("B", "dplr"), ((" + np.einsum(OUTER, a, dremoved)", ""),), edit="+exp(gt)[:, :, None] * dS"),

    # xLSTM
    Planted("normaliser-has-no-gradient", recurrences("B", "mlstm"), (("-(h * dnumerator).sum(axis=-1)", "0 * (h * dnumerator).sum(axis=-1)"),),
            deviation="normaliser-detached"),
    Planted("normaliser-signed", recurrences("FB", "mlstm"), (("np.maximum(np.abs(dot), np.exp(-m))", "np.maximum(dot, np.exp(-m))"),),
            deviation="normaliser-without-abs"),
    Planted("normaliser-at-least-one", recurrences("FB", "mlstm"), (("np.maximum(np.abs(dot), np.exp(-m))", "np.maximum(np.abs(dot), 1)"),),
            deviation="normaliser-floor-one"),
    Planted("n-not-gated", recurrences("FB", "mlstm"), (("forget[..., None] * n + write[..., None] * key", "forget[..., None] * n + key"),), edit="k"),
    Planted("n-counts-steps", recurrences("FB", "slstm"), (("n_new = forget * n + write", "n_new = forget * n + 1"),), edit="n_prev + 1"),
    Planted("forget-gate-not-logarithmic", recurrences("FB", "mlstm", "slstm"), (("log_f = -softplus(-f)", "log_f = f.copy()"),)),
    Planted("mixing-gradient-of-one-step", ("slstm_backward",), (("dR += np.einsum", "dR = np.einsum"),)),
    Planted("mixing-not-turned", recurrences("B", "slstm"), (("\"ghuw,bghu->bhw\"", "\"ghwu,bghu->bhw\""),)),

    # Mamba
    Planted("no-skip", recurrences("F", "selective_scan"), (("y = y + D[:, None] * u", "y = y.copy()"),), deviation="skip-missing"),
    Planted("input-without-its-step", recurrences("FB", "selective_scan"), (("\"bdl,bnl,bdl->bdln\", delta, B, u", "\"bnl,bdl->bdln\", B, u"),),
            deviation="input-not-scaled-by-step"),
    Planted("input-held", recurrences("FB", "selective_scan", "selective_scan_layer"), (("deltaB_u = np.einsum(\"bdl,bnl,bdl->bdln\", delta, B, u)",
            "deltaB_u = np.einsum(\"bdln,bnl,bdl->bdln\", (deltaA - 1) / A[:, None], B, u)"),), deviation="input-by-zero-order-hold"),
    Planted("rates-gradient-without-the-step", recurrences("B", "selective_scan"), (("np.einsum(\"bdn,bd->dn\", dexponent, delta[:, :, t])", "dexponent.sum(axis=0)"),), edit="-exponent * deltat[:, None]\n+exponent"),
    Planted("rates-not-exponentiated", recurrences("FB", "selective_scan_layer"), (('rates = np.exp(parameters["A_log"])', 'rates = 1 * parameters["A_log"]'),),
            deviation="rate-not-exponentiated"),
    Planted("steps-without-bias", recurrences("FB", "selective_scan_layer"), (('raw + parameters["b"][:, :, None]', 'raw + 0 * parameters["b"][:, :, None]'),),
            deviation="gate-bias-missing"),
    Planted("output-gate-a-sigmoid", recurrences("F", "selective_scan_layer"), (("y * (z * sigmoid(z))", "y * sigmoid(z)"),)),
    Planted("rates-gradient-not-of-its-logarithm", recurrences("B", "selective_scan_layer"), (('-rates * found.pop("dA")', '-1 * found.pop("dA")'),)),
    Planted("weights-turned-around", (*recurrences("F", *WINDOWS), *recurrences("B", "causal_conv_silu")), (("z += w[:, j, None]", "z += w[:, width - 1 - j, None]"),),
            deviation="kernel-flipped"),
    Planted("window-one-late", recurrences("F", *WINDOWS), (("one[:, end : end + width - 1] for", "one[:, max(end - 1, 0) : max(end - 1, 0) + width - 1] for"),)),
    Planted("last-window-has-no-gradient", recurrences("B", *WINDOWS), (("if ds_last is not None:", "if ds_last is not None and not len(ds_last):"),),
            deviation="final-state-gradient-dropped"),
    Planted("silu-slope-of-a-gate-alone", recurrences("B", "causal_conv_silu"), (("dz * (gate + z * bump(gate))", "dz * gate"),), edit="in silu_slope"),
    Planted("silu-slope-of-a-quotient", recurrences("B", "causal_conv_silu"), (("dz * (gate + z * bump(gate))", "dz * (gate / (1 + z * (1 - gate)))"),),
            edit="+sigmoid(z) / (1 + z * (1 - sigmoid(z)))"),
    Planted("gradient-into-the-window-behind", recurrences("B", *WINDOWS), (("state_last(dxp[:, :, : width - 1])", "state_last(dxp[:, :, 1:width])"),), edit="+dwindow[:, 1:]"),
    Planted("window-bias-gradient-mean", recurrences("B", *WINDOWS), (("dz.sum(axis=(0, 2))", "dz.mean(axis=(0, 2))"),)),

    # scans
    Planted("decay-taken-as-it-is", recurrences("FB", "diagonal"), (("scan(np.exp(batch_first(g)),", "scan(batch_first(g),"),), edit="+gt * h_prev"),
    Planted("gradient-into-the-decay-itself", recurrences("B", "diagonal"), (("batch_last(da * caches.a)", "batch_last(da)"),), edit="h_prev"),
    Planted("gate-turned", recurrences("FB", "min_gru"), (("scan(sigmoid(-gate), sigmoid(gate) *", "scan(sigmoid(gate), sigmoid(-gate) *"),), edit="+-z"),
    Planted("candidate-without-half", recurrences("FB", "min_gru", "min_lstm"), (("x + x.dtype.type(0.5)", "x"),), edit="x"),
    Planted("gates-not-shared-out", recurrences("FB", "min_lstm"), (("np.exp(-softplus(apart)), np.exp(-softplus(-apart))", "sigmoid(f), sigmoid(i)"),)),
    Planted("share-by-cancellation", recurrences("F", "rg_lru"), (("-np.expm1(2 * log_a)", "1 - np.exp(2 * log_a)"),),
            deviation="expm1-by-definition"),
    Planted("input-not-normalised", (*recurrences("F", "rg_lru"), "rg_lru_backward"), (("normaliser * (sigmoid(i_raw) * inputs)", "sigmoid(i_raw) * inputs"),), edit="gated"),
    Planted("rate-gradient-without-its-slope", recurrences("B", "rg_lru"), (("(drate * sigmoid(L))[:, None]", "drate[:, None]"),), edit="+1"),
    Planted("scan-from-zeros", recurrences("FB", *SCANS), (("h[:, 0] = h0", "h[:, 0] = 0 * h0"),)),
    Planted("scan-gradient-of-one-step", recurrences("B", *SCANS), (("carry = a[:, t] * db[:, t]", "carry = a[:, t] * dh[:, t]"),)),
)
# fmt: on
