"""Edits that give what a candidate gave: one, or two whose outputs are apart, found on the smallest failing case and held against all."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from itertools import chain, combinations, islice, product
from typing import Any

import numpy as np
from rnnspec.golden import Golden

from ..candidate import Foreign
from ..verdict.nearness import roomy, size
from ..verdict.part import Part, as_given, last_of
from .differentiating import differentiated
from .evidence import Held
from .fitted import fitted
from .generating import edits
from .members import reached
from .replaying import Edit, replayed
from .trace import Arrays, Trace, traced

ROUNDINGS = 256  # by how many an edited equation may be off, in the unit of its largest element …
COARSEST = 2.0**-7  # … and never by more of that
FURTHER = 0.25  # beyond the nearest edit that fits, others are looked for so far
PARTIAL, PAIRS = 40, 400  # edits that give some of the outputs; pairs of these that are tried


CACHED, FOLLOWED, RECOMPUTED = WAYS = ("", "differentiated", "recomputed")


@dataclass(frozen=True)
class Finding:
    """Edits that fit every case, and how a backward goes with those of its forward: it starts from what that left, follows from it
    as automatic differentiation has it, or has what is right.
    """

    edits: tuple[Edit, ...]
    way: str = CACHED

    @property
    def rank(self) -> float:
        return sum(edit.rank for edit in self.edits) + 0.01 * WAYS.index(self.way)


@dataclass
class Case:
    """What a candidate gave in one case, and how near an output has to come."""

    golden: Golden
    arrays: Arrays
    dtype: str
    wrong: frozenset[str]

    @cached_property
    def trace(self) -> Trace:
        return traced(self.golden)

    @cached_property
    def got(self) -> dict[str, Any]:
        """As float64; an output that is no array of its shape fits nothing."""
        found = {}
        for name, want in self.golden.outputs.items():
            array = self.arrays[name]
            plain = not isinstance(array, Foreign) and array.dtype.kind == "f" and array.shape == want.shape
            found[name] = np.asarray(array, np.float64) if plain else None
        return found

    @cached_property
    def room(self) -> dict[str, float]:
        eps = float(np.finfo(self.dtype).eps)
        found = {}
        for name, got in self.got.items():
            largest = 0.0 if got is None else size(got)
            found[name] = max(roomy(self.golden, name, largest, self.dtype), min(ROUNDINGS * eps, COARSEST) * largest)
        return found

    @cached_property
    def asked(self) -> list[str]:
        """The outputs that an edit has to give, the wrong ones first."""
        return sorted(self.got, key=lambda name: (name not in self.wrong, name))

    @cached_property
    def right(self) -> Arrays:
        return self._given({name: self.trace.tape.values[i] for name, i in self.trace.outputs.items()})

    @cached_property
    def bits(self) -> int:
        """The outputs of the trace that are wrong, or whose last is: a bit each."""
        return sum(1 << bit for bit, n in enumerate(self.trace.outputs) if {n, last_of(n)} & self.wrong)

    def _given(self, found: Arrays) -> Arrays:
        """As the candidate gives it, which may leave out outputs, or tell of a state the last."""
        return as_given(self.golden, found) if isinstance(self.golden.entry, Part) else found

    def near(self, name: str, array: Any) -> bool:
        got = self.got[name]
        if got is None or np.shape(array) != got.shape:
            return False
        apart = np.abs(array - got)
        return bool((apart <= self.room[name]).all()) or bool(
            ((apart <= self.room[name]) | (np.isnan(array) & np.isnan(got))).all()
        )

    def fits(self, found: Arrays | None) -> bool:
        """In every output; what is not changed is what the reference gives."""
        held = self.right if found is None else self._given(found)
        return all(self.near(name, held[name]) for name in self.asked)

    def partly(self, found: Arrays) -> frozenset[str]:
        """The wrong outputs that are given, where all others are as they were; else none."""
        given, held = set(), self._given(found)
        for name in self.asked:
            if self.near(name, held[name]):
                given.add(name)
            elif not np.array_equal(held[name], self.right[name]):
                return frozenset()
        return frozenset(given & self.wrong)


@dataclass
class Search:
    """Of one operation; `deadline` is a time of `time.monotonic()`."""

    held: Held
    deadline: float
    tried: int = 0

    @cached_property
    def cases(self) -> list[Case]:
        """A case of some steps comes first: of one step alone, time shows nothing."""
        known = [self._case(name) for name in self.held.order]
        return sorted(known, key=lambda case: (not case.wrong, case.golden.entry.dims.get("T_x", 2) < 2))

    def _case(self, name: str) -> Case:
        held = self.held
        outcome = held.outcomes[name]
        wrong = frozenset(n for n, verdict in outcome.verdicts.items() if not verdict.passed)
        return Case(held.goldens[name], outcome.arrays, held.dtype, wrong)

    def among(self, known: Iterable[Finding]) -> list[Finding]:
        """Those of other operations that fit here, too, in one of the ways in which a backward goes with its forward."""
        ways = [replace(one, way=way) for one in known for way in (WAYS if self.held.operation.forward else WAYS[:1])]
        with np.errstate(all="ignore"):
            return [finding for finding in ways if self.fits(finding)]

    def found(self, base: Finding | None = None) -> list[Finding]:
        """What fits, the nearest to the source first: one edit, two with outputs of their own, one with a constant."""
        base = base or Finding(())
        if any(self.cases[0].got[name] is None for name in self.cases[0].wrong):
            return []  # which no edit gives: another shape, no array
        with np.errstate(all="ignore"):
            parts: list[tuple[frozenset[str], Edit]] = []
            hits = list(self._single(base, parts))
            if not hits:
                hits = list(islice(self._pairs(base, parts), 1))
            if not hits and not base.edits:
                hits = list(islice(self._fitted(), 1))
        return sorted(hits, key=lambda finding: finding.rank)

    def _single(self, base: Finding, parts: list[tuple[frozenset[str], Edit]]) -> Iterator[Finding]:
        first, most = self.cases[0], float("inf")
        wrong = first.bits
        reaches = cache(partial(reached, first.trace))
        for edit in sorted(edits(first.trace), key=lambda edit: edit.rank):
            self.tried += 1
            if edit.rank > most or (self.tried % 64 == 0 and time.monotonic() > self.deadline):
                return
            reach = reaches(edit.group) | (reaches(edit.partner) if edit.partner else 0)
            if not reach & wrong or (reach & wrong != wrong and not base.edits and len(first.wrong) < 2):
                continue
            finding = Finding((*base.edits, edit), base.way)
            if (found := given(first.trace, finding)) is None:
                continue
            if first.fits(found):
                if self.fits(finding):
                    most = min(most, edit.rank + FURTHER)
                    yield finding
            elif len(first.wrong) > 1 and (own := first.partly(found)):
                parts.append((own, edit))

    def _pairs(self, base: Finding, parts: list[tuple[frozenset[str], Edit]]) -> Iterator[Finding]:
        """Two edits, each of which gives outputs of its own, and together all that is wrong; or two sums of one function."""
        first = self.cases[0]
        best = dict[frozenset[str], list[Edit]]()
        for own, edit in sorted(parts, key=lambda one: one[1].rank):
            best.setdefault(own, []).append(edit)
        apart = (
            (a, b)
            for one, two in combinations(best, 2)
            if one | two == first.wrong
            for a, b in product(best[one][:PARTIAL], best[two][:PARTIAL])
        )
        sums = [edit for edit in edits(first.trace) if edit.kind == "sum"] if not base.edits else []
        for a, b in chain(islice(apart, PAIRS), combinations(sums, 2)):
            self.tried += 1
            if time.monotonic() > self.deadline:
                return
            finding = Finding((*base.edits, a, b), base.way)
            if first.fits(given(first.trace, finding)) and self.fits(finding):
                yield finding

    def _fitted(self) -> Iterator[Finding]:
        first = self.cases[0]
        name = next((name for name in first.asked if name in first.trace.outputs), "")
        if not name or first.got[name] is None or not first.wrong:
            return
        for edit in fitted(first.trace, name, first.got[name], first.room[name], self.deadline):
            if first.fits(replayed(first.trace, edit)) and self.fits(finding := Finding((edit,))):
                yield finding

    def fits(self, finding: Finding) -> bool:
        """In every case; what is not changed in any is no explanation."""
        changed = False
        for case in self.cases:
            found = given(case.trace, finding)
            if time.monotonic() > self.deadline or not case.fits(found):
                return False
            changed |= found is not None
        return changed


def given(trace: Trace, finding: Finding) -> Arrays | None:
    """The outputs of a case with the edits of a finding, None where they change nothing of it."""
    if finding.way == FOLLOWED:
        return differentiated(trace, finding.edits)
    there = [edit for edit in finding.edits if edit.members(trace)]
    return replayed(trace, *there, recomputed=finding.way == RECOMPUTED) if there else None
