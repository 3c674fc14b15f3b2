"""Terms, factors, operands: one that is too many or missing, others' places, one more or less."""

from collections.abc import Iterator

from ..blocks import is_statement
from ..text import Row
from ..tokens import REACHING
from .change import FAR, LIKELY, NEAR, PLAIN, STRANGE, Change
from .source import Source
from .used import BINARY

MOST = 32  # operands that a factor or a term may be
NEXT = 6  # names of a row that one may be exchanged with


def dropped(source: Source, row: Row) -> Iterator[Change]:
    """A term or a factor that is too many."""
    for place in range(row.first + 1, row.end - 1):
        text = source.tokens[place].text
        if text in BINARY and source.text.ends_value(place - 1):
            if right := source.text.part_from(place + 1, row.end):
                start, end = source.tokens[place - 1].end, source.tokens[right.end - 1].end
                yield Change(start, end, "", PLAIN if source.text.cut(right) == "1" else NEAR)
            if left := source.left(place, row.first):
                start, end = source.tokens[left.first].start, source.tokens[place + 1].start
                yield Change(start, end, "-" if text == "-" else "", NEAR)


def added(source: Source, row: Row) -> Iterator[Change]:
    """A term of several factors that is too many; a factor that is missing of what `*=` has become `=` of, likewise of others."""
    for place in range(row.first + 1, row.end - 1):
        if source.tokens[place].text in ("+", "-") and source.text.ends_value(place - 1):
            end = place + 1
            while part := source.text.part_from(end, row.end):
                end = part.end
                if source.tokens[min(end, row.end - 1)].text not in ("*", "/"):
                    break
                end += 1
            if part and end > place + 2:
                yield Change(source.tokens[place - 1].end, source.tokens[end - 1].end, "", NEAR)
        mark = source.tokens[place].text
        if mark in ("*=", "+=", "-=") and is_statement(source.text, row):
            several = source.factors.get(row.function, [])[:MOST]
            yield from (source.cut(place, place + 1, f"= {one} {mark[0]}", FAR) for one in several)


def turned(source: Source, row: Row) -> Iterator[Change]:
    """Of `i * n + j`, names in each other's places; what stands on both sides of an operator that has an order."""
    tokens = source.tokens
    for place in range(row.first, row.end - 4):
        one = tokens[place : place + 5]
        if all(t.text in BINARY for t in one[1::2]) and all(t.is_value for t in one[::2]):
            a, b, c, d, e = (t.text for t in one)
            yield source.cut(place, place + 5, f"{e} {b} {c} {d} {a}", PLAIN)
            yield source.cut(place, place + 5, f"{a} {b} {e} {d} {c}", NEAR)
    for place in range(row.first, row.end - 1):
        if tokens[place].text in ("-", "/"):
            left, right = source.left(place, row.first), source.text.part_from(place + 1, row.end)
            if left and right:
                new = f"{source.text.cut(right)} {tokens[place].text} {source.text.cut(left)}"
                yield source.cut(left.first, right.end, new, NEAR)


def beside(source: Source, row: Row) -> Iterator[Change]:
    """One more or less than an operand."""
    for part in source.operands(row):
        if source.is_number(part, row) and source.tokens[part.first].kind == "name":
            own = source.text.cut(part)
            yield from (source.cut(part.first, part.end, f"({own} {sign} 1)", FAR) for sign in "+-")


def joined(source: Source, row: Row) -> Iterator[Change]:
    """A factor or a term that is missing."""
    several = source.factors.get(row.function, [])[:MOST]
    for part in source.operands(row):
        is_called = part.end < len(source.tokens) and source.tokens[part.end].text == "("
        if not is_called and source.is_number(part, row):
            own = source.text.cut(part)
            for other in several:
                yield from (source.cut(part.first, part.end, f"({own} {sign} {other})", STRANGE) for sign in "*+-")
                yield source.cut(part.first, part.end, f"({own} * (1 - {other}))", STRANGE)
    for first, end in source.text.values(row):
        yield from (
            source.cut(first, end, f"{source.said(first, end)} {sign} {one}", STRANGE)
            for one in several
            for sign in "+-"
        )


def strides(source: Source, row: Row) -> Iterator[Change]:
    """A factor that is missing of a product, by which one of both is multiplied elsewhere: `i * n` where another line has `i * m * n`."""
    for place in (p for p in range(row.first + 1, row.end - 1) if source.tokens[p].text == "*"):
        left, right = source.left(place, row.first), source.text.part_from(place + 1, row.end)
        if left and right:
            one, other = source.text.cut(left), source.text.cut(right)
            missing = {**source.multiplied.get(one, {}), **source.multiplied.get(other, {})}
            several = (own for own in missing if own not in (one, other))
            yield from (source.cut(left.first, left.end, f"({one} * {own})", LIKELY) for own in several)


def exchanged(source: Source, row: Row) -> Iterator[Change]:
    """Two names or two numbers, in each other's places."""
    for kind in ("name", "number"):
        places = [p for p in range(row.first, row.end) if source.tokens[p].kind == kind]
        called = {
            source.tokens[p].start for p in places if source.tokens[p + 1 : p + 2] and source.tokens[p + 1].text == "("
        }
        several = [source.tokens[p] for p in places]
        for at, one in enumerate(several):
            for apart, other in enumerate(several[at + 1 : at + 1 + NEXT]):
                between = source.text.whole[one.end : other.start]
                is_alike = (one.start in called) == (other.start in called) and between not in REACHING
                if one.text != other.text and is_alike:
                    yield Change(one.start, other.end, other.text + between + one.text, FAR if apart else NEAR)
