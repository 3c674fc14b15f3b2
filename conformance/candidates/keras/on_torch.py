"""Keras 3 on PyTorch as a candidate."""

from typing import Any

import torch

from ..recurrent.layer import Array, Function, Named
from ..torch.graph import array, one_thread, tensor
from .backend import choose

choose("torch")

from .candidate import candidate  # noqa: E402  Keras reads its backend when it is imported
from .layers import Keras  # noqa: E402


class OnTorch(Keras):
    """Layers by Keras, differentiated by PyTorch."""

    @one_thread()
    def run(self, function: Function, leaves: Named, lengths: Array | None) -> Named:
        with torch.no_grad():
            found = function({name: tensor(given) for name, given in leaves.items()}, _whole(lengths))
        return {name: array(output) for name, output in found.items()}

    @one_thread()
    def gradients(self, function: Function, leaves: Named, lengths: Array | None, upstream: Named) -> Named:
        given = {name: tensor(leaf).requires_grad_() for name, leaf in leaves.items()}
        outputs = function(given, _whole(lengths))
        ends, into = [outputs[name] for name in upstream], [tensor(one) for one in upstream.values()]
        found = torch.autograd.grad(ends, list(given.values()), into, allow_unused=True, materialize_grads=True)
        return {name: array(gradient) for name, gradient in zip(given, found, strict=True)}


def _whole(lengths: Array | None) -> Any:
    return None if lengths is None else tensor(lengths).long()


CANDIDATE = candidate(OnTorch(), f"torch {torch.__version__}")
