"""Edits that may explain an operation: how a backward goes with its forward, and in which calls they are made."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from rnnspec.golden import Golden
from rnnspec.reference import FAMILIES, Operation

from .trace.replaying import Edit
from .trace.trace import Trace
from .trace.ways import BESIDE, BLOCKS, CACHED, FOLLOWED, OF_ANEW, OF_LOOPS, OUTPUTS, REMADE, WAYS, WHOLE

PRECISION, APPROXIMATION = BY_SHARE = (
    "precision",
    "approximation",
)  # kinds of edits that fit where they give most of what is wrong


# a loop that ends with the longest example; or one, or several, of these: it reads the padding, reverses each example, adds gradients
ENDS, READS, FLIPS, ADDS = "ends", "reads", "flips", "adds"
RECURRENCES = {family.name for family in FAMILIES if not family.head}  # whose kernels keep a state now and then
SELDOM = 0.2  # of a backward whose gradients into states go by something else than the others
UNRAGGED = ", without lengths: what it does with them is not explained"
LESS = 0.5  # of what is seen in some outputs alone, or not where there are lengths


@dataclass(frozen=True)
class Where:
    """The calls in which an input is given, or is not."""

    name: str
    given: bool

    def holds(self, golden: Golden) -> bool:
        value = golden.inputs.get(self.name)
        return (value is not None and bool(value if value.dtype.kind == "b" and not value.ndim else True)) is self.given


def parting(operation: Operation, failing: list[Golden], passing: list[Golden]) -> Iterator[Where]:
    """What is given in all failing calls, or in none, and not so in all that pass."""
    ahead = operation.forward or operation
    for name in sorted({*operation.options, *ahead.options, *ahead.omittable}):
        for where in (Where(name, True), Where(name, False)):
            if all(map(where.holds, failing)) and not all(map(where.holds, passing)):
                yield where


@dataclass(frozen=True)
class Finding:
    """Edits that fit every case, and in which of the ways a backward goes with those of its forward."""

    edits: tuple[Edit, ...]
    way: str = CACHED
    where: Where | None = None  # in what calls, where not in all
    alone: frozenset[str] = frozenset()  # in these outputs, where not in all that rest on it
    is_unragged: bool = False  # of calls without lengths, where those with them have something else
    loop: str = field(default="", compare=False)  # of which it fits alone, of those that are right
    later: float = field(default=0.0, compare=False)  # of places that something has, too, that is right

    def members(self, trace: Trace) -> Iterator[int]:
        return (i for edit in self.edits for i in edit.members(trace))

    @property
    def texts(self) -> list[Any]:
        """The changes of the loop's text."""
        return [change for edit in self.edits for change in edit.source]

    @property
    def whole(self) -> "Finding":
        """As it would be of all outputs and calls."""
        return replace(self, alone=frozenset(), is_unragged=False)

    @property
    def extent(self) -> tuple[object, ...]:
        """What is changed, and how much that explains."""
        return self.edits, self.alone, self.is_unragged

    @property
    def calls(self) -> str:
        """In which calls, in words."""
        where = f" where {self.where.name} is {'' if self.where.given else 'not '}given" if self.where else ""
        return where + (UNRAGGED if self.is_unragged else "")

    @property
    def rank(self) -> float:
        apart = 0.5 * (bool(self.where) + (self.loop == ENDS)) + 0.1 * bool(self.loop) + SELDOM * (self.way == BESIDE)
        apart += LESS * (bool(self.alone) + self.is_unragged)
        by_way = 0.01 * [*WAYS, WHOLE, OUTPUTS, *BLOCKS, *OF_LOOPS, *REMADE].index(self.way)
        return sum(edit.rank for edit in self.edits) + by_way + apart + self.later

    def plain(self, trace: Trace) -> "Finding":
        """Without a way in which a backward goes with its forward, where it changes nothing of that."""
        is_ahead = not self.texts and any(map(trace.is_ahead, self.members(trace)))
        is_kept = is_ahead or self.way == FOLLOWED or (bool(self.texts) and self.way not in OF_ANEW)
        return self if is_kept else replace(self, way=CACHED)
