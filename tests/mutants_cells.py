"""Bugs in apart_cells.py: elementwise functions, and the cells of rnn, rnn_relu, gru and gru_reset_after."""

from mutants import Mutant
from mutants_where import GRUS, WITH_CELL, backward, both, values

GATED = (*GRUS, *WITH_CELL)
RNNS = ("rnn", "rnn_relu")
SIGMOID = ("sigmoid", *both(*GATED))
AFTER = "gru_reset_after"

# A table: one mutant, one or two lines where they fit.
# fmt: off
CELLS: tuple[Mutant, ...] = (
    # elementwise
    Mutant("sigmoid-hard", SIGMOID, "np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))",
           "np.clip(0.2 * x + 0.5, 0, 1)"),
    Mutant("sigmoid-summed", SIGMOID, "(1 + np.exp(-np.abs(x)))", "(1 + np.sum(np.exp(-np.abs(x))))"),
    Mutant("sigmoid-overflows", SIGMOID,
           "np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))", "np.exp(x) / (1 + np.exp(x))"),
    Mutant("sigmoid-slope-missing-factor", backward(*GATED), "return y - y * y", "return y"),
    Mutant("sigmoid-slope-wrong-sign", backward(*GATED), "return y - y * y", "return y + y * y"),
    Mutant("tanh-slope-not-squared", backward("rnn", *GATED), "return (1 + y) * (1 - y)", "return 1 - y"),
    Mutant("tanh-slope-wrong-sign", backward("rnn", *GATED), "return (1 + y) * (1 - y)", "return 1 + y * y"),
    Mutant("bias-gradient-mean", backward("rnn", "rnn_relu", *GATED), "rows.sum(axis=1)", "rows.mean(axis=1)"),
    Mutant("bias-gradient-misses-a-column", backward("rnn", "rnn_relu", *GATED),
           "rows.sum(axis=1)", "rows[:, :-1].sum(axis=1)"),
    Mutant("bias-gradient-of-first-gate-for-all", backward(*GATED),
           "np.split(db, len(gates))", "[np.split(db, len(gates))[0]] * len(gates)"),
    Mutant("bias-gradients-summed-onto-the-first", backward(*GATED),
           "np.split(db, len(gates))", "np.cumsum(np.split(db, len(gates)), axis=0)"),

    # rnn, and what rnn_relu has of it
    Mutant("rnn-state-ignored", both("rnn"), "np.tanh(zx + self.Wh @ a_prev)", "np.tanh(zx)"),
    Mutant("rnn-recurrent-transposed", both("rnn"), "zx + self.Wh @ a_prev)\n", "zx + self.Wh.T @ a_prev)\n"),
    Mutant("rnn-sigmoid-for-tanh", both("rnn"), "np.tanh(zx + self", "sigmoid(zx + self"),
    Mutant("rnn-bias-dropped", both(*RNNS), 'p["ba"].copy()', '0 * p["ba"]'),
    Mutant("rnn-slope-missing", backward("rnn"), "dz = slope(a) * da\n", "dz = da.copy()\n"),
    Mutant("rnn-backward-not-transposed", backward("rnn"),
           "dz = slope(a) * da\n        return (self.Wh.T @ dz,)",
           "dz = slope(a) * da\n        return (self.Wh @ dz,)"),
    Mutant("rnn-carry-before-slope", backward("rnn"),
           "dz = slope(a) * da\n        return (self.Wh.T @ dz,)",
           "dz = slope(a) * da\n        return (self.Wh.T @ da,)"),
    Mutant("rnn-dWaa-uses-next-state", backward("rnn"),
           "dz = slope(a) * da\n        return (self.Wh.T @ dz,), (dz, a_prev)",
           "dz = slope(a) * da\n        return (self.Wh.T @ dz,), (dz, a)"),
    Mutant("rnn-dWaa-transposed", backward(*RNNS), '"dWaa": dz @ a_prev.T', '"dWaa": a_prev @ dz.T'),
    Mutant("rnn-dWax-mean", backward(*RNNS), '"dWax": dz @ x.T', '"dWax": dz @ x.T / x.shape[1]'),

    # rnn_relu
    Mutant("relu-absent", values("rnn_relu"),
           "np.maximum(self.Wh @ a_prev + zx, 0)", "self.Wh @ a_prev + zx"),
    Mutant("relu-leaks", values("rnn_relu"), "np.maximum(self.Wh @ a_prev + zx, 0)",
           "np.maximum(self.Wh @ a_prev + zx, 0.01 * (self.Wh @ a_prev + zx))"),
    Mutant("relu-capped-at-6", values("rnn_relu"),
           "np.maximum(self.Wh @ a_prev + zx, 0)", "np.clip(self.Wh @ a_prev + zx, 0, 6)"),
    Mutant("relu-before-the-state", both("rnn_relu"),
           "np.maximum(self.Wh @ a_prev + zx, 0)", "np.maximum(zx, 0) + self.Wh @ a_prev"),
    Mutant("relu-recurrent-transposed", both("rnn_relu"), "np.maximum(self.Wh @", "np.maximum(self.Wh.T @"),
    Mutant("relu-gradient-passes-everywhere", backward("rnn_relu"), "da * (a > 0)", "da.copy()"),
    Mutant("relu-gradient-passes-at-zero", backward("rnn_relu"), "da * (a > 0)", "da * (a >= 0)"),
    Mutant("relu-gradient-rectified-instead", backward("rnn_relu"), "da * (a > 0)", "da * (da > 0)"),
    Mutant("relu-gradient-of-the-old-state", backward("rnn_relu"), "da * (a > 0)", "da * (a_prev > 0)"),
    Mutant("relu-backward-not-transposed", backward("rnn_relu"),
           "(a > 0)\n        return (self.Wh.T @ dz,)", "(a > 0)\n        return (self.Wh @ dz,)"),

    # gru
    Mutant("gru-gates-swapped", both("gru"), "update, r = np.split", "r, update = np.split"),
    Mutant("gru-update-flipped", both("gru"), "keep, q = 1 - update, r * h", "keep, q = update, r * h"),
    Mutant("gru-reset-after", both("gru"), "self.Wh[2 * n :] @ q + zx", "r * (self.Wh[2 * n :] @ h) + zx"),
    Mutant("gru-no-reset", both("gru"), "1 - update, r * h", "1 - update, h.copy()"),
    Mutant("gru-reset-by-update", both("gru"), "1 - update, r * h", "1 - update, update * h"),
    Mutant("gru-reset-keeps-the-state", values("gru"), "new + keep * (h - new)", "new + keep * (q - new)"),
    Mutant("gru-candidate-sigmoid", both("gru"), "new = np.tanh(", "new = sigmoid("),
    Mutant("gru-direct-path-missing", backward("gru"), "dh = keep * da + r * dq", "dh = r * dq"),
    Mutant("gru-direct-path-flipped", backward("gru"), "dh = keep * da", "dh = (1 - keep) * da"),
    Mutant("gru-path-through-reset-state-missing", backward("gru"), "keep * da + r * dq", "keep * da"),
    Mutant("gru-path-through-gates-missing", backward("gru"), " + self.Wh[: 2 * n].T @ dgates", ""),
    Mutant("gru-dr-uses-new", backward("gru"), "dq * h * bump(r)", "dq * new * bump(r)"),
    Mutant("gru-dr-missing", backward("gru"), "dq * h * bump(r)", "0 * dq"),
    Mutant("gru-du-sign", backward("gru"), "dzu = da * (new - h)", "dzu = da * (h - new)"),
    Mutant("gru-du-misses-old-state", backward("gru"), "dzu = da * (new - h)", "dzu = da * new"),
    Mutant("gru-dc-weighted-by-keep", backward("gru"), "(da - da * keep) * slope(new)", "da * keep * slope(new)"),
    Mutant("gru-dc-misses-slope", backward("gru"), "(da - da * keep) * slope(new)", "da - da * keep"),
    Mutant("gru-dWc-misses-reset", backward("gru"), "dz[2 * n :] @ q.T", "dz[2 * n :] @ h.T"),
    Mutant("gru-all-gates-see-reset-state", backward("gru"), "[dz[: 2 * n] @ h.T,", "[dz[: 2 * n] @ q.T,"),
    Mutant("gru-gradients-input-before-state", backward("gru"),
           "np.hstack([dWh, dz @ x.T])", "np.hstack([dz @ x.T, dWh])"),
    Mutant("gru-input-before-state", both(*GRUS), "W[:, n:], W[:, :n]", "W[:, :-n], W[:, -n:]"),
    Mutant("gru-split-at-input-size", both(*GRUS), 'n = len(p["Wu"])', 'n = p["Wu"].shape[1] - len(p["Wu"])'),
    Mutant("gru-biases-in-another-order", both(*GRUS),
           'p["b" + g] for g in self.gates])\n\n    def step(', 'p["b" + g] for g in "ruc"])\n\n    def step('),

    # gru_reset_after
    Mutant("after-bca-dropped", both(AFTER), "recalled = recalled + self.bca", "recalled = recalled + 0 * self.bca"),
    Mutant("after-bca-outside-reset", both(AFTER),
           "np.tanh(r * recalled + xc)", "np.tanh(r * (recalled - self.bca) + self.bca + xc)"),
    Mutant("after-bc-inside-reset", both(AFTER), "np.tanh(r * recalled + xc)",
           "np.tanh(r * (recalled + self.b[2 * self.n :]) + xc - self.b[2 * self.n :])"),
    Mutant("after-bca-skipped-without-a-state", both(AFTER),
           "recalled + self.bca\n", "recalled + self.bca * h.any()\n"),
    Mutant("after-reset-before", both(AFTER),
           "np.tanh(r * recalled + xc)", "np.tanh(self.Wh[2 * self.n :] @ (r * h) + self.bca + xc)"),
    Mutant("after-recurrent-gates-swapped", both(AFTER), "zu, zr, recalled = np", "zr, zu, recalled = np"),
    Mutant("after-input-gates-swapped", both(AFTER), "xu, xr, xc = np", "xr, xu, xc = np"),
    Mutant("after-update-flipped", both(AFTER), "keep, r = 1 - sigmoid(xu + zu)", "keep, r = sigmoid(xu + zu)"),
    Mutant("after-no-reset", both(AFTER), "np.tanh(r * recalled + xc)", "np.tanh(recalled + xc)"),
    Mutant("after-dr-misses-bca", backward(AFTER), "dnew * recalled", "dnew * (recalled - self.bca)"),
    Mutant("after-dr-missing", backward(AFTER), "bump(r) * dr, r * dnew])", "0 * dr, r * dnew])"),
    Mutant("after-recurrent-path-misses-reset", backward(AFTER), "bump(r) * dr, r * dnew])", "bump(r) * dr, dnew])"),
    Mutant("after-dbca-misses-reset", backward(AFTER), "total(dzh[2 * self.n :])", "total(dz[2 * self.n :])"),
    Mutant("after-dWca-misses-reset", backward(AFTER), "[dzh @ h.T, dz @ x.T]", "[dz @ h.T, dz @ x.T]"),
    Mutant("after-dWcx-reset", backward(AFTER), "[dzh @ h.T, dz @ x.T]", "[dzh @ h.T, dzh @ x.T]"),
    Mutant("after-dx-reset", backward(AFTER),
           "dz = np.concatenate([dzh[: 2 * self.n], dnew])", "dz = dzh.copy()"),
    Mutant("after-direct-path-missing", backward(AFTER), "self.Wh.T @ dzh + da * keep", "self.Wh.T @ dzh"),
    Mutant("after-du-sign", backward(AFTER), "bump(keep) * (cand - h) * da", "bump(keep) * (h - cand) * da"),
    Mutant("after-du-uses-the-gate-alone", backward(AFTER), "bump(keep) * (cand - h)", "keep * (cand - h)"),

    # wrong only for float32 in, and there only in dtype; or only for inputs that float32 cannot hold
    Mutant("sigmoid-always-float64", ("sigmoid", *both(*GATED)),
           "np.exp(np.minimum(x, 0)) / (1", "np.exp(np.minimum(x, 0)).astype(np.float64) / (1"),
    Mutant("rnn-states-through-float32", both("rnn"),
           "a = np.tanh(zx + self.Wh @ a_prev)",
           "a = np.tanh((zx + self.Wh @ a_prev).astype(np.float32)).astype(zx.dtype)"),

    # kept between calls: right at first, wrong once other calls have come between
    Mutant("relu-weights-kept", both("rnn_relu"), "a = np.maximum(self.Wh @ a_prev + zx, 0)",
           "Wh = vars(sigmoid).setdefault(self.Wh.shape, self.Wh)\n        a = np.maximum(Wh @ a_prev + zx, 0)"),
    Mutant("gru-buffer-kept", backward("gru"),
           "q = 1 - update, r * h",
           "q = 1 - update, np.multiply(r, h, out=vars(sigmoid).setdefault((h.shape, h.dtype), np.empty_like(h)))"),
)
# fmt: on
