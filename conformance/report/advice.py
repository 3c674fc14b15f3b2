"""What to do next, where a run says little: nothing was tested, a name is misspelt, another dtype is meant."""

from collections.abc import Callable, Collection
from dataclasses import replace
from itertools import islice

from rnnspec.golden import Golden
from rnnspec.reference import OPERATIONS, Kind

from ..candidate import DTYPES, NOT_OFFERED
from ..properties.recurrence import is_chunked
from ..properties.table import plain, property_in
from ..run.outcome import Ending, Outcome
from ..run.runner import Runner
from .report import Report

WIDE, NARROW = DTYPES[:2]
ALL = 1 << 20  # steps
ASKED = 8  # cases


def advice(report: Report, runner: Runner, goldens: Callable[[str], Golden] | None) -> list[str]:
    """A line each. Without the goldens of a folder, as at a size, none says what another dtype gives."""
    lines = list(runner.candidate.misspelt)
    if not report.tested and report.untested:
        lines += runner.candidate.instead
        asked = {outcome.operation for outcome in report.untested}
        offered = [name for name, operation in OPERATIONS.items() if not runner.calls.lacks(operation, [])]
        if offered and asked.isdisjoint(offered):
            instead = (
                "leave out --case, or ask for one of these" if goldens else "ask for one of these, at a size it has"
            )
            lines.append(f"{report.candidate} offers {_named(offered)}: {instead}")
    for name, rests in _left_out(report, runner).items():
        cases = " ".join(f"--case {rest}" for rest in rests)
        lines.append(
            f"what is wrong in {name} may have a name with {' and '.join(rests)}, on which it rests: add {cases}"
        )
    if helpers := _helpers(report):
        lines.append(
            f"{_named(helpers)}: asked as the contract has {'them' if len(helpers) > 1 else 'it'}, for the name's sake; what is a helper of a"
            f" layer's own has another name, as _{helpers[0]}"
        )
    if goldens and runner.dtype == WIDE and not report.precision and (passing := _narrow(report, runner, goldens)):
        lines.append(
            f"{_named(passing)} {'pass' if len(passing) > 1 else 'passes'} in {NARROW}:"
            f" where that is the dtype of the candidate, give --dtype {NARROW}"
        )
    return [*lines, *_at_once(report, runner, goldens)] if goldens else lines


def _at_once(report: Report, runner: Runner, goldens: Callable[[str], Golden]) -> list[str]:
    """A line, where cases fail that would not if a candidate that declares no chunks had all steps in one."""
    if runner.candidate.chunks:
        return []
    wide = Runner(replace(runner.candidate, chunks=(ALL,)), runner.dtype, runner.precision)
    failing = (o for o in report.failures if o.outcome is Ending.FAIL and not property_in(o.id))
    recurrent = (o for o in failing if is_chunked(OPERATIONS[o.operation]))
    asked = list(islice(recurrent, ASKED))
    found = [o.id for o in asked if wide.case(goldens(o.id)).outcome is Ending.PASS]
    if len(found) < len(asked):  # it is wrong, and may pass where much is allowed
        return []
    passing = f"{_named(found)} {'pass' if len(found) > 1 else 'passes'} by budgets that allow for chunks"
    what = "what computes many steps at once, by sums of its decays, declares how many, as `chunks = (64,)` (docs/budget.md)"
    return [f"{passing}: {what}"] if found else []


def _left_out(report: Report, runner: Runner) -> dict[str, list[str]]:
    """Of operations that nothing explains, what they rest on, which the candidate offers and which was not asked for."""
    ran, found = {*report.by_operation()}, dict[str, list[str]]()
    for name in (one.operation for one in report.localisations):
        own = OPERATIONS[name]
        below = [
            o for o in OPERATIONS.values() if o.family == own.family and o.direction is own.direction and o.name != name
        ]
        rests = [own.forward, *(o for o in below if o.kind is Kind.CELL and own.kind is not Kind.CELL)]
        if beside := [o.name for o in rests if o and o.name not in ran and not runner.calls.lacks(o, [])]:
            found[name] = beside
    return found


def _narrow(report: Report, runner: Runner, goldens: Callable[[str], Golden]) -> list[str]:
    """Operations of which no golden that was asked for passes in float64, nor does the plainest one, but in float32."""
    tried = [name for name, outcomes in report.by_operation().items() if _all_refused(outcomes)]
    narrow = Runner(runner.candidate, NARROW)

    def passes(name: str, at: Runner) -> bool:
        return at.case(goldens(plain(name))).outcome is Ending.PASS

    return [name for name in tried if passes(name, narrow) and not passes(name, runner)]


def _helpers(report: Report) -> list[str]:
    """Functions of single arrays that fail beside layers that do not."""
    ran = report.by_operation()
    failing = [name for name, outcomes in ran.items() if any(one.failed for one in outcomes)]
    passing = {
        OPERATIONS[name].kind for name, outcomes in ran.items() if any(one.outcome is Ending.PASS for one in outcomes)
    }
    are_alone = {OPERATIONS[name].kind for name in failing} == {Kind.ELEMENTWISE}
    return failing if are_alone and passing & {Kind.CELL, Kind.SEQUENCE} else []


def _all_refused(outcomes: list[Outcome]) -> bool:
    """Whether every case failed or raised, or is not offered at the dtype."""
    of_cases = [o for o in outcomes if not property_in(o.id)]
    tested = [o for o in of_cases if o.outcome is not Ending.UNSUPPORTED or o.message == f"{NOT_OFFERED}{WIDE}"]
    return bool(tested) and not any(o.outcome in (Ending.PASS, Ending.CRASH, Ending.TIMEOUT) for o in tested)


def _named(operations: Collection[str], most: int = 4) -> str:
    more = f" and {len(operations) - most} more" if len(operations) > most else ""
    return ", ".join([*operations][:most]) + more
