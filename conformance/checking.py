"""`check`: every case and every property of what a candidate offers."""

from collections.abc import Callable, Collection, Iterator
from difflib import get_close_matches
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from rnnspec.golden import FOLDER, Entry, Golden, cases, load, read_manifest
from rnnspec.reference import OPERATIONS

from .candidate import Candidate, candidate_of
from .execution import Outcome, Runner, not_declined
from .explanation import explain
from .properties import PROPERTIES, applies, hold
from .report import Report

DTYPES = ("float64", "float32", "float16")
Check = tuple[str, Callable[[], Outcome]]


class UnknownCase(ValueError):
    """No case or property has that id."""


def check(
    candidate: Any,
    dtype: str = "float64",
    *,
    only: Collection[str] = (),
    folder: Path = FOLDER,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Check a candidate: a module, an object, a file's path, a dotted or a registered name.

    `only` limits the run to operations or ids. `progress` is called with (done, of all).

    Raises UnknownCandidate, BrokenCandidate, UnknownCase, GoldenError, or ValueError for a dtype
    that is none of float64, float32, float16.
    """
    if dtype not in DTYPES:
        raise ValueError(f"dtype {dtype!r} is not one of {', '.join(DTYPES)}")
    found = candidate_of(candidate)
    runner = found.runner(dtype)
    report = Report(found.name, found.version, dtype, read_manifest(folder).digest, spelled=found.spelled)
    report.cases = _outcomes(list(checks(runner, only, folder)), progress)
    report.skipped = sum(dtype not in entry.dtypes for entry in cases(folder) if _asked(entry, only))
    if not only:
        report.missing = sorted(promised(found, dtype, folder) - {outcome.id for outcome in report.cases})
    report.explanations, report.localisations = explain(report.cases, dtype, folder)
    return report


def _outcomes(todo: list[Check], progress: Callable[[int, int], None] | None) -> list[Outcome]:
    outcomes = []
    for done, (_, run) in enumerate(todo, 1):
        outcomes.append(run())
        if progress:
            progress(done, len(todo))
    not_declined(outcomes)
    return outcomes


def _asked(entry: Entry, only: Collection[str]) -> bool:
    return not only or entry.id in only or entry.operation.name in only


def checks(runner: Runner, only: Collection[str] = (), folder: Path = FOLDER) -> Iterator[Check]:
    """Id and run of each case and property, an operation at a time. Raises UnknownCase."""
    entries = cases(folder)
    known = known_ids(folder)
    _known(only, {*known, *OPERATIONS})
    dtypes = {entry.id: entry.dtypes for entry in entries}
    fetch = lru_cache(maxsize=1)(partial(load, folder=folder))  # an operation's properties share one golden
    for operation in OPERATIONS:
        for name, owner in known.items():
            wanted = owner == operation and (not only or name in only or owner in only)
            if wanted and runner.dtype in dtypes.get(name, [runner.dtype]):
                yield name, partial(_run, runner, name, fetch)


def promised(found: Candidate, dtype: str, folder: Path = FOLDER) -> set[str]:
    """The cases that the manifest has at a dtype of the operations that a candidate offers."""
    offered = {name for name, operation in OPERATIONS.items() if not found.lacks(operation, [])}
    return {e.id for e in cases(folder) if e.operation.name in offered and dtype in e.dtypes}


def known_ids(folder: Path = FOLDER) -> dict[str, str]:
    """Every case and property, and the operation that it belongs to."""
    known = {entry.id: entry.operation.name for entry in cases(folder)}
    return known | {property_id(o, name): o for o in OPERATIONS for name in PROPERTIES if applies(name, OPERATIONS[o])}


def property_id(operation: str, name: str) -> str:
    return f"{operation}/property/{name}"


def _run(runner: Runner, name: str, fetch: Callable[[str], Golden]) -> Outcome:
    operation, _, rest = name.partition("/")
    if rest.startswith("property/"):
        property_name = rest.removeprefix("property/")
        return hold(runner, property_name, fetch(f"{operation}/{PROPERTIES[property_name].base}"))
    return runner.case(fetch(name))


def known_cases(names: Collection[str], folder: Path = FOLDER) -> None:
    """Raises UnknownCase where one of these is neither a case nor an operation."""
    _known(names, {*OPERATIONS, *(entry.id for entry in cases(folder))})


def _known(only: Collection[str], known: Collection[str]) -> None:
    for name in only:
        if name not in known:
            near = get_close_matches(name, known, n=3)
            hint = f"; did you mean {', '.join(near)}?" if near else "; `rnnspec list` names all"
            raise UnknownCase(f"no operation, case or property {name!r}{hint}")
