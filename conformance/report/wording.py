"""Failures and reports in words, for the terminal, for pytest and for CI logs."""

import math
import shlex

from rnnspec.golden.entry import shown

from ..choices import DTYPES
from ..properties.holding import plain
from ..run.outcome import Ending, Outcome
from ..verdict.comparing import Verdict
from .reasons import Explanation, Reason
from .report import Report

CONVENTION = "convention"  # the kind of deviation that is no bug
ENDED = {Ending.FAIL: "failed", Ending.ERROR: "raised", Ending.CRASH: "crashed", Ending.TIMEOUT: "timed out"}
MOST_OUTPUTS = 4  # shown of one failing case


def number(value: float) -> str:
    return f"{value:.2g}" if math.isfinite(value) else "infinitely much"


def failure(outcome: Outcome, candidate: str, dtype: str, why: Reason | None = None, spelled: str = "") -> str:
    """What, where, how bad, which mistake, how to reproduce."""
    lines = [f"{f'{outcome.id}: {headline(outcome)}':<72} [{shown(candidate)}, {dtype}]"]
    wrong = [verdict for verdict in outcome.verdicts.values() if not verdict.passed and verdict.at]
    for verdict in wrong[:MOST_OUTPUTS]:
        lines += located(verdict, named=len(wrong) > 1)
    if isinstance(why, Explanation):
        lines += explained(why)
    elif why:
        lines += ["  no known deviation gives this; where it begins:", *(f"      {line}" for line in why.lines)]
    lines.append(f"  reproduce: {shown(reproduction(outcome.id, candidate, dtype, spelled), 4000)}")
    return "\n".join(lines)


def headline(outcome: Outcome) -> str:
    """`dbi, dbc are outside their budgets`, or the message as it stands."""
    wrong = [v for v in outcome.verdicts.values() if not v.passed]
    over = [v.output for v in wrong if v.outside and v.worst is not None]
    if len(over) < 2 or len(over) < len(wrong):
        return outcome.message
    return f"{', '.join(over)} are outside their budgets"


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
    much = f"error {number(verdict.worst)} × budget; " if verdict.worst is not None else ""
    return (
        f"worst at {verdict.place}: got {verdict.got:.8g}, want {verdict.want:.8g}; {much}{verdict.outside} of"
        f" {verdict.size} elements outside"
    )


def explained(explanation: Explanation) -> list[str]:
    names = " with ".join(f"`{name}`" for name in explanation.deviations)
    another = all(deviation.kind == CONVENTION for deviation in explanation.told)
    lines = [
        f"  {'follows another convention,' if another else 'explained by'} {names}:"
        f" {len(explanation.cases)} of {explanation.failing} failing cases match within budget"
    ]
    lines += [f"      {d.summary} ({d.kind}; seen in {d.seen_in})" for d in explanation.told]
    for other in explanation.alternatives:
        lines.append(f"      these inputs cannot tell it from {' with '.join(f'`{name}`' for name in other)}")
    return lines


def reproduction(case_id: str, candidate: str, dtype: str, spelled: str = "") -> str:
    wide = "" if dtype == DTYPES[0] else f" --dtype {dtype}"
    if spelled:
        return f"rnnspec {spelled.replace('{case}', case_id, 1).replace('{dtype}', wide, 1)}"
    return f"rnnspec check {shlex.quote(candidate)}{wide} --case {case_id}"


def failures(report: Report, verbose: bool = False) -> list[str]:
    """One text for each failing operation: its first failure in full, the others by name; or all in full."""
    reasons = {reason.operation: reason for reason in report.reasons}
    texts = []
    for operation, outcomes in report.by_operation().items():
        failing = [o for o in outcomes if o.failed]
        failing.sort(key=lambda o: o.id != plain(operation))  # the plainest failure first
        full = failing if verbose else failing[:1]
        for outcome in full:
            why = reasons.get(operation)
            known = why if why and outcome.id in why.cases else None
            texts.append(failure(outcome, report.candidate, report.dtype, known, report.spelled))
        if rest := failing[len(full) :]:
            texts[-1] += "\n" + also(rest)
    return texts


def also(rest: list[Outcome]) -> str:
    width = max(len(outcome.id.partition("/")[2]) for outcome in rest)
    lines = [f"      {o.id.partition('/')[2]:<{width}}  {headline(o)}" for o in rest]
    return "\n".join([f"  and {len(rest)} more (--verbose shows each in full):", *lines])


def conclusion(report: Report) -> str:
    """The verdict on the whole, in one or two lines."""
    totals = report.totals
    if not report.tested and not report.untested and report.skipped:
        return f"nothing tested: {report.dtype} cannot hold the cases asked for"
    if not report.tested:
        return f"nothing tested: {report.candidate} offers none of the operations asked for"
    parts = [f"{totals[Ending.PASS]} passed", *(f"{totals[key]} {word}" for key, word in ENDED.items() if totals[key])]
    if report.untested:
        parts.append(f"{len(report.untested)} not tested")
    if report.skipped:
        parts.append(f"{len(report.skipped)} not for {report.dtype}")
    verdict = "conformant" if report.conformant else "not conformant"
    text = f"{report.candidate} is {verdict} [{report.dtype}]: {', '.join(parts)}"
    if report.closest:
        text += f"\nclosest to its budget: {report.closest.id}, at {number(report.closest.worst)} of it"
    return text
