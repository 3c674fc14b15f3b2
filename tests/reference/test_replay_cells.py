"""Cells that no shipped layer has: what a replay cannot do it leaves to the plain road, and what it does is the same."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from rnnspec.reference import FUNCTIONS, unroll
from rnnspec.reference.arithmetics.primitives import sigmoid, tanh
from rnnspec.reference.family import Family
from rnnspec.reference.replay import road
from rnnspec.reference.replay.running import Kept

N, N_X, M, T_X = 65, 65, 32, 20
RNG = np.random.default_rng(0)
SHAPES = {"W": (N, N_X), "U": (N, N), "G": (2 * N, N_X), "b": (N, 1), "g": (2 * N, 1)}
P = {name: 0.1 * RNG.standard_normal(shape) for name, shape in SHAPES.items()}
ONE, TWO = {"a": "n_a m"}, {"a": "n_a m", "c": "n_a m"}


def cell(forward: Callable[..., Any], backward: Callable[..., Any], states: dict[str, str]) -> Family:
    return Family(name="own", summary="", source="", states=states, forward=forward, backward=backward)


def plain_forward(x: Any, state: Any, p: Any) -> Any:
    (a,) = state
    a_next = tanh(p["W"] @ x + p["U"] @ a + p["b"])
    return (a_next,), (a, a_next, x)


def plain_backward(dstate: Any, kept: Any, p: Any) -> Any:
    (da,), (a, a_next, x) = dstate, kept
    dz = da * (1 - a_next * a_next)
    return p["W"].T @ dz, (p["U"].T @ dz,), {"dW": dz @ x.T, "dU": dz @ a.T, "db": dz.sum(axis=1, keepdims=True)}


def leaky_forward(x: Any, state: Any, p: Any) -> Any:
    a, c = state
    a_next = tanh(p["U"] @ a)
    return (a_next, c * 0.5 + p["W"] @ x), (a, a_next, x)


def leaky_backward(dstate: Any, kept: Any, p: Any) -> Any:
    (da, dc), (a, a_next, x) = dstate, kept
    dz = da * (1 - a_next * a_next)
    return p["W"].T @ dc, (p["U"].T @ dz, dc * 0.5), {"dW": dc @ x.T, "dU": dz @ a.T}


def fused_forward(x: Any, state: Any, p: Any) -> Any:
    (a,) = state
    z = sigmoid(p["G"] @ x + p["g"])
    u, r = z[:N], z[N:]
    return (u * a + r * (1 - u),), (a, u, r, x)


def fused_backward(dstate: Any, kept: Any, p: Any) -> Any:
    (da,), (a, u, r, x) = dstate, kept
    dz = np.concatenate([da * (a - r) * u * (1 - u), da * (1 - u) * r * (1 - r)])
    return p["G"].T @ dz, (da * u,), {"dG": dz @ x.T, "dg": dz.sum(axis=1, keepdims=True)}


def parted_forward(x: Any, state: Any, p: Any) -> Any:
    (a,) = state
    z = tanh(np.concatenate([p["W"] @ x + p["U"] @ a, p["W"] @ x]))
    return (z[:N] * 1.0,), (a, z, x)


def parted_backward(dstate: Any, kept: Any, p: Any) -> Any:
    (da,), (a, z, x) = dstate, kept
    dz = np.concatenate([da, 0.0 * da]) * (1 - z * z)
    return p["W"].T @ dz[:N], (p["U"].T @ dz[:N],), {"dU": dz[:N] @ a.T, "dW": dz[:N] @ x.T}


def scaled_forward(x: Any, state: Any, p: Any) -> Any:
    (a,) = state
    a_next = tanh(p["W"] @ x + p["U"] @ a) * p["b"][0]
    return (a_next,), (a, a_next, x)


def scaled_backward(dstate: Any, kept: Any, p: Any) -> Any:
    (da,), (a, a_next, x) = dstate, kept
    t = a_next / p["b"][0]
    dz = da * p["b"][0] * (1 - t * t)
    return p["W"].T @ dz, (p["U"].T @ dz,), {"dW": dz @ x.T, "dU": dz @ a.T}


CELLS = {
    "a plain one": (cell(plain_forward, plain_backward, ONE), True),
    "a weight's gradient of a state's own": (cell(leaky_forward, leaky_backward, TWO), False),
    "parts of fused gates are kept": (cell(fused_forward, fused_backward, ONE), False),
    "a part is needed now and later": (cell(parted_forward, parted_backward, ONE), False),
    "a row of a bias": (cell(scaled_forward, scaled_backward, ONE), False),
}


@pytest.mark.parametrize(("family", "replayed"), CELLS.values(), ids=CELLS)
def test_both_roads_give_the_same(family: Family, replayed: bool) -> None:
    x = RNG.standard_normal((N_X, M, T_X))
    state, final = (tuple(RNG.standard_normal((N, M)) for _ in family.states) for _ in range(2))
    upstream: Any = [(RNG.standard_normal((N, M)),) for _ in range(T_X)]

    plain, fast = (way.forward(family, (x,), state, P) for way in (unroll, road))
    back, again = unroll.backward(family, plain, upstream, final), road.backward(family, fast, upstream, final)

    assert isinstance(fast.caches, Kept) is replayed
    pairs = [*zip(back[0], again[0], strict=True), *zip(back[1], again[1], strict=True)]
    pairs += [(back[2][name], again[2][name]) for name in back[2]]
    pairs += [(one[0], two[0]) for one, two in zip(plain.outputs, fast.outputs, strict=True)]
    assert max(float(np.abs(one - two).max() / np.abs(one).max()) for one, two in pairs) < 1e-13


@pytest.mark.parametrize("name", ["rnn", "rnn_relu", "lstm"])
def test_what_is_kept_is_no_ones_but_the_caches(name: str) -> None:
    parameters = {"lstm": [f"{kind}{gate}" for gate in "fico" for kind in "Wb"]}.get(name, [])
    own = {key: 0.1 * RNG.standard_normal((N, N + N_X if key[0] == "W" else 1)) for key in parameters}
    own = own or {"Wax": P["W"], "Waa": P["U"], "ba": P["b"]}
    own |= {"Wy" if name == "lstm" else "Wya": 0.1 * RNG.standard_normal((3, N)), "by": np.zeros((3, 1))}
    x, da = RNG.standard_normal((T_X, N_X, M)).transpose(1, 2, 0), RNG.standard_normal((N, M, T_X))
    forward, backward = FUNCTIONS[f"{name}_forward"], FUNCTIONS[f"{name}_backward"]
    right = backward(da, forward(x, np.zeros((N, M)), own)[-1])

    caches = forward(x, np.zeros((N, M)), own)[-1]
    x[:] = 7.0

    for key, gradient in backward(da, caches).items():
        np.testing.assert_array_equal(gradient, right[key])
