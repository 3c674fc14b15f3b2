"""Bugs a person would plausibly write, each one replacement in the text of apart.py.

A conformance suite is worth what it catches. `operations` lists every operation whose results a
mutant makes wrong; a backward operation counts as wrong when the cache that the same module's
forward hands it is. Most mutants give wrong values for any generic input in float64; those that
show only under some condition come last, under headings that say which.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.abc import ExecutionLoader
from importlib.machinery import ModuleSpec
from importlib.util import module_from_spec
from pathlib import Path
from types import ModuleType

SOURCE = Path(__file__).with_name("apart.py")

RNN_CELL_F, RNN_CELL_B = ("rnn_cell_forward",), ("rnn_cell_backward",)
RNN_SEQ_F, RNN_SEQ_B = ("rnn_forward",), ("rnn_backward",)
LSTM_CELL_F, LSTM_CELL_B = ("lstm_cell_forward",), ("lstm_cell_backward",)
LSTM_SEQ_F, LSTM_SEQ_B = ("lstm_forward",), ("lstm_backward",)
RNN_CELL, RNN_SEQ = RNN_CELL_F + RNN_CELL_B, RNN_SEQ_F + RNN_SEQ_B
LSTM_CELL, LSTM_SEQ = LSTM_CELL_F + LSTM_CELL_B, LSTM_SEQ_F + LSTM_SEQ_B
RNN, LSTM, SEQ = RNN_CELL + RNN_SEQ, LSTM_CELL + LSTM_SEQ, RNN_SEQ + LSTM_SEQ
RNN_B, LSTM_B = RNN_CELL_B + RNN_SEQ_B, LSTM_CELL_B + LSTM_SEQ_B
BACKWARD = RNN_B + LSTM_B
SIGMOID = ("sigmoid", *LSTM)
SOFTMAX = ("softmax", *RNN_CELL_F, *RNN_SEQ_F, *LSTM_CELL_F, *LSTM_SEQ_F)


@dataclass(frozen=True)
class Mutant:
    id: str
    operations: tuple[str, ...]
    old: str
    new: str
    count: int = 1


# A table: one mutant, one or two lines where they fit.
# fmt: off
MUTANTS: tuple[Mutant, ...] = (
    # sigmoid
    Mutant("hard-sigmoid", SIGMOID, "0.5 * (1 + np.tanh(half))", "np.clip(0.2 * x + 0.5, 0, 1)"),
    Mutant("sigmoid-summed", SIGMOID,
           "0.5 * (1 + np.tanh(half))", "np.full_like(x, 1 / (1 + np.sum(np.exp(-x))))"),
    Mutant("sigmoid-not-halved", SIGMOID, "half: Array = 0.5 * x", "half: Array = x"),
    Mutant("sigmoid-epsilon", SIGMOID, "0.5 * (1 + np.tanh(half))", "1 / (1 + np.exp(-x) + 1e-8)"),
    Mutant("sigmoid-through-float32", SIGMOID,
           "np.tanh(half)", "np.tanh(half.astype(np.float32)).astype(x.dtype)"),

    # softmax and the heads
    Mutant("softmax-over-examples", SOFTMAX, "np.exp(shifted), axis=0", "np.exp(shifted), axis=1"),
    Mutant("softmax-over-everything", SOFTMAX,
           "np.sum(np.exp(shifted), axis=0, keepdims=True)", "np.sum(np.exp(shifted))"),
    Mutant("softmax-unnormalised", SOFTMAX, "np.exp(shifted - np.log(total))", "np.exp(shifted)"),
    Mutant("softmax-epsilon", SOFTMAX, "np.log(total)", "np.log(total + 1e-8)"),
    Mutant("rnn-cell-head-bias-dropped", RNN_CELL_F,
           '@ a_next + parameters["by"])\n    cache = (xt.copy(), a_prev.copy(), a_next',
           "@ a_next)\n    cache = (xt.copy(), a_prev.copy(), a_next"),
    Mutant("rnn-head-one-step-late", RNN_SEQ_F, '"Wya"], a[:, :, 1:]', '"Wya"], a[:, :, :-1]'),
    Mutant("lstm-cell-head-reads-c", LSTM_CELL_F, '"Wy"] @ a_next', '"Wy"] @ c_next'),
    Mutant("lstm-head-bias-dropped", LSTM_SEQ_F,
           '"Wy"], a[:, :, 1:], 1) + parameters["by"][:, :, None]', '"Wy"], a[:, :, 1:], 1)'),

    # rnn_cell_forward
    Mutant("rnn-cell-recurrent-transposed", RNN_CELL, "Waa @ a_prev)", "Waa.T @ a_prev)"),
    Mutant("rnn-cell-bias-dropped", RNN_CELL, "(Wax @ xt + ba)", "(Wax @ xt)"),
    Mutant("rnn-cell-state-ignored", RNN_CELL, "+ ba) + Waa @ a_prev)", "+ ba))"),
    Mutant("rnn-cell-sigmoid-for-tanh", RNN_CELL, "np.tanh((Wax", "sigmoid((Wax"),

    # rnn_forward
    Mutant("rnn-recurrent-transposed", RNN_SEQ, "Waa @ a[:, :, t]", "Waa.T @ a[:, :, t]"),
    Mutant("rnn-bias-dropped", RNN_SEQ, "x, 1) + ba[:, :, None]", "x, 1)"),
    Mutant("rnn-a0-ignored", RNN_SEQ,
           "a = _timeline(a0, T_x)\n    for", "a = _timeline(0 * a0, T_x)\n    for"),
    Mutant("rnn-state-not-carried", RNN_SEQ, "Waa @ a[:, :, t]", "Waa @ a[:, :, 0]"),
    Mutant("rnn-last-step-missing", RNN_SEQ,
           "for t in range(T_x):\n        a[", "for t in range(T_x - 1):\n        a["),
    Mutant("rnn-time-reversed", RNN_SEQ,
           "projected[:, :, t] + Waa", "projected[:, :, -1 - t] + Waa"),
    Mutant("rnn-output-reversed", RNN_SEQ_F,
           "a[:, :, 1:].copy(), y_pred", "a[:, :, :0:-1].copy(), y_pred"),
    Mutant("rnn-output-one-step-late", RNN_SEQ_F,
           "a[:, :, 1:].copy(), y_pred", "a[:, :, :-1].copy(), y_pred"),
    Mutant("rnn-every-output-the-last-state", RNN_SEQ_F,
           "a[:, :, 1:].copy(), y_pred", "np.repeat(a[:, :, -1:], T_x, axis=2), y_pred"),
    Mutant("rnn-outputs-swapped", RNN_SEQ_F,
           "a[:, :, 1:].copy(), y_pred, caches", "y_pred, a[:, :, 1:].copy(), caches"),
    Mutant("initial-state-of-first-example", SEQ,
           "states[:, :, 0] = first", "states[:, :, 0] = first[:, :1]"),

    # rnn_cell_backward and rnn_backward
    Mutant("rnn-cell-tanh-slope-missing", RNN_CELL_B,
           "_tanh_slope(a_next) * da_next", "da_next.copy()"),
    Mutant("rnn-cell-backward-not-transposed", RNN_CELL_B,
           '"da_prev": Waa.T @ dz', '"da_prev": Waa @ dz'),
    Mutant("rnn-cell-dxt-before-slope", RNN_CELL_B, "Wax.T @ dz", "Wax.T @ da_next"),
    Mutant("rnn-cell-dWaa-uses-a-next", RNN_CELL_B,
           "_rnn_gradients(dz[:, :, None], a_prev", "_rnn_gradients(dz[:, :, None], a_next"),
    Mutant("rnn-dWaa-transposed", RNN_B, '"dWaa": dWaa', '"dWaa": dWaa.T'),
    Mutant("rnn-carry-missing", RNN_SEQ_B,
           "slope * (da[:, :, t] + da_carry)", "slope * da[:, :, t]"),
    Mutant("rnn-upstream-only-at-last-step", RNN_SEQ_B,
           "(da[:, :, t] + da_carry)", "(da[:, :, t] * (t == T_x - 1) + da_carry)"),
    Mutant("rnn-carry-truncated-to-one-step", RNN_SEQ_B,
           "Waa.T @ dz[:, :, t]", "Waa.T @ (slope * da[:, :, t])"),
    Mutant("rnn-carry-not-transposed", RNN_SEQ_B, "Waa.T @ dz[:, :, t]", "Waa @ dz[:, :, t]"),
    Mutant("rnn-backward-runs-forward", RNN_SEQ_B,
           "for t in reversed(range(T_x)):\n        slope", "for t in range(T_x):\n        slope"),
    Mutant("rnn-da0-zero", RNN_SEQ_B, 'da0": da_carry, **', 'da0": np.zeros_like(da_carry), **'),
    Mutant("rnn-dWaa-uses-next-state", RNN_SEQ_B,
           "_rnn_gradients(dz, a[:, :, :-1], x)", "_rnn_gradients(dz, a[:, :, 1:], x)"),
    Mutant("rnn-gradients-overwritten", RNN_SEQ_B, "_rnn_gradients(dz, a[:, :, :-1], x)",
           "_rnn_gradients(dz[:, :, :1], a[:, :, :1], x[:, :, :1])"),

    # what the backward operations share
    Mutant("tanh-slope-not-squared", BACKWARD, "return (1 - y) * (1 + y)", "return 1 - y"),
    Mutant("tanh-slope-wrong-sign", BACKWARD, "return (1 - y) * (1 + y)", "return 1 + y * y"),
    Mutant("sigmoid-slope-missing-factor", LSTM_B, "return y * (1 - y)", "return y"),
    Mutant("sigmoid-slope-of-sigmoid-twice", LSTM_B,
           "return y * (1 - y)", "return sigmoid(y) * (1 - sigmoid(y))"),
    Mutant("weight-gradient-mean-over-examples", BACKWARD,
           "axes=((1, 2), (1, 2)))", "axes=((1, 2), (1, 2))) / dz.shape[1]"),
    Mutant("bias-gradient-mean-over-examples", BACKWARD,
           "dz.sum(axis=(1, 2))", "dz.sum(axis=2).mean(axis=1)"),
    Mutant("bias-gradient-through-float32", BACKWARD, "dz.sum(axis=(1, 2))",
           "dz.sum(axis=(1, 2), dtype=np.float32).astype(dz.dtype)"),

    # gates, weights and the lstm step
    Mutant("gates-i-f-swapped", LSTM, "zi, zf, zg, zo = np", "zf, zi, zg, zo = np"),
    Mutant("gates-i-o-swapped", LSTM, "zi, zf, zg, zo = np", "zo, zf, zg, zi = np"),
    Mutant("gates-g-o-swapped", LSTM, "zi, zf, zg, zo = np", "zi, zf, zo, zg = np"),
    Mutant("gates-in-onnx-order", LSTM, "zi, zf, zg, zo = np", "zi, zo, zf, zg = np"),
    Mutant("gate-biases-not-permuted", LSTM,
           '"b" + gate] for gate in STACKED_GATES', '"b" + gate] for gate in ("f", "i", "c", "o")'),
    Mutant("one-bias-for-all-gates", LSTM, '["b" + gate] for', '["bf"] for'),
    Mutant("lstm-bias-dropped", LSTM, "W[:, n_a:], b", "W[:, n_a:], 0 * b"),
    Mutant("forget-bias-plus-one", LSTM, "    return W[:, :n_a]",
           "    b[n_a : 2 * n_a] += 1\n    return W[:, :n_a]"),
    Mutant("input-before-state", LSTM, "W[:, :n_a], W[:, n_a:]", "W[:, -n_a:], W[:, :-n_a]"),
    Mutant("lstm-recurrent-transposed", LSTM, "return W[:, :n_a],",
           "return np.concatenate([w[:, :n_a].T for w in np.split(W, 4)]),"),
    Mutant("no-tanh-on-c", LSTM_CELL_F + LSTM_SEQ, "o * np.tanh(c_next)", "o * c_next"),
    Mutant("candidate-sigmoid", LSTM, "np.tanh(zg)", "sigmoid(zg)"),
    Mutant("forget-gate-unused", LSTM, "f * c_prev + i * g", "c_prev + i * g"),
    Mutant("c-through-float32", LSTM, "c_next = f * c_prev + i * g",
           "c_next = (f * c_prev + i * g).astype(np.float32).astype(z.dtype)"),
    Mutant("a-next-written-over-c-next", LSTM, "a_next = o * np.tanh(c_next)",
           "a_next = np.multiply(o, np.tanh(c_next), out=c_next)"),

    # lstm_cell_forward
    Mutant("lstm-cell-c-prev-ignored", LSTM_CELL, "+ b), c_prev)", "+ b), 0 * c_prev)"),
    Mutant("lstm-cell-outputs-swapped", LSTM_CELL_F,
           "return a_next, c_next, yt_pred", "return c_next, a_next, yt_pred"),

    # lstm_forward
    Mutant("lstm-a0-ignored", LSTM_SEQ,
           "a = _timeline(a0, T_x)\n    c", "a = _timeline(0 * a0, T_x)\n    c"),
    Mutant("c0-ignored", LSTM_SEQ, "np.zeros_like(a0) if c0 is None else c0", "np.zeros_like(a0)"),
    Mutant("c0-defaults-to-a0", LSTM_SEQ, "np.zeros_like(a0) if c0", "a0 if c0"),
    Mutant("c-aliases-a", LSTM_SEQ,
           "c = _timeline(np.zeros_like(a0) if c0 is None else c0, T_x)", "c = a"),
    Mutant("lstm-state-not-carried", LSTM_SEQ, "Wh @ a[:, :, t]", "Wh @ a[:, :, 0]"),
    Mutant("lstm-cell-state-not-carried", LSTM_SEQ,
           "_lstm_step(z, c[:, :, t])", "_lstm_step(z, c[:, :, 0])"),
    Mutant("lstm-last-step-missing", LSTM_SEQ,
           "for t in range(T_x):\n        z", "for t in range(T_x - 1):\n        z"),
    Mutant("lstm-output-one-step-late", LSTM_SEQ_F,
           "a[:, :, 1:].copy(), y, c", "a[:, :, :-1].copy(), y, c"),
    Mutant("lstm-outputs-in-cell-order", LSTM_SEQ_F,
           "y, c[:, :, 1:].copy(), caches", "c[:, :, 1:].copy(), y, caches"),

    # lstm_cell_backward and the step it shares with lstm_backward
    Mutant("dc-assigned-not-added", LSTM_B,
           "dc = dc_next + da_next * (o", "dc = da_next * (o"),
    Mutant("dc-misses-path-through-a", LSTM_B,
           "dc_next + da_next * (o * _tanh_slope(tanh_c))", "dc_next"),
    Mutant("dc-misses-tanh-slope", LSTM_B, "(o * _tanh_slope(tanh_c))", "o"),
    Mutant("di-uses-c-prev", LSTM_B,
           "dc * (g * _sigmoid_slope(i))", "dc * (c_prev * _sigmoid_slope(i))"),
    Mutant("df-uses-c-next", LSTM_B,
           "(c_prev * _sigmoid_slope(f))", "(c_next * _sigmoid_slope(f))"),
    Mutant("dg-sigmoid-slope", LSTM_B, "dc * (i * _tanh_slope(g))", "dc * (i * _sigmoid_slope(g))"),
    Mutant("do-misses-tanh", LSTM_B,
           "(tanh_c * _sigmoid_slope(o))", "(c_next * _sigmoid_slope(o))"),
    Mutant("do-from-dc", LSTM_B, "dzo = da_next", "dzo = dc"),
    Mutant("dc-prev-misses-forget-gate", LSTM_B, "dzo]), dc * f", "dzo]), dc"),
    Mutant("dc-prev-misses-path-through-a", LSTM_B, "dzo]), dc * f", "dzo]), dc_next * f"),
    Mutant("gates-read-in-other-order", LSTM_B,
           "i, f, g, o = np.split(gates, 4)", "f, i, g, o = np.split(gates, 4)"),
    Mutant("gate-gradients-stacked-in-other-order", LSTM_B,
           "[dzi, dzf, dzg, dzo]", "[dzi, dzf, dzo, dzg]"),
    Mutant("gradients-input-before-state", LSTM_B,
           "[_weight_gradient(dz, a_prev), _weight_gradient(dz, x)]",
           "[_weight_gradient(dz, x), _weight_gradient(dz, a_prev)]"),
    Mutant("db-of-first-gate-for-all", LSTM_B, "db_gate.copy()", "db[: len(db_gate)].copy()"),
    Mutant("lstm-cell-da-prev-misses-output-gate", LSTM_CELL_B,
           "Wh.T @ dz, ", "(Wh.T @ dz - Wh[-len(a_prev) :].T @ dz[-len(a_prev) :]), "),

    # lstm_backward
    Mutant("lstm-da-carry-missing", LSTM_SEQ_B,
           "da[:, :, t] + da_carry, gates", "da[:, :, t], gates"),
    Mutant("lstm-dc-carry-missing", LSTM_SEQ_B,
           "dz[:, :, t], dc_carry = step", "dz[:, :, t], _ = step"),
    Mutant("lstm-upstream-only-at-last-step", LSTM_SEQ_B, "da_t, gates_t = da[:, :, t] + da_carry",
           "da_t, gates_t = da[:, :, t] * (t == T_x - 1) + da_carry"),
    Mutant("lstm-da-carry-piles-up", LSTM_SEQ_B, "da_carry = Wh.T", "da_carry = da_carry + Wh.T"),
    Mutant("lstm-gates-of-previous-step", LSTM_SEQ_B, "gates[:, :, t]\n        step",
           "gates[:, :, max(t - 1, 0)]\n        step"),
    Mutant("c0-is-a-view-of-the-output", LSTM_SEQ_B, "c[:, :, t], c[:, :, t + 1]",
           "c[:, :, t or 1], c[:, :, t + 1]"),
    Mutant("lstm-weights-see-next-state", LSTM_SEQ_B,
           "_lstm_gradients(dz, a[:, :, :-1], x)", "_lstm_gradients(dz, a[:, :, 1:], x)"),
    Mutant("lstm-gradients-overwritten", LSTM_SEQ_B, "_lstm_gradients(dz, a[:, :, :-1], x)",
           "_lstm_gradients(dz[:, :, :1], a[:, :, :1], x[:, :, :1])"),
    Mutant("db-accumulator-reused", LSTM_SEQ_B, "    if c0_given",
           '    for gate, first in zip("ico", np.split(_bias_gradient(dz[:, :, :1]), 4)[::2]):\n'
           '        gradients["db" + gate] = gradients["dbf"] + first\n    if c0_given'),
    Mutant("lstm-da0-zero", LSTM_SEQ_B, '"da0": da_carry})', '"da0": np.zeros_like(da_carry)})'),
    Mutant("dc0-is-da0", LSTM_SEQ_B, '["dc0"] = dc_carry', '["dc0"] = da_carry.copy()'),
    Mutant("dc0-missing", LSTM_SEQ_B, "if c0_given", "if not c0_given"),

    # wrong only where exp overflows or underflows: inputs, logits or pre-activations beyond 745
    Mutant("sigmoid-overflow", SIGMOID, "0.5 * (1 + np.tanh(half))", "np.exp(x) / (1 + np.exp(x))"),
    Mutant("softmax-no-max", SOFTMAX, "x - np.max(x, axis=0, keepdims=True)", "x"),
    Mutant("softmax-max-of-everything", SOFTMAX, "np.max(x, axis=0, keepdims=True)", "np.max(x)"),
    Mutant("rnn-cell-tanh-from-exponentials", RNN_CELL,
           "np.tanh((Wax @ xt + ba) + Waa @ a_prev)",
           "(np.exp(2 * (Wax @ xt + ba + Waa @ a_prev)) - 1)"
           " / (np.exp(2 * (Wax @ xt + ba + Waa @ a_prev)) + 1)"),

    # an error where n_x differs from n_a, right where they agree
    Mutant("split-at-input-size", LSTM, 'n_a = parameters["Wf"].shape[0]',
           'n_a = parameters["Wf"].shape[1] - parameters["Wf"].shape[0]'),

    # wrong only in dtype, and only for float32 in; or only for inputs that float32 cannot hold
    Mutant("sigmoid-always-float64", ("sigmoid", *LSTM_CELL),
           "= 0.5 * x", "= 0.5 * x.astype(np.float64)"),
    Mutant("states-always-float64", SEQ, "T_x + 1), first.dtype)", "T_x + 1))"),
    Mutant("rnn-gradients-always-float64", RNN_SEQ_B,
           "np.zeros(da.shape, da.dtype)", "np.zeros(da.shape)"),
    Mutant("lstm-inputs-through-float32", LSTM_SEQ,
           "projected = np.tensordot(Wx, x, 1) + b",
           "projected = np.tensordot(Wx, x.astype(np.float32).astype(x.dtype), 1) + b"),

    # inputs changed in place, so that they cannot be read-only; values may be right
    Mutant("sigmoid-in-place", ("sigmoid",), "= 0.5 * x", "= np.multiply(0.5, x, out=x)"),
    Mutant("softmax-in-place", ("softmax",), "x - np.max(x, axis=0, keepdims=True)",
           "np.subtract(x, np.max(x, axis=0, keepdims=True), out=x)"),
    Mutant("rnn-cell-overwrites-a-prev", RNN_CELL,
           "+ Waa @ a_prev)", "+ Waa @ a_prev, out=a_prev)"),
    Mutant("c-prev-updated-in-place", LSTM, "c_next = f * c_prev + i * g",
           "c_next = np.add(f * c_prev, i * g, out=c_prev)"),
    Mutant("rnn-final-state-written-to-a0", RNN_SEQ_F, "caches = (x.copy(), a, Wax, Waa)",
           "caches = (x.copy(), a, Wax, Waa)\n    a0[...] = a[:, :, -1]"),
    Mutant("rnn-cell-overwrites-da-next", RNN_CELL_B, "_tanh_slope(a_next) * da_next",
           "np.multiply(_tanh_slope(a_next), da_next, out=da_next)"),
    Mutant("rnn-carry-added-into-da", RNN_SEQ_B, "(da[:, :, t] + da_carry)",
           "np.add(da[:, :, t], da_carry, out=da[:, :, t])"),
    Mutant("lstm-cell-overwrites-dc-next", LSTM_CELL_B,
           "dc = dc_next + da_next * (o * _tanh_slope(tanh_c))",
           "dc = np.add(dc_next, da_next * (o * _tanh_slope(tanh_c)), out=dc_next)"),

    # kept between calls: right at first, wrong or overwritten once other calls have come between
    Mutant("sigmoid-buffer-kept", SIGMOID, "return 0.5 * (1 + np.tanh(half))",
           "kept = vars(sigmoid).setdefault((x.shape, x.dtype), np.empty_like(x))\n"
           "    return np.add(0.5, 0.5 * np.tanh(half), out=kept)"),
    Mutant("softmax-buffer-kept", SOFTMAX, "y: Array = np.exp(shifted - np.log(total))",
           "y = vars(softmax).setdefault((x.shape, x.dtype), np.empty_like(x))\n"
           "    np.exp(shifted - np.log(total), out=y)"),
    Mutant("state-buffer-kept", RNN_SEQ_B + LSTM_SEQ,
           "states = np.zeros((*first.shape, T_x + 1), first.dtype)",
           "shape, kept = (*first.shape, T_x + 1), vars(_timeline)\n"
           "    states = kept.setdefault((shape, first.dtype), np.zeros(shape, first.dtype))"),
    Mutant("rnn-weights-kept-by-shape", RNN,
           'return parameters["Wax"].copy(), parameters["Waa"].copy(), parameters["ba"].copy()',
           'fresh = [parameters[name].copy() for name in ("Wax", "Waa", "ba")]\n'
           "    return vars(_rnn_weights).setdefault(fresh[0].shape, fresh)"),
    Mutant("lstm-weights-kept-by-id", LSTM, "return W[:, :n_a], W[:, n_a:], b",
           "return vars(_stacked).setdefault(id(parameters), (W[:, :n_a], W[:, n_a:], b))"),
    Mutant("weight-gradients-pile-up", BACKWARD,
           "return np.tensordot(dz, factor, axes=((1, 2), (1, 2)))",
           "fresh = np.tensordot(dz, factor, axes=((1, 2), (1, 2)))\n"
           "    total = vars(_weight_gradient).setdefault(fresh.shape, np.zeros_like(fresh))\n"
           "    total += fresh\n    return total"),
)
# fmt: on


class _Text(ExecutionLoader):
    """Source from memory; unlike exec, tracebacks show the changed line."""

    def __init__(self, text: str) -> None:
        self.text = text

    def get_source(self, fullname: str) -> str:
        return self.text

    def get_filename(self, fullname: str) -> str:
        return f"{fullname}.py"


def load(mutant: Mutant | None) -> ModuleType:
    """apart.py as a fresh module, with the mutant's replacement made; as it stands for None."""
    text = SOURCE.read_text(encoding="utf-8")
    if mutant is None:
        return module("apart", text)
    found = text.count(mutant.old)
    if found != mutant.count:
        raise ValueError(f"{mutant.id}: {mutant.old!r} occurs {found} times in {SOURCE.name}")
    return module(f"apart_{mutant.id}", text.replace(mutant.old, mutant.new))


def module(name: str, text: str) -> ModuleType:
    loader = _Text(text)
    module = module_from_spec(ModuleSpec(name, loader))
    loader.exec_module(module)
    return module
