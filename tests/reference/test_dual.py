"""Duals carry exact derivatives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flint
import numpy as np
import pytest
from rnnspec.golden import load
from rnnspec.reference import FUNCTIONS
from rnnspec.reference.arithmetics import primitives as arithmetic
from rnnspec.reference.arithmetics.ball import Ball, balls, floats, precision
from rnnspec.reference.arithmetics.dual import Dual, derivatives, duals

X, ONE = 0.75, Ball(1)


def one(x: Any) -> Any:
    """As an array (n_h, n, m)."""
    return np.array([[[x]]], object)


DERIVATIVES: dict[str, tuple[Callable[[Any], Any], Callable[[Ball], Any]]] = {
    "x + 3": (lambda x: x + 3, lambda x: ONE),
    "3 + x": (lambda x: 3 + x, lambda x: ONE),
    "x - 3": (lambda x: x - 3, lambda x: ONE),
    "3 - x": (lambda x: 3 - x, lambda x: -ONE),
    "-x": (lambda x: -x, lambda x: -ONE),
    "5x": (lambda x: 5 * x, lambda x: Ball(5)),
    "x / 4": (lambda x: x / 4, lambda x: Ball(0.25)),
    "x^3": (lambda x: x * x * x, lambda x: 3 * x * x),
    "exp": (lambda x: x.exp(), lambda x: x.exp()),
    "tanh": (lambda x: x.tanh(), lambda x: 1 - x.tanh() * x.tanh()),
    "sigmoid": (lambda x: x.sigmoid(), lambda x: x.sigmoid() * (1 - x.sigmoid())),
    "3 / x": (lambda x: 3 / x, lambda x: -3 / (x * x)),
    "expm1": (lambda x: x.expm1(), lambda x: x.exp()),
    "softplus": (lambda x: x.softplus(), lambda x: x.sigmoid()),
    "sqrt": (lambda x: (x * x + 1).sqrt(), lambda x: x / (x * x + 1).sqrt()),
    "log1p": (lambda x: (x * x).log1p(), lambda x: 2 * x / (1 + x * x)),
    "rsqrt": (lambda x: (x * x + 1).rsqrt(), lambda x: -x / ((x * x + 1) * (x * x + 1).sqrt())),
    "absolute": (lambda x: arithmetic.absolute(one(x))[0][0, 0, 0], lambda x: Ball(1 if x > 0 else -1)),
    "outer": (lambda x: arithmetic.outer(one(x), one(x * x))[0, 0, 0, 0], lambda x: 3 * x * x),
    "quotient": (lambda x: (x - 5) / (x * x + 1), lambda x: (10 * x + 1 - x * x) / ((x * x + 1) * (x * x + 1))),
    "chain": (
        lambda x: (2 * x.exp()).tanh(),
        lambda x: 2 * x.exp() * (1 - (2 * x.exp()).tanh() * (2 * x.exp()).tanh()),
    ),
    "beside balls": (lambda x: x * Ball(2) - (x - Ball(3)) + Ball(1), lambda x: ONE),
}


@pytest.mark.parametrize("name", DERIVATIVES)
@pytest.mark.parametrize("at", [X, -X, 40.0, -40.0])
def test_a_dual_carries_the_derivative(name: str, at: float) -> None:
    function, slope = DERIVATIVES[name]
    with precision(256):
        got = function(Dual(Ball(at), flint.arb_mat(1, 2, [1, -2])))
        want = slope(Ball(at))

        for k, factor in enumerate((1, -2)):
            gap = (Ball(got.tangent[0, k]) - factor * want).arb
            assert gap.contains(0)
            assert gap.rad() < 2.0**-100 * max(1.0, abs(float(want.arb.mid())))


def test_at_0_the_gradient_of_an_absolute_value_is_one_sided() -> None:
    (size,), (positive,) = arithmetic.absolute(duals(balls(np.zeros(1)), np.ones((1, 1))))

    assert not positive
    assert float(Ball(size.tangent[0, 0])) == -1


def test_many_directions_at_once_equal_one_at_a_time() -> None:
    rng = np.random.default_rng(5)
    x, along, weights = balls(rng.normal(size=(3, 2))), rng.normal(size=(3, 2, 4)), balls(rng.normal(size=(3, 2)))

    together = derivatives(weights, arithmetic.softmax(duals(x, along)), 4)
    alone = [derivatives(weights, arithmetic.softmax(duals(x, along[..., k : k + 1])), 1)[0] for k in range(4)]

    assert [repr(b) for b in together] == [repr(b) for b in alone]
    assert min(abs(float(one.arb.mid())) for one in together) > 1e-3


def test_constants_have_no_derivative() -> None:
    got = derivatives(balls(np.ones((2, 3))), duals(balls(np.ones((2, 3))), None) * 2, 4)

    assert got.shape == (4,)
    assert not floats(got).any()


def test_duals_agree_with_torch_autograd_on_an_lstm() -> None:
    torch = pytest.importorskip("torch")
    golden = load("lstm_backward/two-steps")
    x, a0, da = (golden.inputs[name] for name in ("x", "a0", "da"))
    parameters = {name: duals(balls(array), None) for name, array in golden.parameters.items()}
    layer = torch.nn.LSTM(len(x), len(a0), dtype=torch.float64)
    weights = np.concatenate([golden.parameters[f"W{gate}"] for gate in "ifco"])
    with torch.no_grad():
        layer.weight_hh_l0[:], layer.weight_ih_l0[:] = torch.tensor(weights).split([len(a0), len(x)], 1)
        layer.bias_ih_l0[:] = torch.tensor(np.concatenate([golden.parameters[f"b{gate}"] for gate in "ifco"])[:, 0])
        layer.bias_hh_l0.zero_()
    leaf = torch.tensor(x.transpose(2, 1, 0), requires_grad=True)
    state = torch.tensor(a0.T[None]), torch.zeros(1, x.shape[1], len(a0), dtype=torch.float64)
    (layer(leaf, state)[0] * torch.tensor(da.transpose(2, 1, 0))).sum().backward()

    along = np.eye(x.size).reshape(*x.shape, -1)
    a = FUNCTIONS["lstm_forward"](duals(balls(x), along), duals(balls(a0), None), parameters)[0]
    gradient = derivatives(balls(da), a, x.size)

    middles = np.array([float(ball.arb.mid()) for ball in gradient]).reshape(x.shape)
    np.testing.assert_allclose(middles, leaf.grad.numpy().transpose(2, 1, 0), rtol=1e-11, atol=1e-13)
