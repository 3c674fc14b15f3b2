"""A family as a framework has it, what is needed of a framework beside that, and what a forward call keeps.

A framework's functions see its own order: x is (T, m, n_x), a state (m, n) or, in a network, (layers*directions, m, n).
"""

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from rnnspec.reference import FAMILIES

from ...candidate import Last, Unsupported, WithLast

FAMILY = {family.name: family for family in FAMILIES}
Array = Any  # of whichever framework
Named = dict[str, Array]
Function = Callable[[Named, Array | None], Named]  # of the leaves by contract name and the lengths
Operations = dict[str, Any]  # functions by name, and the version


class Framework(Protocol):
    """What is needed of a framework beside its layers. Only it knows its arrays."""

    @property
    def xp(self) -> Any:
        """transpose, arange, where, zeros_like and ones_like, under NumPy's names."""

    def run(self, function: Function, leaves: Named, lengths: Array | None) -> Named: ...

    def gradients(self, function: Function, leaves: Named, lengths: Array | None, upstream: Named) -> Named:
        """Of every leaf, from gradients into some of the outputs."""

    def head(self, weight: Array, bias: Array, a: Array) -> Array:
        """Softmax of W a + b over the classes, for a (n_a, m) or (n_a, m, T)."""

    def softmax(self, logits: Array) -> Array:
        """Over the classes, which come first."""


@dataclass(frozen=True)
class Layer:
    """A family as a framework has it. What it does not have is None.

    `takes` and `tells` are the states that may be given to begin with, and those whose last is told, None for all of the
    family's. A layer that is `headless` gives no predictions; where it has a head of its `own`, "p" or "logits", its step and its run
    give those behind all else.
    """

    family: str
    step: Callable[..., list[Array]] | None = None  # (parameters, xt, states) -> states
    run: Callable[..., tuple[Any, ...]] | None = None  # -> every a, final states or Nones, every c or None
    network: Callable[..., tuple[Array, list[Array]]] | None = None  # (parameters[layer][direction], …) -> a, states
    options: tuple[str, ...] = ("lengths", "reverse")
    takes: tuple[str, ...] | None = None
    tells: tuple[str, ...] | None = None
    headless: bool = False
    own: str = ""

    @property
    def states(self) -> list[str]:
        return [*FAMILY[self.family].states]

    @property
    def head(self) -> tuple[str, str]:
        """The names of its weights and its bias."""
        weight, bias = FAMILY[self.family].head
        return weight, bias

    @property
    def is_somebodys(self) -> bool:
        """Whether all that comes back is the layer's, and so judged: no head of ours is on it."""
        return self.headless or bool(self.own)

    @property
    def initial(self) -> list[str]:
        return [f"{state}0" for state in self.states]

    @property
    def upstream(self) -> list[str]:
        """The gradients that a sequence takes beside da."""
        told = self.states if self.tells is None else self.tells
        return [*(() if self.headless else ("dy",)), *(f"d{state}_last" for state in self.states if state in told)]

    def zeros(self, name: str, parameters: Named, x: Array) -> Array:
        """An initial state that is not given; its rows are those of a parameter."""
        family = FAMILY[self.family]
        axis = family.states[name.removesuffix("0")].split()[0]
        rows = next(len(parameters[n]) for n, axes in family.parameters.items() if axes.split()[0] == axis)
        return np.zeros((rows, x.shape[1]), x.dtype)

    def taken(self, given: Mapping[str, Any]) -> None:
        """Raises Unsupported for an initial state that is not zero where the layer takes none."""
        for name in self.initial:
            if not self.begins_with(name) and np.any(given.get(name, 0)):
                raise Unsupported(f"takes no {name}")

    def begins_with(self, name: str) -> bool:
        return self.takes is None or name[0] in self.takes


@dataclass(frozen=True)
class Cache:
    """What a forward call keeps: its function and what it was given."""

    framework: Framework
    function: Function
    leaves: Named
    lengths: Array | None
    head: tuple[str, ...] = ()
    own: tuple[str, ...] = ()  # leaves that nobody gave

    def gradients(self, **upstream: Any) -> Named:
        """Of every leaf that was given but the head's, which only the predictions' gradient asks for."""
        given = {name: gradient for name, gradient in upstream.items() if gradient is not None}
        found = self.framework.gradients(self.function, self.leaves, self.lengths, given)
        without = (*self.own, *(() if "y" in given else self.head))
        return {f"d{name}": found[name] for name in found if name not in without}


def offering(function: Callable[..., Any], options: Iterable[str]) -> Callable[..., Any]:
    """The function with these keywords and no others: by its signature it says what it does not have."""
    kinds = inspect.Parameter
    arguments = [kinds("arrays", kinds.VAR_POSITIONAL), *(kinds(name, kinds.KEYWORD_ONLY) for name in options)]
    function.__signature__ = inspect.Signature(arguments)  # type: ignore[attr-defined]
    return function


def owned(leaves: Named) -> Named:
    """The caller may change its arrays between forward and backward."""
    return {name: np.array(array) for name, array in leaves.items()}


def valid(xp: Any, lengths: Array, T: int) -> Array:
    """Which examples have which step, (T, m)."""
    return xp.arange(T)[:, None] < lengths


def blank(xp: Any, a: Array, lengths: Array | None) -> Array:
    """Zeros past each example's length, for what promises nothing of its outputs there."""
    return a if lengths is None else xp.where(valid(xp, lengths, a.shape[0])[:, :, None], a, xp.zeros_like(a))


def told(every: Array | None, last: Array | None, both: bool = True) -> Any:
    """A state at every step, its last, or both, as a layer tells them; None for neither."""
    if every is None:
        return None if last is None else Last(last)
    return WithLast(every, last) if both and last is not None else every
