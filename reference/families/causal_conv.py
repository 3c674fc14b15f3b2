"""A depthwise causal convolution with a state: the short one in front of Mamba, gated delta nets and their kin."""

from typing import Any

import numpy as np

from ..arithmetics.primitives import Array, column_sum, contracted
from ..family import Family
from ..recurrence import operations
from ..unroll import Gradients, Parameters, State


def convolved(xt: Array, s_prev: Array, p: Parameters) -> tuple[Array, Array]:
    """The sum over a channel's last inputs, the newest by the last weight, and these inputs."""
    window = np.concatenate([s_prev, xt[:, None]], axis=1)
    return contracted(p["w"][:, :, None], window, 1) + p["b"], window


def convolved_backward(dz: Array, ds: Array, window: Array, p: Parameters) -> tuple[Array, State, Gradients]:
    """Gradients into the input, into the state and into the parameters."""
    oldest = 0 * ds[:, :1]  # is in no state that follows
    dwindow = p["w"][:, :, None] * dz[:, None] + np.concatenate([oldest, ds], axis=1)
    gradients = {"dw": contracted(window, dz[:, None], 2), "db": column_sum(dz)}
    return dwindow[:, -1], (dwindow[:, :-1],), gradients


def forward(xt: Array, state: State, p: Parameters) -> tuple[State, Any]:
    (s_prev,) = state
    y, window = convolved(xt, s_prev, p)
    return (y, window[:, 1:]), window


def backward(dnew: State, intermediates: Any, p: Parameters) -> tuple[Array, State, Gradients]:
    dy, ds = dnew
    return convolved_backward(dy, ds, intermediates, p)


PARAMETERS = {"w": "n_c n_s+1", "b": "n_c 1"}
STATES, OUTPUTS = {"s": "n_c n_s m"}, {"y": "n_c m"}

FAMILY = Family(
    name="causal_conv",
    summary="a depthwise causal convolution whose state is its last n_s inputs, the oldest first",
    source="Gu and Dao 2023, Mamba, fig. 3; as causal_conv1d_fn without an activation",
    inputs={"x": "n_c m"},
    states=STATES,
    outputs=OUTPUTS,
    parameters=PARAMETERS,
    forward=forward,
    backward=backward,
)

causal_conv_step_forward, causal_conv_step_backward, causal_conv_forward, causal_conv_backward = operations(FAMILY)

__all__ = [
    "causal_conv_step_forward",
    "causal_conv_step_backward",
    "causal_conv_forward",
    "causal_conv_backward",
]
