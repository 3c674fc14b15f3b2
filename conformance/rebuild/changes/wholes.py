"""Whole operands: another in the place of one, one alone of a call's or a choice's, brackets, what counts down."""

from collections.abc import Iterator
from itertools import pairwise

from ..blocks import opens_value
from ..text import Part, Row
from ..tokens import REACHING
from .change import FAR, LIKELY, NEAR, Change
from .source import Source
from .used import BINARY

FIRST = {"*", "/"}  # before others, where no brackets say otherwise
MOST = 48  # operands that may stand for one


def instead(source: Source, row: Row) -> Iterator[Change]:
    """Another operand of the function: of the same array first; a name alone is another's case."""
    given = [one for one in source.handed[row.function] if not one.isidentifier()]
    several = dict.fromkeys([*source.factors.get(row.function, [])[:MOST], *given])
    for part in source.operands(row):
        own, base = source.text.cut(part), source.tokens[part.first].text
        is_alone = part.end == part.first + 1
        is_called = part.end < len(source.tokens) and source.tokens[part.end].text == "("
        if base == "(" or is_called:
            continue
        if not source.is_number(part, row):  # what is indexed may be another's
            others = (one for one in several if one[-1] not in ")]" and not one.isidentifier())
            yield from (source.cut(part.first, part.end, one, FAR) for one in others if is_alone and one != own)
            continue
        for other in several:
            if other != own and not (is_alone and other.isidentifier()):
                yield source.cut(part.first, part.end, other, LIKELY if other.startswith(f"{base}[") else FAR)


def arrays(source: Source, row: Row) -> Iterator[Change]:
    """Another that the function indexes, where one of both is reached of something."""
    for part in source.text.parts(row.first, row.end):
        if source.tokens[part.end - 1].text == "]" and source.tokens[part.first].kind == "name":
            end = source.text.pairs[part.end - 1]
            own = source.said(part.first, end)
            for other in source.arrays[row.function]:
                if other != own and not (other.isidentifier() and own.isidentifier()):
                    yield source.cut(part.first, end, other, NEAR)


def fields(source: Source, row: Row) -> Iterator[Change]:
    """Of what a structure is made of, another field of what stands beside it."""
    if opens_value(source.text, row.first - 1):
        several = source.text.cuts(row.first, row.end)
        reached = range(row.first, row.end - 1)
        bases = dict.fromkeys(source.tokens[p].text for p in reached if source.tokens[p + 1].text in REACHING)
        every = [one for base in bases for one in source.names.of(base)]
        for first, end in several:
            own = source.said(first, end)
            yield from (source.cut(first, end, one, LIKELY) for one in every if one != own)


def indices(source: Source, row: Row) -> Iterator[Change]:
    """Where another array of the function is read or written; what counts in one of its loops, or what nothing uses, also as one more term."""
    counting = source.bounds.get(row.function, {})
    for place in range(row.first + 1, row.end):
        end = source.text.pairs.get(place, 0)
        if source.tokens[place].text == "[" and source.text.ends_value(place - 1) and place + 1 < end <= row.end:
            yield from (source.cut(place + 1, end, one, LIKELY) for one in {**source.indices[row.function], **counting})
            own = {source.tokens[p].text for p in range(place + 1, end)}
            more = (one for one in source.unused.get(row.function, ()) if one[0].islower())  # no type
            is_new = source.names.is_declared(place - 1)
            terms = (one for one in (*counting, *more) if one not in own and not is_new)
            yield from (source.cut(place + 1, end, f"{source.said(place + 1, end)} + {one}", LIKELY) for one in terms)


def sizes(source: Source, row: Row) -> Iterator[Change]:
    """As many elements as are cleared or copied elsewhere."""
    for part in source.sized(row):
        yield from (source.cut(part.first, part.end, one, LIKELY) for one in source.sizes)


def alone(source: Source, row: Row) -> Iterator[Change]:
    """One of what a function is called with, or of what a condition chooses between; what a method is called of."""
    for part in source.operands(row):
        opened = source.text.pairs.get(part.end - 1, part.end)
        if source.tokens[part.end - 1].text != ")" or opened <= part.first:
            continue
        several = source.text.cuts(opened + 1, part.end - 1)
        for first, end in several if len(several) > 1 else ():
            yield source.cut(part.first, part.end, f"({source.said(first, end)})", NEAR)
        if several and opened - 2 > part.first and source.tokens[opened - 2].text == ".":
            yield source.cut(opened - 2, part.end, "", NEAR)
    for place in range(row.first, row.end):
        if source.tokens[place].text == "?" and (choice := _choice(source, place, row)):
            first, colon, end = choice
            yield source.cut(first, end, source.said(place + 1, colon), NEAR)
            yield source.cut(first, end, source.said(colon + 1, end), NEAR)


def _choice(source: Source, place: int, row: Row) -> tuple[int, int, int] | None:
    """Where one begins, has its colon and ends, of which the mark of a question is known: the end of the row, or what is in its brackets."""
    opened = max((p for p in range(row.first, place) if source.text.pairs.get(p, -1) > place), default=row.first - 1)
    end = min(source.text.pairs.get(opened, row.end), row.end)
    begins = [p + 1 for p in source.text.free(opened + 1, place) if source.tokens[p].text in ("=", "return", ",", "+=")]
    ends = [p for p in source.text.free(place, end) if source.tokens[p].text in (",", ";")]
    colon = next((p for p in source.text.free(place, end) if source.tokens[p].text == ":"), None)
    last = ends[0] if ends else end
    return None if colon is None or not place + 1 < colon < last - 1 else (max([opened + 1, *begins]), colon, last)


def brackets(source: Source, row: Row) -> Iterator[Change]:
    """Missing, or too many: what is done first of three operands."""
    for place in range(row.first, row.end):
        end = source.text.pairs.get(place, 0)
        is_called = place > row.first and source.text.ends_value(place - 1)
        is_opened = source.tokens[place].text == "(" and place < end < row.end and not is_called
        if is_opened and any(source.tokens[p].text in BINARY for p in source.text.free(place + 1, end)):
            yield source.cut(place, end + 1, source.said(place + 1, end), NEAR)
    marks = [p for p in range(row.first + 1, row.end) if _is_between(source, p)]
    for one, other in pairwise(marks):
        left, middle = source.left(one, row.first), source.text.part_from(one + 1, row.end)
        right = source.text.part_from(other + 1, row.end)
        if left and middle and right and middle.end == other:
            first, second = source.tokens[one].text in FIRST, source.tokens[other].text in FIRST
            if first and not second:
                yield _bracketed(source, Part(middle.first, right.end))
            if second and not first:
                yield _bracketed(source, Part(left.first, middle.end))


def _is_between(source: Source, place: int) -> bool:
    return source.tokens[place].text in BINARY and source.text.ends_value(place - 1)


def _bracketed(source: Source, part: Part) -> Change:
    return source.cut(part.first, part.end, f"({source.text.cut(part)})", NEAR)


def backwards(source: Source, row: Row) -> Iterator[Change]:
    """What counts up to a bound counts down from it."""
    bounds = source.bounds.get(row.function, {})
    for place in range(row.first, row.end):
        name = source.tokens[place].text
        is_reached = source.tokens[place].kind == "name" and place + 1 < row.end and source.text.ends_value(place)
        if is_reached and source.tokens[place + 1].text not in ("[", "(", "++", "--", "<", "<=", "="):
            yield from (source.cut(place, place + 1, f"({b} - 1 - {name})", NEAR) for b in bounds.get(name, ()))
