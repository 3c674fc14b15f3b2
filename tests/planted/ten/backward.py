"""What goes wrong on the way back in apart.py."""

from planted.planting import Planted
from planted.ten.where import BACKWARD as EVERY
from planted.ten.where import LSTM_B, LSTM_CELL_B, LSTM_SEQ_B, RNN_B, RNN_CELL_B, RNN_SEQ_B, ten

# A table: one fault, one or two lines where they fit.
# fmt: off
BACKWARD: tuple[Planted, ...] = (
    # rnn_cell_backward and rnn_backward
    ten("rnn-cell-tanh-slope-missing", RNN_CELL_B,
        (("_tanh_slope(a_next) * da_next", "da_next.copy()"),)),
    ten("rnn-cell-backward-not-transposed", RNN_CELL_B,
        (('"da_prev": Waa.T @ dz', '"da_prev": Waa @ dz'),)),
    ten("rnn-cell-dxt-before-slope", RNN_CELL_B, (("Wax.T @ dz", "Wax.T @ da_next"),)),
    ten("rnn-cell-dWaa-uses-a-next", RNN_CELL_B,
        (("_rnn_gradients(dz[:, :, None], a_prev", "_rnn_gradients(dz[:, :, None], a_next"),)),
    ten("rnn-dWaa-transposed", RNN_B, (('"dWaa": dWaa', '"dWaa": dWaa.T'),)),
    ten("rnn-carry-missing", RNN_SEQ_B,
        (("slope * (da[:, :, t] + da_carry)", "slope * da[:, :, t]"),)),
    ten("rnn-upstream-only-at-last-step", RNN_SEQ_B,
        (("(da[:, :, t] + da_carry)", "(da[:, :, t] * (t == T_x - 1) + da_carry)"),)),
    ten("rnn-carry-truncated-to-one-step", RNN_SEQ_B,
        (("Waa.T @ dz[:, :, t]", "Waa.T @ (slope * da[:, :, t])"),)),
    ten("rnn-carry-not-transposed", RNN_SEQ_B, (("Waa.T @ dz[:, :, t]", "Waa @ dz[:, :, t]"),)),
    ten("rnn-backward-runs-forward", RNN_SEQ_B,
        (("for t in reversed(range(T_x)):\n        slope", "for t in range(T_x):\n        slope"),)),
    ten("rnn-da0-zero", RNN_SEQ_B, (('da0": da_carry, **', 'da0": np.zeros_like(da_carry), **'),)),
    ten("rnn-dWaa-uses-next-state", RNN_SEQ_B,
        (("_rnn_gradients(dz, a[:, :, :-1], x)", "_rnn_gradients(dz, a[:, :, 1:], x)"),)),
    ten("rnn-gradients-overwritten", RNN_SEQ_B, (("_rnn_gradients(dz, a[:, :, :-1], x)",
          "_rnn_gradients(dz[:, :, :1], a[:, :, :1], x[:, :, :1])"),)),

    # what the backward operations share
    ten("tanh-slope-not-squared", EVERY, (("return (1 - y) * (1 + y)", "return 1 - y"),)),
    ten("tanh-slope-wrong-sign", EVERY, (("return (1 - y) * (1 + y)", "return 1 + y * y"),)),
    ten("sigmoid-slope-missing-factor", LSTM_B, (("return y * (1 - y)", "return y"),)),
    ten("sigmoid-slope-of-sigmoid-twice", LSTM_B,
        (("return y * (1 - y)", "return sigmoid(y) * (1 - sigmoid(y))"),)),
    ten("weight-gradient-mean-over-examples", EVERY,
        (("axes=((1, 2), (1, 2)))", "axes=((1, 2), (1, 2))) / dz.shape[1]"),)),
    ten("bias-gradient-mean-over-examples", EVERY,
        (("dz.sum(axis=(1, 2))", "dz.sum(axis=2).mean(axis=1)"),)),
    ten("bias-gradient-through-float32", EVERY, (("dz.sum(axis=(1, 2))",
          "dz.sum(axis=(1, 2), dtype=np.float32).astype(dz.dtype)"),)),

    # lstm_cell_backward and the step it shares with lstm_backward
    ten("dc-assigned-not-added", LSTM_B,
        (("dc = dc_next + da_next * (o", "dc = da_next * (o"),)),
    ten("dc-misses-path-through-a", LSTM_B,
        (("dc_next + da_next * (o * _tanh_slope(tanh_c))", "dc_next"),)),
    ten("dc-misses-tanh-slope", LSTM_B, (("(o * _tanh_slope(tanh_c))", "o"),)),
    ten("di-uses-c-prev", LSTM_B,
        (("dc * (g * _sigmoid_slope(i))", "dc * (c_prev * _sigmoid_slope(i))"),)),
    ten("df-uses-c-next", LSTM_B,
        (("(c_prev * _sigmoid_slope(f))", "(c_next * _sigmoid_slope(f))"),)),
    ten("dg-sigmoid-slope", LSTM_B, (("dc * (i * _tanh_slope(g))", "dc * (i * _sigmoid_slope(g))"),)),
    ten("do-misses-tanh", LSTM_B,
        (("(tanh_c * _sigmoid_slope(o))", "(c_next * _sigmoid_slope(o))"),)),
    ten("do-from-dc", LSTM_B, (("dzo = da_next", "dzo = dc"),)),
    ten("dc-prev-misses-forget-gate", LSTM_B, (("dzo]), dc * f", "dzo]), dc"),)),
    ten("dc-prev-misses-path-through-a", LSTM_B, (("dzo]), dc * f", "dzo]), dc_next * f"),)),
    ten("gates-read-in-other-order", LSTM_B,
        (("i, f, g, o = np.split(gates, 4)", "f, i, g, o = np.split(gates, 4)"),)),
    ten("gate-gradients-stacked-in-other-order", LSTM_B,
        (("[dzi, dzf, dzg, dzo]", "[dzi, dzf, dzo, dzg]"),)),
    ten("gradients-input-before-state", LSTM_B,
        (("[_weight_gradient(dz, a_prev), _weight_gradient(dz, x)]",
          "[_weight_gradient(dz, x), _weight_gradient(dz, a_prev)]"),)),
    ten("db-of-first-gate-for-all", LSTM_B, (("db_gate.copy()", "db[: len(db_gate)].copy()"),)),
    ten("lstm-cell-da-prev-misses-output-gate", LSTM_CELL_B,
        (("Wh.T @ dz, ", "(Wh.T @ dz - Wh[-len(a_prev) :].T @ dz[-len(a_prev) :]), "),)),

    # lstm_backward
    ten("lstm-da-carry-missing", LSTM_SEQ_B,
        (("da[:, :, t] + da_carry, gates", "da[:, :, t], gates"),)),
    ten("lstm-dc-carry-missing", LSTM_SEQ_B,
        (("dz[:, :, t], dc_carry = step", "dz[:, :, t], _ = step"),)),
    ten("lstm-upstream-only-at-last-step", LSTM_SEQ_B, (("da_t, gates_t = da[:, :, t] + da_carry",
          "da_t, gates_t = da[:, :, t] * (t == T_x - 1) + da_carry"),)),
    ten("lstm-da-carry-piles-up", LSTM_SEQ_B, (("da_carry = Wh.T", "da_carry = da_carry + Wh.T"),)),
    ten("lstm-gates-of-previous-step", LSTM_SEQ_B, (("gates[:, :, t]\n        step",
          "gates[:, :, max(t - 1, 0)]\n        step"),)),
    ten("c0-is-a-view-of-the-output", LSTM_SEQ_B, (("c[:, :, t], c[:, :, t + 1]",
          "c[:, :, t or 1], c[:, :, t + 1]"),)),
    ten("lstm-weights-see-next-state", LSTM_SEQ_B,
        (("_lstm_gradients(dz, a[:, :, :-1], x)", "_lstm_gradients(dz, a[:, :, 1:], x)"),)),
    ten("lstm-gradients-overwritten", LSTM_SEQ_B, (("_lstm_gradients(dz, a[:, :, :-1], x)",
          "_lstm_gradients(dz[:, :, :1], a[:, :, :1], x[:, :, :1])"),)),
    ten("db-accumulator-reused", LSTM_SEQ_B, (("    if c0_given",
          '    for gate, first in zip("ico", np.split(_bias_gradient(dz[:, :, :1]), 4)[::2]):\n'
          '        gradients["db" + gate] = gradients["dbf"] + first\n    if c0_given'),)),
    ten("lstm-da0-zero", LSTM_SEQ_B, (('"da0": da_carry})', '"da0": np.zeros_like(da_carry)})'),)),
    ten("dc0-is-da0", LSTM_SEQ_B, (('["dc0"] = dc_carry', '["dc0"] = da_carry.copy()'),)),
    ten("dc0-missing", LSTM_SEQ_B, (("if c0_given", "if not c0_given"),)),
)
# fmt: on
