"""Failures and reports in words, for the terminal, for pytest and for CI logs."""

import math
import re
import shlex

from rnnspec.golden.entry import shown

from ..candidate import NO_RESULTS, NOT_DEFINED, NOT_OFFERED
from ..choices import DTYPES
from ..run.local import NO_CACHE
from ..run.outcome import UNFIT, Ending, Outcome
from ..verdict.comparing import OUTSIDE, WRONG, Verdict
from .explained import ALONE, Around, around, explained
from .offering import offered
from .order import by_dependence, telling_first
from .reasons import Explanation, Reason
from .report import Report, counted

ENDED = {Ending.FAIL: "failed", Ending.ERROR: "raised", Ending.CRASH: "crashed", Ending.TIMEOUT: "timed out"}
MOST_OUTPUTS = 4  # shown of one failing case
MOST_NAMED = 8  # of those that fail alike
WIDTH = 80  # of a line that a log or a terminal shows whole
SHAPE = re.compile(r"\(\d[\d, ]*\)")
NUMBER = re.compile(r"(?<![\w.])(?<!line )\d[\w.+-]*")  # not that of a name, as of float64, nor of a line


def number(value: float) -> str:
    return f"{value:.2g}" if math.isfinite(value) else "infinitely much"


def failure(
    outcome: Outcome,
    candidate: str,
    dtype: str,
    why: Reason | None = None,
    spelled: str = "",
    around: Around = ALONE,
) -> str:
    """What, where, how bad, which mistake, how to reproduce."""
    lines = [tagged(f"{outcome.id}: {headline(outcome)}", candidate, dtype)]
    wrong = [verdict for verdict in outcome.verdicts.values() if not verdict.passed and verdict.at]
    for verdict in wrong[:MOST_OUTPUTS]:
        lines += located(verdict, named=len(wrong) > 1)
    if isinstance(why, Explanation):
        hidden = any(WRONG in v.problem for v in outcome.verdicts.values())
        lines += explained(why, around, "the values are explained by" if hidden else "explained by")
    elif why:
        lines += ["  no known deviation gives this; where it begins:", *(f"      {line}" for line in why.lines)]
    again = outcome.again or reproduction(outcome.id, candidate, dtype, spelled)
    lines.append(f"  reproduce: {shown(again, 4000)}")
    return "\n".join(lines)


def tagged(what: str, candidate: str, dtype: str) -> str:
    where = f"[{shown(candidate)}, {dtype}]"
    return f"{what:<{max(WIDTH - 1 - len(where), 0)}} {where}"


def headline(outcome: Outcome) -> str:
    """`dbi, dbc are outside their budgets`, `a, y: each has dtype float32, want float64`, or the message as it stands."""
    wrong: dict[str, list[str]] = {}
    for v in outcome.verdicts.values():
        if not v.passed:
            wrong.setdefault(v.problem.removeprefix(f"{v.output} "), []).append(v.output)
    if sum(map(len, wrong.values())) < 2:
        return outcome.message
    told = "; ".join(v.problem for v in outcome.verdicts.values() if not v.passed)
    around = outcome.message.removesuffix(told) if outcome.message.endswith(told) else ""  # circumstances of a hunt
    return around + "; ".join(_together(outputs, what) for what, outputs in wrong.items())


def _together(outputs: list[str], what: str) -> str:
    if len(outputs) == 1:
        return f"{outputs[0]} {what}"
    return f"{', '.join(outputs)}{' are outside their budgets' if what == OUTSIDE else f': each {what}'}"


def located(verdict: Verdict, named: bool) -> list[str]:
    got, want = verdict.got, verdict.want
    assert got is not None
    assert want is not None
    name = f"{verdict.output} " if named else ""
    return [f"  {name}{measured(verdict)}", f"      in hex: got {got.hex()}, want {want.hex()}"]


