"""Functions of NumPy that are described: gradients come back as the weights are packed, and what is given is left as it was."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from rnnspec.adapt import numpy_function
from rnnspec.conformance import check
from rnnspec.conformance.candidates.described.pattern import BadDescription


def rnn(x: Any, h: Any, W: Any, bx: Any, bh: Any) -> Any:
    kept, every = [], []
    for xt in x:
        v = np.concatenate([xt, h], axis=1)
        h = np.tanh(v @ W + bx + bh)
        kept.append((v, h))
        every.append(h)
    return np.stack(every), h, (kept, W)


def backward(dy: Any, dh: Any, cache: Any) -> Any:
    kept, W = cache
    dx, dW, db = [], np.zeros_like(W), np.zeros(W.shape[1], W.dtype)
    for (v, h), dyt in zip(kept[::-1], dy[::-1], strict=True):
        dz = (dh + dyt) * (1 - h * h)
        dW, db, dv = dW + v.T @ dz, db + dz.sum(0), dz @ W.T
        dx.append(dv[:, : -h.shape[1]])
        dh = dv[:, -h.shape[1] :]
    return np.stack(dx[::-1]), dh, dW, db, db


def of_numpy(back: Callable[..., Any] = backward) -> Any:
    weights = {"Wxh": "W.T", "bx": "bx", "bh": "bh"}
    return numpy_function(rnn, back, like="rnn", weights=weights, takes="x, h, Wxh, bx, bh")


def test_gradients_of_turned_weights_and_of_two_biases_find_their_places() -> None:
    assert check(of_numpy(), cases=["rnn_forward", "rnn_backward"]).conformant


def test_a_second_biass_gradient_that_is_missing_fails() -> None:
    def half(dy: Any, dh: Any, cache: Any) -> Any:
        *others, db, _ = backward(dy, dh, cache)
        return *others, db, 0 * db

    report = check(of_numpy(half), cases=["rnn_backward"])

    assert report["rnn_backward/generic"].message == "dba is outside its budget"


def test_a_gradient_of_another_shape_is_told() -> None:
    def cut(dy: Any, dh: Any, cache: Any) -> Any:
        dx, dh, dW, *others = backward(dy, dh, cache)
        return dx, dh, dW[1:], *others

    with pytest.raises(BadDescription, match=r"dWxh has shape \(7, 5\), want \(8, 5\)"):
        of_numpy(cut)


def test_a_function_that_changes_what_it_is_given_is_told() -> None:
    def spoils(x: Any, h: Any, W: Any, bx: Any, bh: Any) -> Any:
        found = rnn(x, h, W, bx, bh)
        bx *= 0
        return found

    with pytest.raises(BadDescription, match="changed bx in place"):
        numpy_function(
            spoils,
            like="rnn",
            weights={"Wxh": "W.T", "bx": "bx", "bh": "bh"},
            takes="x, h, Wxh, bx, bh",
            returns="y, h, _",
        )


def test_a_projected_layer_has_states_of_two_sizes() -> None:
    def projected(x: Any, h: Any, c: Any, Wxh: Any, Wp: Any, b: Any) -> Any:
        every = []
        for xt in x:
            i, f, g, o = np.split(np.concatenate([xt, h], axis=1) @ Wxh.T + b, 4, axis=1)
            c = c / (1 + np.exp(-f)) + np.tanh(g) / (1 + np.exp(-i))
            h = (np.tanh(c) / (1 + np.exp(-o))) @ Wp.T
            every.append(h)
        return np.stack(every), h, c

    weights = {"Wxh": "Wxh", "Wp": "Wp", "b": "b"}
    layer = numpy_function(projected, like="lstm_projected", weights=weights, takes="x, h, c, Wxh, Wp, b")

    report = check(layer, cases=["lstm_projected_forward/generic", "lstm_projected_forward/no-state"])

    assert report.conformant
    assert report.totals["pass"] == 2
