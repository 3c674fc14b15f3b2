"""What each framework's layers come to in the suite: `python docs/pages frameworks`.

Runs every registered adapter whose framework is installed here. The counts stand in a JSON beside the page, so that a run
with some frameworks installed renews only their rows; why something fails is written by hand in a TOML beside it. An
id that fails without a reason there ends the run.
"""

import json
import tomllib
from collections import Counter
from collections.abc import Collection
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import scoreboard
from rnnspec.conformance.candidate import NOT_DEFINED, BrokenCandidate
from rnnspec.conformance.checks import Checks
from rnnspec.conformance.finding import candidate_of, registered
from rnnspec.conformance.properties.bits import OF_WRONG
from rnnspec.conformance.report.report import Report
from rnnspec.conformance.run.outcome import Ending
from rnnspec.golden import read_manifest, saving
from rnnspec.reference import OPERATIONS

DTYPES = ("float64", "float32")
OWN = ("reference", "notebook")
DOCS = Path(__file__).parents[1]
ROOM = "rnnspec.conformance.candidates.recurrences."  # of those whose projects ship recurrences
PAGE, STORED = DOCS / "frameworks.md", DOCS / "frameworks.json"
INTRODUCTION = """# Frameworks in the suite

Written by `python docs/pages frameworks`. Each adapter hands the framework's own layer the
contract's weights in the framework's order, and takes gradients from the framework's own differentiation; nothing is
repaired on the way. The rows on JAX are from runs with `XLA_FLAGS` as docs/pages/scoreboard.py has them, which compile in a fifth of the
time, but for equinox in float64: with `--xla_backend_optimization_level=1`, where what XLA gets wrong shows. tinygrad's are with `DEV=CPU`, which needs clang.

What is a framework's convention and no error is converted: Keras runs with `zero_output_for_mask=True`, and what its
`go_backwards` leaves in processing order is turned back; Flax promises nothing of outputs past an example's length, so they
are blanked. Where a layer returns no c but the last, a cell whose output is its whole state shows the others; ONNX, which
has no cells of one's own, runs once to end at each step. Sequences on Equinox are `jax.lax.scan` over its cells.

Projects that ship recurrences are functions by a description of their conventions: the order of their axes, which says whether a state is keys by
values or values by keys, whether a decay is a head's or a key's, whether heads are grouped, and what they compute in. What a project
casts to float32 is run in float32. The forms that work in chunks, at once or step by step are candidates of their own.
"""

Rows = dict[str, dict[str, Any]]  # by candidate, by dtype


def recurrences() -> list[str]:
    """The candidates whose projects ship recurrences."""
    return [name for name, value in registered().items() if value.startswith(ROOM)]


def measured(name: str, dtype: str) -> dict[str, Any]:
    """What the page needs to know of one run; `check` would also look for an explanation of every failure."""
    checks = Checks(candidate := candidate_of(name), dtype)
    outcomes = [checks.run(id) for id in checks.ids]
    report = Report(name, checks.runner.candidate.version, dtype, read_manifest().digest, cases=outcomes)
    return row(report, candidate)


def stored(name: str, dtype: str) -> dict[str, Any]:
    """That of the run whose report the scoreboard has. Raises BrokenCandidate if it has none of these goldens."""
    path = scoreboard.place(name, dtype)
    report = Report.load(path) if path.is_file() else None
    if report is None or report.goldens != read_manifest().digest:
        raise BrokenCandidate(
            f"{path.name} is no report of these goldens: run `python docs/pages scoreboard {name}` first"
        )
    report.version, *_ = report.version.split(", XLA")
    return row(report, candidate_of(name) if name in recurrences() else None)


