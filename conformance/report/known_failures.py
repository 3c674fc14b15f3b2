"""Failures that are known: each with the reason that was recorded, and strict in every direction."""

import json
import sys
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rnnspec.golden import saving
from rnnspec.golden.entry import shown

from ..run.outcome import Ending, Outcome
from . import format
from .failing import differing, distances, reason
from .report import Report

WHY = ""  # a person writes it
BUDGETS = "budgets"
MOST = sys.float_info.max  # nor is it infinite, or no number


class KnownFailuresError(ValueError):
    """A list of known failures cannot be used; the message names the file."""


@dataclass(frozen=True)
class Known:
    """What a list says of one dtype: the reason of each failing id, why it fails in a person's words, and how many budgets its outputs are
    off, where that was recorded.
    """

    path: Path
    reasons: Mapping[str, str]
    whys: Mapping[str, str] = field(default_factory=dict, compare=False)
    budgets: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def problems(self, outcomes: Iterable[Outcome], known_ids: Collection[str]) -> list[str]:
        """Where a run and the list disagree: what passes now, fails otherwise, is tested no more, or never existed."""
        return [*self.strangers(known_ids), *filter(None, map(self.problem, outcomes))]

    def strangers(self, known_ids: Collection[str]) -> list[str]:
        """What the list has, and no case or property is."""
        unknown = sorted(name for name in self.reasons if name not in known_ids)
        return [f"{name}: listed, but there is no such case or property" for name in unknown]

    def problem(self, outcome: Outcome) -> str:
        """Where one outcome and the list disagree; "" where they do not, or it is not listed."""
        recorded = self.reasons.get(outcome.id)
        if recorded is None:
            return ""
        if outcome.outcome is Ending.PASS:
            return f"{outcome.id}: passes now; take it off the list"
        if outcome.outcome is Ending.UNSUPPORTED:
            return f"{outcome.id}: is not tested any more: {outcome.message}"
        if (now := reason(outcome)) != recorded:
            return f"{outcome.id}: fails for another reason: was {recorded!r}, is {now!r}"
        is_recorded = outcome.id in self.budgets
        moved = differing(self.budgets[outcome.id], outcome) if is_recorded else ""
        return f"{outcome.id}: fails for another reason: {moved}" if moved else ""

    def covers(self, outcome: Outcome) -> bool:
        """Whether an outcome is settled, or fails as the list says."""
        is_listed = outcome.id in self.reasons
        return not outcome.failed or (is_listed and not self.problem(outcome))


def read(path: Path, dtype: str) -> Known:
    """The list for a dtype. Raises KnownFailuresError."""
    failing = _parsed(path)["failing"].get(dtype, {})
    reasons, whys = ({name: entry[key] for name, entry in failing.items()} for key in ("reason", "why"))
    return Known(path, reasons, whys, {name: entry[BUDGETS] for name, entry in failing.items() if BUDGETS in entry})


def write(path: Path, report: Report) -> int:
    """Put a report's failures in place of the list's for its dtype; what people wrote beside an id stays.

    Returns how many. Raises KnownFailuresError.
    """
    data: Any = _parsed(path) if path.is_file() else {"candidate": report.candidate, "failing": {}}
    before = data["failing"].get(report.dtype, {})
    data["failing"][report.dtype] = {
        outcome.id: {
            "reason": reason(outcome),
            "why": before.get(outcome.id, {}).get("why", WHY),
            **({BUDGETS: distances(outcome)} if outcome.verdicts else {}),
        }
        for outcome in report.cases
        if outcome.failed
    }
    try:
        saving.save(path, format.written(data))
    except OSError as error:
        raise KnownFailuresError(f"{path}: cannot be written: {error.strerror}") from None
    return len(data["failing"][report.dtype])


def writable(path: Path) -> None:
    """Raises KnownFailuresError where there is no folder to write a list into: a run is not to end with that."""
    if not path.absolute().parent.is_dir():
        raise KnownFailuresError(f"{path}: cannot be written: there is no folder {path.parent}")


def _parsed(path: Path) -> Any:
    try:
        data = json.loads(saving.read(path, format.LARGEST))
    except FileNotFoundError:
        raise KnownFailuresError(f"{path}: no such file; --write-known-failing writes it") from None
    except OSError as error:
        raise KnownFailuresError(f"{path}: cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise KnownFailuresError(f"{path}: cannot be read as JSON: {shown(error)}") from None
    if not isinstance(data, dict) or not isinstance(data.get("failing"), dict):
        raise KnownFailuresError(f"{path}: is no object with `failing`: dtype, then id, then reason and why")
    for dtype, failing in data["failing"].items():
        for name, entry in failing.items() if isinstance(failing, dict) else [("it", None)]:
            if not isinstance(entry, dict) or not all(isinstance(entry.get(k), str) for k in ("reason", "why")):
                raise KnownFailuresError(f"{path}: {dtype}: {name} has no texts `reason` and `why`")
            if not _are_numbers(entry.get(BUDGETS, {})):
                raise KnownFailuresError(f"{path}: {dtype}: {name} has in `{BUDGETS}` something else than numbers")
    return data


def _are_numbers(found: Any) -> bool:
    return isinstance(found, dict) and all(type(far) in (int, float) and abs(far) <= MOST for far in found.values())
