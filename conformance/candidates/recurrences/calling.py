"""Calling a project's function, and autograd through what it gave."""

from collections.abc import Callable

import torch

from ...candidate import Unsupported
from .kernel import Tensors


def called(function: Callable[[Tensors], Tensors], given: Tensors, sizes: dict[str, int]) -> Tensors:
    """What a project gives. Where it raises for want of steps it does not take that, and misleads nobody: Unsupported."""
    try:
        return function(given)
    except Unsupported:
        raise
    except Exception as error:
        if sizes.get("T_x") != 0:
            raise
        raise Unsupported(f"takes no sequence without steps: {type(error).__name__}: {error}") from None


def gradients(leaves: Tensors, outputs: Tensors, upstream: Tensors) -> Tensors:
    """The gradient into each leaf. What depends on none, as the zeros that a sequence without steps ends in, hands on nothing."""
    seen = [name for name in upstream if outputs[name].requires_grad]
    if not seen:
        return {name: torch.zeros_like(leaf) for name, leaf in leaves.items()}
    found = torch.autograd.grad(
        [outputs[name] for name in seen],
        [*leaves.values()],
        [upstream[name] for name in seen],
        allow_unused=True,
        materialize_grads=True,
        retain_graph=True,  # twice, if asked
    )
    return dict(zip(leaves, found, strict=True))
