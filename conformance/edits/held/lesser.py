"""Findings that explain less than a whole operation: outputs that are wrong by an equation of their own, or the calls without lengths."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ...verdict.part import last_of
from ..finding import Finding
from ..trace.group import NAMED, Group
from ..trace.tape import RESULT, named
from .case import Case


@dataclass(frozen=True)
class Lesser:
    """`outputs` are those that are wrong in any case, none where all are; `is_parted` says that calls fail with lengths and, several, without."""

    outputs: frozenset[str]
    is_parted: bool

    @property
    def is_any(self) -> bool:
        return bool(self.outputs) or self.is_parted

    def of(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """As they are done to these outputs themselves, where they are done to what is given, or seen in these alone; then without lengths."""
        each = [*findings]
        results = tuple(named(name, RESULT)[0] for name in sorted(self.outputs))
        for one in each if results else ():
            if one.edits and one.edits[-1].group.extent == NAMED:
                edit = one.edits[-1]._replace(group=Group(results, 0, NAMED))
                yield replace(one, edits=(*one.edits[:-1], edit))
        yield from (replace(one, alone=self.outputs) for one in each if self.outputs)
        yield from (replace(one, is_unragged=True) for one in each if self.is_parted)


def lesser(cases: Sequence[Case]) -> Lesser:
    wrong = {name for case in cases for name in case.wrong}
    every = {*cases[0].trace.outputs, *(name for case in cases for name in case.golden.outputs)}
    own = frozenset(name for name in every if {name, last_of(name)} & wrong)
    ragged = [case.is_ragged for case in cases if case.wrong]
    return Lesser(own if len(own) < len(every) else frozenset(), any(ragged) and ragged.count(False) > 1)
