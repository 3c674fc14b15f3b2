"""Bugs in apart_cells.py: elementwise functions, and the cells of rnn, rnn_relu, gru and gru_reset_after."""

from planted.families.where import GRUS, WITH_CELL, backward, both, values
from planted.planting import Planted

GATED = (*GRUS, *WITH_CELL)
RNNS = ("rnn", "rnn_relu")
SIGMOID = ("sigmoid", *both(*GATED))
AFTER = "gru_reset_after"

# A table: one fault, one or two lines where they fit.
# fmt: off
CELLS: tuple[Planted, ...] = (
    # elementwise
    Planted("sigmoid-hard", SIGMOID, (("np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))",
              "np.clip(0.2 * x + 0.5, 0, 1)"),)),
    Planted("sigmoid-summed", SIGMOID, (("(1 + np.exp(-np.abs(x)))", "(1 + np.sum(np.exp(-np.abs(x))))"),)),
    Planted("sigmoid-overflows", SIGMOID,
            (("np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))", "np.exp(x) / (1 + np.exp(x))"),)),
    Planted("sigmoid-slope-missing-factor", backward(*GATED), (("return y - y * y", "return y"),)),
    Planted("sigmoid-slope-wrong-sign", backward(*GATED), (("return y - y * y", "return y + y * y"),)),
    Planted("tanh-slope-not-squared", backward("rnn", *GATED), (("return (1 + y) * (1 - y)", "return 1 - y"),)),
    Planted("tanh-slope-wrong-sign", backward("rnn", *GATED), (("return (1 + y) * (1 - y)", "return 1 + y * y"),)),
    Planted("bias-gradient-mean", backward("rnn", "rnn_relu", *GATED), (("rows.sum(axis=1)", "rows.mean(axis=1)"),)),
    Planted("bias-gradient-misses-a-column", backward("rnn", "rnn_relu", *GATED),
            (("rows.sum(axis=1)", "rows[:, :-1].sum(axis=1)"),)),
    Planted("bias-gradient-of-first-gate-for-all", backward(*GATED),
            (("np.split(db, len(gates))", "[np.split(db, len(gates))[0]] * len(gates)"),)),
    Planted("bias-gradients-summed-onto-the-first", backward(*GATED),
            (("np.split(db, len(gates))", "np.cumsum(np.split(db, len(gates)), axis=0)"),)),

    # rnn, and what rnn_relu has of it
    Planted("rnn-state-ignored", both("rnn"), (("np.tanh(zx + self.Wh @ a_prev)", "np.tanh(zx)"),)),
    Planted("rnn-recurrent-transposed", both("rnn"), (("zx + self.Wh @ a_prev)\n", "zx + self.Wh.T @ a_prev)\n"),)),
    Planted("rnn-sigmoid-for-tanh", both("rnn"), (("np.tanh(zx + self", "sigmoid(zx + self"),)),
    Planted("rnn-bias-dropped", both(*RNNS), (('p["ba"].copy()', '0 * p["ba"]'),)),
    Planted("rnn-slope-missing", backward("rnn"), (("dz = slope(a) * da\n", "dz = da.copy()\n"),)),
    Planted("rnn-backward-not-transposed", backward("rnn"),
            (("dz = slope(a) * da\n        return (self.Wh.T @ dz,)",
              "dz = slope(a) * da\n        return (self.Wh @ dz,)"),)),
    Planted("rnn-carry-before-slope", backward("rnn"),
            (("dz = slope(a) * da\n        return (self.Wh.T @ dz,)",
              "dz = slope(a) * da\n        return (self.Wh.T @ da,)"),)),
    Planted("rnn-dWaa-uses-next-state", backward("rnn"),
            (("dz = slope(a) * da\n        return (self.Wh.T @ dz,), (dz, a_prev)",
              "dz = slope(a) * da\n        return (self.Wh.T @ dz,), (dz, a)"),)),
    Planted("rnn-dWaa-transposed", backward(*RNNS), (('"dWaa": dz @ a_prev.T', '"dWaa": a_prev @ dz.T'),)),
    Planted("rnn-dWax-mean", backward(*RNNS), (('"dWax": dz @ x.T', '"dWax": dz @ x.T / x.shape[1]'),)),

    # rnn_relu
    Planted("relu-absent", values("rnn_relu"),
            (("np.maximum(self.Wh @ a_prev + zx, 0)", "self.Wh @ a_prev + zx"),)),
    Planted("relu-leaks", values("rnn_relu"), (("np.maximum(self.Wh @ a_prev + zx, 0)",
              "np.maximum(self.Wh @ a_prev + zx, 0.01 * (self.Wh @ a_prev + zx))"),)),
    Planted("relu-capped-at-6", values("rnn_relu"),
            (("np.maximum(self.Wh @ a_prev + zx, 0)", "np.clip(self.Wh @ a_prev + zx, 0, 6)"),)),
    Planted("relu-before-the-state", both("rnn_relu"),
            (("np.maximum(self.Wh @ a_prev + zx, 0)", "np.maximum(zx, 0) + self.Wh @ a_prev"),)),
    Planted("relu-recurrent-transposed", both("rnn_relu"), (("np.maximum(self.Wh @", "np.maximum(self.Wh.T @"),)),
    Planted("relu-gradient-passes-everywhere", backward("rnn_relu"), (("da * (a > 0)", "da.copy()"),)),
    Planted("relu-gradient-passes-at-zero", backward("rnn_relu"), (("da * (a > 0)", "da * (a >= 0)"),)),
    Planted("relu-gradient-rectified-instead", backward("rnn_relu"), (("da * (a > 0)", "da * (da > 0)"),)),
    Planted("relu-gradient-of-the-old-state", backward("rnn_relu"), (("da * (a > 0)", "da * (a_prev > 0)"),)),
    Planted("relu-backward-not-transposed", backward("rnn_relu"),
            (("(a > 0)\n        return (self.Wh.T @ dz,)", "(a > 0)\n        return (self.Wh @ dz,)"),)),

    # gru
    Planted("gru-gates-swapped", both("gru"), (("update, r = np.split", "r, update = np.split"),)),
    Planted("gru-update-flipped", both("gru"), (("keep, q = 1 - update, r * h", "keep, q = update, r * h"),)),
    Planted("gru-reset-after", both("gru"), (("self.Wh[2 * n :] @ q + zx", "r * (self.Wh[2 * n :] @ h) + zx"),)),
    Planted("gru-no-reset", both("gru"), (("1 - update, r * h", "1 - update, h.copy()"),)),
    Planted("gru-reset-by-update", both("gru"), (("1 - update, r * h", "1 - update, update * h"),)),
    Planted("gru-reset-keeps-the-state", values("gru"), (("new + keep * (h - new)", "new + keep * (q - new)"),)),
    Planted("gru-candidate-sigmoid", both("gru"), (("new = np.tanh(", "new = sigmoid("),)),
    Planted("gru-direct-path-missing", backward("gru"), (("dh = keep * da + r * dq", "dh = r * dq"),)),
    Planted("gru-direct-path-flipped", backward("gru"), (("dh = keep * da", "dh = (1 - keep) * da"),)),
    Planted("gru-path-through-reset-state-missing", backward("gru"), (("keep * da + r * dq", "keep * da"),)),
    Planted("gru-path-through-gates-missing", backward("gru"), ((" + self.Wh[: 2 * n].T @ dgates", ""),)),
    Planted("gru-dr-uses-new", backward("gru"), (("dq * h * bump(r)", "dq * new * bump(r)"),)),
    Planted("gru-dr-missing", backward("gru"), (("dq * h * bump(r)", "0 * dq"),)),
    Planted("gru-du-sign", backward("gru"), (("dzu = da * (new - h)", "dzu = da * (h - new)"),)),
    Planted("gru-du-misses-old-state", backward("gru"), (("dzu = da * (new - h)", "dzu = da * new"),)),
    Planted("gru-dc-weighted-by-keep", backward("gru"), (("(da - da * keep) * slope(new)", "da * keep * slope(new)"),)),
    Planted("gru-dc-misses-slope", backward("gru"), (("(da - da * keep) * slope(new)", "da - da * keep"),)),
    Planted("gru-dWc-misses-reset", backward("gru"), (("dz[2 * n :] @ q.T", "dz[2 * n :] @ h.T"),)),
    Planted("gru-all-gates-see-reset-state", backward("gru"), (("[dz[: 2 * n] @ h.T,", "[dz[: 2 * n] @ q.T,"),)),
    Planted("gru-gradients-input-before-state", backward("gru"),
            (("np.hstack([dWh, dz @ x.T])", "np.hstack([dz @ x.T, dWh])"),)),
    Planted("gru-input-before-state", both(*GRUS), (("W[:, n:], W[:, :n]", "W[:, :-n], W[:, -n:]"),)),
    Planted("gru-split-at-input-size", both(*GRUS), (('n = len(p["Wu"])', 'n = p["Wu"].shape[1] - len(p["Wu"])'),)),
    Planted("gru-biases-in-another-order", both(*GRUS),
            (('p["b" + g] for g in self.gates])\n\n    def step(', 'p["b" + g] for g in "ruc"])\n\n    def step('),)),

    # gru_reset_after
    Planted("after-bca-dropped", both(AFTER), (("recalled = recalled + self.bca", "recalled = recalled + 0 * self.bca"),)),
    Planted("after-bca-outside-reset", both(AFTER),
            (("np.tanh(r * recalled + xc)", "np.tanh(r * (recalled - self.bca) + self.bca + xc)"),)),
    Planted("after-bc-inside-reset", both(AFTER), (("np.tanh(r * recalled + xc)",
              "np.tanh(r * (recalled + self.b[2 * self.n :]) + xc - self.b[2 * self.n :])"),)),
    Planted("after-bca-skipped-without-a-state", both(AFTER),
            (("recalled + self.bca\n", "recalled + self.bca * h.any()\n"),)),
    Planted("after-reset-before", both(AFTER),
            (("np.tanh(r * recalled + xc)", "np.tanh(self.Wh[2 * self.n :] @ (r * h) + self.bca + xc)"),)),
    Planted("after-recurrent-gates-swapped", both(AFTER), (("zu, zr, recalled = np", "zr, zu, recalled = np"),)),
    Planted("after-input-gates-swapped", both(AFTER), (("xu, xr, xc = np", "xr, xu, xc = np"),)),
    Planted("after-update-flipped", both(AFTER), (("keep, r = 1 - sigmoid(xu + zu)", "keep, r = sigmoid(xu + zu)"),)),
    Planted("after-no-reset", both(AFTER), (("np.tanh(r * recalled + xc)", "np.tanh(recalled + xc)"),)),
    Planted("after-dr-misses-bca", backward(AFTER), (("dnew * recalled", "dnew * (recalled - self.bca)"),)),
    Planted("after-dr-missing", backward(AFTER), (("bump(r) * dr, r * dnew])", "0 * dr, r * dnew])"),)),
    Planted("after-recurrent-path-misses-reset", backward(AFTER), (("bump(r) * dr, r * dnew])", "bump(r) * dr, dnew])"),)),
    Planted("after-dbca-misses-reset", backward(AFTER), (("total(dzh[2 * self.n :])", "total(dz[2 * self.n :])"),)),
    Planted("after-dWca-misses-reset", backward(AFTER), (("[dzh @ h.T, dz @ x.T]", "[dz @ h.T, dz @ x.T]"),)),
    Planted("after-dWcx-reset", backward(AFTER), (("[dzh @ h.T, dz @ x.T]", "[dzh @ h.T, dzh @ x.T]"),)),
    Planted("after-dx-reset", backward(AFTER),
            (("dz = np.concatenate([dzh[: 2 * self.n], dnew])", "dz = dzh.copy()"),)),
    Planted("after-direct-path-missing", backward(AFTER), (("self.Wh.T @ dzh + da * keep", "self.Wh.T @ dzh"),)),
    Planted("after-du-sign", backward(AFTER), (("bump(keep) * (cand - h) * da", "bump(keep) * (h - cand) * da"),)),
    Planted("after-du-uses-the-gate-alone", backward(AFTER), (("bump(keep) * (cand - h)", "keep * (cand - h)"),)),

    # wrong only for float32 in, and there only in dtype; or only for inputs that float32 cannot hold
    Planted("sigmoid-always-float64", ("sigmoid", *both(*GATED)),
            (("np.exp(np.minimum(x, 0)) / (1", "np.exp(np.minimum(x, 0)).astype(np.float64) / (1"),), shows_in="float32"),
    Planted("rnn-states-through-float32", both("rnn"),
            (("a = np.tanh(zx + self.Wh @ a_prev)",
              "a = np.tanh((zx + self.Wh @ a_prev).astype(np.float32)).astype(zx.dtype)"),)),

    # kept between calls: right at first, wrong once other calls have come between
    Planted("relu-weights-kept", both("rnn_relu"), (("a = np.maximum(self.Wh @ a_prev + zx, 0)",
              "Wh = vars(sigmoid).setdefault(self.Wh.shape, self.Wh)\n        a = np.maximum(Wh @ a_prev + zx, 0)"),)),
    Planted("gru-buffer-kept", backward("gru"),
            (("q = 1 - update, r * h",
              "q = 1 - update, np.multiply(r, h, out=vars(sigmoid).setdefault((h.shape, h.dtype), np.empty_like(h)))"),)),
)
# fmt: on
