"""What is said of a layer, and the family's layer that follows from it, whichever its framework."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from types import MappingProxyType
from typing import Any, Required, TypedDict, Unpack

from ..recurrent.layer import FAMILY, Array, Layer, Named
from .packing import GATES, Packing
from .pattern import BadDescription, Layout, Pattern, Weights

OURS, STATE = "tbf", "bf"
Sizes = tuple[int, ...]  # n_x, n_a and, of a layer with a head, n_y
Call = Callable[
    [Sizes, Named, list[Any], dict[str, Any]], Any
]  # with weights by name, positional and keyword arguments
SEQUENCE = ("y", "h", "c", "cs")  # what a layer over time may return: every state h, the last h and c, every c
ASIDE = "_"  # in the place of what stands in a weight
HEADS = ("p", "logits")  # and of a head, predictions


class Said(TypedDict, total=False):
    """The parts of a description, as keywords."""

    like: Required[str]
    weights: Required[Weights]
    gates: str
    layout: str
    state: str
    takes: str
    returns: str


@dataclass(frozen=True)
class Description:
    """How a layer is called and how it keeps its weights.

    `like` is the family, `gates` the order of its gates by letter, `layout` that of the axes of the input and of the
    output (`b` examples, `t` steps, `f` features or units; without `t` the layer is a cell), `state` that of a state. `takes`
    is how it is called, `returns` what comes back. `weights` are the layer's names for what stands in them
    (packing.py), or a function from the contract's parameters to arrays by the layer's names.
    """

    like: str
    weights: Weights
    gates: str = ""
    layout: str = "btf"
    state: str = "bf"
    takes: str = ""
    returns: str = ""

    @classmethod
    def of(cls, usual: Mapping[str, str] = MappingProxyType({}), **said: Unpack[Said]) -> "Description":
        """What was said, and of what was not said the usual. Raises BadDescription for a part that there is none of."""
        parts = [part.name for part in fields(cls)]
        if strange := [name for name in said if name not in parts]:
            raise BadDescription(f"a description has no {strange[0]!r}, it has {', '.join(parts)}")
        if missing := [name for name in ("like", "weights") if not said.get(name)]:
            raise BadDescription(f"a description needs {missing[0]}")
        return cls(**{**usual, **{name: value for name, value in said.items() if value}})  # type: ignore[arg-type]

    def __post_init__(self) -> None:
        if self.like not in GATES:
            raise BadDescription(f"like={self.like!r} cannot be described, want one of {', '.join(GATES)}")
        _ = self.axes, self.states, self.pattern, self.result, self.packing
        if not self.is_cell and "y" not in self.result.words:
            raise BadDescription(f"returns={self.result.text!r} lacks y, the output at every step")
        self._headed()
        lacking = [
            word
            for word in self.letters
            if self.is_cell and not (word in self.pattern.words and word in self.result.words)
        ]
        if lacking:
            raise BadDescription(
                f"a cell takes and returns {', '.join(self.letters)}; {lacking[0]} is in one pattern at most"
            )

    def _headed(self) -> None:
        """Raises BadDescription where a head is described by half."""
        weights, returned = [name for name in FAMILY[self.like].head if name in self.names], self.own
        if weights and not returned:
            raise BadDescription(
                f"weights has {weights[0]}, of a head, and returns={self.result.text!r} neither p nor logits"
            )
        if returned and self.names and len(weights) < 2:
            raise BadDescription(
                f"returns has {returned}: weights needs {' and '.join(FAMILY[self.like].head)}, the head's"
            )

    @property
    def own(self) -> str:
        """What the layer's own head gives, "" where it has none."""
        return next((word for word in HEADS if word in self.result.words), "")

    @property
    def letters(self) -> tuple[str, ...]:
        """The words for the family's states: h, and an LSTM's c."""
        return ("h", "c")[: len(FAMILY[self.like].states)]

    @property
    def is_cell(self) -> bool:
        return "t" not in self.layout

    @cached_property
    def axes(self) -> Layout:
        return Layout(self.layout, (OURS, STATE), "layout")

    @cached_property
    def states(self) -> Layout:
        return Layout(self.state, (STATE,), "state")

    @cached_property
    def packing(self) -> Packing | None:
        if callable(self.weights):
            return None
        return Packing(self.like, self.gates or GATES[self.like][0], dict(self.names))

    @property
    def names(self) -> Mapping[str, str]:
        """The layer's names by what stands in them, none where a function says it."""
        return {} if callable(self.weights) else {key: name for key, name in self.weights.items() if key != ASIDE}

    @property
    def aside(self) -> str:
        """The layer's names for weights that stay as it was made with."""
        return "" if callable(self.weights) else self.weights.get(ASIDE, "")

    @cached_property
    def pattern(self) -> Pattern:
        known = [
            "x",
            *self.letters,
            *([] if self.is_cell else ["lengths"]),
            "weights",
            "n_x",
            "n_a",
            "n_y",
            *self.names,
        ]
        usual = "(h, c)" if len(self.letters) > 1 else "h"
        return Pattern(self.takes or f"x, {usual}", known, "takes")

    @cached_property
    def result(self) -> Pattern:
        usual = "(h, c)" if len(self.letters) > 1 else "h"
        known = self.letters if self.is_cell else (*SEQUENCE[: 2 * len(self.letters)], "cache")
        known = (*known, *HEADS)
        return Pattern(self.returns or (usual.strip("()") if self.is_cell else f"y, {usual}"), known, "returns")

    def on_ones(self, x: Array, xp: Any) -> Array:
        """The input, where a layer has no biases with one feature more, which is always one: its weights of that are those."""
        return xp.concatenate([x, xp.ones_like(x[..., :1])], -1) if self.packing and self.packing.on_ones else x

    def layer(self, call: Call, xp: Any) -> Layer:
        """The family's layer, which calls the one described."""
        family, described = FAMILY[self.like], OfDescribed(self, call, xp)
        names = dict(zip(self.letters, family.states, strict=True))
        takes = tuple(names[word] for word in self.letters if word in self.pattern.words)
        if self.is_cell:
            return Layer(self.like, step=described.step, headless=not self.own, own=self.own)
        return Layer(
            self.like,
            run=described.run,
            options=("lengths",) if "lengths" in self.pattern.words else (),
            takes=takes,
            tells=tuple(names[word] for word in self.letters if word in self.result.words),
            headless=not self.own,
            own=self.own,
        )


