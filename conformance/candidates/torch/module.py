"""A module of PyTorch as a candidate, by its description: gradients are autograd's, one thread computes."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from typing import Any, Unpack

import torch

from ...candidate import Unsupported
from ..described import calling, telling
from ..described.candidate import Described, described
from ..described.description import Description, Said, Sizes
from ..described.fitting import fitted
from ..described.pattern import BadDescription
from ..recurrent.layer import Named, Operations
from ..recurrent.operations import operations
from .framework import CPU, Axes, Torch, autocast
from .variants import EAGER, VARIANTS


def torch_module(
    module: Callable[..., Any], *, device: str = CPU, variant: str = EAGER, **said: Unpack[Said]
) -> Described:
    """A candidate of a module: `module(n_x, n_a)` makes one, with n_y behind where it has a head; `weights` names its
    parameters by what stands in them.

    `like` is the family and `gates` the order in which its gates are stacked; `layout` (btf) and `state` (bf) are orders of axes,
    `takes` and `returns` patterns of a call: see described/description.py. `variant` is eager, compile (torch.compile) or export
    (exported, saved, loaded and run). Raises BadDescription where the module is not as it is described.
    """
    _asked(module, variant)
    description = Description.of(**said)

    def on(device: str) -> Described:
        framework, run = Torch(device), VARIANTS[variant]()
        made = cache(partial(_made, module, device, tuple(description.sizes)))

        def call(sizes: Sizes, packed: Named, given: list[Any], named: dict[str, Any]) -> Any:
            layer = made(sizes, _dtype(packed))
            own = dict(layer.named_parameters())
            return run(layer, fitted(packed, own, Axes, description.aside), given, named)

        def make(description: Description) -> Operations:
            return operations(framework, calling.layer(description, call, Axes))

        version = f"{framework.version}{'' if variant == EAGER else f', {variant}'}, one thread"
        found = described(_name(module), version, description, make, on, costly=variant != EAGER)
        return replace(found, within=partial(autocast, device=device))

    return on(device)


def _asked(module: Any, variant: str) -> None:
    if isinstance(module, torch.nn.Module):
        raise BadDescription(f"{type(module).__name__} is made already: give what makes one, such as its class")
    if not callable(module):
        raise BadDescription(f"{module!r} makes no module, give its class or a function of n_x and n_a")
    if variant not in VARIANTS:
        raise BadDescription(f"variant={variant!r}, want one of {', '.join(VARIANTS)}")


def _name(module: Any) -> str:
    return str(getattr(module, "__name__", type(module).__name__))


WANTED = "proj_size has to be smaller than hidden_size"  # which torch.nn.LSTM says of a size that it has not


def _made(module: Callable[..., Any], device: str, names: tuple[str, ...], sizes: Sizes, dtype: Any) -> Any:
    """A module of a size, whose own weights are not used: drawing them moves nobody's random numbers."""
    with torch.random.fork_rng(devices=[]), telling.made(names, sizes):
        try:
            made = module(*sizes)
        except ValueError as error:
            if WANTED not in str(error):
                raise
            raise Unsupported(f"{_name(module)} is made with {sizes}, and {error}") from None
    if not isinstance(made, torch.nn.Module):
        raise BadDescription(f"{_name(module)}{sizes} gives {type(made).__name__}, want a torch.nn.Module")
    if drawing := [
        part for part in made.modules() if part.training and getattr(part, "p", 0) and "Dropout" in type(part).__name__
    ]:
        raise BadDescription(f"{_name(module)} has {drawing[0]}, which draws: make it as it is in use, by .eval()")
    return made.to(device=device, dtype=dtype)


def _dtype(weights: Named) -> Any:
    """Raises BadDescription for weights that no gradient could come back from."""
    for name, array in weights.items():
        if not isinstance(array, torch.Tensor):
            raise BadDescription(
                f"the function of weights gave {type(array).__name__} for {name!r}, want a torch.Tensor, made of what it is given"
            )
    return next(iter(weights.values())).dtype
