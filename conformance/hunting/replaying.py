"""One problem of a hunt, played again. Needs no Hypothesis."""

from typing import Any

from rnnspec.golden.estimated import Unfit

from ..asking import Own, of_policy
from ..candidate import DTYPES
from ..checks import Checks
from ..edits.explaining import SECONDS
from ..finding import is_command
from ..report.report import Report
from ..run.outcome import UNFIT, Ending, Outcome
from ..sources import Estimated
from ..starting import started
from .playing import Player
from .problem import Problem


def replayed(candidate: Any, problem: Problem, explain_seconds: float = SECONDS, **choices: Any) -> Report:
    """The report of a problem, before which nothing is called but what it says. Raises what `check` raises."""
    if problem.precision:
        of_policy(DTYPES[0], problem.precision, Own(choices.get("isolate", False), is_command(candidate)))
    with started(candidate, **choices) as found:
        source = Estimated([problem.case], problem.dtype, problem.policy)
        checks = Checks(found, problem.dtype, None, source)
        checks.runner = player = Player(found, problem)
        outcome = _outcome(checks, player)
        return checks.report([outcome], explain_seconds, [] if problem.circumstances else None)


def _outcome(checks: Checks, player: Player) -> Outcome:
    id = player.problem.case.id
    try:
        return player.judged(checks.load(id))
    except Unfit as why:
        return Outcome(id, player.problem.operation).ended(Ending.UNSUPPORTED, f"{UNFIT}: {why}")
