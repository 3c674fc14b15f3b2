"""A report in a terminal, a pipe or a CI log."""

import re
import textwrap
from collections import Counter

import click
from rich.console import Console
from rich.table import Table
from rnnspec.conformance.candidate import NOT_OFFERED
from rnnspec.conformance.report import wording
from rnnspec.conformance.report.offering import offered, undefined
from rnnspec.conformance.report.report import Report, counted
from rnnspec.conformance.run.outcome import Ending, Outcome
from rnnspec.golden.entry import shown
from rnnspec.reference import OPERATIONS, Kind

COMMAND = "  reproduce: "
CHANGED = re.compile(r" {6}[+-]")  # a line of a difference
IN_BRACKETS = re.compile(r"\[[^\[\]]*\]$")
BESIDE_A_NAME = 60  # characters in a pipe, where the longest name is whole
LONGEST, MOST = 200, 4  # characters of a reason for not testing, and reasons, or families
GROUPS = {Kind.NETWORK: "network", Kind.CONTAINER: "containers", Kind.ELEMENTWISE: "elementwise"}


def show(report: Report, verbose: bool) -> None:
    """Failures first, then a row an operation, then the verdict and where to begin: the last lines are those that are read."""
    terminal = Console()
    width = width_of(terminal)
    for text in wording.failures(report, verbose):
        click.echo(folded(text, width) + "\n")
    absent = undefined(report.cases)
    if len(report.cases) > 1 and len(absent) < len(report.by_operation()):
        longest = max(len(name) for name in report.by_operation() if name not in absent)
        of_a_table = width if terminal.is_terminal else max(width, longest + BESIDE_A_NAME)
        click.echo(_printed(table(report, absent), of_a_table))
    if absent:
        count = len(report.cases) - len(offered(report.cases))
        click.echo(folded(f"{count} not defined, so not tested: {together(absent)}", width))
    style = "green" if report.conformant else "red"
    for line in wording.conclusion(report).splitlines():
        verdict = line.startswith(report.candidate)
        click.echo(click.style(folded(line, width), fg=style if verdict and terminal.is_terminal else None))
    for line in (*report.record.notes, *report.record.problems):
        click.echo(folded(line, width))


def width_of(terminal: Console) -> int:
    return terminal.width if terminal.is_terminal else wording.WIDTH


def folded(text: str, width: int) -> str:
    """Lines of a width, each broken at spaces and continued further in; a command and a changed line stay whole, to be copied."""
    lines = []
    for line in text.splitlines():
        parts = [line] if COMMAND in line or CHANGED.match(line) else _wrapped(line, width)
        lines += parts or [""]
    return "\n".join(lines)


def _wrapped(line: str, width: int) -> list[str]:
    whole = IN_BRACKETS.sub(
        lambda found: found[0].replace(" ", "\0"), line.lstrip()
    )  # `[mine.py, float64]` goes to the next line as one
    own = " " * (len(line) - len(line.lstrip()))
    wrapper = textwrap.TextWrapper(width, own, f"{own}      ", break_long_words=False, break_on_hyphens=False)
    parts = wrapper.wrap(whole)  # which has none of the indent: a long word would take that with it
    return [part.replace("\0", " ") for part in parts]


def _printed(rows: Table, width: int) -> str:
    # what it prints may be the candidate's words: `[/x]` and `:smile:` are no more than that
    console = Console(highlight=False, markup=False, emoji=False, width=width)
    with console.capture() as printed:
        console.print(rows)
    return "\n".join(line.rstrip() for line in printed.get().splitlines())


def together(names: list[str]) -> str:
    """Operations by name, but `all of lstm_peephole` where a whole family, the networks or the containers are meant, and how many families where they are many."""
    groups: dict[str, set[str]] = {}
    for name, operation in OPERATIONS.items():
        groups.setdefault(GROUPS.get(operation.kind, operation.family), set()).add(name)
    whole = [group for group, members in groups.items() if members <= set(names)]
    single = [name for name in names if not any(name in groups[group] for group in whole)]
    families = [group for group in whole if group not in GROUPS.values()]
    if len(families) > MOST:
        whole = [*(group for group in whole if group not in families), f"{len(families)} families (rnnspec list)"]
    return "; ".join(filter(None, [", ".join(single), f"all of {', '.join(whole)}" if whole else ""]))


def table(report: Report, absent: list[str]) -> Table:
    """A row an operation that the candidate defines, with what came of their cases and properties."""
    rows = Table(box=None, pad_edge=False, header_style="bold")
    for name, justify in (
        ("operation", "left"),
        ("passed", "right"),
        ("failed", "right"),
        ("raised", "right"),
        ("closest", "right"),
        ("not tested", "left"),
    ):
        is_last = name == "not tested"  # what is in the others stays whole, to be read and copied
        rows.add_column(name, justify=justify, overflow="fold", no_wrap=not is_last)  # type: ignore[arg-type]
    for operation, outcomes in report.by_operation().items():
        if operation in absent:
            continue
        totals = counted(outcomes)
        passing = [o.worst for o in outcomes if o.outcome is Ending.PASS and o.verdicts]
        closest = wording.number(max(passing)) if passing else ""
        failed = totals[Ending.FAIL] + totals[Ending.CRASH] + totals[Ending.TIMEOUT]
        rows.add_row(
            operation,
            *(str(n or "") for n in (totals[Ending.PASS], failed, totals[Ending.ERROR])),
            closest,
            _untested(outcomes),
        )
    return rows


def _untested(outcomes: list[Outcome]) -> str:
    """`not offered: reverse, lengths`, or why else something was not tested, each reason with its count."""
    why = Counter(o.message for o in outcomes if o.outcome is Ending.UNSUPPORTED)
    features = {
        name for text in why if text.startswith(NOT_OFFERED) for name in text.removeprefix(NOT_OFFERED).split(", ")
    }
    reasons = [(message, count) for message, count in why.most_common() if not message.startswith(NOT_OFFERED)]
    parts = [f"{count}: {shown(message, LONGEST)}" for message, count in reasons[:MOST]]
    if len(reasons) > MOST:
        parts.append(f"{len(reasons) - MOST} more reasons")
    if left_out := dict.fromkeys(name for outcome in outcomes for name in outcome.left_out):
        parts.append(f"left out: {', '.join(left_out)}")
    return "; ".join([*parts, *([NOT_OFFERED + ", ".join(sorted(features))] if features else [])])
