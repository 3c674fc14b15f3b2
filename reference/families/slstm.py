"""The xLSTM's scalar memory with exponential gates, mixed within a head: Beck et al. 2024."""

from typing import Any

from ..arithmetics.primitives import (
    Array,
    contracted,
    log_sigmoid,
    sigmoid,
    sigmoid_slope,
    tanh,
    tanh_slope,
)
from ..family import Family
from ..recurrence import operations
from ..stabiliser import stabilised, stabilised_backward
from ..unroll import Gradients, Parameters, State

GATES = "ifzo"


def mixed(gate: str, input: Array, h_prev: Array, p: Parameters) -> Array:
    """A gate's pre-activation: its input, the head's own units before, its bias."""
    return input + contracted(p[f"R{gate}"][:, :, :, None], h_prev[:, None], 2) + p[f"b{gate}"]


def mixed_backward(gate: str, d: Array, h_prev: Array, p: Parameters) -> tuple[Array, Gradients]:
    """Gradients into the units before and into a gate's parameters."""
    gradients = {
        f"dR{gate}": contracted(d[:, :, None], h_prev[:, None], 3),
        f"db{gate}": d.sum(axis=2, keepdims=True),
    }
    return contracted(p[f"R{gate}"][:, :, :, None], d[:, :, None], 1), gradients


def forward(i: Array, f: Array, z: Array, o: Array, state: State, p: Parameters) -> tuple[State, Any]:
    h_prev, c_prev, n_prev, m_prev = state
    raw_i, raw_f, raw_z, raw_o = (mixed(g, x, h_prev, p) for g, x in zip(GATES, (i, f, z, o), strict=True))
    running = log_sigmoid(raw_f) + m_prev
    m_next, (forget, write, from_before) = stabilised(running, raw_i)
    g, out = tanh(raw_z), sigmoid(raw_o)
    c_next, n_next = forget * c_prev + write * g, forget * n_prev + write
    share = c_next / n_next
    return (out * share, c_next, n_next, m_next), (state, raw_f, forget, write, g, out, share, n_next, from_before)


def backward(dnew: State, intermediates: Any, p: Parameters) -> tuple[Any, ...]:
    dh, dc, dn, dm = dnew
    (h_prev, c_prev, n_prev, _), raw_f, forget, write, g, out, share, n_next, from_before = intermediates
    dshare = dh * out / n_next
    dc, dn = dc + dshare, dn - dshare * share
    dlogF, dlogI = forget * (dc * c_prev + dn * n_prev), write * (dc * g + dn)
    drunning, di = stabilised_backward(dm, dlogF, dlogI, from_before)
    raw = {
        "i": di,
        "f": drunning * sigmoid(-raw_f),
        "z": dc * write * tanh_slope(g),
        "o": dh * share * sigmoid_slope(out),
    }
    into, gradients = list[Array](), Gradients()
    for gate, d in raw.items():
        back, own = mixed_backward(gate, d, h_prev, p)
        into.append(back)
        gradients |= own
    return *raw.values(), (sum(into[1:], into[0]), forget * dc, forget * dn, drunning), gradients


FAMILY = Family(
    name="slstm",
    summary="the xLSTM's scalar memory: c = forget c + write tanh(z), n = forget n + write, h = sigmoid(o) c / n",
    source="Beck et al. 2024, xLSTM, eq. 8-17, as the vanilla backend of xlstm; the input's projections are given, all states start at zero",
    inputs=dict.fromkeys(GATES, "n_h n_u m"),
    states=dict.fromkeys("hcnm", "n_h n_u m"),
    parameters={f"R{gate}": "n_h n_u n_u" for gate in GATES} | {f"b{gate}": "n_h n_u 1" for gate in GATES},
    forward=forward,
    backward=backward,
)

slstm_step_forward, slstm_step_backward, slstm_forward, slstm_backward = operations(FAMILY)

__all__ = ["slstm_step_forward", "slstm_step_backward", "slstm_forward", "slstm_backward"]
