"""A family that the kit does not have, of functions that none of its own uses: a memory of signed logarithms, read by a shortened query."""

from typing import Any

from rnnspec.reference.arithmetics.primitives import Array, absolute, contracted, log1p, outer, rsqrt, select
from rnnspec.reference.family import Family
from rnnspec.reference.recurrence import operations
from rnnspec.reference.unroll import Parameters, State


def forward(q: Array, k: Array, v: Array, state: State, p: Parameters) -> tuple[State, Any]:
    (S_prev,) = state
    short = rsqrt(1 + contracted(q, q, 1))[:, None]
    size, positive = absolute(v)
    write = select(positive, log1p(size), -log1p(size))
    S_next = S_prev + outer(k, write)
    unit = short * q
    return (contracted(unit[:, :, None], S_next, 1), S_next), (k, write, short, unit, size, S_next)


def backward(dnew: State, intermediates: Any, p: Parameters) -> tuple[Any, ...]:
    do, dS = dnew
    k, write, short, unit, size, S_next = intermediates
    dunit = contracted(S_next, do[:, None], 2)
    dq = short * (dunit - unit * contracted(dunit, unit, 1)[:, None])
    dS = dS + outer(unit, do)
    return dq, contracted(dS, write[:, None], 2), contracted(dS, k[:, :, None], 1) / (1 + size), (dS,), {}


FAMILY = Family(
    name="logs",
    summary="a memory of signed logarithms",
    source="made up",
    inputs={"q": "n_h n_k m", "k": "n_h n_k m", "v": "n_h n_v m"},
    states={"S": "n_h n_k n_v m"},
    outputs={"o": "n_h n_v m"},
    forward=forward,
    backward=backward,
)

logs_step_forward, logs_step_backward, logs_forward, logs_backward = operations(FAMILY)

__all__ = ["logs_step_forward", "logs_step_backward", "logs_forward", "logs_backward"]
