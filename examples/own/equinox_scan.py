"""Equinox, its GRU cell under jax.lax.scan: `rnnspec check examples/own/equinox_scan.py:candidate`.

With jaxlib 0.10 on a processor with AVX-512 one case fails, because XLA miscompiles its gradient (docs/frameworks.md):
`XLA_FLAGS=--xla_cpu_use_fusion_emitters=false` puts that right, and so does `variant="eager"`.
"""

import equinox as eqx
import jax
from rnnspec.adapt import jax_function


def run(weights, x, h, n_x, n_a):
    blank = eqx.filter_eval_shape(eqx.nn.GRUCell, n_x, n_a, key=jax.random.key(0))
    names = list(weights)
    cell = eqx.tree_at(lambda own: [getattr(own, name) for name in names], blank, list(weights.values()))

    def step(h, xt):
        h = jax.vmap(cell)(xt, h)
        return h, h

    return jax.lax.scan(step, h, x)


candidate = jax_function(
    run,
    like="gru_reset_after",
    layout="tbf",
    weights={"Wx": "weight_ih", "Wh": "weight_hh", "b": "bias", "bca": "bias_n"},
    takes="weights, x, h, n_x, n_a",
    returns="h, y",
)
