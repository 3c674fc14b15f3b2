"""The edits of a trace in the order in which they are tried: first those of places that nothing runs that is right."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, partial
from heapq import merge
from itertools import chain
from operator import itemgetter
from typing import Any

from rnnspec.reference import Kind

from ..generated.generating import edits_of_all, edits_of_places
from ..generated.making.groups import groups
from ..trace.group import (
    ALL,
    BIASES,
    EACH,
    ENTERING,
    HANDED,
    LOOP,
    NAMED,
    OF_STEPS,
    OUTERS,
    OWN_BIASES,
    OWN_OUTERS,
    SAME,
    TOLD,
    Group,
)
from ..trace.members import members, reached
from ..trace.places import Expression
from ..trace.replaying import Edit
from ..trace.tape import KEPT, RESULT, Id
from ..trace.tape import named as place_of
from ..trace.trace import Trace

LIKELIER, LATER, LESS_TOLD = 0.3, 0.25, 0.08  # in the rank
FIRST = 1.1  # the rank up to which what nothing has that is right is tried before all else
# the rank of a text in a loop that is written otherwise: to try these costs as much as all up to there
OTHERWISE = 1.22
Tried = tuple[Edit, int, bool, bool]
Made = tuple[Any, ...]
BETWEEN_STEPS = (ENTERING, HANDED, TOLD)
SUMMED = (OUTERS, OWN_OUTERS, BIASES, OWN_BIASES, OF_STEPS)  # or of other steps


@dataclass
class Suspects:
    """`right` are runs of what is right: calls of this operation, or operations that it rests on. What only goes wrong with an option of the
    loop is likely `of_loop`.
    """

    trace: Trace
    right: Sequence[Trace]
    of_loop: bool = False
    _known: dict[bool, list[Edit]] = field(default_factory=dict)
    _made: dict[bool, dict[Made, list[Edit]]] = field(default_factory=dict)
    _innocent: dict[Group, bool] = field(default_factory=dict)

    def edits(self, is_innocent: bool) -> list[Edit]:
        """Those of places that nothing has that is right, or the others, the likeliest first."""
        if is_innocent not in self._known:
            of_all = (edit for edit in self._of_all if self._is_innocent(edit.group) is is_innocent)
            found = chain(of_all, edits_of_places(self.trace, lambda group: self._is_innocent(group) is is_innocent))
            self._known[is_innocent] = sorted(found, key=self._rank)
        return self._known[is_innocent]

    @cached_property
    def _of_all(self) -> list[Edit]:
        """What has no one place is made once."""
        return [*edits_of_all(self.trace)]

    def _rank(self, edit: Edit) -> float:
        return edit.rank - (LIKELIER if self.of_loop and edit.source else 0.0)

    def made(self, is_innocent: bool) -> dict[Made, list[Edit]]:
        """The same by what made them."""
        if is_innocent not in self._made:
            found = self._made[is_innocent] = {}
            for edit in self.edits(is_innocent):
                found.setdefault(made_by(edit), []).append(edit)
        return self._made[is_innocent]

    @property
    def every(self) -> Iterator[Edit]:
        """All of them."""
        return (edit for is_innocent in (False, True) for edit in self.edits(is_innocent))

    @property
    def named(self) -> Iterator[Edit]:
        """Those of what is given or returned by name."""
        return iter(sorted((edit for edit in self._of_all if edit.group.extent == NAMED), key=self._rank))

    def reaching(self, bits: int, in_part: bool) -> Iterator[Tried]:
        """Edits on which wrong outputs rest, the outputs that do, whether all of the wrong ones do, or only, `in_part`, some, and whether it
        is the text of a loop that is written otherwise: the likeliest first, and later by some of a rank what something has, or gives,
        that is right.
        """
        ranked = self._ranked(False, bits, in_part)
        likely = [one for one in ranked if one[0] <= FIRST]
        yield from (tried for _, tried in likely)
        otherwise = [(OTHERWISE, (edit, reach, whole, True)) for _, (edit, reach, whole, _) in ranked if edit.source]
        innocent = self._ranked(True, bits, in_part)  # which takes as long as to try some
        yield from (tried for _, tried in merge(ranked[len(likely) :], otherwise, innocent, key=itemgetter(0)))

    def _ranked(self, is_innocent: bool, bits: int, in_part: bool) -> list[tuple[float, Tried]]:
        reaches, found = cache(partial(reached, self.trace)), list[tuple[float, Tried]]()
        for edit in self.edits(is_innocent):
            reach = reaches(edit.group) | (reaches(edit.partner) if edit.partner else 0)
            whole, is_beyond = (
                reach & bits == bits,
                bool(reach & ~bits) and not edit.source,
            )  # of whose reach nothing is known
            if reach & bits and (whole or in_part):
                found.append((self._rank(edit) + LATER * (is_innocent + is_beyond), (edit, reach, whole, False)))
        return sorted(found, key=itemgetter(0))

    def later(self, edit: Edit) -> float:
        """How much less an edit is told than what is equal to it for its places, which something has that is right."""
        return LESS_TOLD * self._is_innocent(edit.group)

    def groups(self, alone: bool = False) -> list[Group]:
        """First those that nothing has that is right, or these alone, none where nothing is."""
        if alone:
            return [group for group in groups(self.trace) if not self._is_innocent(group)] if self.right else []
        return sorted(groups(self.trace), key=self._is_innocent)

    @property
    def of_arguments(self) -> list[Group]:
        """What is given for each step, or of all of them, and is no parameter."""
        given = self.trace.operation.arguments
        return [
            Group(place_of(name)) for name in self.trace.inputs if name in given and name not in self.trace.parameters
        ]

    def _is_innocent(self, group: Group) -> bool:
        """Whether what is right has all of the places of a group, too, or those of a cell to which a layer's parameter belongs."""
        if group not in self._innocent:
            self._innocent[group] = self._is_had(group)
        return self._innocent[group]

    def _is_had(self, group: Group) -> bool:
        is_saved = group.extent == SAME and group.place[0].function == KEPT
        is_summed = group.extent == ALL and group.place[0].function == "accumulated"
        is_between = group.extent in BETWEEN_STEPS or is_saved or is_summed
        is_between = is_between and self.trace.operation.kind is not Kind.CELL
        is_returned = group.extent == NAMED and group.place[0].module == RESULT and self.of_loop
        if is_between or is_returned or group.extent == LOOP or group.only in SUMMED:
            return False  # which go wrong by what they are given
        places = group.place if group.extent == NAMED else (None,)
        if group.extent == EACH and any(map(self._is_met, members(self.trace, group))):
            return False
        return any(all(_has(trace, group, place) for place in places) for trace in self.right)

    def _is_met(self, i: int) -> bool:
        """Whether a node takes what nothing computes that is right."""
        nodes = self.trace.tape.nodes
        taken = (nodes[arg] for arg in nodes[i].args if type(arg) is Id)
        keys = [(one.place, one.k) for one in taken if one.name and one.name != KEPT]
        return bool(self.right) and any(all(key not in right.places for right in self.right) for key in keys)


def made_by(edit: Edit) -> Made:
    """The generator that made it, and of what."""
    change = getattr(edit.change, "func", edit.change)
    return edit.kind, edit.rank, edit.group.extent, edit.group.only, getattr(change, "__code__", None)


def _has(trace: Trace, group: Group, place: Expression | None) -> bool:
    """Whether a run has a group, or one of its places: zeros that stand for what is not given show nothing, nor does what is not used."""
    own = group if place is None else replace(group, place=(place,))
    if own.place[0].module == "":
        cell = own.place[0]._replace(function=own.place[0].function.partition("[")[0])
        own = own if members(trace, own) else replace(own, place=(cell, *own.place[1:]))
    return any(trace.reach[i] and trace.tape.nodes[i].name != "zeros" for i in members(trace, own))
