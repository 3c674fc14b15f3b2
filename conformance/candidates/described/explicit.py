"""Functions that have a backward of their own, in NumPy or in C: gradients come back as the weights are packed."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
from rnnspec.reference import ContractError

from ..recurrent.layer import FAMILY, Array, Layer, Named, Operations, offering, owned, told
from . import calling, telling
from .description import OURS, STATE, Description
from .packing import unpacked
from .pattern import BadDescription, Pattern

Words = dict[str, Any]  # values by word
Call = Callable[[Words], Words]


@dataclass(frozen=True)
class Kept:
    """What the forward leaves to the backward: all that it was called with, and what it returned."""

    words: Words
    parameters: Named
    features: int  # of the input, without one that is always one


@dataclass(frozen=True)
class Explicit:
    """A layer over time: a forward, called by words, and a backward, called by the same words, what the forward returned,
    and `dy`, `dh`, `dc`. It gives `dx`, `dh`, `dc` and each weight's gradient, by `d` and what stands in the weight.
    """

    description: Description
    forward: Call
    backward: Call | None = None
    upstream: tuple[str, ...] = ()  # what of dh and dc the backward takes
    gradients: tuple[str, ...] = ()  # what it gives

    def __post_init__(self) -> None:
        if self.description.is_cell:
            raise BadDescription(
                f"layout={self.description.layout!r}: a function with a backward of its own is one over time"
            )
        if self.description.of_last:
            raise BadDescription(
                f"returns={self.description.result.text!r} lacks y, which a function with a backward of its own returns"
            )
        if self.description.own:
            raise BadDescription(
                f"returns has {self.description.own}: a function with a backward of its own is described without its head"
            )
        wanted = ["dx", *(f"d{key}" for key in self.description.names)]
        if self.backward and (missing := [word for word in wanted if word not in self.gradients]):
            raise BadDescription(f"the backward gives {', '.join(self.gradients)}, and {', '.join(missing)} is missing")

    @cached_property
    def layer(self) -> Layer:
        return calling.layer(self.description, _never, np)

    @property
    def states(self) -> dict[str, str]:
        return dict(zip(self.description.letters, FAMILY[self.description.like].states, strict=True))

    def operations(self) -> Operations:
        """The functions of the contract."""
        family, layer = self.description.like, self.layer
        begun = [name for name in layer.initial[1:] if layer.begins_with(name)]
        found: Operations = {f"{family}_forward": offering(partial(self._forward), [*begun, *layer.options])}
        if self.backward:
            last = [f"d{state}_last" for word, state in self.states.items() if f"d{word}" in self.upstream]
            found[f"{family}_backward"] = offering(partial(self._backward), last)
        return found

    def _forward(self, x: Array, a0: Array, parameters: Named, lengths: Any = None, c0: Any = None) -> Any:
        d, layer, parameters = self.description, self.layer, owned(parameters)
        given = {name: state for name, state in (("a0", a0), ("c0", c0)) if state is not None}
        layer.taken(given)
        first = {name: layer.zeros(name, parameters, x) for name in layer.initial} | given
        states = [np.transpose(first[name]).copy() for name in layer.initial]
        ours = d.on_ones(np.transpose(x, (2, 1, 0)), np).copy()
        words = calling.OfDescribed(d, _never, np).values(
            parameters, d.axes.of(ours, OURS, np), ours, states, {"lengths": lengths}
        )
        words = {word: np.ascontiguousarray(v) if isinstance(v, np.ndarray) else v for word, v in words.items()}
        with telling.called(d, words):
            found = _untouched(self.forward, words)
        every: Named = {
            word: d.axes.back(found[word], OURS, np, word).transpose(2, 1, 0) for word in ("y", "cs") if word in found
        }
        last = {word: d.states.back(found[word], STATE, np, word).T for word in d.letters if word in found}
        whole = dict(zip(d.letters, ("y", "cs"), strict=False))  # the word for a state at every step
        a, *further = (told(every.get(all_of), last.get(word)) for word, all_of in whole.items())
        begun = {f"{word}0": words[word] for word in d.letters}
        return a, None, *further, Kept({**words, **begun, **found}, parameters, len(x))

    def _backward(self, da: Array, kept: Kept, da_last: Any = None, dc_last: Any = None) -> dict[str, Array | None]:
        assert self.backward
        d, given = self.description, {"h": da_last, "c": dc_last}
        upstream = {"dy": np.ascontiguousarray(d.axes.of(np.transpose(da, (2, 1, 0)), OURS, np))}
        for word in d.letters:
            like = kept.words[f"{word}0"]
            own = given[word]
            upstream[f"d{word}"] = (
                np.zeros_like(like) if own is None else np.ascontiguousarray(d.states.of(np.transpose(own), STATE, np))
            )
        found = _untouched(self.backward, {**kept.words, **upstream})
        gradients: dict[str, Array | None] = {
            "dx": d.axes.back(found["dx"], OURS, np, "dx").transpose(2, 1, 0)[: kept.features],
            "da0": None,
        }
        for word, state in self.states.items():
            if f"d{word}" in found:
                gradients[f"d{state}0"] = d.states.back(found[f"d{word}"], STATE, np, f"d{word}").T
        own_of = {key: found[f"d{key}"] for key in d.names}
        assert d.packing
        return gradients | {f"d{name}": array for name, array in unpacked(d.packing, kept.parameters, own_of).items()}


def _never(*_: Any) -> Any:
    raise AssertionError("a function is called by its words")


def _untouched(call: Call, words: Words) -> Words:
    """What a call gives. It works on copies of what a candidate is given: what it changes in those is told here. Raises ContractError."""
    before = {word: value.copy() for word, value in words.items() if isinstance(value, np.ndarray)}
    found = call(words)
    if changed := [word for word, value in before.items() if not np.array_equal(value, words[word], equal_nan=True)]:
        raise ContractError(f"changed {', '.join(changed)} in place")
    return found


def called(function: Callable[..., Any], pattern: Pattern, result: Pattern) -> Call:
    """A Python function, called and answering by patterns."""

    def call(words: Words) -> Words:
        positional, named = pattern.arguments(words)
        return dict(result.found(function(*positional, **named)))

    return call


def backward_words(description: Description) -> list[str]:
    """What a backward may be called with: the forward's words and what it returned, h0 and c0 that it began with, and gradients."""
    begun = [f"{word}0" for word in description.letters]
    known = [
        *description.pattern.known,
        *description.result.known,
        *begun,
        "dy",
        *(f"d{w}" for w in description.letters),
    ]
    return list(dict.fromkeys(known))


def gradient_words(description: Description) -> list[str]:
    """What a backward may give."""
    return ["dx", *(f"d{word}" for word in description.letters), *(f"d{key}" for key in description.names)]
