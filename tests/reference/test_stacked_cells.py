"""Cells whose gates are alike in every way but one: what cannot be done at once is done apart, and both roads give the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from rnnspec.reference import unroll
from rnnspec.reference.arithmetics.primitives import column_sum, relu, select, sigmoid, sigmoid_slope, tanh, tanh_slope
from rnnspec.reference.family import Family
from rnnspec.reference.gate import affine, affine_backward
from rnnspec.reference.replay import road
from rnnspec.reference.replay.running import Kept

N, N_X, M, T_X = 65, 40, 32, 20
RNG = np.random.default_rng(0)
WEIGHTS = {f"W{gate}": 0.1 * RNG.standard_normal((N, N + N_X)) for gate in "uvwo"}
BIASES = {f"b{gate}": 0.1 * RNG.standard_normal((N, 1)) for gate in "uvwo"}
P = WEIGHTS | BIASES | {f"U{k}": 0.1 * RNG.standard_normal((N, N)) for k in (1, 2)}
P |= {"G": 0.1 * RNG.standard_normal((N + N_X, N)), "Wx": 0.1 * RNG.standard_normal((N, N_X))}


def one(a: Any, x: Any) -> Any:
    return np.concatenate([a, x])


def chained_forward(x: Any, state: Any, p: Any) -> Any:
    """Two gates that are alike, and the second waits for the first."""
    (a,) = state
    v = one(a, x)
    u = sigmoid(affine("u", v, p))
    w = one(u * a, x)
    o = sigmoid(affine("o", w, p))
    return (o * u,), (v, w, u, o, a)


def chained_backward(dstate: Any, kept: Any, p: Any) -> Any:
    (da,), (v, w, u, o, a) = dstate, kept
    dw, second = affine_backward({"o": da * u * sigmoid_slope(o)}, w, p)
    dv, first = affine_backward({"u": (da * o + dw[:N] * a) * sigmoid_slope(u)}, v, p)
    return dv[N:] + dw[N:], (dv[:N] + dw[:N] * u,), first | second


def masked_forward(x: Any, state: Any, p: Any) -> Any:
    """Two gates that are cut, whose masks are alike, too."""
    (a,) = state
    v = one(a, x)
    (u, above), (w, over) = relu(affine("u", v, p)), relu(affine("w", v, p))
    return (tanh(u - w),), (v, above, over, tanh(u - w))


def masked_backward(dstate: Any, kept: Any, p: Any) -> Any:
    (da,), (v, above, over, t) = dstate, kept
    d = da * tanh_slope(t)
    dv, gradients = affine_backward({"u": select(above, d, 0), "w": select(over, -d, 0)}, v, p)
    return dv[N:], (dv[:N],), gradients


def doubled_forward(x: Any, state: Any, p: Any) -> Any:
    """A value that two matrices of one sum act on, and one that is wanted alone, too."""
    (a,) = state
    v = one(a, x)
    u, w = tanh(affine("u", v, p)), tanh(affine("v", v, p))
    return (tanh(p["U1"] @ u + p["U2"] @ u) * w,), (v, u, w, tanh(p["U1"] @ u + p["U2"] @ u))


def doubled_backward(dstate: Any, kept: Any, p: Any) -> Any:
    (da,), (v, u, w, t) = dstate, kept
    dt = da * w * tanh_slope(t)
    du = (p["U1"].T @ dt + p["U2"].T @ dt) * tanh_slope(u)
    dv, gradients = affine_backward({"u": du, "v": da * t * tanh_slope(w)}, v, p)
    gradients |= {"dU1": dt @ u.T, "dU2": dt @ u.T, "dbo": column_sum(du * w)}
    return dv[N:], (dv[:N],), gradients


def later_forward(x: Any, state: Any, p: Any) -> Any:
    """Values that are wanted after what is made of both, of a product whose rows they have in another order, and masks that are joined."""
    (a,) = state
    u, w = (p["U2"] @ a) * a, (p["U1"] @ a) * a
    both = tanh(u) * tanh(w)
    below, under = ~(u > a), ~(w > a)
    return (tanh(both + select(below, u, 0.5) + select(under, w, 1.0)),), (a, x, both, below, under)


def later_backward(dstate: Any, kept: Any, p: Any) -> Any:
    """No gradient of it, but as well the same on both roads."""
    (da,), (a, x, both, below, under) = dstate, kept
    du = 0.5 * da * tanh_slope(both) + select(below, 0.5 * da, 0)
    dw = 0.5 * da * both + select(under, 0.25 * da, 0)
    return 0.5 * x, (p["U1"].T @ du + p["U2"].T @ dw,), {"dU1": (du * a) @ a.T, "dU2": (dw * a) @ a.T}


def handed_forward(x: Any, state: Any, p: Any) -> Any:
    """A gradient into an input that is part of another's, too."""
    (a,) = state
    h = p["G"] @ a
    s = tanh(x + h[N:])
    a_next = tanh(h[:N] + p["Wx"] @ s)
    return (a_next,), (a, s, a_next)


