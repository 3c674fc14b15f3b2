"""Classes of a framework's layers, which are looked at to be described, or for which it is said what describes them."""

import inspect
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any

from ...candidate import Candidate
from .pattern import BadDescription

Looking = Callable[[Any, str], Candidate]
# what they derive from, and what looks
LOOKING = {("torch.nn", "Module"): "rnnspec.conformance.candidates.torch.looking"}
# what they derive from, what describes them, and the kind of `rnnspec init` that writes one
DESCRIBED = {
    ("keras", "Layer"): ("keras_layer", "keras"),
    ("flax.linen", "Module"): ("jax_function", "jax"),
    ("flax.nnx", "Module"): ("jax_function", "jax"),
    ("equinox", "Module"): ("jax_function", "jax"),
}


def looker(thing: Any) -> Looking | None:
    """What looks at a class, None for anything that is no class of layers. No framework is imported for it."""
    for (framework, base), (helper, kind) in DESCRIBED.items():  # on PyTorch, a layer of Keras is a module of that, too
        if _is(thing, framework, base):
            return partial(_told, framework, helper, kind)
    for (framework, base), where in LOOKING.items():
        if _is(thing, framework, base):
            looked: Looking = import_module(where).looked
            return looked
    return None


def _is(thing: Any, framework: str, base: str) -> bool:
    loaded = sys.modules.get(framework)
    return loaded is not None and inspect.isclass(thing) and issubclass(thing, getattr(loaded, base))


def _told(framework: str, helper: str, kind: str, thing: Any, name: str) -> Candidate:
    raise BadDescription(
        f"{thing.__name__} is a layer of {framework}, and no candidate before it is described by rnnspec.adapt.{helper};"
        f" `rnnspec init --for {kind}` writes one that is"
    )
