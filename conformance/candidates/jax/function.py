"""A function of JAX as a candidate, by its description: compiled, and its gradients are jax.vjp's.

A module of Flax or of Equinox is one: `lambda w, x, h, n_a: MyLSTM(n_a).apply({"params": w}, x, h)`.
"""

from collections.abc import Callable
from typing import Any, Unpack

import jax
import jax.numpy as jnp

from ..described import calling
from ..described.candidate import Described, described
from ..described.description import Description, Said, Sizes, states
from ..described.pattern import BadDescription
from ..recurrent.layer import Function, Named, Operations
from ..recurrent.operations import operations
from .graph import JAX, Jax

VARIANTS = ("jit", "eager")


class Eager(Jax):
    """JAX step by step, as it runs outside of jax.jit."""

    def run(self, function: Function, leaves: Named, lengths: Any) -> Named:
        with jax.disable_jit():
            return super().run(function, leaves, lengths)

    def gradients(self, function: Function, leaves: Named, lengths: Any, upstream: Named) -> Named:
        with jax.disable_jit():
            return super().gradients(function, leaves, lengths, upstream)


def jax_function(function: Callable[..., Any], *, variant: str = "jit", **said: Unpack[Said]) -> Described:
    """A candidate of a pure function, called with `weights, x, (h, c)` unless `takes` says otherwise.

    `weights` names what stands in each weight; in a call, `weights` are dicts by the parts of the names, as a Flax module
    has them. All else is as in `torch_module`. Raises BadDescription where the function is not as it is described.
    """
    if variant not in VARIANTS:
        raise BadDescription(f"variant={variant!r}, want one of {', '.join(VARIANTS)}")
    framework = JAX if variant == "jit" else Eager()

    def call(sizes: Sizes, packed: Named, given: list[Any], named: dict[str, Any]) -> Any:
        return function(*given, **named)

    def make(description: Description) -> Operations:
        return operations(framework, calling.layer(description, call, jnp))

    words = states(said.get("like", ""))
    description = Description.of({"takes": f"weights, x, {f'({words})' if ',' in words else words}"}, **said)
    name = str(getattr(function, "__name__", type(function).__name__))
    return described(name, f"jax {jax.__version__}, {variant}", description, make)
