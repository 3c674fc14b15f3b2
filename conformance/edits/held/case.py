"""One case of an operation: what an edit gives there, and whether that is what a candidate gave."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from rnnspec.golden import Golden

from ...deviations.deviation import Edit as Change
from ...verdict.part import Part, as_given, last_of
from ..finding import Finding
from ..trace.differentiating import differentiated
from ..trace.neutral import running_on
from ..trace.outputs import Replayed, begun_with, replayed, seen_in
from ..trace.replaying import Begun, CannotRun, Edit, How
from ..trace.trace import Arrays, Trace
from ..trace.tracing import traced
from ..trace.ways import CACHED, FOLLOWED
from .gave import ROUNDINGS, Gave
from .texts import of_text

FEW = 3  # outputs that are looked at before all are


@dataclass
class Case(Gave):
    """What a candidate gave, beside a run of the reference that can be edited."""

    written: dict[str, "Case"] = field(default_factory=dict)  # what written.py makes of it
    _on: dict[bool, "Case | None"] = field(default_factory=dict)  # what runs on, or reads on, too
    _begun: dict[tuple[tuple[Edit, ...], How], Begun | None] = field(default_factory=dict)

    @property
    def run(self) -> Golden:
        """What the reference is run on."""
        return self.golden

    @property
    def changes(self) -> tuple[Change, ...]:
        """Of the loop's text, of which these are results."""
        return ()

    @cached_property
    def trace(self) -> Trace:
        return traced(self.run)

    @property
    def run_on(self) -> "Case":
        """The case of a loop that runs on beyond lengths, where that can be."""
        return self._running_on(reads=False) or self

    @property
    def read_on(self) -> "Case":
        """That of one that reads of the padding what changes nothing."""
        return self._running_on(reads=True) or self

    def _running_on(self, reads: bool) -> "Case | None":
        if self.is_ragged and reads not in self._on:
            self._on[reads] = None
            if own := running_on(self.trace, reads):
                self._on[reads] = other = Case(self.golden, self.arrays, self.dtype, self.wrong)
                other.trace, other.right = own, self.right
        return self._on.get(reads)

    @cached_property
    def right(self) -> Arrays:
        return self._given({name: self.trace.tape.values[i] for name, i in self.trace.outputs.items()})

    @cached_property
    def bits(self) -> int:
        """The outputs of the trace that are wrong, or whose last is: a bit each."""
        return self.bits_of(self.wrong)

    @cached_property
    def bit(self) -> dict[str, int]:
        """The bit of each output, and of its last, among those that rest on a node."""
        return {name: 1 << k for k, n in enumerate(self.trace.outputs) for name in (n, last_of(n))}

    def _given(self, found: Arrays) -> Arrays:
        """As the candidate gives it, which may leave out outputs, or tell of a state the last. Raises CannotRun where that cannot be told."""
        if not isinstance(self.golden.entry, Part):
            return found
        try:
            return as_given(self.golden, found)
        except (ValueError, IndexError) as error:  # an output of another shape
            raise CannotRun from error

    def fits(self, found: Arrays | None, valid_alone: bool = False) -> bool:
        """In every output; what is not changed is what the reference gives, nor is, where a loop runs within the lengths alone, the padding."""
        try:
            held = self.right if found is None else self._given(found)
            given = ((name, self._padded(name, held[name]) if valid_alone else held[name]) for name in self.asked)
            return all(self.near(name, array) for name, array in given)
        except CannotRun:
            return False

    def _padded(self, name: str, array: Any) -> Any:
        """What goes over time, beyond the lengths what the reference gives."""
        lengths, dims = self.golden.inputs.get("lengths"), self.golden.entry.dims
        over_time = lengths is not None and np.ndim(array) > 2 and np.shape(array)[-2:] == (dims["m"], dims["T_x"])
        if lengths is None or not over_time or np.shape(array) != np.shape(self.right[name]):
            return array
        return np.where(np.arange(dims["T_x"]) < lengths[:, None], array, self.right[name])

    def fits_roughly(self, found: Arrays, noisy: Arrays | None) -> bool:
        """With the room that roundings of the edited equation take, which may be near to chaos or saturated where the right one is not,
        or out of the range of numbers, where what comes of it goes by the order of operations.
        """
        try:
            one, two = (self._given(outputs) for outputs in (found, noisy or found))
            more = {name: ROUNDINGS * _apart(one[name], two[name]) for name in self.asked}
            at_0 = all(self.near_at_0(name, one[name], two[name]) for name, room in more.items() if np.isfinite(room))
            return at_0 and all(self.near(n, one[n], room, self._leaves_range(n, found)) for n, room in more.items())
        except CannotRun:
            return False

    def _leaves_range(self, name: str, found: Arrays) -> bool:
        """Whether an output of which something is no number is made of what an edited run has no numbers for."""
        return name in self.not_finite and isinstance(found, Replayed) and found.leaves_range(name)

    def missed(self, found: Arrays | None, reach: int = -1) -> frozenset[str]:
        """The outputs, of those that may be changed, that are not what the candidate gave."""
        try:
            held = self.right if found is None else self._given(found)
            return frozenset(n for n in self.asked if self.bit.get(n, -1) & reach and not self.near(n, held[n]))
        except CannotRun:
            return frozenset(self.asked)

    def gives_alike(self, found: Arrays | None) -> bool:
        """Whether all that is infinite or no number is the same one, or where something overflows on the way, which goes by the order."""
        try:
            held = self._given(found) if found else self.right
            off = [name for name in self.comparable if not self.is_alike(name, held[name])]
            return all(isinstance(found, Replayed) and found.overflows(name) for name in off)
        except CannotRun:
            return False

    def gained(self, found: Arrays, names: Iterable[str]) -> int:
        """How many wrong elements of these outputs are given, less those that were right and are not."""
        gained = 0
        try:
            held = self._given(found)
            for name in names:
                given = np.abs(held[name] - self.got[name]) <= self.room[name]
                wrong = self.wrong_elements[name]
                gained += int(np.count_nonzero(given & wrong)) - int(np.count_nonzero(~given & ~wrong))
        except (CannotRun, ValueError):  # of another shape
            return 0
        return gained

    def leads(self, found: Arrays, reach: int, wrong: frozenset[str]) -> bool:
        """Whether the first of the wrong outputs that may be changed is given, or left as it was."""
        try:
            name = next(n for n in self.asked if n in wrong and self.bit.get(n, -1) & reach)
            held = self._given(found)
            return self.near(name, held[name]) or np.array_equal(held[name], self.right[name])
        except (CannotRun, StopIteration):
            return False

    def gives_some(self, found: Arrays, reach: int, wrong: frozenset[str]) -> bool:
        """Whether it gives any of the smallest wrong outputs that may be changed: a look at few, for most give none."""
        names = [n for n in self.by_size if n in wrong and self.bit.get(n, -1) & reach][:FEW]
        try:
            held = self._given(found)
            return any(self.near(name, held[name]) for name in names)
        except CannotRun:
            return False

    def gives(self, found: Arrays, names: Iterable[str]) -> bool:
        """Whether it gives these outputs, whatever it does to others."""
        try:
            held = self._given(found)
            return all(self.near(name, held[name]) for name in names)
        except CannotRun:
            return False

    def changed(self, name: str, found: Arrays) -> bool:
        return not np.array_equal(self._given(found)[name], self.right[name])

    def bits_of(self, names: frozenset[str]) -> int:
        return sum({self.bit[name] for name in names if name in self.bit})

    def given(self, finding: Finding, valid_alone: bool = False, noisy: bool = False) -> Arrays | None:
        """The outputs of a case with the edits of a finding, None where they change nothing of it, or its text cannot run; see `replaying.How`."""
        if finding.where and not finding.where.holds(self.golden):
            return None
        if finding.texts:
            found = self._of_text(finding, noisy)
        elif finding.way == FOLLOWED:
            found = differentiated(self.trace, finding.edits, noisy)
        else:
            there = [edit for edit in finding.edits if edit.members(self.trace)]
            found = replayed(self.trace, *there, how=How(finding.way, valid_alone, noisy)) if there else None
        return seen_in(finding.alone, found, self.trace) if found and finding.alone else found

    def _of_text(self, finding: Finding, noisy: bool) -> Arrays | None:
        try:
            return of_text(self.run, finding.edits, self.changes, noisy, finding.way)
        except CannotRun:
            return None

    def can_run(self, finding: Finding) -> bool:
        """Whether it can be run with a finding's text, where that is one."""
        if not finding.texts or (finding.where and not finding.where.holds(self.golden)):
            return True
        try:
            of_text(self.run, finding.edits, self.changes, False, finding.way)
        except CannotRun:
            return False
        return True

    def given_behind(self, base: Finding, edit: Edit) -> Arrays | None:
        """The outputs with an edit behind those of a base, whose run is kept to go on from."""
        if edit.source or base.texts:
            return self.given(Finding((*base.edits, edit), base.way, base.where))
        known = tuple(one for one in base.edits if one.members(self.trace))
        own, how = edit.members(self.trace), How(base.way)
        anew = base.way == FOLLOWED or (base.way != CACHED and min(own, default=0) < self.trace.begun)
        if anew or base.where or not known or not own:
            return self.given(Finding((*base.edits, edit), base.way, base.where))
        if (known, how) not in self._begun:
            self._begun[known, how] = begun_with(self.trace, known, how)
        begun = self._begun[known, how]
        return replayed(self.trace, *known, edit, begun=begun) if begun else None


def of_golden(golden: Golden) -> Case:
    """A case of which nobody has given anything."""
    return Case(golden, {}, "float64", frozenset())


def outputs(case: Case, finding: Finding) -> Arrays | None:
    """What edits give in a case, whatever a candidate gave; None where they change nothing, or cannot run."""
    try:
        with np.errstate(all="ignore"):
            found = case.given(finding)
            return None if found is None else dict(found)
    except CannotRun:
        return None


def _apart(one: Any, two: Any) -> float:
    """By how much they are apart at most, infinitely where one is no number alone."""
    same = (one == two) | (np.isnan(one) & np.isnan(two))
    apart = np.where(same, 0.0, np.abs(one - two))
    return float(np.where(np.isnan(apart), np.inf, apart).max(initial=0.0))
