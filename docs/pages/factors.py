"""The page of factors: what a run can differ in, and how many pairs of levels meet in goldens."""

from collections import Counter
from pathlib import Path

from rnnspec.golden import cases
from rnnspec.golden.factors import REASONS, factors, infeasible, pairs, rows
from rnnspec.golden.ideas.covering import covering
from rnnspec.reference import OPERATIONS

PAGE = Path(__file__).parent.parent / "factors.md"
SHOWN = "lstm_backward"
HEAD = """# Factors: where two things meet

A golden of `generic` shows a layer, one of `reverse` shows time that runs backwards; what goes wrong only where two things meet, as lengths that
fall in a reversed run, is no idea that anybody had. So what a run can differ in is declared, as factors and levels
([`golden/factors.py`](../golden/factors.py)), and the cases named `levels-…` are a covering array over them: every two levels that can meet do, in
a golden of every operation that has both, but for networks of `gru` and `lstm_peephole`: they have few cases, as their layers and directions
are walked as those of the others are. `pytest tests/golden/test_factors.py` reads the levels off the arrays of the goldens and holds
them against this.

This page is written by `python docs/pages factors`.
"""


def page() -> str:
    return "\n".join([HEAD, *_factors(), *_reasons(), *_operations(), *_array()]) + "\n"


def write() -> None:
    """Write docs/factors.md."""
    PAGE.write_text(page(), encoding="utf-8")


def _factors() -> list[str]:
    levels: dict[str, tuple[str, ...]] = {}
    having: Counter[str] = Counter()
    for operation in filter(covering, OPERATIONS.values()):
        for name, known in factors(operation).items():
            levels.setdefault(name, known)
            having[name] += 1
    lines = [f"| `{name}` | {', '.join(known)} | {having[name]} |" for name, known in levels.items()]
    return ["| factor | levels, the plainest first | operations |", "|---|---|---|", *lines, ""]


def _reasons() -> list[str]:
    lines = [
        f"| `{one[0]}` {', '.join(one[1])} | `{two[0]}` {', '.join(two[1])} | {why} |" for one, two, why in REASONS
    ]
    return ["## What cannot meet", "", "| this | and this | because |", "|---|---|---|", *lines, ""]


def _operations() -> list[str]:
    lines = []
    all_cases = Counter(entry.operation.name for entry in cases())
    for name, operation in OPERATIONS.items():
        if covering(operation):
            every = list(pairs(operation))
            apart = sum(bool(infeasible(operation, *pair)) for pair in every)
            lines.append(f"| `{name}` | {len(every) - apart} | {apart} | {len(rows(operation))} | {all_cases[name]} |")
    head = ["| operation | pairs that meet | that cannot | cases `levels-…` | cases in all |", "|---|---|---|---|---|"]
    return ["## By operation", "", *head, *lines, ""]


def _array() -> list[str]:
    operation = OPERATIONS[SHOWN]
    names = list(factors(operation))
    lines = [f"| {' | '.join(row[name] for name in names)} |" for row in rows(operation)]
    return [f"## The array of `{SHOWN}`", "", f"| {' | '.join(names)} |", "|" + "---|" * len(names), *lines]
