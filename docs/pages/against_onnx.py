"""The share of the catalogue of deviations that ONNX's node tests of RNN, GRU and LSTM notice, beside our goldens.

Each node test of the installed `onnx` becomes a call of the reference, which must pass it. Then the reference deviates,
in each deviation's first way, and the outputs go through ONNX's own comparison at the tests' own tolerance.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import click
import onnx
from onnx_node_tests import GATES, node_tests, notices
from rich.console import Console
from rich.markdown import Markdown
from rnnspec.conformance.deviations import deviant
from rnnspec.conformance.deviations.catalogue import CATALOGUE
from rnnspec.conformance.deviations.deviation import Deviation
from rnnspec.conformance.deviations.gate_order import NAMED, orders
from rnnspec.golden import Golden, cases, load, saving
from rnnspec.reference import OPERATIONS

PAGE = Path(__file__).parents[1] / "against-onnx.md"
RIGHT = Deviation("none", "the reference as it is", "", (), "", ())
NOT_COUNTED = {
    "softmax-over-everything softmax-axis head-bias-missing pad-prediction-not-masked": "the operators have no head",
    "layers-share-init-state hn-layer-dir-order layer-input-not-chained": "an operator is one layer",
    "pad-output-zero-vs-carry pad-output-not-masked zero-length zero-length-runs-a-step": "the operators' text says"
    " neither what Y holds beyond an example's length nor what a length of 0 gives",
    "concat-order": "the operators hold W and R apart",
}
APART = " ".join(NOT_COUNTED).split()


@cache
def goldens(operation: str) -> tuple[Golden, ...]:
    return tuple(load(entry.id) for entry in cases() if entry.operation.name == operation)


def ours_notice(operations: Iterable[str], deviation: Deviation) -> bool:
    """Whether a golden of these operations finds the deviating reference outside its budget in float64."""
    return any(
        deviant.margin(golden, deviant.outputs(golden, "float64", deviation.ways[0], deviation.dtype)) > 1
        for operation in operations
        for golden in goldens(operation)
        if not deviation.dtype or deviation.dtype in golden.entry.dtypes
    )


class Row(NamedTuple):
    """Deviations that can show, and those that each side notices."""

    title: str
    tests: int
    shown: list[str]
    onnx: set[str]
    ours: set[str]

    def __str__(self) -> str:
        shares = [f"{len(s)} of {len(self.shown)} ({len(s) / len(self.shown):.0%})" for s in (self.onnx, self.ours)]
        return f"| {self.title} | {self.tests} | {len(self.shown)} | {' | '.join(shares)} |"

    def missed(self, noticed: set[str]) -> str:
        return ", ".join(f"`{id}`" for id in self.shown if id not in noticed) or "none"


def row(family: str, deviations: Iterable[Deviation]) -> Row:
    deviations, tests = list(deviations), [node for node in node_tests() if family in node.families]
    by_onnx = {d.id for d in deviations if any(notices(node, family, d) for node in tests)}
    by_us = {d.id for d in deviations if ours_notice(forward_operations(family) & set(d.affects), d)}
    return Row(f"`{family}`", len(tests), [d.id for d in deviations], by_onnx, by_us)


def forward_operations(family: str) -> set[str]:
    return {f"{family}_cell_forward", f"{family}_forward", f"{family}_network_forward"} & set(OPERATIONS)


def showing(family: str, ids: Iterable[str]) -> list[Deviation]:
    """Those of a family, its network's too: the operators have directions."""
    return [CATALOGUE[id] for id in ids if forward_operations(family) & set(CATALOGUE[id].affects)]


def wrong_orders(family: str) -> Iterable[Deviation]:
    operation = OPERATIONS[f"{family}_forward"]
    named = [CATALOGUE[id] for id in NAMED.values() if operation.name in CATALOGUE[id].affects]
    return [*named, *(d for d in orders(operation) if d.id.startswith("gate-order:"))]


def once(title: str, rows: list[Row]) -> Row:
    """Each deviation once, noticed where it is in any family."""
    shown = [id for id in CATALOGUE if any(id in one.shown for one in rows)]
    by_onnx, by_us = (set[str]().union(*sets) for sets in zip(*((one.onnx, one.ours) for one in rows), strict=True))
    return Row(title, len(node_tests()), shown, by_onnx, by_us)


