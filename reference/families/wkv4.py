"""RWKV-4's weighted mean of the values so far, each weighted by an exponential: Peng et al. 2023."""

from typing import Any

from ..arithmetics.primitives import Array, column_sum, select
from ..family import Family
from ..recurrence import operations
from ..stabiliser import stabilised, stabilised_backward
from ..unroll import Gradients, Parameters, State


def forward(k: Array, v: Array, state: State, p: Parameters) -> tuple[State, Any]:
    c_prev, n_prev, m_prev = state
    _, (before, now, from_state) = stabilised(m_prev, k + p["u"])
    total, weighted = before * n_prev + now, before * c_prev + now * v
    y = weighted / total
    running = m_prev + p["g"]
    m_next, (forget, write, from_before) = stabilised(running, k)
    c_next, n_next = forget * c_prev + write * v, forget * n_prev + write
    return (y, c_next, n_next, m_next), (
        v,
        state,
        (before, now, from_state),
        (total, weighted, y),
        (forget, write, from_before),
    )


def backward(dnew: State, intermediates: Any, p: Parameters) -> tuple[Array, Array, State, Gradients]:
    dy, dc, dn, dm = dnew
    v, (c_prev, n_prev, _), (before, now, from_state), (total, weighted, y), (forget, write, from_before) = (
        intermediates
    )
    dsum = dy / total
    dtotal = -(dsum * y)
    dbefore, dbonus = before * (dsum * c_prev + dtotal * n_prev), now * (dsum * v + dtotal)
    # into the exponent that was taken out flows nothing, but rounded as automatic differentiation does
    left = -(dsum * weighted + dtotal * total)
    dbefore, dbonus = dbefore + select(from_state, left, 0), dbonus + select(from_state, 0, left)
    dlogF, dlogI = forget * (dc * c_prev + dn * n_prev), write * (dc * v + dn)
    drunning, dk = stabilised_backward(dm, dlogF, dlogI, from_before)
    previous = before * dsum + forget * dc, before * dtotal + forget * dn, dbefore + drunning
    return dk + dbonus, now * dsum + write * dc, previous, {"dg": column_sum(drunning), "du": column_sum(dbonus)}


FAMILY = Family(
    name="wkv4",
    summary="RWKV-4's mean: y = (c + exp(u + k) v) / (n + exp(u + k)), c = exp(g) c + exp(k) v, n = exp(g) n + exp(k), over exp(m)",
    source="Peng et al. 2023, RWKV, section 4.2 and appendix D; as rwkv_linear_attention_cpu in transformers, its decay's logarithm as g, states start at zero",
    inputs={"k": "n_c m", "v": "n_c m"},
    states={"c": "n_c m", "n": "n_c m", "m": "n_c m"},
    outputs={"y": "n_c m"},
    parameters={"g": "n_c 1", "u": "n_c 1"},
    forward=forward,
    backward=backward,
)

wkv4_step_forward, wkv4_step_backward, wkv4_forward, wkv4_backward = operations(FAMILY)

__all__ = ["wkv4_step_forward", "wkv4_step_backward", "wkv4_forward", "wkv4_backward"]
