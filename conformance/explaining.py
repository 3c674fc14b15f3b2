"""What explains the failures of a report, apart from the run that made it."""

from dataclasses import replace
from pathlib import Path

from rnnspec.golden import FOLDER, read_manifest

from .asking import of_report
from .choices import EXPLAIN_SECONDS
from .explanation import naming
from .report.format import ReportError
from .report.report import Report
from .sources import ESTIMATED_DIGEST


def explain(report: Report, seconds: float = EXPLAIN_SECONDS, *, goldens: Path | str | None = None) -> Report:
    """The same report with what explains its failures, looked for in so many seconds: `check(…, explain_seconds=0)` and then this.

    Raises ReportError for a report of other goldens, and for one without the arrays of its failing cases, as it is read from a file.
    """
    folder = Path(goldens or FOLDER).absolute()
    if (digest := read_manifest(folder).digest) != report.goldens != ESTIMATED_DIGEST:
        raise ReportError(
            f"the report is of the goldens {report.goldens}, and these are {digest}: check the candidate again"
        )
    if any(outcome.verdicts and not outcome.arrays for outcome in report.failures):
        raise ReportError(
            "the report lacks the arrays that the candidate gave: explain what `check` returned, not what a file has"
        )
    source = of_report(folder, report)
    known = [*source.entries] if source.whole and not report.precision else []
    held = [outcome for outcome in report.cases if source.traced(outcome.id)]
    explanations, localisations = naming.explain(held, report.dtype, source.evidence, seconds, known)
    return replace(report, explanations=explanations, localisations=localisations)
