"""A gate's pre-activation, W v + b, and the way back through it."""

from functools import reduce
from operator import add

from .arithmetics.primitives import Array, column_sum
from .unroll import Parameters


def affine(gate: str, v: Array, p: Parameters) -> Array:
    return p[f"W{gate}"] @ v + p[f"b{gate}"]


def affine_backward(dz: dict[str, Array], v: Array, p: Parameters) -> tuple[Array, dict[str, Array]]:
    """Gradients into v and into the matrices and biases of all gates that saw it."""
    dv = reduce(add, [p[f"W{gate}"].T @ d for gate, d in dz.items()])
    gradients = {f"dW{gate}": d @ v.T for gate, d in dz.items()}
    return dv, gradients | {f"db{gate}": column_sum(d) for gate, d in dz.items()}