def row(report: Report, candidate: Any) -> dict[str, Any]:
    """What the page needs to know of a report; the conventions of a project's recurrences are the candidate's."""
    operations = {}
    for operation, outcomes in report.by_operation().items():
        if {outcome.message for outcome in outcomes} == {NOT_DEFINED}:
            continue
        kinds = Counter(outcome.outcome for outcome in outcomes)
        passed = [outcome.worst for outcome in outcomes if outcome.outcome is Ending.PASS and outcome.verdicts]
        operations[operation] = {
            "passed": kinds[Ending.PASS],
            "failed": sum(kinds.values()) - kinds[Ending.PASS] - kinds[Ending.UNSUPPORTED],
            "not offered": kinds[Ending.UNSUPPORTED],
            "closest": float(f"{max(passed, default=0.0):.2g}"),
            "why not": sorted({outcome.message for outcome in outcomes if outcome.outcome is Ending.UNSUPPORTED}),
        }
    failing = [outcome.id for outcome in report.failures]
    found = {"version": report.version, "goldens": report.goldens, "operations": operations, "failing": failing}
    conventions = [[*kernel.conventions().items()] for kernel in getattr(candidate, "kernels", ())]
    return found | ({"conventions": conventions} if conventions else {})


def page(rows: Rows, reasons: list[dict[str, Any]]) -> str:
    layers = {name: row for name, row in rows.items() if name not in recurrences()}
    parts = [INTRODUCTION, _overview(rows), *(_by_operation(layers, dtype) for dtype in DTYPES), _recurrences(rows)]
    return "\n".join([*parts, _conventions(rows), _not_offered(rows), _failures(layers, reasons)])


def _overview(rows: Rows) -> str:
    lines = [
        "| candidate | dtype | passed | failed | not offered | closest to a budget | versions | goldens |",
        "|---|---|--:|--:|--:|--:|---|---|",
    ]
    now = read_manifest().digest
    for name, dtypes in sorted(rows.items()):
        for dtype in (d for d in DTYPES if d in dtypes):
            of = dtypes[dtype]["operations"].values()
            if not any(one["passed"] + one["failed"] for one in of):  # it computes in another dtype
                continue
            sums = [str(sum(one[key] for one in of)) for key in ("passed", "failed", "not offered")]
            closest = max(one["closest"] for one in of)
            goldens = "these" if dtypes[dtype]["goldens"] == now else "an earlier set"
            cells = [name, dtype, *sums, f"{closest:.2g}", dtypes[dtype]["version"], goldens]
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _by_operation(rows: Rows, dtype: str) -> str:
    names = sorted(name for name in rows if dtype in rows[name])
    lines = [
        f"## Operations in {dtype}",
        "",
        "Passed, **failed**, and the closest share of a budget among what passed.",
    ]
    lines += ["", f"| operation | {' | '.join(names)} |", f"|---|{'---|' * len(names)}"]
    for operation in OPERATIONS:
        found = [rows[name][dtype]["operations"].get(operation) for name in names]
        if not any(found):
            continue
        lines.append(f"| `{operation}` | {' | '.join(map(_cell, found))} |")
    return "\n".join(lines) + "\n"