def parts(forward: Row) -> list[Row]:
    """The whole catalogue, and what of it is not forward in these families."""
    apart = once("forward, not counted above", [row(family, showing(family, APART)) for family in GATES])
    ours = {d.id for d in CATALOGUE.values() if ours_notice(d.affects, d)}
    rest = [id for id in CATALOGUE if id not in (*forward.shown, *apart.shown)]
    backward = [id for id in rest if all("backward" in operation for operation in CATALOGUE[id].affects)]
    other = [id for id in rest if id not in backward]
    return [
        forward._replace(title="forward, as above"),
        apart,
        Row("backward: ONNX has no test of any gradient", 0, backward, set(), ours & set(backward)),
        Row("other families, padding, packing, softmax", 0, other, set(), ours & set(other)),
        Row("all", forward.tests, list(CATALOGUE), forward.onnx | apart.onnx, ours),
    ]


def introduction() -> Iterator[str]:
    """What was run. Raises where the undeviating reference fails a test."""
    tests = node_tests()
    if failed := [
        f"{node.name} as {family}" for node in tests for family in node.families if notices(node, family, RIGHT)
    ]:
        raise click.ClickException(f"the reference fails {', '.join(failed)}")
    drawn = [node.name for node in tests if node.drawn]
    (rtol, atol), *others = {(node.rtol, node.atol) for node in tests}
    untaken = {a for node in tests for a in onnx.defs.get_schema(node.op).attributes}
    untaken -= {a for node in tests for a in node.attributes}
    doubles = sum(node.inputs["X"].dtype == "float64" for node in tests)
    yield f"`python docs/pages against-onnx` wrote this page with onnx {onnx.__version__}."
    yield f"The reference passes all {len(tests)} node tests of RNN, GRU and LSTM at their tolerance, {rtol:g} relative and"
    yield f"{atol:g} absolute{'; some have another' * bool(others)}. Noticed means outside it, of another shape, not finite,"
    yield "or raised; for our goldens: more than one budget off in float64, in the same operations."
    yield ""
    yield f"Of the {len(tests)} tests, {len(drawn)} draw their weights ({', '.join(drawn)}); in the others all weights of a"
    yield f"direction are one number. {sum(node.ragged for node in tests)} have a length below T,"
    yield f"{sum(node.started for node in tests)} an initial state other than zero, {doubles} are in float64."
    yield f"None sets {', '.join(sorted(untaken))}."


def table(first: str, rows: Iterable[Row]) -> Iterator[str]:
    yield f"| {first} | ONNX's tests | deviations | noticed by ONNX's node tests | noticed by our goldens |"
    yield "|---|---|---|---|---|"
    yield from map(str, rows)
    yield ""


def page() -> Iterator[str]:
    intro = [*introduction()]
    rows = [row(family, showing(family, [id for id in CATALOGUE if id not in APART])) for family in GATES]
    rows.append(once("each deviation once", rows))
    yield from ("# ONNX's node tests and our goldens, on the catalogue of deviations", "", *intro, "")
    yield from table("forward", rows)
    yield from table("wrong orders of the gates", [row(f, wrong_orders(f)) for f in GATES if f != "rnn"])
    yield from table("the catalogue", parts(rows[-1]))
    yield "A deviation counts for a family where it can show in Y, Y_h or Y_c, ragged, reversed and bidirectional runs"
    yield "included. The family with peepholes has the tests without P too, where P is zero."
    yield from ("", "## What ONNX's node tests miss", "", *(f"- {r.title}: {r.missed(r.onnx)}" for r in rows))
    yield from ("", "## What our goldens miss", "", *(f"- {r.title}: {r.missed(r.ours)}" for r in rows), "")
    yield from ("## Forward deviations that are not counted", "")
    yield from (f"- {', '.join(f'`{id}`' for id in ids.split())}: {why}." for ids, why in NOT_COUNTED.items())


def write() -> None:
    """Print the page and write it."""
    text = "\n".join(page()) + "\n"
    Console().print(Markdown(text))
    saving.save(PAGE, text.encode())
