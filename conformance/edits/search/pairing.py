"""Two edits together, each of which gives outputs of its own."""

from collections.abc import Iterable, Iterator
from itertools import combinations, islice, product
from typing import NamedTuple

from ...clock import spent
from ..finding import Finding
from ..held.holding import Holding
from ..trace.replaying import Edit

PARTIAL, PAIRS = 40, 400  # edits that give some of the outputs; pairs of these that are tried


class Part(NamedTuple):
    """An edit that gives some of the outputs; `apart` where it leaves the others as they were."""

    given: frozenset[str]
    apart: bool
    edit: Edit


def pairs(search: Holding, base: Finding, parts: Iterable[Part]) -> Iterator[Finding]:
    """Those that give together all that is wrong."""
    first, best = search.cases[0], dict[frozenset[str], list[Edit]]()
    for part in sorted(parts, key=lambda part: part.edit.rank):
        if part.apart:
            best.setdefault(part.given, []).append(part.edit)
    wrong = first.missed(first.given(base)) if base.edits else first.wrong
    apart = (
        (a, b)
        for one, two in combinations(best, 2)
        if one | two == wrong
        for a, b in product(best[one][:PARTIAL], best[two][:PARTIAL])
    )
    for a, b in islice(apart, PAIRS):
        if spent() > search.deadline:
            return
        finding = Finding((*base.edits, a, b), base.way)
        if first.fits(first.given(finding)) and search.fits(finding):
            yield finding