@dataclass(frozen=True)
class OfDescribed:
    """Calls in our order of axes, passed on in the layer's."""

    description: Description
    call: Call
    xp: Any

    def step(self, p: Named, xt: Array, states: list[Array]) -> list[Array]:
        d, xt = self.description, self.description.on_ones(xt, self.xp)
        found = self._called(p, d.axes.of(xt, STATE, self.xp), xt, states, {})
        own = [d.axes.back(found[d.own], STATE, self.xp, d.own)] if d.own else []
        return [*(self._back(found, word) for word in d.letters), *own]

    def run(self, p: Named, x: Array, states: list[Array], lengths: Array | None, reverse: bool) -> Any:
        assert not reverse  # which is no option of a layer that is described
        d, x = self.description, self.description.on_ones(x, self.xp)
        found = self._called(p, d.axes.of(x, OURS, self.xp), x, states, {"lengths": lengths})
        every = {word: d.axes.back(found[word], OURS, self.xp, word) for word in ("y", "cs", *HEADS) if word in found}
        ended = [self._back(found, word) if word in found else None for word in d.letters]
        return every["y"], ended, every.get("cs"), *([every[d.own]] if d.own else [])

    def values(self, p: Named, given: Array, x: Array, states: list[Array], more: Mapping[str, Any]) -> dict[str, Any]:
        """What the words of a call stand for."""
        d = self.description
        weights = d.weights(p) if callable(d.weights) else self._packed(p)
        values = {word: d.states.of(state, STATE, self.xp) for word, state in zip(d.letters, states, strict=True)}
        values |= {"x": given, "weights": weights, "n_x": x.shape[-1], "n_a": states[0].shape[-1], **more}
        values |= {"m": x.shape[-2], "T_x": x.shape[0], "n_y": p[FAMILY[d.like].head[0]].shape[0]}
        return values | {key: weights.get(name.removesuffix(".T")) for key, name in d.names.items()}

    def _called(self, p: Named, given: Array, x: Array, states: list[Array], more: Mapping[str, Any]) -> dict[str, Any]:
        d, values = self.description, self.values(p, given, x, states, more)
        nested = {**values, "weights": tree(values["weights"])}
        sizes = values["n_x"], values["n_a"], *([values["n_y"]] if d.own else [])
        returned = self.call(sizes, values["weights"], *d.pattern.arguments(nested))
        return d.result.found(returned)

    def _packed(self, p: Named) -> dict[str, Array]:
        assert self.description.packing
        return self.description.packing.packed(p, self.xp)

    def _back(self, found: dict[str, Any], word: str) -> Array:
        return self.description.states.back(found[word], STATE, self.xp, word)


def tree(weights: Mapping[str, Any]) -> dict[str, Any]:
    """Weights in dicts by the parts of their names, `cell/kernel` or `cell.kernel`."""
    found: dict[str, Any] = {}
    for name, array in weights.items():
        *folders, leaf = re.split(r"[/.]", name)
        place = found
        for folder in folders:
            place = place.setdefault(folder, {})
        place[leaf] = array
    return found


def states(like: str) -> str:
    """The words for a family's states in a pattern: `h, c` of an LSTM."""
    return "h, c" if like.startswith("lstm") else "h"
