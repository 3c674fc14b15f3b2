"""Every deviation against every golden: docs/kill-matrix/*.csv, kill-matrix.svg and kill-matrix.md."""

import sys
from itertools import zip_longest
from os import cpu_count
from pathlib import Path
from typing import Any

import click
from rich.progress import track
from rnnspec.conformance.deviations import kill_matrix, precision
from rnnspec.conformance.deviations.catalogue import CATALOGUE, SECTIONS
from rnnspec.conformance.deviations.kill_matrix import EQUIVALENT, RAISES, Row
from rnnspec.conformance.deviations.left_out import LEFT_OUT
from rnnspec.golden import cases, saving
from rnnspec.reference import OPERATIONS

HERE = Path(__file__).parents[1]
CELL, LEFT, TOP = 11, 250, 210
ROUNDED = {deviation.id for deviation in precision.DEVIATIONS}


def texts(found: list[Row]) -> dict[str, str]:
    """Every file of the matrix, by its name."""
    files = {f"kill-matrix/{one.operation}.csv": kill_matrix.as_csv(one) for one in found}
    return {**files, "kill-matrix.svg": drawn(found), "kill-matrix.md": page(found)}


def page(found: list[Row]) -> str:
    margins = {id: [one.margins[id] for one in found if id in one.margins] for id in CATALOGUE}
    spare = {one.operation: kill_matrix.needless(one) for one in found}
    lines = [
        "# The kill matrix",
        "",
        "`python docs/pages kill-matrix` runs every deviation of the catalogue on every golden of the operations that it affects and writes this"
        " page, the picture and a [table an operation](kill-matrix/); `--check` says whether they are what the code gives.",
        "",
        f"{len(CATALOGUE)} deviations, {len(cases())} goldens, {sum(len(m) for m in margins.values())} pairs of deviation and operation."
        f" Each deviation is caught by a golden that it misses by {kill_matrix.SEEN:.0f} budgets or more in float64.",
        "",
        "![deviations by operation: the darker, the more of the operation's goldens see it](kill-matrix.svg)",
        "",
    ]
    for section in SECTIONS:
        lines += [f"## {(section.__doc__ or '').splitlines()[0].rstrip('.')}", ""]
        lines += ["| deviation | kind | caught by | in | widest margin | what it does |", "|---|---|---|---|---|---|"]
        lines += [_line(id, margins[id]) for id in (d.id for d in section.DEVIATIONS)]
        lines.append("")
    lines += ["## What no golden tells apart", ""]
    lines += [f"- `{one}`, `{two}`: {why}." for (one, two), why in EQUIVALENT.items()]
    lines += ["", "## What is left out", "", *(f"- {id}: {why}." for id, why in LEFT_OUT.items())]
    lines += ["", "## Goldens whose every kill another golden makes too", ""]
    lines.append(
        f"{sum(map(len, spare.values()))} of {len(cases())}: they stand for an idea, or for a dtype, not for a kill of their own."
    )
    lines += ["", *(f"- {name}: {_all_but(name, ids)}" for name, ids in spare.items())]
    return "\n".join(lines) + "\n"


def _line(id: str, margins: list[dict[str, int]]) -> str:
    deviation, powers = CATALOGUE[id], [p for m in margins for p in m.values()]
    widest = max(powers)
    shown = "raises, or not finite" if widest == RAISES else f"10^{widest} budgets"
    return (
        f"| `{id}` | {deviation.kind} | {len(powers)} goldens | {sum(map(bool, margins))} operations | {shown}"
        f" | {deviation.summary.replace('|', '/')} |"
    )


def _all_but(operation: str, spare: list[str]) -> str:
    needed = [e.id.partition("/")[2] for e in cases() if e.operation.name == operation and e.id not in spare]
    return f"all but {', '.join(needed)}" if needed else "all"


def drawn(found: list[Row]) -> str:
    """A square a pair of deviation and operation: how many of the operation's goldens see it."""
    ids = list(CATALOGUE)
    width, height = LEFT + CELL * len(found) + 10, TOP + CELL * len(ids) + 10
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif" font-size="8.5">',
        '<rect width="100%" height="100%" fill="white"/>',
    ]
    for column, one in enumerate(found):
        x = LEFT + CELL * column
        parts.append(f'<text transform="translate({x + 8},{TOP - 4}) rotate(-90)">{one.operation}</text>')
        total = sum(entry.operation.name == one.operation for entry in cases())
        for id, margins in one.margins.items():
            parts.append(_square(x, TOP + CELL * ids.index(id), len(margins) / total))
    parts += [
        f'<text x="{LEFT - 5}" y="{TOP + CELL * r + 9}" text-anchor="end">{id}</text>' for r, id in enumerate(ids)
    ]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _square(x: int, y: int, share: float) -> str:
    light, dark = (219, 231, 246), (11, 60, 124)
    mixed = [round(one + share * (two - one)) for one, two in zip(light, dark, strict=True)]
    colour = "#d62728" if share == 0 else "#{:02x}{:02x}{:02x}".format(*mixed)
    return f'<rect x="{x}" y="{y}" width="{CELL - 1}" height="{CELL - 1}" fill="{colour}"/>'


def write(check: bool) -> None:
    """Run every deviation on every golden, and write the files, or say which are not what the code gives."""
    rows = kill_matrix.rows(cpu_count() or 1)
    found = list(track(rows, "deviations on goldens", len(OPERATIONS), disable=not sys.stderr.isatty()))
    files = texts(found)
    if check:
        sys.exit(_differing(files, found))
    for name, text in files.items():
        (HERE / name).parent.mkdir(exist_ok=True)
        saving.save(HERE / name, text.encode())
    click.echo(f"{len(CATALOGUE)} deviations on {len(cases())} goldens: docs/kill-matrix.md")


def same(old: str, new: str) -> bool:
    """Whether tables are one, but for a power of ten of what rounds otherwise: how far that is off goes by the processor."""
    lines = [*zip_longest(*(text.splitlines() for text in (old, new)), fillvalue="")]
    return all(one == two or _as_rounded(one.split(","), two.split(",")) for one, two in lines)


def _as_rounded(one: list[str], two: list[str]) -> bool:
    if one[0] not in ROUNDED or one[0] != two[0] or len(one) != len(two):
        return False
    return all(a == b or (a and b and abs(int(a) - int(b)) <= 1) for a, b in zip(one[1:], two[1:], strict=True))


def _differing(files: dict[str, str], found: list[Row]) -> Any:
    paths = {HERE / name: text for name, text in files.items()}
    stale = [
        path.relative_to(HERE) for path, text in paths.items() if not path.is_file() or not same(path.read_text(), text)
    ]
    wrong = sorted(set(kill_matrix.inseparable(found)) ^ set(EQUIVALENT))
    uncaught = kill_matrix.uncaught(found)
    for problem in (
        *(
            f"docs/{name} is not what the code gives: run `python docs/pages kill-matrix` and review the difference"
            for name in stale
        ),
        *(f"{one} and {two}: told apart by no golden, or listed as such and told apart" for one, two in wrong),
        *(f"{id}: no golden catches it by {kill_matrix.SEEN:.0f} budgets" for id in uncaught),
    ):
        click.echo(problem)
    return int(bool(stale or wrong or uncaught))
