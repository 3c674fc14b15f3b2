"""What a candidate gave for one operation, held against what the reference with deviations gives."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.golden import Golden
from rnnspec.reference import Operation

from ..candidate import Foreign
from ..deviations import deviant
from ..deviations.deviation import Clash, Deviation, Way
from ..run.outcome import Ending, Outcome
from ..verdict.nearness import allowed, most_off, near, roomy, size, tells, within
from ..verdict.part import Part
from . import precision

CLOSE = 2.0**26  # roundoffs; from there on no rounding is to blame
APART = 1e-6  # of the largest element
FEW = 3  # cases on which every hypothesis is looked at closely


@dataclass(frozen=True)
class Hypothesis:
    """One deviation in one of its ways, or several together."""

    ids: tuple[str, ...]
    edits: Way
    computed_in: str = ""

    @classmethod
    def of(cls, deviation: Deviation, operation: Operation) -> "list[Hypothesis]":
        ways = (way if operation.forward else forwards(way) for way in deviation.ways)
        return [cls((deviation.id,), way, deviation.dtype) for way in dict.fromkeys(ways)]

    def __add__(self, other: "Hypothesis") -> "Hypothesis":
        return Hypothesis((*self.ids, *other.ids), (*self.edits, *other.edits), self.computed_in or other.computed_in)


@dataclass(frozen=True)
class Marks:
    """On the few cases, one bit an output: what a hypothesis changes, and where that gives what the candidate gave."""

    changed: int
    matched: int


class Evidence:
    """The outcomes of one operation that have arrays; failing and small cases come first. `forward` is that of the forward
    operation from whose cache this one starts, `beside` how many roundoffs of a case's largest element are no matter.
    """

    def __init__(
        self,
        ran: Sequence[Outcome],
        dtype: str,
        goldens: Callable[[str], Golden],
        forward: "Evidence | None" = None,
        beside: float = 0.0,
    ) -> None:
        self.dtype, self.forward, self.beside = dtype, forward, beside
        self.outcomes = {o.id: o for o in ran}
        self.goldens = {o.id: goldens(o.id) for o in ran}
        self.order = sorted(self.goldens, key=lambda name: (not self.failed(name), _effort(self.goldens[name])))
        self._right: dict[str, deviant.Arrays] = {}
        self.first: dict[tuple[Way, str], deviant.Arrays | None] = {}
        self.failing = tuple(o.id for o in ran if o.outcome is Ending.FAIL)

    @property
    def operation(self) -> Operation:
        return self.goldens[self.order[0]].entry.operation

    def failed(self, name: str) -> bool:
        return self.outcomes[name].outcome is Ending.FAIL

    def is_right(self, name: str) -> bool:
        """Whether a case was run, with all of its outputs, and passed."""
        return name in self.outcomes and not self.failed(name) and not isinstance(self.goldens[name].entry, Part)

    def agrees(self, hypothesis: Hypothesis) -> bool:
        """Whether it gives what the candidate gave in every case, the passing ones too, and its own forward does not deny it."""
        if not all(self.agrees_in(hypothesis, name) for name in self.order) or not self._computed(hypothesis):
            return False
        return self.forward is None or not hypothesis.edits or not self.forward.denies(hypothesis)

    def denies(self, hypothesis: Hypothesis) -> bool:
        """Whether it changes what the candidate gave otherwise: a backward starts from the cache of this forward."""
        return any(not self._changes_alike(hypothesis, name) for name in self.order)

    def _changes_alike(self, hypothesis: Hypothesis, name: str) -> bool:
        found, golden = self._found(hypothesis, name), self.goldens[name]
        changed = [n for n, a in (found or {}).items() if not near(a, golden.outputs[n], golden, n, self.dtype)]
        return found is not None and (not changed or self.agrees_in(hypothesis, name, changed))

    def begins(self, hypothesis: Hypothesis) -> bool:
        """Whether it gives what the candidate gave in the first case that fails."""
        return self.agrees_in(hypothesis, self.order[0])

    def does_another(self, hypothesis: Hypothesis, name: str, gives: Callable[[str], Mapping[str, Any] | None]) -> bool:
        """Whether it runs in a case and gives neither what the candidate gave nor what `gives` does."""
        if name not in self.goldens or (found := self._found(hypothesis, name)) is None:
            return False
        return not self.agrees_in(hypothesis, name) and not _are_one(found, gives(name) or {})

    def agrees_in(self, hypothesis: Hypothesis, name: str, asked: Sequence[str] = ()) -> bool:
        """In one case, in all of its outputs or in those asked for."""
        found, gave = self._found(hypothesis, name), self.outcomes[name].arrays
        if found is None or not self._narrowed(hypothesis):
            return False
        golden, dtype, apart = self.goldens[name], hypothesis.computed_in or self.dtype, list[str]()
        with np.errstate(all="ignore"):
            scale = max((size(a) for a in found.values()), default=0.0) * float(np.finfo(self.dtype).eps)
            for n, array in found.items():
                if asked and n not in asked:
                    continue
                got = gave[n]
                if not (hypothesis.computed_in or self.beside or self._tells(name, n, array)):
                    return False
                if hypothesis.computed_in:
                    array = precision.as_far_as_held(hypothesis.computed_in, got, golden.outputs[n], array)
                if not near(array, got, golden, n, dtype):
                    if hypothesis.computed_in or not within(array, got, CLOSE * scale):
                        return False
                    apart += [] if within(array, got, self.beside * scale) else [n]
                elif hypothesis.computed_in and not (isinstance(got, Foreign) or precision.held(got, dtype)):
                    return False
            return not apart or self._with_room(hypothesis, name, {n: found[n] for n in apart})

    def _tells(self, name: str, output: str, found: NDArray[Any]) -> bool:
        """Whether it is told from the right answer where a wrong output is off by most."""
        verdict, golden, got = (
            self.outcomes[name].verdicts[output],
            self.goldens[name],
            self.outcomes[name].arrays[output],
        )
        want = golden.outputs[output]
        if not verdict.outside or isinstance(got, Foreign) or not (got.shape == found.shape == want.shape):
            return True
        most = most_off(got, golden, output, self.dtype)
        return most is None or tells(found, got, want, most, roomy(golden, output, size(want), self.dtype))

    def _narrowed(self, hypothesis: Hypothesis) -> bool:
        return not hypothesis.computed_in or precision.narrower(hypothesis.computed_in, self.dtype)

    def _computed(self, hypothesis: Hypothesis) -> bool:
        """Whether all that failed is what the hypothesis' narrower dtype computes, where it has one."""
        if not hypothesis.computed_in:
            return True
        rows = []
        for name in filter(self.failed, self.order):
            found = self._found(hypothesis, name) or {}
            right = deviant.outputs(self.goldens[name], "float64", hypothesis.edits) or {}
            rows += [(self.outcomes[name].arrays[n], right[n], array) for n, array in found.items()]
        got, want, narrow = (
            np.concatenate([np.ravel(np.asarray(a, np.float64)) for a in c]) for c in zip(*rows, strict=True)
        )
        return precision.computed_in(hypothesis.computed_in, got, want, narrow)

    def _with_room(self, hypothesis: Hypothesis, name: str, found: deviant.Arrays) -> bool:
        """A deviation may be more sensitive to rounding than the golden is: what is close gets room for that."""
        golden, gave = self.goldens[name], self.outcomes[name].arrays
        if any(near(array, golden.outputs[n], golden, n, self.dtype) for n, array in found.items()):
            return False  # the golden's own budget holds for what no deviation changes
        moved, usual = deviant.moved(golden, hypothesis.edits), self._usual(name)
        rooms = {n: allowed(golden, n, usual * moved.get(n, 0.0), size(a), self.dtype) for n, a in found.items()}
        if all(within(a, gave[n], rooms[n]) for n, a in found.items()):
            return True
        blurred = deviant.blurred(golden, self.dtype, hypothesis.edits)  # two libraries may err to two sides
        return all(within(a, gave[n], rooms[n] + 2 * blurred.get(n, 0.0)) for n, a in found.items())

    def _usual(self, name: str) -> float:
        """How many roundings of a correct run one nudge of all that goes in stands for."""
        golden = self.goldens[name]
        moved = deviant.moved(golden)
        return max(
            (float(golden.sensitivity_at(self.dtype)[n].max()) / by for n, by in moved.items() if by), default=0.0
        )

    @cached_property
    def few(self) -> list[str]:
        """Small cases that tell much: the smallest that fail, and of those that pass."""
        failing = [name for name in self.order if self.failed(name)]
        passing = [name for name in self.order if not self.failed(name)]
        wanted = failing[: FEW - min(2, len(passing))]
        return wanted + passing[: FEW - len(wanted)]

    @cached_property
    def wrong(self) -> int:
        """The bits of the outputs that the candidate has wrong."""
        bits = [
            not self.outcomes[name].verdicts[output].passed
            for name in self.few
            for output in self.goldens[name].outputs
        ]
        return sum(bit << i for i, bit in enumerate(bits))

    def marks(self, hypothesis: Hypothesis) -> Marks | None:
        """None where it cannot run on one of the few cases."""
        changed = matched = position = 0
        for name in self.few:
            golden, found = self.goldens[name], self._found(hypothesis, name)
            if found is None:
                return None
            for n, array in found.items():
                if not np.array_equal(array, self._plain(name)[n]):  # most deviations leave most outputs as they are
                    changed |= (not near(array, golden.outputs[n], golden, n, self.dtype)) << position
                    got = self.outcomes[name].arrays[n]
                    matched |= near(array, got, golden, n, self.dtype) << position
                position += 1
        return Marks(changed, matched)

    def _plain(self, name: str) -> deviant.Arrays:
        if name not in self._right:
            self._right[name] = deviant.outputs(self.goldens[name], self.dtype) or {}
        return self._right[name]

    def _found(self, hypothesis: Hypothesis, name: str) -> deviant.Arrays | None:
        """What the hypothesis gives in a case; None where it cannot run."""
        key = (hypothesis.edits, hypothesis.computed_in)
        if name == self.order[0] and key in self.first:  # the first case is asked for twice
            return self.first[key]
        try:
            found = deviant.outputs(self.goldens[name], self.dtype, hypothesis.edits, hypothesis.computed_in)
        except Clash:
            found = None
        if name == self.order[0]:
            self.first[key] = found
        return found


def _are_one(one: Mapping[str, Any], two: Mapping[str, Any]) -> bool:
    """To within what orders of operations make of it."""
    return all(n in two and within(array, two[n], APART * size(array)) for n, array in one.items())


def forwards(way: Way) -> Way:
    """What of it a forward operation runs: forms that differ in their backward are one there."""
    names = ("backward", "_slope", "ungrouped")
    return tuple(edit for edit in way if not any(name in edit.function.__name__ for name in names))


def _effort(golden: Golden) -> tuple[int, int]:
    """What running a case costs: steps in Python first, then elements."""
    dims = golden.entry.dims
    steps = dims.get("T_x", 1) * dims.get("n_l", 1) * dims.get("n_d", 1)
    return steps, sum(array.size for array in golden.outputs.values())
