"""What a check found: outcomes, totals, explanations, and the JSON that other programs read."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from .execution import Outcome

OUTCOMES = ("pass", "fail", "error", "crash", "timeout", "unsupported")


@dataclass(frozen=True)
class Explanation:
    """Deviations that together reproduce what a candidate gave on every failing case of an operation."""

    operation: str
    deviations: tuple[str, ...]
    cases: tuple[str, ...]
    failing: int
    alternatives: tuple[tuple[str, ...], ...] = ()  # sets that these inputs cannot tell from it


@dataclass(frozen=True)
class Localisation:
    """Where an operation's failures begin, in words, when no known deviation reproduces them."""

    operation: str
    cases: tuple[str, ...]
    lines: tuple[str, ...]


Reason = Explanation | Localisation


@dataclass
class Report:
    """The result of `check`."""

    candidate: str
    version: str
    dtype: str
    goldens: str
    cases: list[Outcome] = field(default_factory=list)
    explanations: list[Explanation] = field(default_factory=list)
    localisations: list[Localisation] = field(default_factory=list)
    skipped: int = 0  # cases whose inputs the dtype cannot hold
    spelled: str = ""  # the candidate's
    missing: list[str] = field(default_factory=list)  # promised by the manifest for what is offered, without a verdict

    @property
    def totals(self) -> dict[str, int]:
        return counted(self.cases)

    @property
    def tested(self) -> int:
        return len(self.cases) - self.totals["unsupported"]

    @property
    def conformant(self) -> bool:
        """Whether something was tested and all of it passed."""
        return self.tested > 0 and self.totals["pass"] == self.tested and not self.missing

    @property
    def closest(self) -> Outcome | None:
        """The passing case that used most of its budget."""
        passed = [outcome for outcome in self.cases if outcome.outcome == "pass" and outcome.verdicts]
        return max(passed, key=lambda outcome: outcome.worst, default=None)

    @property
    def reasons(self) -> list[Reason]:
        """What is known of each operation's failures."""
        return [*self.explanations, *self.localisations]

    def by_operation(self) -> dict[str, list[Outcome]]:
        grouped: dict[str, list[Outcome]] = {}
        for outcome in self.cases:
            grouped.setdefault(outcome.operation, []).append(outcome)
        return grouped

    def as_json(self) -> dict[str, Any]:
        return {
            "rnnspec": kit_version(),
            "goldens": self.goldens,
            "candidate": {"name": self.candidate, "version": self.version},
            "dtype": self.dtype,
            "totals": self.totals,
            "missing": self.missing,
            "cases": [_case(outcome) for outcome in self.cases],
            "explanations": [
                {"deviations": list(names), "cases": list(explanation.cases)}
                for explanation in self.explanations
                for names in (explanation.deviations, *explanation.alternatives)
            ],
            "localisations": [
                {"operation": place.operation, "cases": list(place.cases), "lines": list(place.lines)}
                for place in self.localisations
            ],
        }


def counted(outcomes: Iterable[Outcome]) -> dict[str, int]:
    totals = dict.fromkeys(OUTCOMES, 0)
    for outcome in outcomes:
        totals[outcome.outcome] += 1
    return totals


def kit_version() -> str:
    try:
        return version("rnnspec")
    except PackageNotFoundError:
        return "unknown"


def _case(outcome: Outcome) -> dict[str, Any]:
    return {
        "id": outcome.id,
        "operation": outcome.operation,
        "features": outcome.features,
        "outcome": outcome.outcome,
        "outputs": {name: {"worst": _finite(v.worst), "at": list(v.at)} for name, v in outcome.verdicts.items()},
        "message": outcome.message,
    }


def _finite(number: float | None) -> float | None:
    return number if number is not None and math.isfinite(number) else None  # JSON has no infinity