def handed_backward(dstate: Any, kept: Any, p: Any) -> Any:
    (da,), (a, s, a_next) = dstate, kept
    dz = da * tanh_slope(a_next)
    dx = (p["Wx"].T @ dz) * tanh_slope(s)
    dh = np.concatenate([dz, dx])
    return dx, (p["G"].T @ dh,), {"dG": dh @ a.T, "dWx": dz @ s.T}


def wide_forward(x: Any, state: Any, p: Any) -> Any:
    """Four gates, of which two are kept, and one is the sum of what others are."""
    a, c = state
    v = one(a, x)
    u, w, o = (sigmoid(affine(gate, v, p)) for gate in "uwo")
    n = tanh(affine("v", v, p))
    c_next = u * c + w * n
    return (o * c_next, c_next), (v, u, w, o, n, c, c_next)


def wide_backward(dstate: Any, kept: Any, p: Any) -> Any:
    (da, dc), (v, u, w, o, n, c, c_next) = dstate, kept
    dc = dc + da * o
    dz = {"o": da * c_next * sigmoid_slope(o), "u": dc * c * sigmoid_slope(u), "w": dc * n * sigmoid_slope(w)}
    dv, gradients = affine_backward({**dz, "v": dc * w * tanh_slope(n)}, v, p)
    return dv[N:], (dv[:N], dc * u), gradients


CELLS: dict[str, tuple[Callable[..., Any], Callable[..., Any], int]] = {
    "a gate that waits for one like it": (chained_forward, chained_backward, 1),
    "masks": (masked_forward, masked_backward, 1),
    "one value in two terms": (doubled_forward, doubled_backward, 1),
    "what is wanted later": (later_forward, later_backward, 1),
    "an input's gradient": (handed_forward, handed_backward, 1),
    "gates in another order": (wide_forward, wide_backward, 2),
}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(("forward", "backward", "states"), CELLS.values(), ids=CELLS)
def test_both_roads_give_the_same(
    forward: Callable[..., Any], backward: Callable[..., Any], states: int, dtype: str
) -> None:
    axes = dict.fromkeys("ac"[:states], "n_a m")
    family = Family(name="own", summary="", source="", states=axes, forward=forward, backward=backward)
    x, p = RNG.standard_normal((N_X, M, T_X)).astype(dtype), {name: array.astype(dtype) for name, array in P.items()}
    state, final = (tuple(RNG.standard_normal((N, M)).astype(dtype) for _ in axes) for _ in range(2))
    upstream: Any = [(RNG.standard_normal((N, M)).astype(dtype),) for _ in range(T_X)]

    plain, fast = (way.forward(family, (x,), state, p) for way in (unroll, road))
    back, again = unroll.backward(family, plain, upstream, final), road.backward(family, fast, upstream, final)

    assert isinstance(fast.caches, Kept)
    pairs = [*zip(back[0], again[0], strict=True), *zip(back[1], again[1], strict=True)]
    pairs += [(back[2][name], again[2][name]) for name in back[2]]
    pairs += [(one[0], two[0]) for one, two in zip(plain.outputs, fast.outputs, strict=True)]
    assert all(one.dtype == two.dtype == dtype for one, two in pairs)
    most = 500 * np.finfo(dtype).eps
    assert max(float(np.abs(one - two).max() / np.abs(one).max()) for one, two in pairs) < most


def test_a_row_that_acts_on_all_is_read_at_each_step_though_there_is_one_example() -> None:
    def forward(x: Any, state: Any, p: Any) -> Any:
        (a,) = state
        s = tanh(a[:1] * 0.5)
        a_next = tanh(a * s + x)
        return (a_next,), (a, a_next)

    def backward(dstate: Any, kept: Any, p: Any) -> Any:
        (da,), (a, a_next) = dstate, kept
        dz = da * tanh_slope(a_next)
        return dz, (dz * tanh(a[:1] * 0.5),), {"db": column_sum(dz)}

    family = Family(name="own", summary="", source="", states={"a": "n_a m"}, forward=forward, backward=backward)
    x, a0 = RNG.standard_normal((2048, 1, 1000)), RNG.standard_normal((2048, 1))
    plain, fast = (way.forward(family, (x,), (a0,), {"b": a0}) for way in (unroll, road))

    assert isinstance(fast.caches, Kept)
    np.testing.assert_array_equal(fast.final[0], plain.final[0])
