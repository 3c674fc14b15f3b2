"""Flax, a module over time from its own cell: `rnnspec check examples/own/flax_module.py:candidate`."""

import jax.numpy as jnp
from flax import linen as nn
from rnnspec.adapt import jax_function


class Cell(nn.RNNCellBase):
    n_a: int
    num_feature_axes = 1

    @nn.compact
    def __call__(self, state, x):
        h, c = state
        z = nn.Dense(4 * self.n_a, use_bias=False, name="x")(x) + nn.Dense(4 * self.n_a, name="h")(h)
        i, f, g, o = jnp.split(z, 4, axis=-1)
        c = nn.sigmoid(f) * c + nn.sigmoid(i) * jnp.tanh(g)
        h = nn.sigmoid(o) * jnp.tanh(c)
        return (h, c), h


def run(weights, x, state, n_a):
    return nn.RNN(Cell(n_a)).apply({"params": {"cell": weights}}, x, initial_carry=state, return_carry=True)


candidate = jax_function(
    run,
    like="lstm",
    gates="ifgo",
    weights={"Wx": "x/kernel.T", "Wh": "h/kernel.T", "b": "h/bias"},
    takes="weights, x, (h, c), n_a",
    returns="(h, c), y",
)
