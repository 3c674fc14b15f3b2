"""Classes of a framework's layers, which are looked at to be described; where that does not succeed, what describes them is said."""

import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from shlex import quote
from typing import Any

from rnnspec.golden.entry import shown

from ...candidate import BrokenCandidate, Candidate
from .pattern import BadDescription

LONGEST = 500  # characters of why it does not succeed


@dataclass(frozen=True)
class Layers:
    """What a framework's layers derive from, which function looks at them, what describes them, and `rnnspec init` writes."""

    framework: str
    base: str
    looks: str
    helper: str
    kind: str

    def has(self, thing: Any) -> bool:
        loaded = sys.modules.get(self.framework)
        return loaded is not None and inspect.isclass(thing) and issubclass(thing, getattr(loaded, self.base))

    def looked(self, thing: type, name: str) -> Candidate:
        """Raises BrokenCandidate where it tells too little, in one line that says what to do instead."""
        where, _, looks = self.looks.partition(":")
        try:
            found: Candidate = getattr(import_module(f"rnnspec.conformance.candidates.{where}"), looks)(thing)
        except BadDescription as error:
            raise BrokenCandidate(
                f"{name} did not start: {shown(str(error), LONGEST)}; {shown(thing.__name__, 200)} is a layer of {self.framework}, and no candidate before it is described by"
                f" rnnspec.adapt.{self.helper}; `rnnspec init --for {self.kind}` writes one that is; a recurrence of named inputs, as min_gru, is a function of the contract's:"
                " `rnnspec init --family min_gru`"
            ) from None
        return found


LAYERS = (
    Layers("keras", "Layer", "keras.looking:looked", "keras_layer", "keras"),  # on PyTorch, a module of that, too
    Layers("flax.linen", "Module", "jax.looking:linen", "jax_function", "jax"),
    Layers("flax.nnx", "Module", "jax.looking:nnx", "jax_function", "jax"),
    Layers("equinox", "Module", "jax.looking:equinox", "jax_function", "jax"),
    Layers("torch.nn", "Module", "torch.looking:looked", "torch_module", "torch"),
)


def looker(thing: Any) -> Callable[[str], Candidate] | None:
    """What looks at a class, None for anything that is no class of layers. No framework is imported for it."""
    return next((partial(layers.looked, thing) for layers in LAYERS if layers.has(thing)), None)


def made(thing: Any, name: str) -> str:
    """What to give in place of a layer that has been made, and so has a size; "" for anything else."""
    kind = type(thing)
    if not looker(kind):
        return ""
    file, _, own = name.rpartition(":")
    beside = own and kind.__module__ in (file, Path(file).stem)
    target = f"{file if beside else kind.__module__}:{kind.__qualname__}"
    return (
        f"it is a {shown(kind.__name__, 200)} of one size, made already: give its class, of which one is made in the sizes of each case:"
        f" rnnspec check {quote(shown(target, LONGEST))}"
    )
