"""The hall of defects: docs/defects.md, and the lists of known failures of the projects in it.

What the kit found stands in a TOML by hand. Each entry shows a case that fails at a pinned version, beside cases that pass, so that
what is checked is the defect and not an adapter that no longer fits.
"""

import json
import re
import tomllib
from collections.abc import Collection, Iterator
from functools import cache
from typing import Any

import layers
import newest
from frameworks import DOCS, DTYPES, explained, recurrences
from layers import command
from rnnspec.conformance.candidate import BrokenCandidate
from rnnspec.conformance.checks import Checks
from rnnspec.conformance.finding import candidate_of
from rnnspec.conformance.report import format, known_failures
from rnnspec.conformance.report.report import Report
from rnnspec.conformance.run.outcome import Ending, Outcome
from rnnspec.golden import read_manifest, saving

PAGE, WRITTEN, LISTS = DOCS / "defects.md", DOCS / "defects.toml", DOCS / "known-failing"
KINDS = {
    "wrong": "What is wrong",
    "accuracy": "What loses digits that its equation does not",
}
INTRODUCTION = """# What the kit found in released code

Written by `python docs/pages defects` of docs/defects.toml. `python docs/pages defects --check` holds each against the pinned
versions of `.ci/recurrences.txt`, where what fails no more, fails otherwise or is no longer tested is a failure of CI; after
`pip install -U` of the projects, `python docs/pages defects --newest` asks those that are installed which of them upstream has fixed, which docs/newest.json
keeps and the last column has: the versions that were the newest on that day. Every other failure of these
projects is in the lists of `docs/known-failing`, with the title of what it comes of.
"""

Defect = dict[str, Any]


@cache
def defects() -> list[Defect]:
    found: list[Defect] = tomllib.loads(WRITTEN.read_text())["defect"]
    return found


def page() -> Iterator[str]:
    yield INTRODUCTION
    yield from _table()
    for kind, title in KINDS.items():
        yield from (f"## {title}", "")
        for defect in (d for d in defects() if d["kind"] == kind):
            yield from _section(defect)
    yield from layers.table()


def _table() -> Iterator[str]:
    yield "| project | version | operation | what is wrong | smallest input | fixed since? |"
    yield "|---|---|---|---|---|---|"
    for d in (d for d in defects() if d["kind"] == "wrong"):
        operation = d["shown"]["case"].partition("/")[0]
        link = f"[{d['title']}](#{_anchor(d['title'])})"
        yield f"| {d['project']} | {d['version']} | `{operation}` | {link} | {_cell(d['smallest'])} | {_fixed(d)} |"
    yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _fixed(defect: Defect) -> str:
    """`no: 5.24.0 (2026-11-28)`, from what was run."""
    told = newest.read()["defects"].get(defect["title"], {})
    return newest.fixed(told, lambda version: version.split(", ")[0].rpartition(" ")[2])


def _anchor(title: str) -> str:
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


def _section(defect: Defect) -> Iterator[str]:
    yield from (f"### {defect['title']}", "", defect["text"].strip(), "")
    others = f", and the same of {', '.join(f'`{name}`' for name in defect['also'])}" if "also" in defect else ""
    yield f"- {defect['project']} {defect['version']}: `{command(defect['shown'])}`{others}"
    if "story" in defect:
        yield f"- named: `{defect['story']}`"
    yield f"- smallest input: {defect['smallest']}"
    yield f"- right beside it: {', '.join(f'`{case}`' for case in defect['passing'])}"
    yield f"- upstream: {defect['upstream']}"
    yield f"- fixed since: {_fixed(defect)}"
    yield ""


def write(names: Collection[str]) -> None:
    """Run the candidates that are named and installed, else all, and write their lists, and the page."""
    for name in names or recurrences():
        try:
            print(f"{name}: {_listed(name)} known failures", flush=True)
        except BrokenCandidate as error:
            print(f"{name}: {error}")
    _save_page()


def _save_page() -> None:
    saving.save(PAGE, ("\n".join(page()).rstrip() + "\n").encode())


def _listed(name: str) -> int:
    """Write the list of a candidate, none where all that it offers passes. Returns how many it has."""
    path, count = LISTS / f"{name}.json", 0
    path.unlink(missing_ok=True)
    for dtype in DTYPES:
        checks = Checks(candidate_of(name), dtype)
        report = Report(name, checks.runner.candidate.version, dtype, read_manifest().digest)
        report.cases = [checks.run(id) for id in checks.ids]
        if failing := [outcome.id for outcome in report.failures]:
            count += known_failures.write(path, report)
            _reasoned(name, dtype, failing)
    return count


def _reasoned(name: str, dtype: str, failing: list[str]) -> None:
    path = LISTS / f"{name}.json"
    data = json.loads(path.read_text())
    data["page"] = "docs/defects.md"
    for title, ids in explained(failing, name, dtype, defects()).items():
        for case in ids:
            entry = data["failing"][dtype][case]
            entry["why"] = title
            entry.pop(known_failures.BUDGETS, None)  # digits that are lost are others on another processor
    saving.save(path, format.written(data))


def check(of_newest: bool, names: Collection[str] = ()) -> bool:
    """Whether each defect is as it is recorded, in words; of the newest versions some may be no longer there, and that is kept."""
    fine, said = True, dict[str, newest.Told]()
    for defect in (d for d in defects() if "shown" in d):
        shown = defect["shown"]
        for name in _asked((shown["candidate"], *defect.get("also", ())), names):
            try:
                told = [*_problems({**shown, "candidate": name}, defect["passing"], of_newest)]
                version = candidate_of(name).version
            except BrokenCandidate as error:
                told, version = [str(error)], ""
            fine = fine and not told
            state = "; ".join(told) or "as recorded"
            print(f"{name} ({version}): {defect['title']}: {state}", flush=True)
            if version:
                said.setdefault(defect["title"], {})[name] = newest.answer(version, state)
    if of_newest:
        newest.keep({"defects": said, "layers": layers.asked(names)})
        _save_page()
    return fine or of_newest


def _asked(showing: Collection[str], names: Collection[str]) -> list[str]:
    """Those that are named, else all."""
    return [name for name in showing if name in names or not names]


def _problems(shown: dict[str, str], passing: list[str], of_newest: bool) -> Iterator[str]:
    name, dtype, case = shown["candidate"], shown["dtype"], shown["case"]
    known = known_failures.read(LISTS / f"{name}.json", dtype)
    checks = Checks(candidate_of(name), dtype, [case, *passing])
    outcomes = {id: checks.run(id) for id in checks.ids}
    for id in passing:
        if outcomes[id].outcome is not Ending.PASS:
            yield f"{id} does not pass: {outcomes[id].message}"
    yield from _said(outcomes[case], known, of_newest)


def _said(outcome: Outcome, known: known_failures.Known, of_newest: bool) -> Iterator[str]:
    if of_newest and outcome.outcome is Ending.PASS:
        yield f"{newest.FIXED}: {outcome.id} passes"
    elif outcome.id not in known.reasons:
        yield f"{outcome.id} is not in {known.path.name}"
    elif problem := known.problem(outcome):
        yield problem
