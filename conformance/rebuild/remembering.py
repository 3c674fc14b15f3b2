"""The first of many changes that repairs, where a program may remember what another has done: what one wrote to a table that all read."""

from collections.abc import Iterator, Sequence
from itertools import islice

from ..candidate import Got
from ..properties.table import property_in
from ..repair.moving import moved
from .trying import Trying

OFTEN = 32  # changes behind which it is asked whether the program is as before


class Remembering:
    """A program with many changes built in, of which none is at work."""

    def __init__(self, trying: Trying, failing: Sequence[str], passing: Sequence[str]) -> None:
        cases = [[id for id in ids if not property_in(id)][:1] for ids in (failing, passing)]
        self._trying, self._cases = trying, [id for several in cases for id in several]
        self._before = self._given()
        self._may_remember = not trying.begins_anew and self._is_as_before()  # else it gives other things each time

    def first(self, numbers: Sequence[int], ids: Sequence[str]) -> int | None:
        """With which all of these cases pass, None where none does. Raises NoTime."""
        several = self._parts(numbers) if self._may_remember else iter([numbers])
        return next((one for part in several if (one := self._of(part, ids)) is not None), None)

    def _of(self, numbers: Sequence[int], ids: Sequence[str]) -> int | None:
        found = next((one for one in numbers if self._trying.repairs(one, ids)), None)
        if found is not None or not self._may_remember or self._is_as_before():
            return found
        self._trying.begin_again()
        middle = len(numbers) // 2
        halves = (numbers[:middle], numbers[middle:]) if middle else ()
        return next((one for half in halves if (one := self._of(half, ids)) is not None), None)

    @staticmethod
    def _parts(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
        left = iter(numbers)
        while part := [*islice(left, OFTEN)]:
            yield part

    def _given(self) -> list[dict[str, Got]]:
        self._trying.pick(0)
        return [self._trying.outputs(id) for id in self._cases]

    def _is_as_before(self) -> bool:
        both = zip(self._before, self._given(), strict=True)
        return all(old.keys() == new.keys() and not moved(old, new) for old, new in both)
