"""The depthwise causal convolution with a SiLU behind it, which is how Mamba and its kin have it."""

from typing import Any

from ..arithmetics.primitives import Array, silu, silu_slope
from ..family import Family
from ..recurrence import operations
from ..unroll import Gradients, Parameters, State
from .causal_conv import OUTPUTS, PARAMETERS, STATES, convolved, convolved_backward


def forward(xt: Array, state: State, p: Parameters) -> tuple[State, Any]:
    (s_prev,) = state
    z, window = convolved(xt, s_prev, p)
    y, gate = silu(z)
    return (y, window[:, 1:]), (z, gate, window)


def backward(dnew: State, intermediates: Any, p: Parameters) -> tuple[Array, State, Gradients]:
    dy, ds = dnew
    z, gate, window = intermediates
    return convolved_backward(dy * silu_slope(z, gate), ds, window, p)


FAMILY = Family(
    name="causal_conv_silu",
    summary="a depthwise causal convolution with a SiLU behind it, whose state is its last n_s inputs, the oldest first",
    source="Gu and Dao 2023, Mamba, fig. 3; as causal_conv1d_fn with activation='silu'",
    inputs={"x": "n_c m"},
    states=STATES,
    outputs=OUTPUTS,
    parameters=PARAMETERS,
    forward=forward,
    backward=backward,
)

causal_conv_silu_step_forward, causal_conv_silu_step_backward, causal_conv_silu_forward, causal_conv_silu_backward = (
    operations(FAMILY)
)

__all__ = [
    "causal_conv_silu_step_forward",
    "causal_conv_silu_step_backward",
    "causal_conv_silu_forward",
    "causal_conv_silu_backward",
]
