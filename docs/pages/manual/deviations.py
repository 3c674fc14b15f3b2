"""A page for each deviation, and their list."""

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from rnnspec.conformance.deviations.catalogue import CATALOGUE, SECTIONS
from rnnspec.conformance.deviations.deviation import BUG, Deviation
from rnnspec.golden import FOLDER
from rnnspec.tools import describing

from .writing import code, fence, orphan, table, text, wrapped

DOCS = Path(__file__).parents[2]
SHOWS = """Of the goldens of each operation that it affects, those that see it, and the widest
margin, in powers of ten of the budget ([the kill matrix](../kill-matrix.md) has all).
"""
UNCITED = {
    "known": "No report is cited: it is known as a mistake that is made.",
    "known student error": "Students. No report is cited.",
}
CATALOGUED = """The catalogue has {all} ways to compute an operation otherwise: {bugs} bugs and {others} conventions, from issue threads, papers and
student code. A failure that one of them explains is named by it.
"""


def pages() -> Iterator[tuple[str, str]]:
    """Each page's place, and its Markdown."""
    for known in CATALOGUE.values():
        yield f"deviations/{known.id}.md", orphan(page(known))
    yield "deviations/index.md", "\n".join(index())


def page(known: Deviation) -> Iterator[str]:
    """What it does, who had it, its difference as code, its fingerprint, and which goldens see it."""
    data, _ = describing.deviation(known, FOLDER)
    kind = "A bug" if known.kind == BUG else "Another convention, and no bug"
    yield from (f"# {code(known.id)}", "", f"{kind}: {text(known.summary)}.", "")
    yield from (f"It shows with {text(known.exposed_by)}.", "", "## Who had it", "")
    yield from (*(f"- {_place(place)}" for place in data["seen in"]), "")
    yield from ("## The difference as code", "")
    for number, difference in enumerate(data["differences"], 1):
        if number > 1:
            yield from ("It also occurs as", "")
        yield from fence("diff" if known.ways[number - 1] else "text", difference)
    if said := data.get("fingerprint"):
        yield from ("## Its fingerprint", "", f"What it makes of {code(said[0].removeprefix('in '))}:", "")
        yield from wrapped("text", "\n".join(said[1:]))
    yield from ("## Where it shows", "", SHOWS)
    rows = ([f"[{code(name)}](../operations/{name}.md)", *_seen(name, known.id)] for name in known.affects)
    yield from table(["operation", "seen by", "widest margin"], rows)


def _place(place: str) -> str:
    if place in UNCITED:
        return UNCITED[place]
    return f"<{place}>" if place.startswith("https://") else text(place)


@cache
def _matrix(operation: str) -> dict[str, list[str]]:
    with (DOCS / "kill-matrix" / f"{operation}.csv").open(newline="") as file:
        return {id: powers for id, *powers in csv.reader(file)}


def _seen(operation: str, id: str) -> tuple[str, str]:
    powers = _matrix(operation).get(id, [])
    seen = [int(power) for power in powers if power]
    return f"{len(seen)} of {len(powers)}", str(max(seen)) if seen else "none"


def index() -> Iterator[str]:
    """All deviations, by the section of the catalogue that they stand in."""
    bugs = sum(known.kind == BUG for known in CATALOGUE.values())
    yield from ("# Deviations", "")
    yield CATALOGUED.format(all=len(CATALOGUE), bugs=bugs, others=len(CATALOGUE) - bugs)
    for section in SECTIONS:
        title = (section.__doc__ or "").splitlines()[0].rstrip(".")
        yield from (f"## {text(title)}", "")
        rows = ([f"[{code(d.id)}]({d.id}.md)", d.kind, text(d.summary)] for d in section.DEVIATIONS)
        yield from table(["deviation", "kind", "what it does"], rows)
