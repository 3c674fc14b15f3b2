"""Where in a text a whole expression stands, for which another may be put: what is assigned, indices, arguments, conditions."""

from collections.abc import Iterator
from dataclasses import dataclass

from .blocks import opens_value
from .languages import ENDINGS, C
from .text import ASSIGNING, HEADS, Row, Text

BOUND = {"=>", "=", "of"}  # behind a bracket that holds names to be bound; before one …
BINDING = {"function", "fn", "catch", "sizeof"}
BRACKETS, APART = (
    {*"()[]"},
    {"{", "}", ";", "if", "else", "match", "loop", "while", "for", "const", "let", "var", "return", "void"},
)


@dataclass(frozen=True)
class Slot:
    """Places in a text; `is_value` where all of it goes to one name, or to whoever has called, `is_index` where it is one, or of one."""

    start: int
    end: int
    is_value: bool = False
    is_index: bool = False


def slots(text: Text) -> list[Slot]:
    """The outer before the inner."""
    found = {one for row in text.rows if row.is_inside for one in _of_row(text, row)}
    return sorted(found, key=lambda one: (one.start, -one.end))


def _of_row(text: Text, row: Row) -> Iterator[Slot]:
    is_literal = ENDINGS[text.path.suffix] is C and row.first > 0 and opens_value(text, row.first - 1)
    yield from _pieces(text, row.first, row.end, is_row=not is_literal)
    for place in range(row.first, row.end):
        if text.tokens[place].text in ("(", "[") and _has_values(text, place):
            yield from _pieces(text, place + 1, min(text.pairs[place], row.end))


def _has_values(text: Text, place: int) -> bool:
    end = text.pairs.get(place)
    if end is None:
        return False
    after = text.tokens[end + 1].text if end + 1 < len(text.tokens) else ""
    before = [text.tokens[p].text for p in (place - 1, place - 2) if p >= 0]
    is_index = text.tokens[place].text == "[" and place > 0 and text.ends_value(place - 1)
    is_head = before[:1] != [] and before[0] in HEADS
    if text.tokens[place].text == "[" and not is_index and ENDINGS[text.path.suffix] is C:
        return False  # what a function of its own captures
    is_bound = after in BOUND or (after == "{" and text.tokens[place].text == "(")
    return (is_index or is_head or not is_bound) and after != "in" and not set(before) & BINDING


def _pieces(text: Text, first: int, end: int, is_row: bool = False) -> Iterator[Slot]:
    """What commas and semicolons part."""
    start = first
    for place in text.free(first, end):
        if text.tokens[place].text in (",", ";") and place not in text.bound:
            yield from _of_piece(text, start, place, is_row)
            start = place + 1
    yield from _of_piece(text, start, end, is_row)


def _of_piece(text: Text, first: int, end: int, is_row: bool) -> Iterator[Slot]:
    if first >= end:
        return
    tokens, bound = text.tokens, first
    for place in text.free(first, end):
        own = tokens[place].text
        is_bare = own in ("if", "while", "match") and is_row and tokens[min(place + 1, end - 1)].text != "("
        if own in ASSIGNING or own in ("return", "in", "=>") or is_bare:
            bound = place + 1
            yield from _slot(text, bound, end, own in ASSIGNING or own in ("return", "=>"))
        elif own == ":" and is_row and place == first + 1 and tokens[first].kind == "name":
            bound = place + 1
            yield from _slot(text, bound, end, True)
        elif own == "|" and place == first:
            bars = [p for p in range(place + 1, end) if tokens[p].text == "|"]
            bound = bars[0] + 1 if bars else end
            yield from _slot(text, bound, end, True)
    if bound == first and not is_row:
        yield from _slot(text, first, end, False)


def _slot(text: Text, first: int, end: int, is_value: bool) -> Iterator[Slot]:
    """Where it is one expression: whole, and without a block or a statement inside."""
    inside = text.tokens[first:end]
    is_whole = all(first <= text.pairs.get(first + at, -1) < end for at, t in enumerate(inside) if t.text in BRACKETS)
    is_apart = any(t.text in APART or (t.text in ASSIGNING and not is_value) for t in inside)
    is_head = (
        inside[:1] != [] and inside[0].text == "[" and ENDINGS[text.path.suffix] is C
    )  # of a function without a name
    is_type = text.path.suffix == ".rs" and _is_type(text, first, end)
    if inside and is_whole and not (is_apart or is_head or is_type) and inside[0].text not in ("{", "|"):
        yield Slot(inside[0].start, inside[-1].end, is_value, _is_index(text, first))


def _is_index(text: Text, place: int) -> bool:
    """Whether what begins there stands in the brackets of an index, or in such as keep together a part of one."""
    place -= 1
    while place > 0 and text.tokens[place].text != "[":
        own = text.tokens[place].text
        if own in ("{", "}", ";", "?") or (own == "(" and text.ends_value(place - 1)):
            return False
        place = text.pairs.get(place, place) - 1 if own in (")", "]") else place - 1
    return place > 0 and text.ends_value(place - 1)


def _is_type(text: Text, first: int, end: int) -> bool:
    """In Rust whether it is a structure's name before what it is made of, or stands in the head of a closure."""
    inside = text.tokens[first:end]
    is_named = all(t.kind == "name" or t.text == "::" for t in inside) and opens_value(text, end)
    return is_named or any(t.text in ("->", "fn") for t in inside)
