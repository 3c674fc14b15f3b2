"""What kind of value a name is of, by the type that it is declared with and by what is done with it: two that have nothing in common are of two kinds."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from . import rust
from .names import Names
from .text import Part, Row, Text
from .tokens import REACHING

NUMBER = "number"
NUMBERS = {"double", "float", "int", "long", "short", "char", "unsigned", "bool", "size_t", "ssize_t", "ptrdiff_t"}
BESIDE = {"+", "-", "*", "/", "%", "<", "<=", ">", ">=", "+=", "-=", "*=", "/="}
LEFT_OUT = {
    "const",
    "static",
    "inline",
    "constexpr",
    "mut",
    "struct",
    "std",
    "::",
    "&",
    "auto",
    "let",
    "var",
    "volatile",
    "restrict",
}
STARS = ("*", "**", "&")
BEFORE_TYPE = {"(", ",", ";", "{", "}", "["}
CHAIN = re.compile(r"[A-Za-z_]\w*(?:(?:\.|->)[A-Za-z_]\w*)*")
CALL = re.compile(r"(?:[A-Za-z_]\w*(?:\.|->|::))*([A-Za-z_]\w*)\([^()]*(?:\([^()]*\)[^()]*)*\)")
OF_ELEMENTS = re.compile(r"\[.|(?:vector|array|span|Vec)<|.*\*$")  # a type that is indexed
Key = tuple[int | None, str]  # a function's name; of what is reached of something, everybody's


class Kinds:
    """Of a text in a language in which a name has one."""

    def __init__(self, text: Text, names: Names) -> None:
        self._text, self._tokens, self._names = text, text.tokens, names
        self._is_rust = text.path.suffix == ".rs"

    def differ(self, old: str, new: str, function: int) -> bool:
        """Whether what stands there is known to be of another kind than what is to."""
        if self._is_rust and rust.refuses(old, new):
            return True
        if new == f"-{old}":
            kinds = self._of(old, function)
            return bool(kinds) and not kinds & {NUMBER, *rust.SIGNED}
        pair = old.split(", ")
        if len(pair) == 2 and new == ", ".join(pair[::-1]):
            old, new = pair
        one, other = self._of(old, function), self._of(new, function)
        return bool(one and other) and not one & other and not _may_both_be_indexed(one, other)

    def is_number(self, name: str, function: int) -> bool:
        """Whether it is known to be one."""
        return self._known.get((function, name), set()) == {NUMBER}

    def alike(self, name: str, function: int) -> list[str]:
        """Names of the function that are declared as what this one is, or as something that is used so."""
        own = {one for one in self._known.get((function, name), ()) if one[0] not in "[(." and one != NUMBER}
        return [other for (of, other), kinds in self._known.items() if of == function and other != name and own & kinds]

    def _of(self, text: str, function: int) -> set[str]:
        """Nothing where it is not known."""
        if call := CALL.fullmatch(text):
            return self._given[call[1]]
        if not CHAIN.fullmatch(text):
            return set()
        *owners, name = re.split(r"\.|->", text)
        return self._known.get((None if owners else function, name), set())

    @cached_property
    def _known(self) -> dict[Key, set[str]]:
        found = defaultdict[Key, set[str]](set)
        for row in self._text.rows:
            is_field = not row.is_inside and not self._names.is_head(row)
            for place in range(row.first, row.end):
                if self._tokens[place].kind == "name":
                    is_reached = is_field or self._tokens[place - 1].text in REACHING
                    own = found[None if is_reached else row.function, self._tokens[place].text]
                    own |= {*self._done(place, row)}
            for place, kind in self._declared(row):
                found[None if is_field else row.function, self._tokens[place].text].add(kind)
        return found

    @cached_property
    def _given(self) -> defaultdict[str, set[str]]:
        """By function, what it gives, as its head says."""
        found = defaultdict[str, set[str]](set)
        for row in self._text.rows:
            gives = rust.GIVING.search(self._text.cut(Part(row.first, row.end))) if self._is_rust else None
            if gives:
                found[gives[1]].add(gives[2])
            for place, kind in self._declared(row) if not row.is_inside and not self._is_rust else ():
                if place + 1 < row.end and self._tokens[place + 1].text == "(":
                    found[self._tokens[place].text].add(kind)
        return found

    def _done(self, place: int, row: Row) -> Iterator[str]:
        """What is reached of it, or done with it."""
        after = self._tokens[place + 1].text if place + 1 < len(self._tokens) else ""
        if after in REACHING and after != "::" and place + 2 < len(self._tokens):
            yield f".{self._tokens[place + 2].text}"
        elif after == "[" or (after == "(" and not self._names.is_declared(place)):
            yield after
        elif after in BESIDE and not self._is_rust:
            yield NUMBER
        if self._is_rust and self._names.counts(place, row):
            yield "usize"

    def _declared(self, row: Row) -> Iterator[tuple[int, str]]:
        """The names that a row declares, and as what, where it says so."""
        for place in (p for p in range(row.first, row.end) if self._tokens[p].kind == "name"):
            if self._is_rust and (kind := self._behind(place, row.end)):
                yield place, kind
            elif not self._is_rust and self._names.is_declared(place) and (kind := self._before(place, row.first)):
                yield place, kind
                of_one = kind.rstrip("*")  # the stars before a name are its own
                several = ((p, f"{of_one}{stars}") for p, stars in self._others(place, row.end))
                yield from ((p, NUMBER if one in NUMBERS else one) for p, one in several)

    def _others(self, place: int, end: int) -> Iterator[tuple[int, str]]:
        """The names that are declared with one, behind commas, each with its asterisks."""
        for comma in (p for p in self._text.free(place + 1, end - 1) if self._tokens[p].text == ","):
            name = next((p for p in range(comma + 1, end) if self._tokens[p].text not in STARS), end - 1)
            after = self._tokens[name + 1].text if name + 1 < end else ","
            if self._tokens[name].kind == "name" and after in (",", "=", "[", "(", "{"):
                yield name, "".join(one.text for one in self._tokens[comma + 1 : name] if one.text in STARS[:2])

    def _before(self, place: int, first: int) -> str:
        """The type that stands before a name, as in C."""
        start = place
        while start > first and self._tokens[start - 1].text not in BEFORE_TYPE:
            start -= 1
        words = [one.text for one in self._tokens[start:place] if one.text not in LEFT_OUT]
        return NUMBER if words and set(words) <= NUMBERS else "".join(words)

    def _behind(self, place: int, end: int) -> str:
        """The type that stands behind a name, as in Rust."""
        if place + 1 >= end or self._tokens[place + 1].text != ":":
            return ""
        places = self._text.free(place + 2, end)
        found = list[str]()
        for at in places:
            if self._tokens[at].text in (",", ")", "=", ";", "|"):
                break
            found.append(self._tokens[at].text)
            if at in self._text.pairs:
                found += [one.text for one in self._tokens[at + 1 : self._text.pairs[at] + 1]]
        return "".join(one for one in found if one not in LEFT_OUT)


def _may_both_be_indexed(one: set[str], other: set[str]) -> bool:
    """Whether the type of one is not said, and both have elements by what is known of them."""
    is_indexed = all("[" in kinds or any(map(OF_ELEMENTS.match, kinds)) for kinds in (one, other))
    return is_indexed and any(all(kind == "[" or kind[0] in ".(" for kind in kinds) for kinds in (one, other))
