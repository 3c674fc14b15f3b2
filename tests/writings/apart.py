"""Ten operations of the contract, written apart from the kit: nothing here comes from rnnspec.

The order of evaluation is deliberately not the textbook's, so that a suite which passes this
module judges results and not habits: the gates are one stacked product (order i f g o), the
inputs of all time steps are projected before the loop, inputs and states have separate
products, and the weight gradients are one product over all examples and time steps.

tests/planted/ten/ plants its faults into this text and finds the places by their wording.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
Parameters = Mapping[str, Array]
Cache = tuple[Any, ...]
Gradients = dict[str, Array]

# The contract calls the candidate g by the name of its weights, Wc.
STACKED_GATES = ("i", "f", "c", "o")


def sigmoid(x: Array) -> Array:
    # tanh saturates where exp(-x) overflows.
    half: Array = 0.5 * x
    return 0.5 * (1 + np.tanh(half))


def softmax(x: Array) -> Array:
    # The maximum goes first and by itself: in a log-sum-exp of +-1e3 it would cost three digits.
    shifted = x - np.max(x, axis=0, keepdims=True)
    total = np.sum(np.exp(shifted), axis=0, keepdims=True)
    y: Array = np.exp(shifted - np.log(total))
    return y


def rnn_cell_forward(xt: Array, a_prev: Array, parameters: Parameters) -> tuple[Array, Array, Cache]:
    Wax, Waa, ba = _rnn_weights(parameters)
    a_next = np.tanh((Wax @ xt + ba) + Waa @ a_prev)
    yt_pred = softmax(parameters["Wya"] @ a_next + parameters["by"])
    cache = (xt.copy(), a_prev.copy(), a_next.copy(), Wax, Waa)
    return a_next, yt_pred, cache


def rnn_forward(x: Array, a0: Array, parameters: Parameters) -> tuple[Array, Array, Cache]:
    Wax, Waa, ba = _rnn_weights(parameters)
    T_x = x.shape[2]
    projected = np.tensordot(Wax, x, 1) + ba[:, :, None]
    a = _timeline(a0, T_x)
    for t in range(T_x):
        a[:, :, t + 1] = np.tanh(projected[:, :, t] + Waa @ a[:, :, t])
    y_pred = softmax(np.tensordot(parameters["Wya"], a[:, :, 1:], 1) + parameters["by"][:, :, None])
    caches = (x.copy(), a, Wax, Waa)
    return a[:, :, 1:].copy(), y_pred, caches


def rnn_cell_backward(da_next: Array, cache: Cache) -> Gradients:
    xt, a_prev, a_next, Wax, Waa = cache
    dz = _tanh_slope(a_next) * da_next
    gradients = _rnn_gradients(dz[:, :, None], a_prev[:, :, None], xt[:, :, None])
    return {"dxt": Wax.T @ dz, "da_prev": Waa.T @ dz, **gradients}


def rnn_backward(da: Array, caches: Cache) -> Gradients:
    x, a, Wax, Waa = caches
    T_x = x.shape[2]
    dz = np.zeros(da.shape, da.dtype)
    da_carry = np.zeros(da.shape[:2], da.dtype)
    for t in reversed(range(T_x)):
        slope = _tanh_slope(a[:, :, t + 1])
        dz[:, :, t] = slope * (da[:, :, t] + da_carry)
        da_carry = Waa.T @ dz[:, :, t]
    gradients = _rnn_gradients(dz, a[:, :, :-1], x)
    return {"dx": np.tensordot(Wax.T, dz, 1), "da0": da_carry, **gradients}


def lstm_cell_forward(
    xt: Array, a_prev: Array, c_prev: Array, parameters: Parameters
) -> tuple[Array, Array, Array, Cache]:
    Wh, Wx, b = _stacked(parameters)
    a_next, c_next, gates = _lstm_step(Wx @ xt + (Wh @ a_prev + b), c_prev)
    yt_pred = softmax(parameters["Wy"] @ a_next + parameters["by"])
    cache = (xt.copy(), a_prev.copy(), c_prev.copy(), c_next.copy(), gates, Wh, Wx)
    return a_next, c_next, yt_pred, cache


def lstm_forward(
    x: Array, a0: Array, parameters: Parameters, c0: Array | None = None
) -> tuple[Array, Array, Array, Cache]:
    Wh, Wx, b = _stacked(parameters)
    T_x = x.shape[2]
    projected = np.tensordot(Wx, x, 1) + b[:, :, None]
    a = _timeline(a0, T_x)
    c = _timeline(np.zeros_like(a0) if c0 is None else c0, T_x)
    gates = np.zeros_like(projected)
    for t in range(T_x):
        z = projected[:, :, t] + Wh @ a[:, :, t]
        a[:, :, t + 1], c[:, :, t + 1], gates[:, :, t] = _lstm_step(z, c[:, :, t])
    y = softmax(np.tensordot(parameters["Wy"], a[:, :, 1:], 1) + parameters["by"][:, :, None])
    caches = (x.copy(), a, c, gates, Wh, Wx, c0 is not None)
    return a[:, :, 1:].copy(), y, c[:, :, 1:].copy(), caches


def lstm_cell_backward(da_next: Array, dc_next: Array, cache: Cache) -> Gradients:
    xt, a_prev, c_prev, c_next, gates, Wh, Wx = cache
    dz, dc_prev = _lstm_step_backward(da_next, dc_next, gates, c_prev, c_next)
    gradients = _lstm_gradients(dz[:, :, None], a_prev[:, :, None], xt[:, :, None])
    return {"dxt": Wx.T @ dz, "da_prev": Wh.T @ dz, "dc_prev": dc_prev, **gradients}


def lstm_backward(da: Array, caches: Cache) -> Gradients:
    x, a, c, gates, Wh, Wx, c0_given = caches
    T_x = x.shape[2]
    dz = np.zeros_like(gates)
    da_carry = np.zeros(da.shape[:2], da.dtype)
    dc_carry = np.zeros(da.shape[:2], da.dtype)
    for t in reversed(range(T_x)):
        da_t, gates_t = da[:, :, t] + da_carry, gates[:, :, t]
        step = _lstm_step_backward(da_t, dc_carry, gates_t, c[:, :, t], c[:, :, t + 1])
        dz[:, :, t], dc_carry = step
        da_carry = Wh.T @ dz[:, :, t]
    gradients = _lstm_gradients(dz, a[:, :, :-1], x)
    gradients.update({"dx": np.tensordot(Wx.T, dz, 1), "da0": da_carry})
    if c0_given:
        gradients["dc0"] = dc_carry
    return gradients


def _rnn_weights(parameters: Parameters) -> tuple[Array, Array, Array]:
    # Copies, because a caller may change its weights between forward and backward.
    return parameters["Wax"].copy(), parameters["Waa"].copy(), parameters["ba"].copy()


def _stacked(parameters: Parameters) -> tuple[Array, Array, Array]:
    n_a = parameters["Wf"].shape[0]
    W = np.concatenate([parameters["W" + gate] for gate in STACKED_GATES])
    b = np.concatenate([parameters["b" + gate] for gate in STACKED_GATES])
    return W[:, :n_a], W[:, n_a:], b


def _timeline(first: Array, T_x: int) -> Array:
    # One step longer than x: [:, :, :-1] is what each step starts from, [:, :, 1:] what it makes.
    states = np.zeros((*first.shape, T_x + 1), first.dtype)
    states[:, :, 0] = first
    return states


def _lstm_step(z: Array, c_prev: Array) -> tuple[Array, Array, Array]:
    zi, zf, zg, zo = np.split(z, 4)
    i, f, g, o = sigmoid(zi), sigmoid(zf), np.tanh(zg), sigmoid(zo)
    c_next = f * c_prev + i * g
    a_next = o * np.tanh(c_next)
    return a_next, c_next, np.concatenate([i, f, g, o])


def _lstm_step_backward(
    da_next: Array, dc_next: Array, gates: Array, c_prev: Array, c_next: Array
) -> tuple[Array, Array]:
    i, f, g, o = np.split(gates, 4)
    tanh_c = np.tanh(c_next)
    dc = dc_next + da_next * (o * _tanh_slope(tanh_c))
    dzi = dc * (g * _sigmoid_slope(i))
    dzf = dc * (c_prev * _sigmoid_slope(f))
    dzg = dc * (i * _tanh_slope(g))
    dzo = da_next * (tanh_c * _sigmoid_slope(o))
    return np.concatenate([dzi, dzf, dzg, dzo]), dc * f


def _tanh_slope(y: Array) -> Array:
    # Factored: 1 - y * y would round y * y before the cancellation.
    return (1 - y) * (1 + y)


def _sigmoid_slope(y: Array) -> Array:
    return y * (1 - y)


def _rnn_gradients(dz: Array, a_prev: Array, x: Array) -> Gradients:
    dWax, dWaa = _weight_gradient(dz, x), _weight_gradient(dz, a_prev)
    return {"dWax": dWax, "dWaa": dWaa, "dba": _bias_gradient(dz)}


def _lstm_gradients(dz: Array, a_prev: Array, x: Array) -> Gradients:
    dW = np.concatenate([_weight_gradient(dz, a_prev), _weight_gradient(dz, x)], axis=1)
    db = _bias_gradient(dz)
    blocks = zip(STACKED_GATES, np.split(dW, 4), np.split(db, 4), strict=True)
    gradients = {}
    for gate, dW_gate, db_gate in blocks:
        gradients["dW" + gate], gradients["db" + gate] = dW_gate.copy(), db_gate.copy()
    return gradients


def _weight_gradient(dz: Array, factor: Array) -> Array:
    return np.tensordot(dz, factor, axes=((1, 2), (1, 2)))


def _bias_gradient(dz: Array) -> Array:
    db: Array = dz.sum(axis=(1, 2))
    return db[:, None]
