"""Findings held against all that a candidate gave in the cases of one operation."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain, takewhile

import numpy as np

from ...clock import spent
from ..evidence import Held
from ..finding import BY_SHARE, Finding, Where, parting
from ..generated.given.unmasked import RETURNED
from ..generated.terms.equals import of_equal
from ..generated.terms.regrouped import of_regrouped
from ..generated.texts.running import is_back
from ..trace.replaying import Edit
from ..trace.ways import FOLLOWED, OF_ANEW
from .ahead import ahead_alone
from .case import Case
from .filled import left_out
from .going import ways_of
from .lesser import Lesser, lesser
from .narrowing import tells
from .runs import PLAIN, runs_of
from .trial import Trial


@dataclass
class Holding:
    """Until a time of `spent()`. What a forward gave denies an edit of it that a backward would have. Of what is known
    already one finding is `enough`, or more where others are told beside it.
    """

    held: Held
    deadline: float
    forward: "Holding | None" = None
    enough: int = 1
    _fitting: set[Finding] = field(default_factory=set)  # what is asked of a forward again by its backward
    _loops: dict[tuple[Edit, ...], str] = field(default_factory=dict)  # what fits of one way to write the loop alone

    def until(self, deadline: float) -> None:
        """From now on, and what its forward is asked, until another time."""
        self.deadline = deadline
        if self.forward:
            self.forward.deadline = deadline

    @cached_property
    def cases(self) -> list[Case]:
        """Some steps and examples first, not ragged, few layers: of one step time shows nothing, and of one example no sum."""
        known = [self._case(name) for name in self.held.order]
        known.sort(
            key=lambda c: (not c.wrong, c.is_ragged, c.is_single, bool(left_out(c.golden)), c.runs, -len(c.wrong))
        )
        return known

    def _case(self, name: str) -> Case:
        outcome = self.held.outcomes[name]
        wrong = frozenset(n for n, verdict in outcome.verdicts.items() if not verdict.passed)
        return Case(self.held.goldens[name], outcome.arrays, self.held.dtype, wrong)

    def among(self, known: Iterable[Finding]) -> list[Finding]:
        """Those of other operations that fit here, too, in one of the ways in which a backward goes with its forward, until there are
        enough that make other changes.
        """
        own = dict[tuple[Edit, ...], Finding]()
        for one in known if spent() < self.deadline else ():  # without what is none of this operation's
            there = tuple(edit for edit in one.edits if edit.members(self.cases[0].trace))
            own.setdefault(there, replace(one.whole, edits=there))
        begun, found, apart = spent(), list[Finding](), list[Finding]()
        with np.errstate(all="ignore"):
            for there, one in own.items():
                if spent() > ((begun + self.deadline) / 2 if found else self.deadline):
                    break
                if alike := next((other for other in apart if self._does_as(one, other)), None):
                    found.append(replace(alike, edits=one.edits))
                    self._loops.setdefault(one.edits, self._loops.get(alike.edits, PLAIN))
                elif there and len(apart) < self.enough and (fitting := self._in_a_way(one)):
                    found.append(fitting)
                    apart.append(fitting)
        return found

    def _in_a_way(self, finding: Finding) -> Finding | None:
        """In the first of the ways in which it fits."""
        ways = ways_of(self.cases[0].trace, finding)
        each = (replace(one, way=way) for one in (finding, *ahead_alone(self.cases[0].trace, finding)) for way in ways)
        return next(filter(self.fits, each), None)

    @cached_property
    def lesser(self) -> Lesser:
        return lesser(self.cases)

    @cached_property
    def equals(self) -> list[Edit]:
        """As many as there is time for."""
        trace = self.cases[0].trace
        return [*takewhile(lambda _: spent() < self.deadline, chain(of_equal(trace), of_regrouped(trace)))]

    def _does_as(self, one: Finding, other: Finding) -> bool:
        """Whether both make the same changes of the same nodes, in whichever groups: in no case they give anything else."""
        mine, theirs = ([(edit.change, edit.source) for edit in finding.edits] for finding in (one, other))
        if one.where != other.where or mine != theirs:
            return False
        if any([*one.members(case.trace)] != [*other.members(case.trace)] for case in self.cases):
            return False
        is_ahead = self.forward and any(map(self.cases[0].trace.is_ahead, one.members(self.cases[0].trace)))
        return self.forward._does_as(one, other) if self.forward and is_ahead else True

    def anywhere(self, finding: Finding) -> Iterator[Finding]:
        """In all calls, or in those alone in which something that all failing ones have is given, or is not; of a wider group."""
        yield finding
        yield from self.of_twins(finding)
        for where in self.wheres:
            yield replace(finding, where=where)

    def of_twins(self, finding: Finding) -> Iterator[Finding]:
        """The last of the edits, of groups that are the same here and in other operations may not be."""
        trace, edit = self.cases[0].trace, finding.edits[-1]
        for group in sorted(trace.twins.get(tuple(edit.members(trace)), {edit.group}) - {edit.group}, key=repr):
            if not edit.partner:
                yield replace(finding, edits=(*finding.edits[:-1], edit._replace(group=group)))

    @cached_property
    def wheres(self) -> list[Where]:
        failing, passing = ([c.golden for c in self.cases if bool(c.wrong) is wrong] for wrong in (True, False))
        return [*parting(self.held.operation, failing, passing)]

    def fits(self, finding: Finding) -> bool:
        """In every case; what is not changed in any is no explanation, nor is what is told by none. A loop that does not run
        examples beyond their lengths makes no mistake there, one that runs on makes it there, too, and one may end with the longest.
        """
        if finding in self._fitting or not self._is_off:
            return finding in self._fitting
        if all(edit.kind in BY_SHARE for edit in finding.edits):
            is_told = tells(finding, self.cases) or Trial(finding, self.deadline).fits(self.cases)
            loop = PLAIN if is_told else None
        else:
            loop = self._loop_of(finding)
        if loop is not None and self.is_behind(finding) and self._is_told(finding):
            self._fitting.add(finding)
            self._loops[finding.edits] = loop and self._loops.get(finding.edits, loop)
        return finding in self._fitting

    @cached_property
    def _is_off(self) -> bool:
        """Whether more is wrong than how many axes an output has, or nothing: a forward that is right has edits that show in its backward."""
        return not any(case.wrong for case in self.cases) or any(case.is_off for case in self.cases)

    def _is_told(self, finding: Finding) -> bool:
        """Whether a number is given, or what is right where it passes: that a result is no number any edit gives that divides by nothing.
        What is infinite in all that is wrong of a case has to be that, of its sign.
        """
        wrong = [case for case in self.cases if case.wrong]
        without = [case for case in wrong if case.gives_no_number]
        plain = (case for case in without if not case.is_ragged)  # whichever loop it fits in
        if not all(case.gives_alike(case.given(finding)) for case in plain):
            return False
        if len(without) < len(wrong):
            return True
        return any(not case.wrong and case.given(finding) is not None for case in self.cases)

    def _loop_of(self, finding: Finding) -> str | None:
        """The loop of which it fits, as the reference has it or written otherwise, and right; None where it fits of none."""
        trial = Trial(finding, self.deadline)
        if trial.fits(self.cases):
            return PLAIN
        if not self._is_of_options or not self._fits_without_options(trial):
            return None
        is_told = all(edit.kind == RETURNED for edit in finding.edits)  # what is beyond the lengths is what it is of
        runs = runs_of(not is_told, any(left_out(case.golden) for case in self.cases))
        return next((run.loop for run in runs if trial.fits(self.cases, run)), None)

    def marked(self, finding: Finding) -> Finding:
        """With the loop of which it fits alone."""
        return replace(finding, loop=self._loops.get(finding.edits, PLAIN))

    @cached_property
    def _of_no_option(self) -> list[Case]:
        """The wrong cases to which it is no matter how a loop is written: none is ragged or reversed, nor lacks an input."""
        plain = (case for case in self.cases if case.wrong and not case.is_ragged and not case.is_reversed)
        return [case for case in plain if not left_out(case.golden)]

    def _fits_without_options(self, trial: Trial) -> bool:
        cases = self._of_no_option
        if not cases or trial.fits(cases):
            return True
        found = cases[0].given(trial.finding) if len(cases) == 1 else None  # one alone may be off by roundings
        return found is not None and cases[0].fits_roughly(found, cases[0].given(trial.finding, noisy=True))

    def is_behind(self, finding: Finding) -> bool:
        """Whether what it does to a forward is what that gave, perhaps with more; it is nothing where a backward computes it anew."""
        if finding.texts:
            return self.forward is None or all(map(is_back, finding.texts)) or self.forward.has(finding)
        if finding.way in OF_ANEW:
            return self.is_ahead_right
        if self.forward is None:
            return True
        trace = self.cases[0].trace
        # of what follows what rests on the forward alone, too
        is_own = (lambda i: i < trace.begun) if finding.way == FOLLOWED else trace.is_ahead
        ahead = tuple(edit for edit in finding.edits if any(map(is_own, edit.members(trace))))
        if not ahead or self.forward.has(Finding(ahead, where=finding.where)):
            return True
        more = (one for one in self.forward._fitting if {*ahead} < {*one.edits} and one.whole == one)
        rest = ({*one.edits} - {*ahead} for one in more if one.where == finding.where)
        return any(not any(trace.reach[i] for edit in edits for i in edit.members(trace)) for edits in rest)

    def has(self, finding: Finding) -> bool:
        """Whether it explains all, or some."""
        return any(map(self.fits, (finding.whole, *self.lesser.of([finding.whole]))))

    @cached_property
    def of_one_step(self) -> Case | None:
        """A wrong case of one step, where the first has more."""
        short = (case for case in self.cases if case.wrong and case.steps == 1 < self.cases[0].steps)
        return next(short, None)

    @cached_property
    def is_ahead_right(self) -> bool:
        """Whether there was a forward, and nothing wrong in it."""
        return self.forward is not None and not any(outcome.failed for outcome in self.forward.held.outcomes.values())

    @cached_property
    def _is_of_options(self) -> bool:
        """Whether it matters how a loop is written."""
        return any(case.is_ragged or case.is_reversed or left_out(case.golden) for case in self.cases)
