"""Classes of a framework's layers, which are looked at to be described."""

import inspect
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from ...candidate import Candidate

# what they derive from, and what looks
LOOKING = {("torch.nn", "Module"): "rnnspec.conformance.candidates.torch.looking"}


def looker(thing: Any) -> Callable[[Any, str], Candidate] | None:
    """What looks at a class, None for anything that is no class of layers. No framework is imported for it."""
    for (framework, base), where in LOOKING.items():
        loaded = sys.modules.get(framework)
        if loaded and inspect.isclass(thing) and issubclass(thing, getattr(loaded, base)):
            looked: Callable[[Any, str], Candidate] = import_module(where).looked
            return looked
    return None
