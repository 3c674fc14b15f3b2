"""One problem of a hunt, played again. Needs no Hypothesis."""

from typing import Any

from rnnspec.golden.estimated import Unfit

from ..asking import of_policy
from ..candidate import DTYPES, Candidate
from ..checks import Checks
from ..choices import EXPLAIN_SECONDS
from ..finding import is_apart
from ..remote.program import Remote
from ..report.report import Report
from ..run.outcome import UNFIT, Ending, Outcome
from ..sources import Estimated
from ..starting import started
from .playing import Player, untried
from .problem import BETWEEN, Problem

RACES = 32  # before calls at the same time are said to pass: a hunt has many problems, a replay this one


def replayed(candidate: Any, problem: Problem, explain_seconds: float = EXPLAIN_SECONDS, **choices: Any) -> Report:
    """The report of a problem, before which nothing is called but what it says. Raises what `check` raises, BadSize too."""
    if problem.precision:
        of_policy(DTYPES[0], problem.precision, is_apart(candidate, choices.get("isolate", False)))
    with started(candidate, **choices) as found:
        source = Estimated([problem.case], problem.dtype, problem.policy).fitting()
        checks = Checks(found, problem.dtype, None, source)
        checks.runner = player = Player(found, problem, RACES)
        outcome = _outcome(checks, player)
        return checks.report([outcome], explain_seconds, [] if problem.circumstances else None)


def _outcome(checks: Checks, player: Player) -> Outcome:
    """Of what cannot be tried, no pass."""
    problem, missed = player.problem, untried(player.candidate, player.problem)
    outcome = Outcome(problem.case.id, problem.operation)
    try:
        if not {*missed} - {BETWEEN}:
            outcome = player.judged(checks.load(outcome.id))
    except Unfit as why:
        return outcome.ended(Ending.UNSUPPORTED, f"{UNFIT}: {why}")
    if missed and not outcome.failed:
        words = f"{' and '.join(missed)} cannot be tried in a process of its own: {_instead(player.candidate)}"
        return Outcome(outcome.id, problem.operation).ended(Ending.UNSUPPORTED, f"{UNFIT}: {words}")
    return outcome


def _instead(candidate: Candidate) -> str:
    own = isinstance(candidate, Remote) and candidate.own
    return "replay without --isolate, by --no-isolate" if own else "only a candidate in Python is given these"
