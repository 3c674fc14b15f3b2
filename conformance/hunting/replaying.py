"""One problem of a hunt, played again. Needs no Hypothesis."""

from typing import Any

from ..checks import Checks
from ..edits.explaining import SECONDS
from ..report.report import Report
from ..sources import Estimated
from ..starting import started
from .playing import Player
from .problem import Problem


def replayed(candidate: Any, problem: Problem, explain_seconds: float = SECONDS, **choices: Any) -> Report:
    """The report of a problem. Raises what `check` raises."""
    with started(candidate, **choices) as found:
        checks = Checks(found, problem.dtype, None, Estimated([problem.case], problem.dtype))
        checks.runner = Player(found, problem)
        outcome = checks.run(problem.case.id)
        if outcome.failed and problem.circumstances:
            outcome.message = f"{problem.circumstances}: {outcome.message}"
        return checks.report([outcome], explain_seconds, [] if problem.circumstances else None)
