"""JAX, a pure function under jax.lax.scan that returns every c: `rnnspec check examples/own/jax_scan.py:candidate`."""

import jax
import jax.numpy as jnp
from rnnspec.adapt import jax_function


def lstm(weights, x, state):
    def step(state, xt):
        h, c = state
        z = xt @ weights["kernel"]["x"] + h @ weights["kernel"]["h"] + weights["bias"]
        i, f, g, o = jnp.split(z, 4, axis=-1)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
        h = jax.nn.sigmoid(o) * jnp.tanh(c)
        return (h, c), (h, c)

    state, (every_h, every_c) = jax.lax.scan(step, state, x)
    return every_h, every_c, state


candidate = jax_function(
    lstm,
    like="lstm",
    gates="ifgo",
    layout="tbf",
    weights={"Wx": "kernel/x.T", "Wh": "kernel/h.T", "b": "bias"},
    returns="y, cs, (h, c)",
)
