"""The page of speed, from runs of benchmarks/reference.py, suite.py and goals.py: docs/speed.md, speed.json and speed.svg."""

import io
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parent.parent
sys.path.insert(0, str(DOCS.parent / "benchmarks"))

import goals  # noqa: E402  # of benchmarks/, as suite, timing and reference
import suite  # noqa: E402
import timing  # noqa: E402
from rnnspec.tools import plotting  # noqa: E402

import reference  # noqa: E402

HEAD = """# The reference's speed

Each layer forward and backward, as a multiple of the time of the matrix products that its equations contain, of torch's own
layer on the CPU, and forward of ONNX's ReferenceEvaluator: float32, one thread, CPU time, minimum of interleaved runs, so
that all meet the same machine. A goal stands beside its number. torch and ONNX compute no head, the reference does; where the
products of a forward alone are more than 0.6 of ONNX's time, or all products more of torch's than the goal beside that, it is out of reach.

This page is written by `python docs/pages speed`; `python benchmarks/reference.py --check` fails where a median of ratios is
25 % worse than the one that [speed.json](speed.json) has of the same processor and kernel by which NumPy multiplies, and holds nothing
against another's; CI runs it. Of each there is the newest table, and the rest of the page is of the first.
"""
KIT = """## The kit

A check is told beside a bare loop that reads the same files and makes the same calls, and checks nothing; other frameworks' in a
fresh process and again in the same one, where what compiles has compiled (`python benchmarks/goals.py`, `python benchmarks/suite.py`).
"""
GROWTH = """## Growth

The LSTM at 64 → 128, m 32, T 100, forward and backward, with one axis drawn out, and a check of the reference with more of its
cases and properties; the exponent is the slope of the line through the logarithms.

![time by length, both as multiples of the least](speed.svg)
"""
MEASURED = "Measured on: {machine}.\n"
CASES = "cases"


def write(seconds: float) -> None:
    """Write docs/speed.md, docs/speed.json and docs/speed.svg."""
    rows = [reference.measured(f, size, seconds) for size in reference.SIZES for f in reference.LAYERS]
    growth = {**reference.growth(seconds), CASES: reference.grown(suite.growth())}
    kit = [*goals.rows()]
    where = f"{timing.machine()}; {datetime.now(UTC):%Y-%m-%d}"
    others = reference.others(json.loads(reference.RECORD.read_text(encoding="utf-8")), where)
    record = {"machine": where, "rows": rows, "others": others, "kit": [row._asdict() for row in kit], "growth": growth}
    _save("speed.json", json.dumps(record, indent=1, ensure_ascii=False) + "\n")
    layers = [line for one in (record, *others) for line in (MEASURED.format(**one), *reference.table(one["rows"]), "")]
    said = [HEAD, *layers, KIT, *goals.table(kit), "", GROWTH]
    _save("speed.md", "\n".join([*said, *reference.growth_table(growth)]) + "\n")
    _save("speed.svg", drawn(growth))


def _save(name: str, text: str) -> None:
    (DOCS / name).write_text(text, encoding="utf-8")


def drawn(growth: dict[str, Any]) -> str:
    """A line an axis, of multiples of its least length and time."""
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context({**matplotlib.rcParamsDefault, **plotting.FIXED, "svg.fonttype": "none"}):
        figure = Figure(figsize=(7.0, 3.5), layout="constrained")
        plot = figure.subplots()
        for axis, row in growth.items():
            lengths, times = [int(n) for n in row["ms"]], [*row["ms"].values()]
            label = f"{axis}, from {lengths[0]}: {axis}^{row['exponent']}"
            plot.loglog([n / lengths[0] for n in lengths], [t / times[0] for t in times], "o-", label=label)
        for ticks in (plot.xaxis, plot.yaxis):
            ticks.set_major_formatter("{x:g} ×")
            ticks.set_minor_formatter("")
        plot.set_xticks([1, 2, 4, 8], minor=False)
        plot.set(xlabel="length", ylabel="time")
        plot.legend()
        buffer = io.BytesIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue().decode()
