"""A module of PyTorch looked at: its parameters, a probing call, and the description that follows."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations
from typing import Any

import torch
from rnnspec.golden import load
from rnnspec.golden.entry import shown

from ...run.outcome import Ending
from ...run.runner import Runner
from ..described.candidate import Described
from ..described.description import Description
from ..described.guessing import BATCH, N_A, N_X, STEPS, returned, weights_of
from ..described.packing import GATES
from ..described.pattern import BadDescription
from .module import torch_module

PARTS = ("like", "gates", "layout", "state", "takes", "returns")
TAKES = ("x, (h, c)", "x, h, c", "x, h", "x")
SIZES = {"btf": (BATCH, STEPS, N_X), "tbf": (STEPS, BATCH, N_X), "bf": (BATCH, N_X)}
STATES = {"bf": (BATCH, N_A), "1bf": (1, BATCH, N_A)}


def looked(module: Any, name: str) -> Described:
    """A candidate of a module as it looks, its description among the notes. Raises BadDescription where it tells too little."""
    try:
        made = module(N_X, N_A)
    except Exception as error:
        why = f"{module.__name__}({N_X}, {N_A}) raised {type(error).__name__}: {error}"
        raise BadDescription(
            f"{shown(why)}; give rnnspec.adapt.torch_module a function of n_x and n_a that makes one"
        ) from None
    shapes = {key: tuple(parameter.shape) for key, parameter in made.named_parameters()}
    fitting, tried, why = list[Described](), False, "no call with x and states of any order of axes gives an output"
    for call in _calls(made):
        for like, weights, gates in weights_of(shapes):
            if ("c" in call["takes"]) != (like == "lstm") and call["takes"] != "x":
                continue
            try:
                fitting.append(torch_module(module, like=like, weights=weights, gates=gates, **call))
            except BadDescription as error:
                why = str(error) if not tried else why
                tried = True
    if not fitting:
        raise BadDescription(why)
    passing = next((found for one in fitting if (found := _passing(one))), None)
    best = passing or fitting[0]
    return replace(best, notes=_told(module.__name__, best.description, passing is not None))


def _calls(made: Any) -> Iterator[dict[str, str]]:
    """Ways to call it that give what a layer gives."""
    for layout, size in SIZES.items():
        for takes in TAKES:
            for state, shape in STATES.items():
                h, c = (torch.zeros(shape) for _ in range(2))
                given = {"x, (h, c)": [(h, c)], "x, h, c": [h, c], "x, h": [h], "x": []}[takes]
                try:
                    with torch.no_grad():
                        pattern, own, _ = returned(made(torch.zeros(size), *given))
                except Exception:  # not called so
                    continue
                if own == layout:
                    yield {"layout": layout, "state": state, "takes": takes, "returns": pattern}


def _passing(one: Described) -> Described | None:
    """With the order of gates in which the plainest case passes, None where none does."""
    like = one.description.like
    idea = (
        "generic" if "h" in one.description.pattern.words else "zero-state"
    )  # one that takes no state begins with zeros
    golden = load(f"{like}_{'cell_' if one.description.is_cell else ''}forward/{idea}")
    usual = one.description.gates or GATES[like][0]
    for gates in (
        "".join(order) for own in dict.fromkeys((usual, usual.replace("z", "u"))) for order in permutations(own)
    ):
        described = replace(one.description, gates=gates)
        again = replace(one, description=described, functions=one.make(described))
        if Runner(again, "float64").case(golden).outcome is Ending.PASS:
            return again
    return None


def _told(name: str, found: Description, passes: bool) -> tuple[str, ...]:
    given = [f"{part}={getattr(found, part)!r}" for part in PARTS if getattr(found, part)]
    weights = [f"{key!r}: {value!r}" for key, value in found.names.items()]
    lines = [name, *(", ".join(pair) for pair in zip(given[::2], given[1::2], strict=False)), *given[len(given) & ~1 :]]
    return (
        f"{name} was looked at, and called as described here:"
        if passes
        else f"{name} was looked at; no guess passes, and this is the first that fits:",
        "    from rnnspec.adapt import torch_module",
        "    candidate = torch_module(",
        *(f"        {line}," for line in lines),
        "        weights={",
        *(f"            {line}," for line in weights),
        "        },",
        "    )",
        "correct what is not so, and check the candidate",
    )
