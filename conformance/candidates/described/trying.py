"""A description tried on the plainest case, in each order of its gates: it passes, or is so far from what is known."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from rnnspec.golden import load

from ...deviations import deviant
from ...deviations.catalogue import CATALOGUE
from ...run.outcome import Ending, Outcome
from ...run.runner import Runner
from ...verdict.part import part_of
from .candidate import Described
from .description import Description
from .packing import orders

WIDE, NARROW = "float64", "float32"
CLOSE = 1e-4  # a mean error that float32 inside explains


@dataclass(frozen=True)
class Tried:
    """What came of it."""

    candidate: Described
    outcome: Outcome

    @classmethod
    def at(cls, candidate: Described, dtype: str) -> "Tried":
        return cls(candidate, Runner(candidate, dtype).case(load(_plainest(candidate.description))))

    @property
    def passes(self) -> bool:
        return self.outcome.outcome is Ending.PASS

    @property
    def narrow(self) -> bool:
        """Whether it may be right in float32."""
        return not CLOSE < self._far(()) < math.inf

    @property
    def right(self) -> int:
        """How many outputs are right of one step: what is mistaken between steps shows in none of it."""
        is_cell, like = self.candidate.description.is_cell, self.candidate.description.like
        outcome = self.outcome if is_cell else Runner(self.candidate, WIDE).case(load(f"{like}_forward/one-step"))
        return sum(verdict.passed for verdict in outcome.verdicts.values())

    @property
    def apart(self) -> float:
        """How far it is from the reference, or from a deviation that would be its mistake."""
        operation = self.outcome.operation
        ways = (way for known in CATALOGUE.values() if operation in known.affects for way in known.ways)
        return min(map(self._far, dict.fromkeys(((), *ways))))

    def _far(self, way: Any) -> float:
        """The mean error, infinite where there is no such array."""
        found, given = _deviant(self.outcome.id, tuple(self.outcome.arrays), way), self.outcome.arrays
        if not found or any(getattr(given[name], "shape", None) != want.shape for name, want in found.items()):
            return math.inf
        with np.errstate(all="ignore"):
            error = float(np.mean([np.abs(given[name] - want).mean() for name, want in found.items()]))
        return math.inf if math.isnan(error) else error


@cache
def _deviant(case: str, given: tuple[str, ...], way: Any) -> Mapping[str, Any] | None:
    """What the reference gives with these edits, of what a candidate gives."""
    return deviant.outputs(part_of(load(case), given), WIDE, way)


def ordered(one: Described) -> Iterator[Described]:
    """In each order of its gates, by each letter that one may have."""
    own = one.description
    for gates in orders(own.like, own.gates, own.names, trusted=True):
        description = replace(own, gates=gates)
        yield replace(one, description=description, functions=one.make(description))


def _plainest(found: Description) -> str:
    idea = "generic" if "h" in found.pattern.words else "no-state"
    return f"{found.like}_{'cell_' if found.is_cell else ''}forward/{idea}"
