"""Every deviation against every golden: what our goldens see, and which deviations they tell apart."""

from collections.abc import Collection, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import combinations
from math import isfinite, log10
from multiprocessing import get_context

from rnnspec.golden import Golden, cases, load
from rnnspec.reference import OPERATIONS

from ..verdict.nearness import near
from . import deviant
from .catalogue import CATALOGUE
from .deviation import Deviation

# what no golden can tell apart, and why
EQUIVALENT = {
    (
        "dc-assigned-not-added",
        "no-dc-carry",
    ): "within a sequence, a dc_next that is dropped and one that is not handed back"
    " are one; the cell's own backward shows the first alone",
    ("output-axes-transposed", "batch-first-bwd-transpose-missing"): "a backward operation shows dx alone; the forward"
    " operation shows the first alone",
    (
        "limits-ignored",
        "limit-passes-gradient",
    ): "a backward operation shows gradients alone, which have no limit in either;"
    " the forward operation shows the first alone",
}
SEEN = 100.0  # budgets by which a golden must miss a deviation for it to count as caught
RAISES = 99  # stands for a margin that is no number: it raised, or is not finite

Margins = dict[str, dict[str, int]]  # deviation -> golden -> power of ten of its margin


@dataclass
class Row:
    """What one operation's goldens see."""

    operation: str
    margins: Margins = field(default_factory=dict)
    alike: list[tuple[str, str]] = field(default_factory=list)  # pairs that no golden tells apart


def rows(processes: int) -> Iterator[Row]:
    """A row an operation, as they are done."""
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        yield from pool.map(row, OPERATIONS)


def row(operation: str) -> Row:
    known = [d for d in CATALOGUE.values() if operation in d.affects]
    found = Row(operation, {d.id: {} for d in known})
    alike = set(combinations((d.id for d in known), 2))
    for name in (entry.id for entry in cases() if entry.operation.name == operation):
        golden = load(name)
        outputs = {d.id: _outputs(d, golden) for d in known}
        for id, arrays in outputs.items():
            margin = deviant.margin(golden, arrays)
            if margin > 1:
                found.margins[id][name] = int(log10(margin)) if isfinite(margin) else RAISES
        alike = {pair for pair in alike if _same(outputs[pair[0]], outputs[pair[1]], golden)}
    found.alike = sorted(alike)
    return found


def _outputs(deviation: Deviation, golden: Golden) -> deviant.Arrays | None:
    return deviant.outputs(golden, "float64", deviation.ways[0], deviation.dtype)


def _same(one: deviant.Arrays | None, two: deviant.Arrays | None, golden: Golden) -> bool:
    if one is None or two is None:
        return one is two
    return all(near(one[name], two[name], golden, name, "float64") for name in one)


def uncaught(found: Collection[Row]) -> list[str]:
    """Deviations that no golden catches with the margin that is asked for."""
    best = {id: max(max(one.margins.get(id, {}).values(), default=-1) for one in found) for id in CATALOGUE}
    return [id for id, power in best.items() if power < log10(SEEN)]


def needless(one: Row) -> list[str]:
    """Goldens of an operation whose every kill another golden makes too."""
    alone = {next(iter(margins)) for margins in one.margins.values() if len(margins) == 1}
    return [entry.id for entry in cases() if entry.operation.name == one.operation and entry.id not in alone]


def inseparable(found: Collection[Row]) -> list[tuple[str, str]]:
    """Pairs that share an operation and that no golden of any operation they share tells apart."""
    shared = {pair for one in found for pair in combinations(one.margins, 2)}
    apart = {pair for one in found for pair in combinations(one.margins, 2) if pair not in one.alike}
    return sorted(shared - apart)


def as_csv(one: Row) -> str:
    """A line a deviation, a column a golden: the power of ten of the margin, in budgets; empty where nothing shows."""
    names = [entry.id for entry in cases() if entry.operation.name == one.operation]
    header = ["deviation", *(name.partition("/")[2] for name in names)]
    lines = [[id, *(str(margins.get(name, "")) for name in names)] for id, margins in one.margins.items()]
    return "\n".join(",".join(line) for line in [header, *lines]) + "\n"
