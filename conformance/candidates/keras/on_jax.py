"""Keras 3 on JAX as a candidate."""

import jax

from ..jax.graph import Jax
from .backend import choose

choose("jax")

from .candidate import candidate  # noqa: E402  Keras reads its backend when it is imported
from .layers import Keras  # noqa: E402
from .mixed import policy_set  # noqa: E402


class OnJax(Keras, Jax):
    """Layers by Keras, compiled and differentiated by JAX."""

    @property
    def setting(self) -> str:
        return policy_set()


CANDIDATE = candidate(OnJax(), f"jax {jax.__version__}", jax.ensure_compile_time_eval)
