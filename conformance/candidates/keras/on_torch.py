"""Keras 3 on PyTorch as a candidate."""

from ..torch.framework import Torch
from .backend import choose

choose("torch")

from .candidate import candidate  # noqa: E402  Keras reads its backend when it is imported
from .layers import Keras  # noqa: E402


class OnTorch(Keras, Torch):
    """Layers by Keras, differentiated by PyTorch."""


CANDIDATE = candidate(OnTorch(), OnTorch().version)
