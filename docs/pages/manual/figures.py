"""Figures of the site's pages by hand, drawn from goldens, runs of the reference and the kill matrix; the same numbers are the same file."""

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from rnnspec.conformance.deviations.kill_matrix import RAISES
from rnnspec.conformance.verdict.budget import of_golden
from rnnspec.golden import Golden, load
from rnnspec.golden.running import run
from rnnspec.reference import FAMILIES
from rnnspec.tools import plotting

from .borrowed import ROOT

FORWARD, BACKWARD = "lstm_forward/generic", "lstm_backward/generic"
MOST = 20  # power of ten that a margin is drawn for
FLOOR = 1e-4  # of a budget: what is drawn for no error at all


def pictures() -> Iterator[tuple[str, bytes]]:
    """Each figure's place, and its file."""
    for id in (*(f"{family.name}_forward/generic" for family in FAMILIES), "sigmoid/generic", "softmax/generic"):
        yield place(id), plotting.plotted(load(id), "svg", whole=False)
    yield "figures/case.svg", plotting.plotted(load(FORWARD), "svg")
    for name, draw in {"failing": _failing, "budgets": _budgets, "margins": _margins}.items():
        yield f"figures/{name}.svg", _drawn(draw)


def place(id: str) -> str:
    """Where the picture of a case lies."""
    return f"figures/{id.replace('/', '-')}.svg"


def _drawn(draw: Callable[[Any], None]) -> bytes:
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context({**matplotlib.rcParamsDefault, **plotting.FIXED, "svg.fonttype": "none"}):
        figure = Figure(figsize=(7.0, 3.5), layout="constrained")
        draw(figure)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue()


def _shares(golden: Golden, dtype: str, without: str = "") -> Any:
    """The error of the reference's a in budgets, with one of its parameters left out."""
    parameters = {name: array * (name != without) for name, array in golden.parameters.items()}
    found = _run(golden, golden.inputs, parameters, dtype)["a"]
    return np.abs(found.astype(float) - golden.outputs["a"]) / of_golden(golden, "a", dtype)


def _run(golden: Golden, inputs: Any, parameters: Any, dtype: str) -> Any:
    narrowed = (
        {n: a.astype(dtype) if a.dtype.kind == "f" else a for n, a in group.items()} for group in (inputs, parameters)
    )
    return run(golden.entry.operation, *narrowed)


def _failing(figure: Any) -> None:
    plot, golden = figure.subplots(), load(FORWARD)
    for label, without in (("right", ""), ("without the forget gate's bias", "bf")):
        worst = _shares(golden, "float32", without).max(axis=(0, 1))
        plot.semilogy(np.maximum(worst, FLOOR), marker="o", label=label)
    plot.axhline(1, color="black", linestyle=":", linewidth=0.8)
    plot.set(xlabel="step", ylabel="budgets", xticks=range(golden.entry.dims["T_x"]), title=f"{FORWARD}, a, float32")
    plot.legend()


def _budgets(figure: Any) -> None:
    golden = load(BACKWARD)
    for plot, dtype in zip(figure.subplots(1, 2), ("float32", "float64"), strict=True):
        found = _run(golden, golden.inputs, golden.parameters, dtype)
        allowed = np.concatenate([of_golden(golden, name, dtype).ravel() for name in found])
        errors = np.concatenate([np.abs(a.astype(float) - golden.outputs[n]).ravel() for n, a in found.items()])
        ends = [allowed.min(), allowed.max()]
        plot.loglog(allowed, np.maximum(errors, FLOOR * allowed), ".", markersize=3)
        plot.loglog(ends, ends, color="black", linestyle=":", linewidth=0.8)
        plot.set(xlabel="budget", ylabel="error", title=dtype)


def margins() -> dict[str, int]:
    """By deviation the power of ten of the budgets that it misses by at the golden that sees it best, where that is a number."""
    best: dict[str, int] = {}
    for path in sorted((ROOT / "docs/kill-matrix").glob("*.csv")):
        with path.open(newline="") as file:
            next(rows := csv.reader(file))
            for id, *powers in rows:
                best[id] = max([best.get(id, 0), *(int(p) for p in powers if p and int(p) != RAISES)])
    return {id: power for id, power in best.items() if power}


def _margins(figure: Any) -> None:
    plot, powers = figure.subplots(), np.minimum(list(margins().values()), MOST)
    plot.hist(powers, bins=np.arange(powers.min() - 0.5, MOST + 1))
    plot.set(xlabel=f"widest margin, power of ten of the budget; {MOST} and more are one", ylabel="deviations")
    plot.set_xticks(range(powers.min(), MOST + 1, 2))
