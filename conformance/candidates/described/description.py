"""What is said of a layer, and the family's layer that follows from it, whichever its framework."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from types import MappingProxyType
from typing import Any, Required, TypedDict, Unpack

from ..recurrent.layer import FAMILY, Array, Named
from .packing import GATES, Packing
from .pattern import BadDescription, Layout, Pattern, Weights

OURS, STATE = "tbf", "bf"
Sizes = tuple[int, ...]  # n_x and n_a; of a layer with a projection n_p, of one with a head n_y behind them
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
        self._named()
        _ = self.axes, self.states, self.pattern, self.result, self.packing
        if not self.is_cell and not {"y", "h"} & {*self.result.words}:
            raise BadDescription(f"returns={self.result.text!r} lacks y, the output at every step, and h, the last")
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

    def _named(self) -> None:
        """Raises BadDescription where weights have no names."""
        if not callable(self.weights) and not isinstance(self.weights, Mapping):
            raise BadDescription(
                f"weights={self.weights!r} is neither the layer's names by what stands in them, {{'Wx': …}}, nor a function"
            )
        for key, name in () if callable(self.weights) else self.weights.items():
            if not isinstance(name, str) or not name:
                raise BadDescription(f"weights has {name!r} for {key!r}, want the layer's name for it")

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

    @property
    def sizes(self) -> list[str]:
        """What a layer is made of."""
        projected = "Wp" in FAMILY[self.like].parameters
        return ["n_x", "n_a", *(["n_p"] if projected else []), *(["n_y"] if self.own else [])]

    @property
    def of_last(self) -> bool:
        """Whether a layer over time returns its last state alone."""
        return not self.is_cell and "y" not in self.result.words

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
            "n_p",
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
        try:
            return Pattern(self.returns or (usual.strip("()") if self.is_cell else f"y, {usual}"), known, "returns")
        except BadDescription as error:
            cell = f"; without t in layout={self.layout!r} it is a cell" if self.is_cell else ""
            raise BadDescription(f"{error}{cell}") from None

    def on_ones(self, x: Array, xp: Any) -> Array:
        """The input, where a layer has no biases with one feature more, which is always one: its weights of that are those."""
        return xp.concatenate([x, xp.ones_like(x[..., :1])], -1) if self.packing and self.packing.on_ones else x


def states(like: str) -> str:
    """The words for a family's states in a pattern: `h, c` of an LSTM."""
    return "h, c" if like.startswith("lstm") else "h"
