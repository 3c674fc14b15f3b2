"""Looking for the changes of a candidate's source with which what fails passes: operation by operation, one change or several."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count

from .accusing import Accused
from .stage import Cases, Repaired, Stage
from .standing import Made, fewest, standing
from .trying import Trying
from .wanted import OF_FIRST

SEVERAL = 4  # changes of one operation


@dataclass
class Search:
    """By operation, cells before what runs them, the cases that fail and those that pass, the small ones first, and properties that fail beside cases."""

    trying: Trying
    failing: Cases
    passing: Cases
    properties: Cases
    seconds: float  # of CPU time, from the process's beginning
    done: Sequence[str] = ()  # operations that are repaired
    skip: tuple[int, int] = (0, 0)  # operations and changes of the next that have been tried
    reached: Callable[[int, int], object] = lambda operation, change: None  # called before each is tried
    kept: float = 0.0  # seconds of these, to tell where to look where nothing repairs
    left: Cases = field(init=False, default_factory=dict)  # what nothing repairs yet, behind `made`
    made: tuple[Made, ...] = field(init=False, default=())

    def repaired(self) -> Iterator[Repaired]:
        """Each explains what those before it have left: alone, or behind them."""
        self.left = {name: ids for name, ids in self.failing.items() if name not in self.done}
        for place, operation in enumerate(self.failing):
            if operation in self.left and place >= self.skip[0] and (found := self._of(operation, place)):
                yield self._with_properties(found)
                self.made += tuple(one for one in found.made if one not in self.made)
                self.left = {name: ids for name, ids in self.left.items() if name not in found.cases}

    def accused(self) -> Iterator[tuple[str, list[Accused]]]:
        """Behind that, of each operation that nothing repairs the lines to be looked at."""
        for place, operation in enumerate(self.left):
            now = time.process_time()
            until = now + (self.seconds - now) / (len(self.left) - place)
            with standing(self.made, self.trying.guarded):
                lines = Stage(self.trying, operation, self.left, self.passing).accused(until)
            if lines:
                yield operation, lines

    def _of(self, operation: str, place: int) -> Repaired | None:
        """One change, or several of which each but the last makes some outputs right, behind those before them."""
        now, is_last, made = time.process_time(), operation == [*self.left][-1], self.made
        part = 1.0 if is_last else OF_FIRST
        until, is_next = now + (self.seconds - self.kept - now) * part, self._counted(place)
        while len(made) - len(self.made) < SEVERAL and time.process_time() < until:
            with standing(made, self.trying.guarded):
                found = Stage(self.trying, operation, self.left, self.passing).searched(is_next, until)
            if isinstance(found, Repaired):
                every = (*made, *found.made)
                return replace(found, made=fewest(every, partial(self._passes, found.cases), self.trying.guarded))
            if not found:
                return None
            made = (*made, found.made)
        return None

    def _counted(self, place: int) -> Callable[[], bool]:
        """Whether the next change is to be tried; not what has been, before a crash."""
        numbers = count()

        def is_next() -> bool:
            number = next(numbers)
            if (place, number) < self.skip:
                return False
            self.reached(place, number)
            return True

        return is_next

    def _passes(self, cases: Mapping[str, tuple[str, ...]]) -> bool:
        ids = [*(id for own in cases.values() for id in own), *(id for own in self.passing.values() for id in own)]
        return all(map(self.trying.passes, ids))

    def _with_properties(self, found: Repaired) -> Repaired:
        """And the properties that hold with it."""
        with standing(found.made, self.trying.guarded):
            more = {
                name: [id for id in self.properties.get(name, ()) if self.trying.passes(id)] for name in found.cases
            }
        return replace(found, cases={name: (*ids, *more[name]) for name, ids in found.cases.items()})
