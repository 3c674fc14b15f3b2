"""Failures that one change of a program's source repairs, which is built anew for that."""

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from rnnspec.golden.entry import Entry, shown
from rnnspec.reference import OPERATIONS

from ..checks import Checks
from ..choices import BadChoice
from ..properties.table import property_in
from ..remote.program import Remote
from ..repair.asking import Repair
from ..repair.joining import explained, joined, own_lines, unexplained
from ..repair.wanted import asked_of, lacking_of, sorted_by_operation, wrong_of
from ..report.report import Report
from ..run.outcome import Ending, Outcome
from ..sources import Stored
from .choice import Rebuild
from .sanitizing import PANIC, RUST, Beyond, Sanitized, sanitized
from .searching import Search
from .text import Text
from .trying import Trying
from .workshop import Unbuilt, Workshop

SHARE, AT_LEAST = 0.25, 10.0  # of the time, and seconds, to be told what is done beyond arrays
ENOUGH = 1.0  # seconds: for less no line is looked for beside what is explained
MISTAKE = re.compile(r"error|undefined reference|cannot find", re.IGNORECASE)


Sanitizing = Callable[[Mapping[str, Sequence[str]], float], Mapping[str, Beyond]]


@contextmanager
def begun(rebuild: Rebuild, checks: Checks) -> Iterator[Callable[[Report], object]]:
    """What looks for a change of a program's source that repairs a report's failures, and for the line of those that are explained, too.

    Raises BadChoice where there is no program, or none that can be built here.
    """
    candidate, source = checks.runner.candidate, checks.source
    if not isinstance(candidate, Remote) or candidate.own:
        raise BadChoice("source: it is of a program; a Python candidate's own files are looked at without")
    if not isinstance(source, Stored) or source.precision:
        raise BadChoice("source: it is looked at for stored goldens: leave it out at a size or a precision")
    paths, peer = [*map(Path, rebuild.sources)], candidate.peer
    with closing(Workshop(peer.command, paths, rebuild.build, peer.timeout, peer.memory)) as workshop:
        texts = {inside: Text(path) for path, inside in workshop.sources.items()}
        trying = Trying(workshop, texts, checks.runner.dtype, source.folder)
        another = partial(Sanitized, peer.command, paths, rebuild.build, peer.timeout, peer.memory)
        beyond = partial(sanitized, another, texts, trying.golden, checks.runner.dtype)
        yield lambda report: _Repairing(report, checks.entries, trying, beyond).repaired(rebuild.seconds)


class _Repairing:
    """The failures of a report that have no explanation yet, and the lines of the others behind them."""

    def __init__(self, report: Report, entries: Mapping[str, Entry], trying: Trying, sanitized: Sanitizing) -> None:
        self._report, self._entries, self._trying, self._sanitized = report, entries, trying, sanitized
        self._is_copied = False
        trying.lacking = lacking_of(report.cases)
        self._beyond: Mapping[str, Beyond] = {}
        self._left = unexplained(report.failures, report.explanations, report.localisations)
        self._own = {name: [o for o in report.cases if o.operation == name] for name in OPERATIONS}
        # those of which properties alone fail, as they run what is wrong
        self._placed = {one.operation for one in report.localisations if all(map(property_in, one.cases))} - self._left

    def repaired(self, seconds: float) -> None:
        """Put what repairs them into the report; else say why there is none."""
        until, failing = time.monotonic() + seconds, dict.fromkeys(o.operation for o in self._report.failures)
        if self._left:
            self._repair(self._search(seconds, self._left, self._placed))
        others = [name for name in failing if name not in self._left]
        if others and (rest := until - time.monotonic()) > ENOUGH:
            search = self._search(rest, others)
            repairs, why = self._found(search)
            self._report.record.notes += own_lines("--source", repairs, others, why or search.said)

    def _found(self, search: Search) -> tuple[list[Repair], str]:
        """What repairs, and why no more was looked for, "" where all was."""
        repairs = list[Repair]()
        try:
            if not self._is_copied:
                self._trying.copied()
                self._is_copied = True
            for repair in search.repairs():  # what is found is kept, whatever comes behind it
                repairs.append(repair)
        except (Unbuilt, BadChoice) as why:
            lines = [line for line in str(why).splitlines() if line.strip()] or ["it says nothing"]
            first = next((line for line in lines if MISTAKE.search(line)), lines[0])
            return repairs, shown(f"no {'more ' if repairs else ''}change was looked for: {first}")
        return repairs, ""

    def _repair(self, search: Search) -> None:
        report, (repairs, why) = self._report, self._found(search)
        report.record.notes += [f"--source: {why}"] if why else []
        found = [one for repair in repairs for one in explained(repair, self._own)]
        report.explanations, report.localisations = joined(report.explanations, report.localisations, found)
        left = self._left - {one.operation for one in found}
        if left and not (why and not repairs):
            ending = "" if why else f": {search.said}"
            said = f"no one change of {self._names} repairs all that has no explanation{ending}"
            report.record.notes += [f"--source: {said}", *self._said_beyond(left)]

    @property
    def _names(self) -> str:
        return ", ".join(map(str, self._trying.texts))

    def _said_beyond(self, left: Iterable[str]) -> Iterator[str]:
        """Of what is not repaired, where it does what it must not, each place once."""
        told = {one.lines[0]: one for name in left if (one := self._beyond.get(name))}
        for (path, line), one in told.items():
            if one.kind != PANIC:  # which says where itself
                yield f"--source: at {path}:{line} something is done beyond an array, as the compiler's AddressSanitizer says: {one.kind}"

    def _search(self, seconds: float, names: Iterable[str], beside: Iterable[str] = ()) -> Search:
        """For operations, and for others of which properties alone fail."""
        failed = [o for name in (*names, *beside) for o in self._own[name] if o.failed]
        properties = self._sorted(o for o in failed if property_in(o.id))
        # where no case of an operation fails its properties are what is asked
        asked = [o for name in names for o in asked_of(self._own[name])]
        # what comes to a wrong end tells more than what comes to none, and no process has to be begun anew
        ended = {o.id for o in asked if o.outcome is Ending.FAIL}
        failing = {n: sorted(ids, key=lambda id: id not in ended) for n, ids in self._sorted(asked).items()}
        passed = [o for o in self._report.cases if o.outcome is Ending.PASS]
        passing = self._sorted(o for o in passed if not property_in(o.id))
        holding = self._sorted(o for o in passed if property_in(o.id))
        wrong = {o.id: wrong_of(o) for o in self._report.failures}
        # in Rust what comes to a wrong end has done nothing that it must not
        calm = ended if all(path.suffix == RUST for path in self._trying.texts) else set[str]()
        doing = {o.id for o in asked if not property_in(o.id)} - calm
        of_cases = {name: [id for id in ids if id in doing] for name, ids in failing.items()}

        def beyond() -> Mapping[str, Beyond]:
            self._beyond = self._sanitized(of_cases, min(seconds, max(AT_LEAST, SHARE * seconds)))
            return self._beyond

        return Search(self._trying, failing, wrong, passing, properties, holding, seconds, beyond)

    def _sorted(self, several: Iterable[Outcome]) -> dict[str, list[str]]:
        """By operation, the small ones first."""
        return sorted_by_operation(self._entries, several)
