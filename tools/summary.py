"""A report in a terminal, a pipe or a CI log."""

import click
from rich.console import Console
from rich.table import Table
from rnnspec.conformance import rendering
from rnnspec.conformance.execution import Outcome
from rnnspec.conformance.report import Report, counted


def show(report: Report, verbose: bool) -> None:
    """Failures first, then a row an operation, then the verdict: the last lines are the ones that are read."""
    for text in rendering.failures(report, verbose):
        click.echo(text + "\n")
    console = Console(highlight=False, width=None if Console().is_terminal else 100)
    if len(report.cases) > 1:
        console.print(table(report))
    style = "green" if report.conformant else "red"
    for line in rendering.conclusion(report).splitlines():
        console.print(line, style=style if line.startswith(report.candidate) else "", markup=False, soft_wrap=True)


def table(report: Report) -> Table:
    """Operations that were tested, with what came of their cases and properties."""
    rows = Table(box=None, pad_edge=False, header_style="bold")
    for name, justify in (
        ("operation", "left"),
        ("passed", "right"),
        ("failed", "right"),
        ("raised", "right"),
        ("closest", "right"),
        ("not tested", "left"),
    ):
        rows.add_column(name, justify=justify)  # type: ignore[arg-type]
    for operation, outcomes in report.by_operation().items():
        totals = counted(outcomes)
        passing = [o.worst for o in outcomes if o.outcome == "pass" and o.verdicts]
        closest = rendering.number(max(passing)) if passing else ""
        failed = totals["fail"] + totals["crash"] + totals["timeout"]
        rows.add_row(
            operation, *(str(n or "") for n in (totals["pass"], failed, totals["error"])), closest, _untested(outcomes)
        )
    return rows


def _untested(outcomes: list[Outcome]) -> str:
    why: dict[str, int] = {}
    for outcome in outcomes:
        if outcome.outcome == "unsupported":
            why[outcome.message] = why.get(outcome.message, 0) + 1
    return "; ".join(f"{count}: {message}" for message, count in why.items())
