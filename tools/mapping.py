"""`rnnspec check --map`: the error of the first failure as a map, in colour where a terminal has it."""

from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

STYLES = {".": "dim", "123": "yellow", "456789abcdef": "red", "#": "bold red", "!": "bold magenta"}
OF = {sign: style for signs, style in STYLES.items() for sign in signs}


def show(report: Any, goldens: Path) -> None:
    """The map of the first failing case that has one; a line where failures have none."""
    from rnnspec.conformance.asking import of_report
    from rnnspec.conformance.report.error_map import WIDTH, error_map, first_failing

    if not report.failures:
        return
    console = Console(highlight=False, markup=False, emoji=False)
    width = min(console.width, WIDTH) if console.is_terminal else WIDTH
    load = of_report(goldens, report).load
    maps = (error_map(outcome, load(outcome.id), report.dtype, width) for outcome in first_failing(report))
    found = next(filter(None, maps), None)
    if not found:
        click.echo("\nno map: no failing case gave numbers of the shape that is wanted")
        return
    with console.capture() as printed:
        lines = [*map(Text, found.title), *(coloured(*row) for row in found.rows), *map(Text, found.below)]
        for line in lines:
            console.print(line, soft_wrap=True)
    click.echo("\n" + printed.get(), nl=False)


def coloured(label: str, cells: str) -> Text:
    """A row in the colours of its errors."""
    text = Text(label)
    for cell in cells:
        text.append(cell, OF[cell])
    return text
