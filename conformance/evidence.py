"""What a candidate gave for one operation, held against what the reference with deviations gives."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.golden import Golden, load
from rnnspec.reference import Operation

from . import deviant
from .budget import budget
from .deviations import Clash, Deviation, Way
from .execution import Outcome
from .verdict import as_array

FEW = 3  # cases on which every hypothesis is looked at closely


@dataclass(frozen=True)
class Hypothesis:
    """One deviation in one of its ways, or several together."""

    ids: tuple[str, ...]
    edits: Way
    computed_in: str = ""

    @classmethod
    def of(cls, deviation: Deviation) -> "list[Hypothesis]":
        return [cls((deviation.id,), way, deviation.dtype) for way in deviation.ways]

    def __add__(self, other: "Hypothesis") -> "Hypothesis":
        return Hypothesis((*self.ids, *other.ids), (*self.edits, *other.edits), self.computed_in or other.computed_in)


@dataclass(frozen=True)
class Marks:
    """On the few cases, one bit an output: what a hypothesis changes, and where it gives what the candidate gave."""

    changed: int
    matched: int


class Evidence:
    """The outcomes of one operation that have arrays; failing and small cases come first."""

    def __init__(self, ran: Sequence[Outcome], dtype: str, folder: Path) -> None:
        self.dtype = dtype
        self.outcomes = {o.id: o for o in ran}
        self.goldens = {o.id: load(o.id, folder) for o in ran}
        self.order = sorted(self.goldens, key=lambda name: (not self.failed(name), _effort(self.goldens[name])))
        self._seen: dict[tuple[tuple[str, ...], Way, str], list[tuple[bool, bool]]] = {}
        self.failing = tuple(o.id for o in ran if o.outcome == "fail")

    @property
    def operation(self) -> Operation:
        return self.goldens[self.order[0]].entry.operation

    def failed(self, name: str) -> bool:
        return self.outcomes[name].outcome == "fail"

    def agrees(self, hypothesis: Hypothesis) -> bool:
        """Whether it gives what the candidate gave in every case, the passing ones too."""
        return all(all(same for _, same in self._compared(hypothesis, name)) for name in self.order)

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
            found = self._compared(hypothesis, name)
            if len(found) != len(self.goldens[name].outputs):
                return None
            for change, same in found:
                changed |= change << position
                matched |= same << position
                position += 1
        return Marks(changed, matched)

    def _compared(self, hypothesis: Hypothesis, name: str) -> list[tuple[bool, bool]]:
        """For each output: whether the hypothesis changes it, and whether it gives what the candidate gave."""
        if name != self.order[0]:
            return self._run(hypothesis, name)
        key = (
            hypothesis.ids,
            hypothesis.edits,
            hypothesis.computed_in,
        )  # the first case is run for every hypothesis, twice
        if key not in self._seen:
            self._seen[key] = self._run(hypothesis, name)
        return self._seen[key]

    def _run(self, hypothesis: Hypothesis, name: str) -> list[tuple[bool, bool]]:
        golden, gave = self.goldens[name], self.outcomes[name].arrays
        dtype = hypothesis.computed_in or self.dtype
        try:
            found = deviant.outputs(golden, self.dtype, hypothesis.edits, hypothesis.computed_in)
        except Clash:
            found = None
        if found is None:
            return [(True, False)]
        with np.errstate(all="ignore"):
            return [
                (
                    not near(array, golden.outputs[output], golden, output, self.dtype),
                    near(array, as_array(gave[output]), golden, output, dtype) and _held(gave[output], hypothesis),
                )
                for output, array in found.items()
            ]


def _effort(golden: Golden) -> tuple[int, int]:
    """What running a case costs: steps in Python first, then elements."""
    dims = golden.entry.dims
    steps = dims.get("T_x", 1) * dims.get("n_l", 1) * dims.get("n_d", 1)
    return steps, sum(array.size for array in golden.outputs.values())


def _held(gave: Any, hypothesis: Hypothesis) -> bool:
    """Whether values are such as the narrower dtype can hold: noise of its size is not."""
    if not hypothesis.computed_in:
        return True
    array = np.asarray(as_array(gave), np.float64)
    return bool(np.array_equal(array, array.astype(hypothesis.computed_in), equal_nan=True))


def near(want: NDArray[Any], got: NDArray[Any] | None, golden: Golden, name: str, dtype: str) -> bool:
    """Whether two arrays are one within the budgets of an output."""
    if got is None or got.shape != want.shape or got.dtype.kind not in "fiu":
        return False
    if golden.entry.bits == 0:
        return bool(np.array_equal(got, want))
    if np.array_equal(got, want):
        return True
    want, got = want.astype(np.float64), got.astype(np.float64)
    apart = np.abs(got - want)
    close = apart <= roomy(golden, name, np.abs(want[np.isfinite(want)]).max(initial=0.0), dtype)
    return bool(np.all(close | (got == want) | (np.isnan(got) & np.isnan(want))))


def roomy(golden: Golden, name: str, size: float, dtype: str) -> float:
    """A budget for every element alike: a deviation moves errors between elements, so the widest sensitivity holds for each."""
    widest, lost = (np.asarray(part[name].max(initial=0.0)) for part in (golden.sensitivity, golden.underflow))
    return float(budget(widest, lost, np.asarray(size), dtype))
