"""A module of PyTorch looked at: how one is made, its parameters, and a call."""

import inspect
from collections.abc import Iterator
from typing import Any

import torch
from rnnspec.golden.entry import shown

from ..described.candidate import Described
from ..described.guessing import N_A, N_X, Shapes
from ..described.pattern import BadDescription
from ..described.proposing import Way, proposed
from .module import torch_module

TAKES = ("x, (h, c)", "x, h, c", "x, h", "(h, c), x", "h, c, x", "h, x")


def looked(module: Any) -> Described:
    """A candidate of a module as it looks. Raises BadDescription where it tells too little."""
    try:
        made = module(N_X, N_A)
    except Exception as error:
        why = f"{module.__name__}({N_X}, {N_A}) raised {type(error).__name__}: {error}"
        raise BadDescription(
            f"{shown(why)}; give rnnspec.adapt.torch_module a function of n_x and n_a that makes one"
        ) from None
    shapes = {key: tuple(parameter.shape) for key, parameter in made.named_parameters()}

    def probe(_: Any, given: list[Any], named: dict[str, Any]) -> tuple[Any, Shapes]:
        with torch.no_grad():
            return made(*given, **named), shapes

    way = Way(
        kind=module,
        describe=torch_module,
        first=module.__name__,
        zeros=torch.zeros,
        probe=probe,
        takes=(*TAKES, *_by_keyword(made.forward), "x"),
        states=("bf", "1bf"),
    )
    return proposed([way])


def _by_keyword(forward: Any) -> Iterator[str]:
    """Calls with states by keywords, which stand behind another argument or behind a star."""
    _, *others = inspect.signature(forward).parameters.values()
    names = [one.name for n, one in enumerate(others) if one.kind is one.KEYWORD_ONLY or (n and one.default is None)]
    for name in names:
        yield from (f"x, {name}=(h, c)", f"x, {name}=h")
    if len(names) == 2:
        yield f"x, {names[0]}=h, {names[1]}=c"
