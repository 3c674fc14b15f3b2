"""Queries and keys of length one, as delta rules want them."""

from typing import Any

from ..arithmetics.primitives import Array, contracted, square_root
from ..family import Family
from ..gating import operations
from ..unroll import Gradients, Parameters, State


def forward(x: Array, _: State, p: Parameters) -> tuple[State, Any]:
    norm = square_root(contracted(x, x, 1) + p.get("eps", 0))[:, None]
    y = x / norm
    return (y,), (y, norm)


def backward(dnew: State, intermediates: Any, p: Parameters) -> tuple[Array, State, Gradients]:
    (dy,) = dnew
    y, norm = intermediates
    return (dy - y * contracted(dy, y, 1)[:, None]) / norm, (), {}


FAMILY = Family(
    name="l2norm",
    summary="keys of length one: y = x / sqrt(sum(x^2) + eps), the sum over a head's keys",
    source="Yang et al. 2024, Gated Delta Networks, section 3; as l2norm in flash-linear-attention and transformers, whose eps is 1e-6; 0 unless given",
    inputs={"x": "n_h n_k m"},
    states={},
    outputs={"y": "n_h n_k m"},
    options={"eps": ""},
    forward=forward,
    backward=backward,
)

l2norm_forward, l2norm_backward = operations(FAMILY)

__all__ = ["l2norm_forward", "l2norm_backward"]
