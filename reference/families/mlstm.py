"""The xLSTM's matrix memory, in the scale of its stabiliser: Beck et al. 2024."""

from typing import Any

from ..arithmetics.primitives import (
    Array,
    contracted,
    exp,
    inverse_root,
    log_sigmoid,
    select,
    sigmoid,
)
from ..family import Family
from ..recurrence import operations
from ..stabiliser import stabilised, stabilised_backward
from ..unroll import Parameters, State


def forward(q: Array, k: Array, v: Array, i: Array, f: Array, state: State, p: Parameters) -> tuple[State, Any]:
    C_prev, n_prev, m_prev = state
    scale = p["scale"] if "scale" in p else inverse_root(q.shape[1], q)
    scaled, running = scale * q, log_sigmoid(f) + m_prev
    m_next, (forget, write, from_before) = stabilised(running, i)
    C_next = forget[:, None, None] * C_prev + write[:, None, None] * (k[:, :, None] * v[:, None])
    n_next = forget[:, None] * n_prev + write[:, None] * k
    dot, least = contracted(scaled, n_next, 1), exp(-m_next)
    above, below = dot > least, -dot > least  # |q n| without its kink at 0, where the floor is anyway
    normaliser = select(above, dot, select(below, -dot, least))
    if "eps" in p:
        normaliser = normaliser + p["eps"]
    h = contracted(scaled[:, :, None], C_next, 1) / normaliser[:, None]
    gates = f, forget, write, from_before
    return (h, C_next, n_next, m_next), (
        k,
        v,
        gates,
        state,
        (C_next, n_next),
        (scaled, scale),
        (h, normaliser, least, above, below),
    )


def backward(dnew: State, intermediates: Any, p: Parameters) -> tuple[Any, ...]:
    dh, dC, dn, dm = dnew
    k, v, (f, forget, write, from_before), state, memory, (q, scale), exposed = intermediates
    dread, dleast, ddot = exposed_backward(dh, exposed)
    dq = scale * (contracted(memory[0], dread[:, None], 2) + memory[1] * ddot[:, None])
    dC, dn = dC + q[:, :, None] * dread[:, None], dn + q * ddot[:, None]
    C_prev, n_prev, _ = state
    into_C, into_n = contracted(dC, v[:, None], 2), contracted(dC, k[:, :, None], 1)
    dlogF = forget * (contracted(dC, C_prev, 2).sum(axis=1) + contracted(dn, n_prev, 1))
    dlogI = write * contracted(into_C + dn, k, 1)
    drunning, di = stabilised_backward(dm + dleast, dlogF, dlogI, from_before)
    dk, dv = write[:, None] * (into_C + dn), write[:, None] * into_n
    before = forget[:, None, None] * dC, forget[:, None] * dn, drunning
    return dq, dk, dv, di, drunning * sigmoid(-f), before, {}


def exposed_backward(dh: Array, exposed: Any) -> tuple[Array, Array, Array]:
    """Gradients into what is read off, into the stabiliser through its floor, and into the query's product with n."""
    h, normaliser, least, above, below = exposed
    dread = dh / normaliser[:, None]
    dnormaliser = -contracted(dread, h, 1)
    ddot = select(above, dnormaliser, select(below, -dnormaliser, 0))
    return dread, select(above | below, 0, -(least * dnormaliser)), ddot


FAMILY = Family(
    name="mlstm",
    summary="the xLSTM's matrix memory: C = forget C + write k v^T, n = forget n + write k, h = C^T q / max(|q n|, exp(-m))",
    source="Beck et al. 2024, xLSTM, eq. 19-27, as its recurrent form in mlstm_kernels; q times 1 / sqrt(n_k) unless a scale is given,"
    " without eps unless one is given; C, n and m start at zero",
    inputs={"q": "n_h n_k m", "k": "n_h n_k m", "v": "n_h n_v m", "i": "n_h m", "f": "n_h m"},
    states={"C": "n_h n_k n_v m", "n": "n_h n_k m", "m": "n_h m"},
    outputs={"h": "n_h n_v m"},
    options={"scale": "", "eps": ""},
    forward=forward,
    backward=backward,
)

mlstm_step_forward, mlstm_step_backward, mlstm_forward, mlstm_backward = operations(FAMILY)

__all__ = ["mlstm_step_forward", "mlstm_step_backward", "mlstm_forward", "mlstm_backward"]
