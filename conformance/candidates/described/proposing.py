"""Descriptions proposed for a class that is looked at: what fits its shapes and a call, and of these what passes, or is nearest."""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from .answering import returned, shapes
from .candidate import Described
from .guessing import BATCH, N_A, N_X, STEPS, Shapes, weights_of
from .pattern import BadDescription, Pattern
from .telling import said
from .trying import NARROW, WIDE, Tried, ordered
from .writing import lines_of, meant

SIZES = {"btf": (BATCH, STEPS, N_X), "tbf": (STEPS, BATCH, N_X), "bf": (BATCH, N_X)}
STATES = {"bf": (BATCH, N_A), "1bf": (1, BATCH, N_A)}
NO_CALL = "no call gives what can be described: given"
BACKWARDS = re.compile(r"reverse|backward|bwd")  # in the name of a weight of the other direction
TWO_WAYS = (
    "by {!r} it runs in two directions: that is a network, as `rnnspec show lstm_network_forward` has it, and no layer"
)
NEARLY = 2.0  # times as far as the nearest is nearly as near
OTHERS = 3  # of those that are told
Call = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Way:
    """A way to make a layer of a class and to call it: what is printed of it is what is tried.

    `describe` is a helper of rnnspec.adapt, `first` its first argument as it is written after `lines`. `probe` gives of that
    argument, called, what came back, and the shapes of the layer's weights by name. `takes` are patterns of a call, `before` the
    words that stand before them.
    """

    kind: type
    describe: Callable[..., Described]
    first: str
    lines: tuple[str, ...] = ()
    zeros: Callable[[tuple[int, ...]], Any]
    probe: Callable[[Any, list[Any], dict[str, Any]], tuple[Any, Shapes]]
    takes: tuple[str, ...]
    states: tuple[str, ...] = ("bf",)
    before: str = ""

    @cached_property
    def subject(self) -> Any:
        return meant(self.kind, self.first, self.lines)

    def calls(self, stateful: bool, why: "Why") -> Iterator[tuple[Call, Shapes, bool]]:
        """Calls that give what a layer gives, its weights, and whether it takes a c."""
        subject = self.subject
        patterns = [Pattern(takes, ("x", "h", "c"), "takes") for takes in self.takes]
        for layout, size in SIZES.items():
            for pattern in (one for one in patterns if ("h" in one.words) is stateful):
                for state in self.states[: None if stateful else 1]:
                    values = {word: self.zeros(STATES[state] if word != "x" else size) for word in pattern.words}
                    try:
                        value, weights = self.probe(subject, *pattern.arguments(values))
                        why.weights |= weights.keys()
                        words = returned(value, layout, tuple(word for word in pattern.words if word != "x"))
                    except Exception as error:  # not called so
                        why.missed(layout, pattern.text, values, error)
                        continue
                    call = {"layout": layout, "state": state, "takes": self.before + pattern.text, "returns": words}
                    yield call, weights, "c" in pattern.words

    def fitting(self, stateful: bool, why: "Why") -> Iterator[Described]:
        """What can be described; why the rest cannot goes to the others."""
        for call, own, has_c in self.calls(stateful, why):
            try:
                for like, weights, gates in weights_of(own):
                    if not stateful or has_c == like.startswith("lstm"):
                        yield from self._described({"like": like, "weights": weights, "gates": gates, **call}, why)
            except BadDescription as error:
                why.descriptions.append(str(error))

    def _described(self, said: dict[str, Any], why: "Why") -> Iterator[Described]:
        try:
            yield self.describe(self.subject, **said)
        except BadDescription as error:
            why.descriptions.append(str(error))


@dataclass
class Why:
    """Why nothing fits: of a call that fits, the first description that does not; of calls, the last that says most."""

    descriptions: list[str] = field(default_factory=list)
    call: str = ""
    told: tuple[int, ...] = ()
    weights: set[str] = field(default_factory=set)  # of what could be called

    def missed(self, layout: str, takes: str, values: dict[str, Any], error: Exception) -> None:
        """What it gave says more than that it raised, this more than that it is not called so, and most the plainest call."""
        gave = isinstance(error, BadDescription)
        told = gave, not isinstance(error, TypeError), "t" in layout, takes.startswith("x"), len(values)
        if told >= self.told:
            self.told = told
            self.call = f"{shapes(values)} as {takes!r} {error if gave else f'it raised {said(error)}'}"

    @property
    def text(self) -> str:
        two = next((f"; {TWO_WAYS.format(name)}" for name in sorted(self.weights) if BACKWARDS.search(name)), "")
        return f"{self.descriptions[0] if self.descriptions else f'{NO_CALL} {self.call}'}{two}"


def proposed(ways: Sequence[Way], quickly: Callable[[], AbstractContextManager[Any]] = nullcontext) -> Described:
    """The candidate that passes the plainest case or comes nearest, its description among the notes.

    `quickly` is how it is tried in many orders of gates, where it is compiled otherwise. Raises BadDescription.
    """
    with quickly():
        way, found, others = _searched(ways)
    passing = (dtype for dtype in (WIDE, NARROW) if others is None and Tried.at(found, dtype).passes)
    return _noted(way, found, next(passing, ""), others or ())


def _searched(ways: Sequence[Way]) -> tuple[Way, Described, Sequence[str] | None]:
    """What passes, or the nearest with what is nearly as near."""
    why = Why()
    for stateful in (True, False):  # a state that can be given is not left out
        tried = list[tuple[Way, Tried]]()
        for way in ways:
            for one in (again for found in way.fitting(stateful, why) for again in ordered(found)):
                tried.append((way, Tried.at(one, WIDE)))
                if tried[-1][1].passes:
                    return way, one, None
        for way, one in ((way, one.candidate) for way, one in tried if one.narrow):
            if Tried.at(one, NARROW).passes:
                return way, one, None
        if tried:
            (way, nearest), *others = sorted(tried, key=lambda pair: (-pair[1].right, pair[1].apart))
            near = (one for _, one in others if one.right == nearest.right and one.apart <= NEARLY * nearest.apart)
            kinds = dict.fromkeys(_kind_of(one) for one in near if math.isfinite(one.apart))
            return way, nearest.candidate, [kind for kind in kinds if kind != _kind_of(nearest)][:OTHERS]
    raise BadDescription(why.text)


def _kind_of(one: Tried) -> str:
    """What of its description tells it from others of one call."""
    description = one.candidate.description
    return f"like={description.like!r}, gates={description.gates!r}"


def _noted(way: Way, found: Described, passing: str, others: Sequence[str]) -> Described:
    """With the lines to paste; other orders of its gates have been tried."""
    how = {
        WIDE: ", and called as described here:",
        NARROW: f", and passes in {NARROW} called as described here:",
        "": "; no guess passes, and this is the nearest:",
    }
    lines = lines_of(way.describe.__name__, way.first, way.lines, found.description)
    first = f"{way.kind.__name__} was looked at{how[passing]}"
    near = [f"nearly as near: {'; '.join(others)}"] if others else []
    return replace(found, notes=(first, *lines, *near), costly=True, guessed=True)
