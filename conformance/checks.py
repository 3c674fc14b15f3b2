"""All that is asked of a candidate at one dtype: cases and properties by id, and the report of what came of them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import cache, partial
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from rnnspec.golden import FOLDER, Golden
from rnnspec.golden.drawing import draw
from rnnspec.golden.entry import Entry, shown
from rnnspec.golden.estimated import Unfit
from rnnspec.golden.precision import said
from rnnspec.reference import OPERATIONS

from .candidate import DTYPES, Candidate
from .choices import EXPLAIN_SECONDS, BadChoice
from .exhibiting import exhibited
from .properties.holding import hold, instead, lacking, with_options, without_states
from .properties.table import PROPERTIES, plain, property_in
from .report.advice import advice
from .report.chunked import of_chunks
from .report.environment import cores, environment
from .report.report import Report
from .run.outcome import ESTIMATED, PROVEN, UNFIT, Ending, Outcome, attempt, declined, omitted_of
from .run.runner import Runner
from .selection import selected
from .sources import Source, Stored

if TYPE_CHECKING:
    from .repair.repairing import Repairing

OF_SOURCE = 0.5  # of the time to explain is for the candidate's own source, where one core has to do for both searches


class Checks:
    """All that is asked of a candidate at one dtype, by id; with `line` a line of its own is looked for also where the equations explain.

    Raises UnknownCase, GoldenError, TypeError for a text in place of a list, or BadChoice for a dtype that is none
    of float64, float32, float16.
    """

    def __init__(
        self,
        candidate: Candidate,
        dtype: str = DTYPES[0],
        names: Collection[str] | None = None,
        goldens: Path | Source = FOLDER,
        line: bool = False,
    ) -> None:
        if dtype not in DTYPES:
            raise BadChoice(f"dtype {dtype!r} is not one of {', '.join(DTYPES)}")
        self.source: Source = Stored(goldens) if isinstance(goldens, Path) else goldens
        self.known, self.entries, self.load = self.source.known, self.source.entries, self.source.load
        asked, self.line = selected(names, self.known), line
        self.runner, self.whole = Runner(candidate, dtype, self.source.precision), names is None and self.source.whole
        wide = {entry.id for entry in self.entries.values() if dtype not in entry.dtypes}
        self.possible = [id for id in self.known if self._case_of(id) not in wide]
        self.ids = [id for id in asked if self._case_of(id) not in wide]
        self.skipped = [id for id in asked if self._case_of(id) in wide]  # which the dtype cannot carry
        self._of: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries.values():
            self._of[entry.operation.name].append(entry)
        self._raises = cache(self._raises_with_a_state)
        self._takes = cache(self._takes_none)
        self._optional = cache(self._with_options)

    def run(self, id: str) -> Outcome:
        """One case or property. What an operation raises with a state too, or where it starts without one elsewhere, is no way to decline that."""
        outcome = self._run(id)
        if outcome.raised:
            operation, omitted = outcome.operation, omitted_of(outcome.features)
            if self._raises(operation) or self._takes(operation, omitted):
                outcome.ended(Ending.ERROR, outcome.raised)
        outcome.budget = PROVEN if self.source.proven(self._case_of(id)) else ESTIMATED
        self.source.forget(outcome)
        return outcome

    def _case_of(self, id: str) -> str:
        """The case on whose inputs a property is tried; a case is its own."""
        name = property_in(id)
        return f"{self.known[id]}/{PROPERTIES[name].idea(OPERATIONS[self.known[id]])}" if name else id

    def _run(self, id: str) -> Outcome:
        entry, name = self.entries[self._case_of(id)], property_in(id)
        declined = lacking(self.runner, name, entry) if name else self.runner.lacking(entry)
        if declined and not (name and any(True for _ in self._instead(name, entry))):
            return declined  # most of what is known to the kit, for many a candidate
        if lacked := self._declined(entry):
            return lacked
        try:
            golden = self.source.tried(entry.id) if name else self.load(entry.id)
        except Unfit as why:
            return Outcome(id, entry.operation.name).ended(Ending.UNSUPPORTED, f"{UNFIT}: {why}")
        if not name:
            return self.runner.case(golden)
        others, others_instead = self._others(name, golden), (one.id for one in self._instead(name, entry))
        return hold(self.runner, name, golden, self._tried(others), self._tried(others_instead))

    def _declined(self, entry: Entry) -> Outcome | None:
        """Whether the candidate does not have what would cost much to estimate: it is tried on the same with short axes."""
        if not (small := self.source.small(entry.id)):
            return None
        inputs, parameters = (self.runner.fresh(arrays) for arrays in draw(small))
        outcome = Outcome(entry.id, entry.operation.name, features=entry.features)
        tried = declined(attempt(outcome, partial(self.runner.call, small.operation, inputs, parameters)))
        return tried if tried.outcome is Ending.UNSUPPORTED else None

    def _others(self, name: str, golden: Golden) -> list[str]:
        """What a property is tried on besides."""
        optional = [id for id in self._optional(golden.entry.operation.name) if id != golden.id]
        return optional[: PROPERTIES[name].with_options]

    def _tried(self, ids: Iterable[str]) -> Iterator[Golden]:
        """One by one, but for what nothing is known of."""
        for id in ids:
            with suppress(Unfit):
                yield self.source.tried(id)

    def _instead(self, name: str, entry: Entry) -> Iterator[Entry]:
        """What a property is tried on where the candidate declines or lacks that, and of which it offers all that is needed."""
        if not self.runner.calls.lacks(entry.operation, []):
            others = without_states if lacking(self.runner, name, entry) else instead
            able = others(self._of[entry.operation.name], entry, self.runner.dtype)
            yield from (one for one in able if not lacking(self.runner, name, one))

    def _with_options(self, operation: str) -> list[str]:
        return [entry.id for entry in with_options(self._of[operation], self.runner)]

    def _raises_with_a_state(self, operation: str) -> bool:
        return plain(operation) in self.entries and self._run(plain(operation)).outcome is Ending.ERROR

    def _takes_none(self, operation: str, omitted: tuple[str, ...]) -> bool:
        """Whether it starts without all that is omitted, in the plainest case of that."""
        own = (entry for entry in self._of[operation] if omitted_of(entry.features) == omitted)
        able = [entry for entry in own if self.runner.dtype in entry.dtypes]
        plainest = min(able, key=lambda entry: len(entry.features), default=None)
        return plainest is not None and self._run(plainest.id).outcome in (Ending.PASS, Ending.FAIL)

    def missing(self, ran: Collection[str]) -> list[str]:
        """Cases that the manifest promises at this dtype for what the candidate offers, and that did not run."""
        offered = {name for name, operation in OPERATIONS.items() if not self.runner.calls.lacks(operation, [])}
        entries = [entry for entry in self.entries.values() if self.runner.dtype in entry.dtypes]
        promised = {entry.id for entry in entries if entry.operation.name in offered}
        return sorted(promised - set(ran))

    @property
    def at(self) -> str:
        """The dtype, or the precision."""
        return said(self.source.precision.words) if self.source.precision else self.runner.dtype

    @property
    def spelled(self) -> str:
        """How one case is run again, where the candidate's name alone does not tell."""
        candidate, precision = self.runner.candidate, self.source.precision
        if not precision:
            return candidate.spelled
        spelled = candidate.spelled or f"check{{dtype}} --case {{case}} {quote(candidate.name)}"
        return spelled.replace("{dtype}", f" --precision {quote(self.at)}", 1)

    def advice(self, report: Report) -> list[str]:
        """What to do next, where there is something to say."""
        return advice(report, self.runner, self.load if self.source.whole else None)

    def report(
        self, outcomes: list[Outcome], seconds: float = EXPLAIN_SECONDS, evidence: Collection[Outcome] | None = None
    ) -> Report:
        """What came of these, with what explains it, held against them or other `evidence`; for 0 seconds, without."""
        candidate, dtype = self.runner.candidate, self.runner.dtype
        report = Report(
            shown(candidate.name),
            candidate.version,
            dtype,
            self.source.digest,
            cases=outcomes,
            skipped=self.skipped,
            spelled=self.spelled,
            precision=self.source.precision.words if self.source.precision else "",
            partial=not self.whole,
            environment=environment(candidate.frameworks),
            truths=self.source.truths(outcomes),
        )
        if seconds and report.failures:
            self._explain(report, outcomes if evidence is None else evidence, seconds)
        report.record.notes += self.source.notes()
        report.record.notes += of_chunks(outcomes, candidate.chunks)
        report.record.notes += [*candidate.notes, *candidate.hints(dtype, report.failures, self.load)]
        report.exhibit = exhibited(outcomes, dtype, self.entries, self.load)
        return report

    def _explain(self, report: Report, held: Collection[Outcome], seconds: float) -> None:
        """By the equations, and what they do not by the candidate's own source."""
        from .explanation.naming import explain  # half of what a start takes, and what passes needs none

        known = [*self.entries] if self.source.whole and not self.source.precision else []
        traced = [one for one in held if self.source.traced(one.id)]
        is_shared = cores() == 1 and any(one.failed and one.arrays for one in traced)
        with self._repairing(report, OF_SOURCE * seconds if is_shared else seconds, is_shared) as beside:
            own = (1 - OF_SOURCE) * seconds if beside and is_shared else seconds
            found = explain(traced, report.dtype, self.source.evidence, own, known)
            report.explanations, report.localisations = (
                beside.with_repairs(report, *found, self.line) if beside else found
            )
        if self.line and not self.is_program and (why := self._unlooked(report)):
            report.record.notes.append(f"--line: the candidate's source was not looked at: {why}")

    @property
    def is_program(self) -> bool:
        """Whether the candidate is a program of the user's."""
        from .remote.program import Remote  # which a candidate in this process needs none of

        candidate = self.runner.candidate
        return isinstance(candidate, Remote) and not candidate.own

    def _repairing(self, report: Report, seconds: float, is_shared: bool) -> "AbstractContextManager[Repairing | None]":
        """The search in the candidate's source, where another process finds that, and may run it: what crashes or hangs is not begun again."""
        if self._unlooked(report) or not isinstance(self.source, Stored):
            return nullcontext()
        from .repair.repairing import begun

        origin = self.runner.candidate.origin
        return begun(origin, report.dtype, self.source.folder, report.cases, self.entries, seconds, is_shared)

    def _unlooked(self, report: Report) -> str:
        """Why the candidate's own source is not looked at, "" where it is."""
        if not isinstance(self.source, Stored):
            return "it is for stored goldens alone"
        if not self.runner.candidate.origin.name:
            return "it is where it is found by the name of a file or a module of yours"
        ended = {one.outcome for one in report.failures} & {Ending.CRASH, Ending.TIMEOUT}
        return "a case crashes or hangs" if ended else ""