def _recurrences(rows: Rows) -> str:
    """A line for each family that a project has, at each dtype that it computes in."""
    kinds = ("step_forward", "step_backward", "forward", "backward")
    lines = [
        "## Recurrences",
        "",
        "As above; what fails is told in [defects.md](defects.md), with the version that has it.",
        "",
    ]
    lines += [f"| candidate | family | dtype | {' | '.join(kinds)} |", f"|---|---|---|{'---|' * len(kinds)}"]
    for name in recurrences():
        for dtype, one in sorted(rows.get(name, {}).items(), reverse=True):
            for family in dict.fromkeys(OPERATIONS[operation].family for operation in one["operations"]):
                cells = [_cell(one["operations"].get(f"{family}_{kind}")) for kind in kinds]
                if {*cells} != {"–"}:
                    lines.append(f"| {name} | `{family}` | {dtype} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _conventions(rows: Rows) -> str:
    """A line for each family that a project has."""
    own = {name: one.get("conventions", []) for name in recurrences() for one in rows.get(name, {}).values()}
    lines = ["## Conventions of projects that ship recurrences", ""]
    lines += ["As the adapters have them, which convert nothing else.", ""]
    heads = [head for head, _ in next(filter(None, own.values()))[0]]
    lines += [f"| candidate | {' | '.join(heads)} |", f"|---|{'---|' * len(heads)}"]
    for name, every in own.items():
        lines += [f"| {name} | {' | '.join(said or '–' for _, said in one)} |" for one in every]
    return "\n".join(lines) + "\n"


def _cell(found: dict[str, Any] | None) -> str:
    if not found or not found["passed"] + found["failed"]:
        return "–"
    failed = f", **{found['failed']}**" if found["failed"] else ""
    return f"{found['passed']}{failed} ({found['closest']:.2g})"


def _not_offered(rows: Rows) -> str:
    lines = ["## What is not offered", ""]
    for name, dtypes in sorted(rows.items()):
        told = {why for one in dtypes.values() for o in one["operations"].values() for why in o["why not"]} - {OF_WRONG}
        lines.append(f"- {name}: {'; '.join(sorted(told))}")
    return "\n".join(lines) + "\n"


def explained(failing: list[str], name: str, dtype: str, reasons: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Failing ids by the title of their reason, one that names the case itself first. Raises SystemExit for an id without one."""
    found: dict[str, list[str]] = {}
    for case in failing:
        fitting = [r for r in reasons if _fits(r, name, dtype) and any(fnmatchcase(case, p) for p in r["cases"])]
        if not fitting:
            raise SystemExit(f"{name}, {dtype}: {case} fails, and no reason is written for it")
        found.setdefault(min(fitting, key=lambda r: case not in r["cases"])["title"], []).append(case)
    return found


def _fits(reason: dict[str, Any], name: str, dtype: str) -> bool:
    return name in reason["candidates"] and dtype in reason.get("dtypes", DTYPES)


def _failures(rows: Rows, reasons: list[dict[str, Any]]) -> str:
    lines = ["## What fails, and why", ""]
    cases: dict[str, list[str]] = {}
    for name, dtypes in sorted(rows.items()):
        for dtype, one in dtypes.items():
            for title, ids in explained(one["failing"], name, dtype, reasons).items():
                cases.setdefault(title, []).append(f"{name} in {dtype}: {len(ids)}, such as `{ids[0]}`")
    for reason in (r for r in reasons if r["title"] in cases):
        lines += [
            f"### {reason['title']}",
            "",
            reason["text"].strip(),
            "",
            *(f"- {of}" for of in cases[reason["title"]]),
        ]
        lines += ["", "```python", reason["code"].strip(), "```", ""]
    return "\n".join(lines)


def write(names: Collection[str], dtypes: Collection[str], is_stored: bool = False) -> None:
    """Run the adapters that are named and installed, else all, or take the scoreboard's reports of them; write the page and what it is made from."""
    for name in names or [name for name in registered() if name not in OWN]:
        for dtype in dtypes or DTYPES:
            try:
                found = (stored if is_stored else measured)(name, dtype)
            except BrokenCandidate as error:
                print(f"{name}: {error}")
                break
            rows = rows_of(STORED)  # another run may have written
            rows.setdefault(name, {})[dtype] = found
            saving.save(STORED, (json.dumps(rows, indent=1, sort_keys=True) + "\n").encode())
            print(f"{name} {dtype}: {len(found['failing'])} failed")
    saving.save(PAGE, page(json.loads(STORED.read_text()), reasons()).encode())


def rows_of(path: Path) -> Rows:
    found: Rows = json.loads(path.read_text()) if path.is_file() else {}
    return found


def reasons() -> list[dict[str, Any]]:
    """Why something fails, as written by hand."""
    found: list[dict[str, Any]] = tomllib.loads((DOCS / "frameworks.toml").read_text())["reason"]
    return found
