"""What goes wrong in apart.py under some condition alone: large inputs, other shapes, another dtype, arrays shared or kept."""

from planted.planting import Planted
from planted.ten.where import (
    BACKWARD,
    LSTM,
    LSTM_CELL,
    LSTM_CELL_B,
    LSTM_SEQ,
    RNN,
    RNN_CELL,
    RNN_CELL_B,
    RNN_SEQ_B,
    RNN_SEQ_F,
    SEQ,
    SIGMOID,
    SOFTMAX,
    ten,
)

# A table: one fault, one or two lines where they fit.
# fmt: off
CONDITIONAL: tuple[Planted, ...] = (
    # wrong only where exp overflows or underflows: inputs, logits or pre-activations beyond 745
    ten("sigmoid-overflow", SIGMOID, (("0.5 * (1 + np.tanh(half))", "np.exp(x) / (1 + np.exp(x))"),)),
    ten("softmax-no-max", SOFTMAX, (("x - np.max(x, axis=0, keepdims=True)", "x"),)),
    ten("softmax-max-of-everything", SOFTMAX, (("np.max(x, axis=0, keepdims=True)", "np.max(x)"),)),
    ten("rnn-cell-tanh-from-exponentials", RNN_CELL,
        (("np.tanh((Wax @ xt + ba) + Waa @ a_prev)",
          "(np.exp(2 * (Wax @ xt + ba + Waa @ a_prev)) - 1)"
          " / (np.exp(2 * (Wax @ xt + ba + Waa @ a_prev)) + 1)"),)),

    # an error where n_x differs from n_a, right where they agree
    ten("split-at-input-size", LSTM, (('n_a = parameters["Wf"].shape[0]',
          'n_a = parameters["Wf"].shape[1] - parameters["Wf"].shape[0]'),)),

    # wrong only in dtype, and only for float32 in; or only for inputs that float32 cannot hold
    ten("sigmoid-always-float64", ("sigmoid", *LSTM_CELL),
        (("= 0.5 * x", "= 0.5 * x.astype(np.float64)"),), shows_in="float32"),
    ten("states-always-float64", SEQ, (("T_x + 1), first.dtype)", "T_x + 1))"),), shows_in="float32"),
    ten("rnn-gradients-always-float64", RNN_SEQ_B,
        (("np.zeros(da.shape, da.dtype)", "np.zeros(da.shape)"),), shows_in="float32"),
    ten("lstm-inputs-through-float32", LSTM_SEQ,
        (("projected = np.tensordot(Wx, x, 1) + b",
          "projected = np.tensordot(Wx, x.astype(np.float32).astype(x.dtype), 1) + b"),)),

    # inputs changed in place, so that they cannot be read-only; values may be right
    ten("sigmoid-in-place", ("sigmoid",), (("= 0.5 * x", "= np.multiply(0.5, x, out=x)"),)),
    ten("softmax-in-place", ("softmax",), (("x - np.max(x, axis=0, keepdims=True)",
          "np.subtract(x, np.max(x, axis=0, keepdims=True), out=x)"),)),
    ten("rnn-cell-overwrites-a-prev", RNN_CELL,
        (("+ Waa @ a_prev)", "+ Waa @ a_prev, out=a_prev)"),)),
    ten("c-prev-updated-in-place", LSTM, (("c_next = f * c_prev + i * g",
          "c_next = np.add(f * c_prev, i * g, out=c_prev)"),)),
    ten("rnn-final-state-written-to-a0", RNN_SEQ_F, (("caches = (x.copy(), a, Wax, Waa)",
          "caches = (x.copy(), a, Wax, Waa)\n    a0[...] = a[:, :, -1]"),)),
    ten("rnn-cell-overwrites-da-next", RNN_CELL_B, (("_tanh_slope(a_next) * da_next",
          "np.multiply(_tanh_slope(a_next), da_next, out=da_next)"),)),
    ten("rnn-carry-added-into-da", RNN_SEQ_B, (("(da[:, :, t] + da_carry)",
          "np.add(da[:, :, t], da_carry, out=da[:, :, t])"),)),
    ten("lstm-cell-overwrites-dc-next", LSTM_CELL_B,
        (("dc = dc_next + da_next * (o * _tanh_slope(tanh_c))",
          "dc = np.add(dc_next, da_next * (o * _tanh_slope(tanh_c)), out=dc_next)"),)),

    # kept between calls: right at first, wrong or overwritten once other calls have come between
    ten("sigmoid-buffer-kept", SIGMOID, (("return 0.5 * (1 + np.tanh(half))",
          "kept = vars(sigmoid).setdefault((x.shape, x.dtype), np.empty_like(x))\n"
          "    return np.add(0.5, 0.5 * np.tanh(half), out=kept)"),)),
    ten("softmax-buffer-kept", SOFTMAX, (("y: Array = np.exp(shifted - np.log(total))",
          "y = vars(softmax).setdefault((x.shape, x.dtype), np.empty_like(x))\n"
          "    np.exp(shifted - np.log(total), out=y)"),)),
    ten("state-buffer-kept", RNN_SEQ_B + LSTM_SEQ,
        (("states = np.zeros((*first.shape, T_x + 1), first.dtype)",
          "shape, kept = (*first.shape, T_x + 1), vars(_timeline)\n"
          "    states = kept.setdefault((shape, first.dtype), np.zeros(shape, first.dtype))"),)),
    ten("rnn-weights-kept-by-shape", RNN,
        (('return parameters["Wax"].copy(), parameters["Waa"].copy(), parameters["ba"].copy()',
          'fresh = [parameters[name].copy() for name in ("Wax", "Waa", "ba")]\n'
          "    return vars(_rnn_weights).setdefault(fresh[0].shape, fresh)"),)),
    ten("lstm-weights-kept-by-id", LSTM, (("return W[:, :n_a], W[:, n_a:], b",
          "return vars(_stacked).setdefault(id(parameters), (W[:, :n_a], W[:, n_a:], b))"),)),
    ten("weight-gradients-pile-up", BACKWARD,
        (("return np.tensordot(dz, factor, axes=((1, 2), (1, 2)))",
          "fresh = np.tensordot(dz, factor, axes=((1, 2), (1, 2)))\n"
          "    total = vars(_weight_gradient).setdefault(fresh.shape, np.zeros_like(fresh))\n"
          "    total += fresh\n    return total"),)),
)
# fmt: on
