"""JAX under the adapters of what is built on it: every operation is compiled, its gradients are jax.vjp's."""

from functools import cache
from itertools import count
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..recurrent.layer import Array, Function, Named

KEPT = 200  # calls whose compiled code is kept: a process has too few memory maps for that of a whole run


class Jax:
    """JAX as a framework, at 64 bits for the time of a call."""

    xp = jnp

    @property
    def setting(self) -> str:
        """What decides what a function is compiled to beside its arguments: here, nothing."""
        return ""

    def run(self, function: Function, leaves: Named, lengths: Array | None) -> Named:
        return _arrays(_compiled(function, self.setting), leaves, _whole(lengths))

    def gradients(self, function: Function, leaves: Named, lengths: Array | None, upstream: Named) -> Named:
        return _arrays(_pullback(function, self.setting), leaves, _whole(lengths), upstream)

    def head(self, weight: Array, bias: Array, a: Array) -> Array:
        logits = jnp.tensordot(weight, a, 1) + bias.reshape(-1, *[1] * (a.ndim - 1))
        return self.softmax(logits)

    def softmax(self, logits: Array) -> Array:
        return jax.nn.softmax(logits, axis=0)


def elementwise(x: Array, function: Any) -> Array:
    return _arrays(_compiled(function), x)


def _whole(lengths: Array | None) -> Array | None:
    return None if lengths is None else np.asarray(lengths, np.int32)


def _arrays(function: Any, *given: Any) -> Any:
    """NumPy arrays that own their memory."""
    if next(_calls) % KEPT == 0:
        jax.clear_caches()
    with jax.enable_x64(True):
        return jax.tree.map(np.array, function(*given))


@cache
def _compiled(function: Any, setting: str = "") -> Any:
    return jax.jit(lambda *given: function(*given))  # or JAX would find what it compiled in another setting


@cache
def _pullback(function: Function, setting: str) -> Any:
    def gradients(leaves: Named, lengths: Array | None, upstream: Named) -> Named:
        outputs, pull = jax.vjp(lambda given: function(given, lengths), leaves)
        into = {name: upstream.get(name, jnp.zeros_like(output)) for name, output in outputs.items()}
        return pull({name: into[name].astype(output.dtype) for name, output in outputs.items()})[0]

    return jax.jit(gradients)


_calls = count(1)
JAX = Jax()