def measured(verdict: Verdict) -> str:
    """Where an output is worst, how much, and how much of it is outside; or what else is wrong with it."""
    if not verdict.at:
        return verdict.problem
    stepwise = "" if verdict.stepwise is None else f", {number(verdict.stepwise)} without what chunks lose"
    much = f"error {number(verdict.worst)} × budget{stepwise}; " if verdict.worst is not None else ""
    digits = next((n for n in (8, 12) if f"{verdict.got:.{n}g}" != f"{verdict.want:.{n}g}"), 17)
    return (
        f"worst at {verdict.place}: got {verdict.got:.{digits}g}, want {verdict.want:.{digits}g}; {much}{verdict.outside} of"
        f" {verdict.size} elements outside"
    )


def reproduction(case_id: str, candidate: str, dtype: str, spelled: str = "") -> str:
    wide = "" if dtype == DTYPES[0] else f" --dtype {dtype}"
    if spelled:
        return f"rnnspec {spelled.replace('{case}', case_id, 1).replace('{dtype}', wide, 1)}"
    return f"rnnspec check {shlex.quote(candidate)}{wide} --case {case_id}"


def replaying(path: str, report: Report) -> str:
    """How a problem in a file is played again, which says itself at what."""
    spelled = report.spelled.replace(f" --precision {shlex.quote(report.at)}", "", 1).replace("{dtype}", "", 1)
    spelled = spelled or f"check {shlex.quote(report.candidate)} --case {{case}}"
    return f"rnnspec {spelled.replace('--case {case}', f'--replay {shlex.quote(path)}', 1)}"


def failures(report: Report, verbose: bool = False) -> list[str]:
    """One text for each failing operation: its most telling failure in full, the others by cause; or all in full.

    A failure that is known is a line, and an operation that fails by what another did is one too.
    """
    reasons = {reason.operation: reason for reason in report.reasons}
    telling = {name: new for name, outcomes in by_dependence(report) if (new := _new(outcomes, verbose))}
    texts, told = list[str](), dict[str, str]()
    for operation, outcomes in by_dependence(report):
        why = reasons.get(operation)
        failing = telling_first([o for o in outcomes if o.failed], why.cases if why else ())
        if listed := [known(o) for o in failing if o.known is not None and not verbose]:
            texts.append("\n".join(listed))
        new = _new(failing, verbose)
        elsewhere = {told.get(cause(o), operation) for o in new}
        if new and operation not in elsewhere and not verbose:
            by = f"{operation}: {len(new)} fail by {' and '.join(sorted(elsewhere))}, as told above"
            texts.append(tagged(by, report.candidate, report.at))
        elif new:
            beside = around(operation, failing, why, {} if verbose else telling, reasons)
            texts += _texts(report, new, why, beside, verbose)
        told |= {cause(o): operation for o in new if cause(o) not in told}
    return texts


def _new(outcomes: list[Outcome], verbose: bool) -> list[Outcome]:
    """Failures that are told in full, or in a line of those."""
    return [o for o in outcomes if o.failed and (o.known is None or verbose)]


def _texts(report: Report, outcomes: list[Outcome], why: Reason | None, beside: Around, verbose: bool) -> list[str]:
    """The first in full with the others behind it, or each in full."""
    full = outcomes if verbose else outcomes[:1]
    texts = [
        failure(o, report.candidate, report.at, why if why and o.id in why.cases else None, report.spelled, beside)
        for o in full
    ]
    if rest := outcomes[len(full) :]:
        texts[-1] += "\n" + also(full[0], rest)
    return texts


def cause(outcome: Outcome) -> str:
    """What is the same where one mistake makes many cases fail: shapes differ, and an operation may fail by another's."""
    said = SHAPE.sub("(…)", headline(outcome))
    if said.startswith(NO_CACHE):
        return said.removeprefix(NO_CACHE)
    return f"{outcome.operation} {said}" if outcome.outcome is Ending.FAIL else said


def known(outcome: Outcome) -> str:
    """A failure that a list has, in one line of a log."""
    line = f"known: {outcome.id}: {headline(outcome)}{f' ({shown(outcome.known)})' if outcome.known else ''}"
    return line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…"


