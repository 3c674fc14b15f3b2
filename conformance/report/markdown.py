"""Reports as Markdown: one page that fits the summary of a job, the verdict first.

What a candidate says stands in fenced blocks alone, where Markdown knows no markup, by a fence longer than any in them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from rnnspec.golden.entry import shown

from ..run.outcome import Ending, Outcome
from . import wording
from .causes import ALIKE, EXPLAINED, LOCALISED, Cause, causes, told
from .offering import undefined
from .reasons import CONVENTION, Explanation, Reason
from .report import Report, counted

LINES = 200  # of a page
LONGEST = 1000  # characters of a line
ROWS, COLUMNS, VERDICTS, ENDINGS = 60, 8, 30, 8  # of the table, and of the block of verdicts
IN_FULL = 30  # lines of a failure
ESCAPED = {"`": r"\x60", "|": r"\x7c"}


def markdown(*reports: Report) -> str:
    """The verdict on each, a table by operation, and the causes of what fails as far as there is room."""
    lines = [*_verdicts(reports), "", *_table(reports)]
    found = [*_in_turn(reports)]
    left = len(found)
    for cause, report, number in found:
        block = ["", *_cause(cause, report, number, len(reports))]
        if len(lines) + len(block) > LINES - 2:  # in which it says what is left
            break
        lines += block
        left -= 1
    if left:
        lines += ["", f"And {left} more causes of failures, for which this page has no room: the JSON report has all."]
    return "\n".join(lines) + "\n"


def _in_turn(reports: Sequence[Report]) -> Iterator[tuple[Cause, Report, int]]:
    """The first cause of every report, then the second: none takes the room of another."""
    for each in zip_longest(*map(causes, reports)):
        for number, (cause, report) in enumerate(zip(each, reports, strict=True), 1):
            if cause:
                yield cause, report, number


def _verdicts(reports: Sequence[Report]) -> list[str]:
    words = list(dict.fromkeys(map(_verdict, reports)))
    lines = []
    for number, report in enumerate(reports[:VERDICTS], 1):
        mark = f"{number}  " if len(reports) > 1 else ""
        lines.append(mark + wording.conclusion(report).replace("\n", "; "))
        if len(reports) == 1:
            record = [*report.record.problems, *report.record.notes]
            lines += [*record[:ENDINGS], *([f"and {len(record) - ENDINGS} more"] if len(record) > ENDINGS else [])]
            lines.append(f"rnnspec {report.rnnspec}, goldens {report.goldens}")
    if len(reports) > VERDICTS:
        lines.append(f"and {len(reports) - VERDICTS} more reports")
    return [f"## rnnspec: {'; '.join(words)}", "", *fenced(lines)]


def _verdict(report: Report) -> str:
    """In words of rnnspec's own."""
    if not report.tested:
        return "nothing tested"
    if report.conformant:
        part = " in part" if report.partial else ""  # of the cases that were asked for
        return f"conformant{part}" if report.accepted else f"conformant{part}, but not as recorded"
    return "every failure is a known one" if report.accepted else "not conformant"


def _table(reports: Sequence[Report]) -> list[str]:
    """A row an operation of which something was tested or refused; of several reports, a column each."""
    grouped = [report.by_operation() for report in reports]
    operations = dict.fromkeys(name for each in grouped for name in each)
    absent = operations.keys() & {*undefined(outcome for report in reports for outcome in report.cases)}
    names = [name for name in operations if name not in absent]
    if len(reports) == 1:
        columns = ["passed", "failed", "raised", "closest", "not tested"]
        rows = [_row(grouped[0][name]) for name in names[:ROWS]]
    else:
        columns = [f"report {number}" for number in range(1, len(reports[:COLUMNS]) + 1)]
        rows = [[_cell(each.get(name, [])) for each in grouped[:COLUMNS]] for name in names[:ROWS]]
    lines = [f"| operation | {' | '.join(columns)} |", f"|---|{'--:|' * len(columns)}"] if rows else []
    lines += [f"| {_name(name)} | {' | '.join(row)} |" for name, row in zip(names, rows, strict=False)]
    if rest := len(names) - ROWS if len(names) > ROWS else 0:
        lines += ["", f"And {rest} more operations."]
    return [*lines, *(["", f"Of {len(absent)} operations none is defined, so none tested."] if absent else [])]


def _row(outcomes: list[Outcome]) -> list[str]:
    totals = counted(outcomes)
    passing = [o.worst for o in outcomes if o.outcome is Ending.PASS and o.verdicts]
    failed = totals[Ending.FAIL] + totals[Ending.CRASH] + totals[Ending.TIMEOUT]
    numbers = [str(n or "") for n in (totals[Ending.PASS], failed, totals[Ending.ERROR])]
    return [*numbers, wording.number(max(passing)) if passing else "", str(totals[Ending.UNSUPPORTED] or "")]


def _cell(outcomes: list[Outcome]) -> str:
    failing, totals = sum(o.failed for o in outcomes), counted(outcomes)
    tested = len(outcomes) - totals[Ending.UNSUPPORTED]
    return f"{failing} of {tested} fail" if failing else f"{tested} passed" if tested else ""


def _cause(cause: Cause, report: Report, number: int, of: int) -> list[str]:
    """One cause: its name, its first failure in full, and how many others have it."""
    where = f"report {number}: " if of > 1 else ""
    counts, lines = cause.counts, list(told(cause, report))
    cases = f"{len(cause.outcomes)} failing case{'s' * (len(cause.outcomes) > 1)}"
    operations = ", ".join(f"{_name(name)} {count}" for name, count in list(counts.items())[:ROWS])
    operations += ", …" * (len(counts) > ROWS)
    if len(lines) > IN_FULL:
        lines = [*lines[: IN_FULL - 2], "…", lines[-1]]  # the last says how to run it again
    return [f"### {where}{_title(cause)}: {cases}", "", *fenced(lines), "", f"By operation: {operations}."]


def _title(cause: Cause) -> str:
    names = " with ".join(map(_name, cause.names))
    if cause.kind == EXPLAINED:
        return f"{'follows another convention,' if _convention(cause.why) else 'explained by'} {names}"
    if cause.kind == LOCALISED:
        return f"{names} is wrong in no way that is known"
    return wording.ENDED[cause.ending] if cause.kind == ALIKE else f"{names} does not hold"


def _convention(why: Reason | None) -> bool:
    return isinstance(why, Explanation) and all(deviation.kind == CONVENTION for deviation in why.told)


def _name(name: str) -> str:
    """A name as code, also in a table: what would end either is escaped."""
    return f"`{shown(name or '(none)').replace('`', ESCAPED['`']).replace('|', ESCAPED['|'])}`"


def fenced(lines: Iterable[str]) -> list[str]:
    """A block of code, whatever is in its lines."""
    inside = [shown(line, LONGEST) for line in lines]
    fence = "`" * (1 + max(2, *(len(run) for line in inside for run in re.findall("`+", line)), 0))
    return [f"{fence}text", *inside, fence]
