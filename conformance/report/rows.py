"""A report as rows of a data frame."""

from typing import Any

from ..run.outcome import Ending, Outcome

MEASURED = ("output", "worst", "at", "got", "want")


def of_outcome(o: Outcome) -> list[dict[str, Any]]:
    """A row an output, or one for a case or property without outputs."""
    case = {"id": o.id, "operation": o.operation, "outcome": str(o.outcome), "message": o.message}
    if not o.verdicts:
        passed = None if o.outcome is Ending.UNSUPPORTED else not o.failed
        return [{**case, **dict.fromkeys(MEASURED), "passed": passed}]
    measured = ((v, (name, v.worst, v.place, v.got, v.want)) for name, v in o.verdicts.items())
    return [{**case, **dict(zip(MEASURED, found, strict=True)), "passed": v.passed} for v, found in measured]
