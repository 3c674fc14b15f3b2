"""Edits that give what a candidate gave: one, or two whose outputs are apart, found on the smallest failing case and held against all."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from itertools import islice

import numpy as np

from ...clock import spent
from ...verdict.nearness import size
from ..finding import Finding
from ..generated.terms.fitted import fitted
from ..held.case import Case
from ..held.holding import Holding
from ..held.narrowing import narrowed
from ..held.otherwise import fits_a_loop, fits_otherwise
from ..trace.group import EVERYTHING
from ..trace.outputs import replayed
from ..trace.replaying import Edit
from ..trace.trace import Arrays, Trace
from ..trace.ways import ANEW, CACHED, WHOLE
from .anew import is_likely_from_first, other_way
from .approximating import UNLIKELY, approximating
from .disguised import undisguised
from .keeping import partly_anew
from .nearest import Nearest
from .pairing import Part, pairs
from .patience import Patience
from .suspects import Suspects

LIKELY = 1.3  # the rank up to which edits are tried behind another
FURTHER = 0.25  # beyond the nearest edit that fits, others are looked for so far
A_WHILE = 0.2  # seconds for less that fits
QUICK = 150  # nodes of a trace all of whose outputs are looked at for each edit
SLIGHT = 2.0**-6  # of the largest element
LEAST = 0.1  # seconds: in less no edits are made, which takes longer
OF_ONE = 0.7  # of the time is for one edit, the rest for two, or for one with a constant
FOR_NEAR, NEARLY = 0.5, 0.1  # seconds, or that share of what there is, for functions that approximate
FITTED = 4  # edits with a constant that are looked for: one factor may stand in several places of a product
BEHIND = 8  # edits that give some of the outputs, behind which another is looked for


@dataclass
class Search(Holding):
    """Of one operation; `calm` are runs of what is right, `beside` are cases of others that have the same cell, `others` is what other
    families have, as this one has it; it `is_cut` where that took all of its time.
    """

    calm: list[Trace] = field(default_factory=list)
    beside: Callable[[], Sequence[Case]] = tuple
    others: Callable[[], Iterable[Iterable[Finding]]] = tuple
    is_cut: bool = False
    nearest: Nearest = field(default_factory=Nearest)

    def found(self, base: Finding | None = None) -> list[Finding]:
        """What fits, the nearest to the source first: one edit, of all or of some, two with outputs of their own, one with a constant."""
        base = base or Finding((), ANEW if self.is_ahead_right else CACHED)
        if spent() > self.deadline or any(self.cases[0].got[name] is None for name in self.cases[0].wrong):
            return []  # which no edit gives: no array
        with np.errstate(all="ignore"):
            parts, rough, less = list[Part](), list[Finding](), list[Finding]()
            one, narrow = partial(self._single, base, parts, less), self._narrow
            near = partial(self._approximating, rough)
            odd = partial(self._fitted, odd=True)
            order = (one,) if base.edits else (near, odd, self._of_others, one)
            order = order if base.edits else (narrow, *order) if self._is_slight else (*order, narrow)
            in_time = (search for search in order if self._is_time(LEAST if search in (self._of_others, one) else 0.0))
            hits = next(filter(None, (list(search()) for search in in_time)), [])
            hits = hits or [one for one in less if not one.is_unragged] or list(islice(pairs(self, base, parts), 1))
            if not hits and not base.edits:
                hits = (
                    [*self._fitted()] or self._partly_anew(parts) or [*islice(self._behind(parts), 1)] or less or rough
                )
            first, small = self.cases[0], [self._smallest(hit) for hit in hits]
            plain = [own if self.fits(own := one.plain(first.trace)) else one for one in small]
            nothing = () if any(np.any(first.got[name]) for name in first.wrong) else first.wrong
            told = undisguised(plain, self.suspects.every, self.fits, nothing)
            return sorted(told, key=lambda finding: self.marked(finding).rank)

    def marked(self, finding: Finding) -> Finding:
        """With the loop of which it fits alone, and how much later its places come."""
        return replace(super().marked(finding), later=sum(map(self.suspects.later, finding.edits)))

    def _is_time(self, least: float) -> bool:
        return self.deadline - spent() > least

    def _smallest(self, finding: Finding) -> Finding:
        """Without edits that it does not need."""
        alone = [replace(finding, edits=(edit,)) for edit in finding.edits] if len(finding.edits) > 1 else []
        deadline = self.deadline
        self.until(spent() + A_WHILE)
        with np.errstate(all="ignore"):
            smallest = next(filter(self.fits, alone), finding)
        self.until(deadline)
        return smallest

    def _of_others(self) -> Iterator[Finding]:
        """What other families have: behind what is found without the edits that this takes."""
        return iter(next(filter(None, map(self.among, self.others())), []))

    def _narrow(self) -> Iterator[Finding]:
        """A precision in which something is computed."""
        return filter(self.is_behind, narrowed(self.cases))

    def _approximating(self, rough: list[Finding]) -> Iterator[Finding]:
        """The first that fits of what a function approximates by; a curve that is far off is left in `rough`, for what is exact comes before it."""
        now = spent()
        until = now + max(FOR_NEAR, NEARLY * (self.deadline - now))
        for finding in islice(filter(self.fits, approximating(self.cases, self.beside(), until)), 1):
            if finding.rank < UNLIKELY:
                yield finding
            else:
                rough.append(finding)

    @cached_property
    def _is_slight(self) -> bool:
        """Whether what is wrong in the first case is off by little: then a precision comes before anything else."""
        case = self.cases[0]
        return all(
            name in case.comparable and size(case.got[name] - case.right[name]) <= SLIGHT * size(case.right[name])
            for name in case.wrong
        )

    def _single(self, base: Finding, parts: list[Part], less: list[Finding]) -> Iterator[Finding]:
        """One edit, behind those that are known; what gives some of the outputs is left in `parts`, what explains less than all in `less`."""
        first, named = self.cases[0], False
        most = LIKELY if base.edits else float("inf")
        patience = Patience((1.0 if base.edits else OF_ONE) * (self.deadline - spent()))
        wrong = first.missed(first.given(base)) if base.edits else first.wrong
        for edit, reach, whole, is_otherwise in self.suspects.reaching(first.bits_of(wrong), len(wrong) > 1):
            hides = base.edits and edit.group.extent == EVERYTHING  # what is known: it would stand in all of its places
            if edit.rank > most or (named and not whole) or hides:
                continue
            if patience.is_over():
                return
            found = None if is_otherwise or not self._is_likely(base, edit) else first.given_behind(base, edit)
            some = [Finding((edit,), base.way)] if whole and found is not None and first.gives(found, wrong) else []
            way = self._way(base, edit, found, some, is_otherwise and not named) if whole else None
            if way is not None:
                finding = Finding((*base.edits, edit), way)
                if fitting := next(filter(self.fits, self.anywhere(finding)), None):
                    most, named = min(most, fitting.rank + FURTHER), True
                    patience.is_named()
                    yield fitting
            elif not named and found is not None:
                self._noted(base, edit, found, reach, wrong, parts)
            if (some or way is not None) and not (named or less or base.edits):
                own = Finding((edit,), way or base.way)
                less += islice(filter(self.fits, self.lesser.of(some if way is None else [own])), 1)
                if less and not less[0].is_unragged:
                    patience.is_named_in_part()

    def _noted(
        self, base: Finding, edit: Edit, found: Arrays, reach: int, wrong: frozenset[str], parts: list[Part]
    ) -> None:
        """What an edit that does not give all gives."""
        first = self.cases[0]
        if not base.edits:
            self.nearest.add(edit, first.gained(found, first.comparable[:1]))
        if len(wrong) > 1 and (own := self._part(found, reach, wrong)):
            parts.append(Part(*own, edit))

    def _way(self, base: Finding, edit: Edit, found: Arrays | None, some: list[Finding], is_text: bool) -> str | None:
        """In which way an edit gives the first case, None in none; `some` has it where it gives what is wrong there."""
        if found is None:
            return base.way if is_text and fits_otherwise(self.cases[0], edit) else None
        gives = bool(some)
        if base.way == ANEW and not edit.source and (way := other_way(self, edit, found, some)):
            return way
        is_fit = (gives and self.cases[0].fits(found)) or fits_a_loop(self.cases[0], edit, found)
        return base.way if is_fit else None

    def _is_likely(self, base: Finding, edit: Edit) -> bool:
        """Whether it gives any of what is wrong in the shortest case, which costs the least."""
        case = self._shortest
        if case is None or not edit.members(case.trace) or (found := case.given_behind(base, edit)) is None:
            return True
        is_likely = case.gives_some(found, -1, case.wrong) or is_likely_from_first(case, base, edit)
        if not is_likely and not base.edits:
            self.nearest.add(edit, case.gained(found, case.comparable[:1]))
        return is_likely

    @cached_property
    def _shortest(self) -> Case | None:
        """A failing case of fewer steps than the first, if there is one."""
        short = [c for c in self.cases if c.wrong and not c.is_ragged and c.steps < self.cases[0].steps]
        return min(short, key=lambda case: (case.steps, -len(case.wrong)), default=None)

    @cached_property
    def suspects(self) -> Suspects:
        """Places are less so that the shortest of the calls that are right runs, too."""
        right = [case for case in self.cases if not case.wrong]
        shortest = [min(right, key=lambda case: case.steps).trace] if right else []
        wrong = [case.golden.inputs for case in self.cases if case.wrong]
        of_loop = any(
            all(name in inputs and np.any(inputs[name]) for inputs in wrong) for name in ("lengths", "reverse")
        )
        return Suspects(self.cases[0].trace, (*shortest, *self.calm), of_loop)

    def _part(self, found: Arrays, reach: int, wrong: frozenset[str]) -> tuple[frozenset[str], bool] | None:
        """The outputs that an edit gives, and whether it leaves all others as they were; None where it gives none."""
        first = self.cases[0]
        if not (first.gives_some(found, reach, wrong) if self._is_quick else first.leads(found, reach, wrong)):
            return None
        missed = first.missed(found, reach)
        given = frozenset(name for name in wrong if first.bit.get(name, -1) & reach) - missed
        apart = not any(first.changed(name, found) for name in missed) if given else False
        return (given, apart) if given and (apart or self._is_quick) else None

    @cached_property
    def _is_quick(self) -> bool:
        return len(self.cases[0].trace.tape.nodes) < QUICK

    def _behind(self, parts: list[Part]) -> Iterator[Finding]:
        """A second edit behind one that gives some of the outputs: what gives most of them first, one for each that it gives."""
        for edit in self._giving_most(parts):
            yield from self._single(Finding((edit,)), [], [])

    def _partly_anew(self, parts: list[Part]) -> list[Finding]:
        """What a backward of a forward that is right computes anew, and in some of its uses has as that left it."""
        edits = self._giving_most(parts) if self.is_ahead_right else []
        return partly_anew(self, [Finding((edit,), way) for edit in edits for way in (ANEW, WHOLE)])

    def _giving_most(self, parts: list[Part]) -> list[Edit]:
        best = dict[frozenset[str], Part]()
        for part in sorted(parts, key=lambda part: part.edit.rank):
            best.setdefault(part.given, part)
        return [
            part.edit for part in sorted(best.values(), key=lambda part: (-len(part.given), part.edit.rank))[:BEHIND]
        ]

    def _fitted(self, odd: bool = False) -> Iterator[Finding]:
        """One with a constant, of whatever number or of one that no other edit has."""
        return islice(self._with_constants(odd), FITTED)

    def _with_constants(self, odd: bool) -> Iterator[Finding]:
        first = self.cases[0]
        name = next((name for name in first.asked if name in first.trace.outputs), "")
        if not name or np.shape(first.got[name]) != first.golden.outputs[name].shape or not first.wrong:
            return
        chosen = [*self.suspects.groups(alone=odd and not self._is_quick), *self.suspects.of_arguments]
        for edit in fitted(first.trace, chosen, name, first.got[name], first.room[name], self.deadline, odd):
            found = Finding((edit,))
            if first.fits(replayed(first.trace, edit)) and (fit := next(filter(self.fits, self.anywhere(found)), None)):
                yield fit
