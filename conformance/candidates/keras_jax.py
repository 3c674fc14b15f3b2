"""Keras 3 on JAX as a candidate."""

import jax

from .jax_graph import Jax
from .keras_backend import choose

choose("jax")

from .keras_candidate import candidate  # noqa: E402  Keras reads its backend when it is imported
from .keras_layers import Keras  # noqa: E402


class OnJax(Keras, Jax):
    """Layers by Keras, compiled and differentiated by JAX."""


CANDIDATE = candidate(OnJax(), f"jax {jax.__version__}", jax.ensure_compile_time_eval)
