"""The page of the reference's speed, from a run of benchmarks/reference.py."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

DOCS = Path(__file__).parent.parent
sys.path.insert(0, str(DOCS.parent / "benchmarks"))

import timing  # noqa: E402

import reference  # noqa: E402  # of benchmarks/

HEAD = """# The reference's speed

Each layer forward and backward, as a multiple of the time of the matrix products that its equations contain, of torch's own
layer on the CPU, and forward of ONNX's ReferenceEvaluator: float32, one thread, CPU time, minimum of interleaved runs, so
that all meet the same machine. A goal stands beside its number. torch and ONNX compute no head, the reference does.

This page is written by `python docs/pages speed`; `python benchmarks/reference.py --check` fails where a median of ratios is
25 % worse than the one that [speed.json](speed.json) has, if NumPy multiplies by the same kernel; CI runs it.
"""
GROWTH = """## Growth

The LSTM at 64 → 128, m 32, T 100, with one axis drawn out; the exponent is the slope of the line through the logarithms.
"""


def write(seconds: float) -> None:
    """Write docs/speed.md and docs/speed.json."""
    rows = [reference.measured(f, size, seconds) for size in reference.SIZES for f in reference.LAYERS]
    growth = reference.growth(seconds)
    where = f"{timing.machine()}; {datetime.now(UTC):%Y-%m-%d}"
    record = {"machine": where, "rows": rows, "growth": growth}
    (DOCS / "speed.json").write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    said = [HEAD, f"Measured on: {where}.\n", *reference.table(rows), "", GROWTH, *reference.growth_table(growth)]
    (DOCS / "speed.md").write_text("\n".join(said) + "\n", encoding="utf-8")
