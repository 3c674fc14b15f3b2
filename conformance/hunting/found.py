"""What a hunt finds, and what came of one of its rounds."""

from collections.abc import Collection
from dataclasses import dataclass, field

from ..run.outcome import Outcome
from .problem import PLAIN, Problem

NEVER = float("inf")


@dataclass(frozen=True)
class Find:
    """A problem that a candidate fails, and its outcome there."""

    problem: Problem
    outcome: Outcome

    @property
    def effort(self) -> tuple[int, ...]:
        """What makes it larger than another: circumstances before all, then steps, lengths, options, numbers."""
        problem, lengths = self.problem, self.problem.size.lengths
        around = len(problem.earlier), problem.threads, problem.layout != PLAIN
        said = len(problem.circumstances), len(problem.size.options), len(problem.size.regime), problem.size.seed
        return *around, lengths.get("T_x", 1), sum(lengths.values()), *said


@dataclass
class Round:
    """What came of one seed: how many problems were judged of each operation until it was found wrong, and what was found."""

    seed: int
    counts: dict[str, int] = field(default_factory=dict)
    finds: list[Find] = field(default_factory=list)

    @property
    def judged(self) -> int:
        """How many problems in all."""
        return sum(self.counts.values())

    def within(self, most: float, passed: Collection[str] = ()) -> "Round":
        """What it would be if it ended at so many problems and these operations were passed over."""
        kept = Round(self.seed)
        finds = {find.problem.operation: find for find in self.finds}
        for name, count in self.counts.items():
            left = most - kept.judged
            if name not in passed and left > 0:
                kept.counts[name] = int(min(count, left))
                kept.finds += [finds[name]] if name in finds and count <= left else []
        return kept
