"""The judgement: check a candidate against the goldens, and name what is wrong with it."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .candidate import BrokenCandidate, Last, UnknownCandidate, Unsupported
    from .checking import check
    from .choices import BadChoice
    from .explaining import explain
    from .hunting.testing import hunt
    from .parametrizing import parametrize
    from .rebuild.choice import Rebuild
    from .remote.program import isolated, program
    from .report.baseline import BaselineError
    from .report.comparison import Comparison
    from .report.format import ReportError
    from .report.known_failures import KnownFailuresError
    from .report.reasons import Explanation, Localisation
    from .report.report import Report
    from .run.outcome import Ending, Outcome
    from .selection import UnknownCase
    from .verdict.comparing import Verdict

# The rooms, and the modules that stand beside them, in the order in which they may import: each only what is before it.
ROOMS = (
    *(
        "choices",
        "clock",
        "candidate",
        "verdict",
        "run",
        "properties",
        "report",
        "deviations",
        "edits",
        "explanation",
        "exhibiting",
    ),
    *(
        "remote",
        "repair",
        "candidates",
        "finding",
        "starting",
        "selection",
        "sources",
        "at_precision",
        "asking",
        "explaining",
        "checks",
        "rebuild",
        "hunting",
        "checking",
        "tally",
        "parametrizing",
        "plugin",
        "worker",
        "mending",
    ),
    "suite",
)

# The pytest plugin lies in this package, and every pytest run of every project imports that: so what
# needs NumPy is imported when it is asked for.
_HOMES = {
    "BadChoice": "choices",
    "BaselineError": "report.baseline",
    "BrokenCandidate": "candidate",
    "Comparison": "report.comparison",
    "Ending": "run.outcome",
    "Explanation": "report.reasons",
    "KnownFailuresError": "report.known_failures",
    "Last": "candidate",
    "Localisation": "report.reasons",
    "Outcome": "run.outcome",
    "Rebuild": "rebuild.choice",
    "Report": "report.report",
    "ReportError": "report.format",
    "UnknownCandidate": "candidate",
    "UnknownCase": "selection",
    "Unsupported": "candidate",
    "Verdict": "verdict.comparing",
    "check": "checking",
    "explain": "explaining",
    "hunt": "hunting.testing",
    "isolated": "remote.program",
    "parametrize": "parametrizing",
    "program": "remote.program",
}


if not TYPE_CHECKING:  # to a type checker, only what is imported above is there

    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)


__all__ = [
    "BadChoice",
    "BaselineError",
    "BrokenCandidate",
    "Comparison",
    "Ending",
    "Explanation",
    "KnownFailuresError",
    "Last",
    "Localisation",
    "Outcome",
    "Rebuild",
    "Report",
    "ReportError",
    "UnknownCandidate",
    "UnknownCase",
    "Unsupported",
    "Verdict",
    "check",
    "explain",
    "hunt",
    "isolated",
    "parametrize",
    "program",
]
