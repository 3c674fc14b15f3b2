"""The reports that the repository's own scoreboard is made of: `python docs/pages scoreboard`.

Runs each adapter whose framework is installed here, and stores what came of it in docs/reports, small enough to be
committed: without arrays, equations and explanations, and of what passed the output that is closest to its budget alone.
"""

import gzip
import json
import math
import os
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

from rnnspec.conformance import check
from rnnspec.conformance.candidate import BrokenCandidate
from rnnspec.conformance.finding import registered
from rnnspec.conformance.report import format
from rnnspec.conformance.report.exhibit import Exhibit
from rnnspec.conformance.report.format import number
from rnnspec.conformance.report.report import Report
from rnnspec.conformance.run.outcome import Ending
from rnnspec.golden import read_manifest, saving

DTYPES = ("float64", "float32")
FOLDER = Path(__file__).parents[1] / "reports"
PAGE = FOLDER / "README.md"
DIGITS = 3  # of the share of a budget that a passing case used
ALONE: dict[str, Any] = {
    "at": [],
    "place": "",
    "problem": "",
    "got": None,
    "want": None,
    "outside": 0,
    "size": 0,
    "shape": None,
}
# a whole run on JAX is a thousand shapes, each compiled: three quarters of its time, which these make a fifth; tinygrad compiles with clang, and without a compiler computes each number in Python, some 10 s of CPU time a case
SETTINGS = {
    "XLA_FLAGS": "--xla_backend_optimization_level=0 --xla_llvm_disable_expensive_passes=true"
    " --xla_cpu_use_fusion_emitters=false --xla_cpu_parallel_codegen_split_count=1",
    "DEV": "CPU",
}
UNSEEN = "compiled with XLA_FLAGS={}: what XLA gets wrong where it optimises as it does by default is not tested; docs/frameworks.md has a case"
INTRODUCTION = """# Reports of the adapters

Written by `python docs/pages scoreboard`, which runs the adapters whose frameworks are installed, or those that are named. The
board is made of them by `rnnspec scoreboard docs/reports/*.json.gz -o DIR`, all on the goldens of this repository: a test holds
their digest against the manifest's. They have no arrays and no explanations, of what passed the output closest to its budget, and of what failed the worst output whole.

What runs on JAX is compiled once for each shape, which is most of a run: `equinox` in float64 takes 278 s of CPU time at optimisation level 0, and 72 s without XLA's
emitters of fusions besides (`XLA_FLAGS`, as docs/pages/scoreboard.py sets them where they are not set). Such a version says `XLA unoptimised`: **what XLA gets wrong where it optimises is not tested in
these reports**. Two cases are known, `gru_reset_after_backward/loss-on-predictions` and `levels-short` of `equinox` in float64, which fail by default: [frameworks.md](../frameworks.md). tinygrad runs with
`DEV=CPU`, which needs clang. keras_tensorflow has an environment of its own, `pip install tensorflow-cpu keras -e .`: TensorFlow 2.21 wants an older h5py than `.ci/lock.txt` pins.
"""


def place(name: str, dtype: str) -> Path:
    return FOLDER / f"{name}-{dtype}.json.gz"


def small(report: Report) -> dict[str, Any]:
    """A report's JSON, and of what passed no more than how close it came; of what failed the output that is worst is whole."""
    report.exhibit, report.explanations, report.localisations = Exhibit(), [], []
    data = report.as_json()
    for case, outcome in zip(data["cases"], report.cases, strict=True):
        if outcome.outcome is Ending.PASS and outcome.verdicts:
            closest = max(outcome.verdicts.values(), key=lambda verdict: verdict.worst or 0.0)
            case["outputs"] = {closest.output: _share(closest.worst)}
        elif outcome.verdicts:
            worst = max(outcome.verdicts, key=lambda name: _far(outcome.verdicts[name].worst))
            for name, output in case["outputs"].items():
                if name != worst:
                    output |= {**_share(outcome.verdicts[name].worst), "problem": output["problem"]}
    return data


def _share(worst: float | None) -> dict[str, Any]:
    """An output of which no more is told than the share of its budget."""
    return {**ALONE, "worst": None if worst is None else number(float(f"{worst:.{DIGITS}g}"))}


def _far(worst: float | None) -> float:
    """What is no number, or of no number at all, is the farthest."""
    return math.inf if worst is None or math.isnan(worst) else worst


def compiled(report: Report) -> None:
    """How XLA compiled is a part of what was tested: in the version, and noted."""
    flags = os.environ.get("XLA_FLAGS", "")
    if "jax" in report.version and flags:
        report.version += ", XLA unoptimised" if flags == SETTINGS["XLA_FLAGS"] else f", XLA_FLAGS={flags}"
        report.record.notes.append(UNSEEN.format(flags))


def packed(data: Any) -> bytes:
    """The same bytes for the same data, whenever they are made."""
    return gzip.compress(json.dumps(data, separators=(",", ":"), allow_nan=False).encode(), 9, mtime=0)


def page() -> str:
    """What there is, and what is missing."""
    lines = ["| candidate | dtype | version | passed | failed | not tested |", "|---|---|---|--:|--:|--:|"]
    for name in sorted(registered()):
        for dtype in (dtype for dtype in DTYPES if place(name, dtype).is_file()):
            report = Report.load(place(name, dtype))
            untested = len(report.untested) + len(report.skipped) + len(report.missing)
            numbers = (report.totals["pass"], len(report.failures), untested)
            lines.append(f"| {name} | {dtype} | {report.version or '–'} | {' | '.join(map(str, numbers))} |")
    missing = [words for name in sorted(registered()) if (words := _missing(name))]
    return "\n".join(
        [
            INTRODUCTION,
            f"**Without a report, and so not on the board: {', '.join(missing) or 'none'}.**",
            "",
            *lines,
            "",
        ]
    )


def _missing(name: str) -> str:
    """A candidate of which there is no report, and at which dtype if there is another; "" where there are all."""
    dtypes = [dtype for dtype in DTYPES if not place(name, dtype).is_file()]
    return f"{name} in {dtypes[0]}" if len(dtypes) == 1 else name if dtypes else ""


def write(names: Collection[str], dtypes: Collection[str]) -> None:
    """Run the adapters that are named, else all that are installed, and store their reports; ends where some are of other goldens."""
    FOLDER.mkdir(exist_ok=True)
    for variable, value in SETTINGS.items():
        os.environ.setdefault(variable, value)
    for name in names or registered():
        for dtype in dtypes or DTYPES:
            try:
                report = check(name, dtype, explain_seconds=0)
            except BrokenCandidate as error:
                print(f"{name}: {error}")
                break
            compiled(report)
            saving.save(place(name, dtype), packed(small(report)))
            print(f"{name} {dtype}: {len(report.failures)} failed", flush=True)
    saving.save(PAGE, page().encode())
    stale = [
        path.name for path in sorted(FOLDER.glob("*.json.gz")) if format.read(path)["goldens"] != read_manifest().digest
    ]
    if stale:
        sys.exit(f"of other goldens, to be run again or removed: {', '.join(stale)}")