def also(first: Outcome, rest: list[Outcome]) -> str:
    """The other failures, by cause: those like the first, then each other cause with those that have it."""
    causes: dict[str, list[Outcome]] = {_cause_here(first): []}
    for outcome in rest:
        causes.setdefault(_cause_here(outcome), []).append(outcome)
    alike, *others = causes.values()
    lines = [f"  and {len(rest)} more (--verbose shows each in full):"]
    lines += [f"      {len(alike)} like it: {_named(alike)}"] if alike else []
    for same in others:
        said, names = headline(same[0]), _named(same)
        lines.append(f"      {len(same)} × {said}: {names}" if len(same) > 1 else f"      {names}: {said}")
    return "\n".join(lines)


def _cause_here(outcome: Outcome) -> str:
    """Of one operation: what is raised may have another number in each case."""
    return cause(outcome) if outcome.outcome is Ending.FAIL else NUMBER.sub("…", cause(outcome))


def _named(outcomes: list[Outcome]) -> str:
    names = [outcome.id.partition("/")[2] for outcome in outcomes]
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def beginning(report: Report) -> str:
    """The most telling failure of the first operation that fails: what explains it, or what it is."""
    reasons = {reason.operation: reason for reason in report.reasons}
    failing = [
        (name, found) for name, outcomes in by_dependence(report) if (found := [o for o in outcomes if o.failed])
    ]
    new = [(name, left) for name, found in failing if (left := [o for o in found if o.known is None])]
    operation, outcomes = (new or failing)[0]
    why = reasons.get(operation)
    first = telling_first(outcomes, why.cases if why else ())[0]
    if isinstance(why, Explanation) and first.id in why.cases:
        made = f", to `{shown(why.line, WIDTH)}`" if why.line else ""
        return f"{first.id}: {' with '.join(f'`{name}`' for name in why.deviations)}{made}"
    return f"{first.id}: {headline(first)}"


def _of_nothing(report: Report) -> str:
    """Why nothing is tested."""
    untested = report.untested
    if not untested and report.skipped:
        wide = "" if report.precision else f": --dtype {DTYPES[0]} does"
        return f"{report.at} cannot hold the cases asked for{wide}"
    if unfit := [outcome for outcome in untested if outcome.message.startswith(UNFIT)]:
        return f"{unfit[0].id}: {unfit[0].message}"
    if other := [outcome for outcome in untested if outcome.message == f"{NOT_OFFERED}{report.dtype}"]:
        return f"{report.candidate} offers {other[0].operation}, but not in {report.dtype} (--dtype)"
    if any(outcome.message == NO_RESULTS for outcome in untested):
        return f"{report.candidate} has no results of what was asked for"
    if declined := [outcome for outcome in untested if NOT_DEFINED not in outcome.message]:
        more = f", and {len(declined) - 1} more" if len(declined) > 1 else ""
        return f"{declined[0].id}: {declined[0].message}{more}"
    return f"{report.candidate} offers none of the operations asked for"


def conclusion(report: Report) -> str:
    """The verdict on the whole, in one or two lines."""
    totals = report.totals
    if not report.tested:
        return f"nothing tested: {_of_nothing(report)}"
    parts = [f"{totals[Ending.PASS]} passed", *(f"{totals[key]} {word}" for key, word in ENDED.items() if totals[key])]
    if left_out := counted(offered(report.cases))[Ending.UNSUPPORTED]:
        parts.append(f"{left_out} not tested")
    if report.skipped:
        parts.append(f"{len(report.skipped)} not for {report.at}")
    verdict = "conformant" if report.conformant else "not conformant"
    text = f"{report.candidate} is {verdict} [{report.at}]: {', '.join(parts)}"
    if len(report.failures) > 1:
        text += f"\nbegin with {beginning(report)}"
    elif report.closest and not report.failures:
        text += f"\nclosest to its budget: {report.closest.id}, at {number(report.closest.worst)} of it"
    return text
