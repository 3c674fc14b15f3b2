"""Looking for the change of a program's source with which what fails passes: operation by operation, the likeliest first."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import count, islice
from pathlib import Path

from rnnspec.reference import OPERATIONS

from ..properties.table import property_in
from ..repair.asking import Repair
from ..repair.differing import difference
from ..repair.wanted import OF_FIRST
from .blaming import Placed, halves
from .changes.change import NEAR, Change
from .offered import offered
from .remembering import Remembering
from .sanitizing import PANIC, Beyond, placed
from .slots import Slot
from .suspect import UNKNOWN
from .suspecting import rank, suspects
from .trying import Trying
from .workshop import NoTime, Unbuilt

AT_ONCE = 1500  # changes in a build
FEW = 100  # that wait for the next build
THERE = 1.0  # how much likelier a change is where one is told that does not repair all: another that does
AGAIN = 2  # processes more in which what is told is asked, as a mistake may not show in each
OTHERWISE = "it is older than its source, was built otherwise, or does not give the same each time"

Cases = Mapping[str, Sequence[str]]


class Search:
    """By operation, cells before what runs them, the cases that fail, or where none does the properties; of each what is wrong; the cases that pass, the
    small ones first; all properties that fail, those of other operations that run these, too, and those that hold; where something is done beyond an array.
    """

    def __init__(
        self,
        trying: Trying,
        failing: Cases,
        wrong: Mapping[str, set[str]],
        passing: Cases,
        properties: Cases,
        holding: Cases,
        seconds: float,
        beyond: Callable[[], Mapping[str, Beyond]] = dict,
    ) -> None:
        self._trying, self._failing, self._wrong, self._passing = trying, failing, wrong, passing
        self._properties, self._holding = properties, holding
        self._until, self._sanitized = time.monotonic() + seconds, beyond
        self._told = set[tuple[Path, int]]()  # where a change stands that is told
        self._tried = dict[str, set[Placed]]()  # by operation that nothing repairs yet
        self._now = set[Placed]()  # of the operation that is looked at
        self._room = set[
            Placed
        ]()  # which gives an array its size: with more of it all passes, too, whatever runs beyond
        self._left_over = list[Placed]()  # what clashed in a build, to be tried in another
        self._is_cut = False  # time was up before all changes were
        self._unseen = dict[str, str]()  # what failed of an operation, and does not of a program that is built anew

    @property
    def said(self) -> str:
        """How many changes were tried, of the operation of which most were, and what to do where time was up."""
        tried = max(map(len, self._tried.values()), default=0)
        every = len(self._changes) - len(self._trying.refused)
        if self._is_cut:
            return f"{tried} of {every} were tried when time was up: more of --source-seconds may find one"
        return f"all {tried} that can be built were tried" if tried >= every else f"{tried} of {every} could be tried"

    def repairs(self) -> Iterator[Repair]:
        """Each explains what those before it have left. Raises Unbuilt where the sources, as they are, come to no program, or to one in which nothing fails."""
        left = self._every
        for place, operation in enumerate(self._failing):
            found, now = None, time.monotonic()
            is_last = place + 1 == len(self._failing)
            self._trying.until(now + (self._until - now) * (1.0 if is_last else OF_FIRST))
            try:
                found = self._of(operation) if operation in left else None
            except NoTime:
                self._is_cut = True
            if found:
                self._tried = {name: own for name, own in self._tried.items() if name not in found.cases}
                yield found
                left = [name for name in left if name not in found.cases]
        if self._unseen and self._unseen.keys() == self._failing.keys():
            raise Unbuilt(
                f"built anew as it stands the program passes {min(self._unseen.values())}, which failed: {OTHERWISE}"
            )

    def _of(self, operation: str) -> Repair | None:
        """The first with which all passes that failed of the operation, and all that passed of it and in its family. Raises NoTime."""
        self._now = self._tried[operation] = set[Placed]()
        passing = [id for name in self._near(operation) for id in self._passing[name]]
        if all(map(property_in, (*self._failing[operation], *self._passing.get(operation, ())))):
            return None
        still = self._passing_still(passing)
        if not (failing := self._failing_still(operation)):
            return None
        if any(one.kind != PANIC for one in self._beyond.values()):  # it does other things in each build
            still.clear()
        ids, holding = [*failing, *passing], self._holding.get(operation, ())
        for several in self._ranked(operation, failing):
            for path, change in self._sizes_last(self._right(several, ids, still)):
                # what takes longest is asked of the change alone
                if found := self._repair(path, change.plain, operation, [*ids, *holding]):
                    return found
        return None

    @property
    def _every(self) -> list[str]:
        """All operations of which something fails."""
        return [*self._failing, *(name for name in self._properties if name not in self._failing)]

    @cached_property
    def _beyond(self) -> Mapping[str, Beyond]:
        """Asked once it is known that the program can be built, and that something fails."""
        return self._sanitized()

    def _is_right(self, operation: str) -> bool:
        return all(map(self._trying.passes, (*self._failed(operation), *self._passing.get(operation, ()))))

    def _failed(self, operation: str) -> Sequence[str]:
        return self._failing.get(operation) or self._properties[operation]

    def _held(self, operation: str) -> list[str]:
        """Properties that failed beside its cases and do no longer."""
        own = self._failed(operation)
        return [id for id in self._properties.get(operation, ()) if id not in own and self._trying.passes(id)]

    def _near(self, operation: str) -> list[str]:
        """Operations of its family of which cases pass."""
        family = OPERATIONS[operation].family
        return [
            name
            for name, ids in self._passing.items()
            if ids and (name == operation or (family and OPERATIONS[name].family == family))
        ]

    def _passing_still(self, passing: Sequence[str]) -> list[str]:
        """What passed and does of the program built anew, in which memory is filled where all of it does."""
        self._trying.built({})
        still = [id for id in passing if self._trying.passes(id)]
        if len(still) < len(passing):
            self._trying.unfilled()
            still = [id for id in passing if self._trying.passes(id)]
        return still

    def _failing_still(self, operation: str) -> list[str]:
        """What failed, one first that does so of the program built anew; nothing where none does."""
        trying, failed = self._trying, self._failing[operation]
        first = next((id for id in failed if not trying.timed(id)), None)
        if first is None:
            self._unseen[operation] = failed[0]
            return []
        return [first, *(id for id in failed if id != first)]

    @cached_property
    def _changes(self) -> list[tuple[Path, Change, list[Slot]]]:
        return [*offered(self._trying.texts, self._trying.slots)]

    def _ranked(self, operation: str, failing: Sequence[str]) -> Iterator[list[Placed]]:
        """All changes, the likeliest first, as many as one build has."""
        trying, wrong = self._trying, self._wrong[failing[0]]
        calm = [self._passing[name][0] for name in self._near(operation) if name not in self._failing]
        case = next(id for id in (*failing, *self._passing.get(operation, ())) if not property_in(id))
        known = suspects(trying, case, calm)
        if not any(one.outputs or one.outputs is None or one.is_calm for one in known.values()):
            names = ", ".join(map(str, trying.texts))
            raise Unbuilt(f"no change of {names} changes what the program gives: does the build read it?")
        left = (one for one in self._changes if one[:2] not in trying.refused)
        own = self._beyond.get(operation)
        told, made, room = placed(trying.texts, [own] if own else self._beyond.values())
        every = list[tuple[float, Path, Change]]()
        for path, change, within in left:
            row = (path, within[0].start)
            is_there = (path, change.start) in self._told or row in told
            if row in room:
                self._room.add((path, change))
            nearer = THERE if is_there else THERE / 2 if row in made and change.rank <= NEAR else 0.0
            unlikely = rank(change, within, path, known, wrong)
            if row in told:  # how long before a crash it is run says nothing of what writes beyond an array
                unlikely = min(unlikely, change.rank + UNKNOWN)
            every.append((unlikely - nearer, path, change))
        in_order = iter([(path, change) for _, path, change in sorted(every, key=lambda one: one[0])])
        self._left_over.clear()
        while (several := [*islice(in_order, AT_ONCE)]) or self._left_over:
            beside, self._left_over = self._left_over, []
            yield [*beside, *several]

    def _sizes_last(self, right: Iterator[Placed]) -> Iterator[Placed]:
        sizes = list[Placed]()
        for one in right:
            if one in self._room:
                sizes.append(one)
            else:
                yield one
        yield from sizes

    def _right(self, several: Sequence[Placed], ids: Sequence[str], passing: list[str]) -> Iterator[Placed]:
        """Those with which these cases pass, as those do that pass without, of which none is asked any more where one change alone breaks some, not at work."""
        numbered = dict(zip(count(1), several, strict=False))
        waiting: list[Mapping[int, Placed]] = [numbered]
        while waiting:
            left = waiting.pop(0)
            try:
                built = self._trying.built(left)
            except Unbuilt:
                continue  # what else is waiting may be built
            later = self._trying.later
            # which is not worth a build, as long as there are others that need one
            if later and len(later) < FEW and len(several) > FEW:
                self._left_over += [numbered[number] for number in later]
            elif later:
                waiting[:0] = [later]
            self._trying.pick(0)
            if not all(map(self._trying.passes, passing)):
                if len(built) > 1:  # one of them does something where none is at work
                    waiting[:0] = halves({number: numbered[number] for number in sorted(built)})
                    continue
                passing.clear()  # not for its sake: what writes beyond an array does other things in each build
            try:
                found = Remembering(self._trying, ids, passing).first(sorted(built), ids)
            finally:
                self._now |= {numbered[number] for number in self._trying.asked}
            if found is not None:
                yield numbered[found]  # after which another program stands there
                behind = {number: numbered[number] for number in sorted(built) if number > found}
                waiting[:0] = [behind] if behind else []

    def _repair(self, path: Path, change: Change, operation: str, ids: Sequence[str]) -> Repair | None:
        """A change built by itself, with all else that passes so, also what another, of less, is told of."""
        if self._trying.passes_unchanged(ids[0]):  # this time
            return None
        try:
            self._trying.rebuilt(path, change)
        except Unbuilt:
            return None
        with self._trying.unlimited():
            if not all(map(self._trying.passes, ids)) or not self._trying.passes_again(ids[0], AGAIN):
                return None
            others = [name for name in self._every if name != operation and self._is_right(name)]
            cases = {name: (*self._failed(name), *self._held(name)) for name in (operation, *others)}
        self._told.add((path, change.start))
        text = self._trying.texts[path]
        new = change.of(text.whole)
        place = f"{path}:{text.line(change.start)}"
        return Repair((place,), tuple(difference(text.whole, new)), cases, {str(path): new})
