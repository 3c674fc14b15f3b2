"""A text with what there is to make a change of."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from ..text import ASSIGNING, Part, Row
from ..tokens import REACHING
from .change import Change
from .used import Used

FIXED = {"const", "constexpr", "static"}
COUNTING = re.compile(r"[A-Za-z_]\w*(?:(?:\.|->)\w+)*")  # what may count elements


class Source(Used):
    """What its rows may be made of, and the changes themselves."""

    def cut(self, first: int, end: int, new: str, rank: float) -> Change:
        """Another text from one token to before another."""
        return Change(self.tokens[first].start, self.tokens[end - 1].end, new, rank)

    def put(self, place: int, new: str, rank: float) -> Change:
        """A statement that is put in at a place of the text."""
        return Change(place, place, f"{new}; ", rank)

    def operands(self, row: Row) -> Iterator[Part]:
        """Whole ones that nothing is written to."""
        for part in self.text.parts(row.first, row.end):
            if not (part.end < row.end and self.tokens[part.end].text in ASSIGNING):
                yield part

    def left(self, place: int, first: int) -> Part | None:
        """The operand that ends before a place."""
        begins = (at for at in range(place - 1, first - 1, -1) if not (at and self.tokens[at - 1].text in REACHING))
        found = (self.text.part_from(at, place) for at in begins)
        return next((part for part in found if part and part.end == place), None)

    def target(self, place: int, row: Row) -> int | None:
        """Where the name stands of what is written to by a mark that assigns: an array's of its element, a field's of its owner."""
        part = self.left(place, row.first)
        at = part.end - 1 if part else row.first
        while self.tokens[at].text in (")", "]") and self.text.pairs.get(at, at) > row.first:
            at = self.text.pairs[at] - 1
        return at if part and self.tokens[at].kind == "name" and not self.names.is_declared(at) else None

    def owner(self, place: int, row: Row) -> int | None:
        """The function whose name it is, None of what is reached of something."""
        return None if self.tokens[place - 1].text in REACHING else row.function

    @cached_property
    def written(self) -> set[tuple[int | None, str]]:
        """Names that something is written to, with the function whose they are; None of what is reached of something."""
        return {(self.owner(at, row), self.tokens[at].text) for row, at in self._targets()}

    def _targets(self) -> Iterator[tuple[Row, int]]:
        """Where the names stand of what is written to, with their rows."""
        for row in self.text.rows:
            for place in (p for p in range(row.first + 1, row.end) if self.tokens[p].text in ASSIGNING):
                if (at := self.target(place, row)) is not None:
                    yield row, at

    @cached_property
    def standing(self) -> dict[int, list[str]]:
        """By function, the names that begin as a number and stay it, though they may be another."""
        others = {(row.function, name) for row in self.text.rows for name in (*self._counted(row), *self._fixed(row))}
        others |= {(row.function, self.tokens[at].text) for row, at in self._targets() if not self.begins(at)}
        return {key: [name for name in names if (key, name) not in others] for key, names in self.beginnings.items()}

    @cached_property
    def values(self) -> dict[int, list[str]]:
        """By function, the names that are declared with a value that is no number alone."""
        found = defaultdict[int, list[str]](list)
        for row in self.text.rows:
            for place in range(row.first, row.end - 2):
                is_new = self.names.is_declared(place) and self.tokens[place + 1].text == "="
                is_new &= self.tokens[place].kind == "name"
                if is_new and not (self.tokens[place + 2].kind == "number" and place + 3 == row.end):
                    found[row.function].append(self.tokens[place].text)
        return found

    def _counted(self, row: Row) -> Iterator[str]:
        """Names beside a mark that counts, and those that are lent."""
        for place in range(row.first, row.end):
            before = [one.text for one in self.tokens[max(0, place - 2) : place]]
            after = self.tokens[place + 1].text if place + 1 < len(self.tokens) else ""
            if {*before[-1:], after} & {"++", "--"} or before[-1:] == ["&"] or before == ["&", "mut"]:
                yield self.tokens[place].text

    def _fixed(self, row: Row) -> Iterator[str]:
        """Names of a row that no statement may change; in Rust those that do not say that one may."""
        words = {one.text for one in self.tokens[row.first : row.end]}
        if FIXED & words or (self.text.path.suffix == ".rs" and "mut" not in words):
            yield from (self.tokens[at].text for at in range(row.first + 1, row.end - 2) if self.begins(at))

    @cached_property
    def multiplied(self) -> defaultdict[str, dict[str, None]]:
        """By a name, or what is reached of one, the others by which it is multiplied anywhere."""
        found = defaultdict[str, dict[str, None]](dict)
        for row in self.text.rows:
            for place in (p for p in range(row.first + 1, row.end - 1) if self.tokens[p].text == "*"):
                parts = (self.left(place, row.first), self.text.part_from(place + 1, row.end))
                one, other = (self.text.cut(part) if part else "" for part in parts)
                if COUNTING.fullmatch(one) and COUNTING.fullmatch(other):
                    found[one][other] = found[other][one] = None
        return found

    def is_number(self, part: Part, row: Row) -> bool:
        """Whether it may be one: no text, nothing that is counted up, no name of which something is indexed or reached."""
        token = self.tokens[part.first]
        beside = self.tokens[max(0, part.first - 1) : part.first] + self.tokens[part.end : part.end + 1]
        is_alone = part.end == part.first + 1
        is_counted = bool({one.text for one in beside} & {"++", "--"})
        return (
            token.kind != "text"
            and not is_counted
            and not (is_alone and token.text in self.names.pointing[row.function])
        )
