"""What goes wrong in the forward operations of apart.py, and in the backward ones that start from there."""

from planted.planting import Planted
from planted.ten.where import (
    LSTM,
    LSTM_CELL,
    LSTM_CELL_F,
    LSTM_SEQ,
    LSTM_SEQ_F,
    RNN_CELL,
    RNN_CELL_F,
    RNN_SEQ,
    RNN_SEQ_F,
    SEQ,
    SIGMOID,
    SOFTMAX,
    ten,
)

# A table: one fault, one or two lines where they fit.
# fmt: off
FORWARD: tuple[Planted, ...] = (
    # sigmoid
    ten("hard-sigmoid", SIGMOID, (("0.5 * (1 + np.tanh(half))", "np.clip(0.2 * x + 0.5, 0, 1)"),)),
    ten("sigmoid-summed", SIGMOID,
        (("0.5 * (1 + np.tanh(half))", "np.full_like(x, 1 / (1 + np.sum(np.exp(-x))))"),)),
    ten("sigmoid-not-halved", SIGMOID, (("half: Array = 0.5 * x", "half: Array = x"),)),
    ten("sigmoid-epsilon", SIGMOID, (("0.5 * (1 + np.tanh(half))", "1 / (1 + np.exp(-x) + 1e-8)"),)),
    ten("sigmoid-through-float32", SIGMOID,
        (("np.tanh(half)", "np.tanh(half.astype(np.float32)).astype(x.dtype)"),)),

    # softmax and the heads
    ten("softmax-over-examples", SOFTMAX, (("np.exp(shifted), axis=0", "np.exp(shifted), axis=1"),)),
    ten("softmax-over-everything", SOFTMAX,
        (("np.sum(np.exp(shifted), axis=0, keepdims=True)", "np.sum(np.exp(shifted))"),)),
    ten("softmax-unnormalised", SOFTMAX, (("np.exp(shifted - np.log(total))", "np.exp(shifted)"),)),
    ten("softmax-epsilon", SOFTMAX, (("np.log(total)", "np.log(total + 1e-8)"),)),
    ten("rnn-cell-head-bias-dropped", RNN_CELL_F,
        (('@ a_next + parameters["by"])\n    cache = (xt.copy(), a_prev.copy(), a_next',
          "@ a_next)\n    cache = (xt.copy(), a_prev.copy(), a_next"),)),
    ten("rnn-head-one-step-late", RNN_SEQ_F, (('"Wya"], a[:, :, 1:]', '"Wya"], a[:, :, :-1]'),)),
    ten("lstm-cell-head-reads-c", LSTM_CELL_F, (('"Wy"] @ a_next', '"Wy"] @ c_next'),)),
    ten("lstm-head-bias-dropped", LSTM_SEQ_F,
        (('"Wy"], a[:, :, 1:], 1) + parameters["by"][:, :, None]', '"Wy"], a[:, :, 1:], 1)'),)),

    # rnn_cell_forward
    ten("rnn-cell-recurrent-transposed", RNN_CELL, (("Waa @ a_prev)", "Waa.T @ a_prev)"),)),
    ten("rnn-cell-bias-dropped", RNN_CELL, (("(Wax @ xt + ba)", "(Wax @ xt)"),)),
    ten("rnn-cell-state-ignored", RNN_CELL, (("+ ba) + Waa @ a_prev)", "+ ba))"),)),
    ten("rnn-cell-sigmoid-for-tanh", RNN_CELL, (("np.tanh((Wax", "sigmoid((Wax"),)),

    # rnn_forward
    ten("rnn-recurrent-transposed", RNN_SEQ, (("Waa @ a[:, :, t]", "Waa.T @ a[:, :, t]"),)),
    ten("rnn-bias-dropped", RNN_SEQ, (("x, 1) + ba[:, :, None]", "x, 1)"),)),
    ten("rnn-a0-ignored", RNN_SEQ,
        (("a = _timeline(a0, T_x)\n    for", "a = _timeline(0 * a0, T_x)\n    for"),)),
    ten("rnn-state-not-carried", RNN_SEQ, (("Waa @ a[:, :, t]", "Waa @ a[:, :, 0]"),)),
    ten("rnn-last-step-missing", RNN_SEQ,
        (("for t in range(T_x):\n        a[", "for t in range(T_x - 1):\n        a["),)),
    ten("rnn-time-reversed", RNN_SEQ,
        (("projected[:, :, t] + Waa", "projected[:, :, -1 - t] + Waa"),)),
    ten("rnn-output-reversed", RNN_SEQ_F,
        (("a[:, :, 1:].copy(), y_pred", "a[:, :, :0:-1].copy(), y_pred"),)),
    ten("rnn-output-one-step-late", RNN_SEQ_F,
        (("a[:, :, 1:].copy(), y_pred", "a[:, :, :-1].copy(), y_pred"),)),
    ten("rnn-every-output-the-last-state", RNN_SEQ_F,
        (("a[:, :, 1:].copy(), y_pred", "np.repeat(a[:, :, -1:], T_x, axis=2), y_pred"),)),
    ten("rnn-outputs-swapped", RNN_SEQ_F,
        (("a[:, :, 1:].copy(), y_pred, caches", "y_pred, a[:, :, 1:].copy(), caches"),)),
    ten("initial-state-of-first-example", SEQ,
        (("states[:, :, 0] = first", "states[:, :, 0] = first[:, :1]"),)),

    # gates, weights and the lstm step
    ten("gates-i-f-swapped", LSTM, (("zi, zf, zg, zo = np", "zf, zi, zg, zo = np"),)),
    ten("gates-i-o-swapped", LSTM, (("zi, zf, zg, zo = np", "zo, zf, zg, zi = np"),)),
    ten("gates-g-o-swapped", LSTM, (("zi, zf, zg, zo = np", "zi, zf, zo, zg = np"),)),
    ten("gates-in-onnx-order", LSTM, (("zi, zf, zg, zo = np", "zi, zo, zf, zg = np"),)),
    ten("gate-biases-not-permuted", LSTM,
        (('"b" + gate] for gate in STACKED_GATES', '"b" + gate] for gate in ("f", "i", "c", "o")'),)),
    ten("one-bias-for-all-gates", LSTM, (('["b" + gate] for', '["bf"] for'),)),
    ten("lstm-bias-dropped", LSTM, (("W[:, n_a:], b", "W[:, n_a:], 0 * b"),)),
    ten("forget-bias-plus-one", LSTM, (("    return W[:, :n_a]",
          "    b[n_a : 2 * n_a] += 1\n    return W[:, :n_a]"),)),
    ten("input-before-state", LSTM, (("W[:, :n_a], W[:, n_a:]", "W[:, -n_a:], W[:, :-n_a]"),)),
    ten("lstm-recurrent-transposed", LSTM, (("return W[:, :n_a],",
          "return np.concatenate([w[:, :n_a].T for w in np.split(W, 4)]),"),)),
    ten("no-tanh-on-c", LSTM_CELL_F + LSTM_SEQ, (("o * np.tanh(c_next)", "o * c_next"),)),
    ten("candidate-sigmoid", LSTM, (("np.tanh(zg)", "sigmoid(zg)"),)),
    ten("forget-gate-unused", LSTM, (("f * c_prev + i * g", "c_prev + i * g"),)),
    ten("c-through-float32", LSTM, (("c_next = f * c_prev + i * g",
          "c_next = (f * c_prev + i * g).astype(np.float32).astype(z.dtype)"),)),
    ten("a-next-written-over-c-next", LSTM, (("a_next = o * np.tanh(c_next)",
          "a_next = np.multiply(o, np.tanh(c_next), out=c_next)"),)),

    # lstm_cell_forward
    ten("lstm-cell-c-prev-ignored", LSTM_CELL, (("+ b), c_prev)", "+ b), 0 * c_prev)"),)),
    ten("lstm-cell-outputs-swapped", LSTM_CELL_F,
        (("return a_next, c_next, yt_pred", "return c_next, a_next, yt_pred"),)),

    # lstm_forward
    ten("lstm-a0-ignored", LSTM_SEQ,
        (("a = _timeline(a0, T_x)\n    c", "a = _timeline(0 * a0, T_x)\n    c"),)),
    ten("c0-ignored", LSTM_SEQ, (("np.zeros_like(a0) if c0 is None else c0", "np.zeros_like(a0)"),)),
    ten("c0-defaults-to-a0", LSTM_SEQ, (("np.zeros_like(a0) if c0", "a0 if c0"),)),
    ten("c-aliases-a", LSTM_SEQ,
        (("c = _timeline(np.zeros_like(a0) if c0 is None else c0, T_x)", "c = a"),)),
    ten("lstm-state-not-carried", LSTM_SEQ, (("Wh @ a[:, :, t]", "Wh @ a[:, :, 0]"),)),
    ten("lstm-cell-state-not-carried", LSTM_SEQ,
        (("_lstm_step(z, c[:, :, t])", "_lstm_step(z, c[:, :, 0])"),)),
    ten("lstm-last-step-missing", LSTM_SEQ,
        (("for t in range(T_x):\n        z", "for t in range(T_x - 1):\n        z"),)),
    ten("lstm-output-one-step-late", LSTM_SEQ_F,
        (("a[:, :, 1:].copy(), y, c", "a[:, :, :-1].copy(), y, c"),)),
    ten("lstm-outputs-in-cell-order", LSTM_SEQ_F,
        (("y, c[:, :, 1:].copy(), caches", "c[:, :, 1:].copy(), y, caches"),)),
)
# fmt: on
