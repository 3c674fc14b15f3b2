"""Statements and what they are done on: one that is too many or missing, another condition."""

from collections.abc import Iterator

from ..text import Row
from .change import FAR, NEAR, PLAIN, RARE, Change, Source, unlike


def conditions(source: Source, row: Row) -> Iterator[Change]:
    """Turned round, always or never, or another of the function's."""
    for place in range(row.first, row.end - 1):
        text, opened = source.tokens[place].text, place + 1
        if text in ("if", "while") and opened in source.text.pairs and source.text.pairs[opened] > opened + 1:
            first, end = opened + 1, source.text.pairs[opened]
            yield source.cut(first, end, f"!({source.said(first, end)})", PLAIN)
            others = ("1", "0", *source.conditions.get(row.function, ())) if text == "if" else ()
            yield from (source.cut(first, end, new, NEAR) for new in others)
        if text == "?" and (part := source.left(place, row.first)):
            yield source.cut(part.first, part.end, f"!({source.text.cut(part)})", PLAIN)


def guarded(source: Source, row: Row) -> Iterator[Change]:
    """A condition that is missing."""
    if source.text.is_statement(row):
        own = source.said(row.first, row.end)
        for condition in source.conditions.get(row.function, ()):
            yield source.cut(row.first, row.end, f"if ({condition}) {own}", FAR)


def without(source: Source, row: Row) -> Iterator[Change]:
    """A statement that is too many."""
    if source.text.is_statement(row):
        yield source.cut(row.first, row.end, "", FAR)


def copies(source: Source, row: Row) -> Iterator[Change]:
    """A statement that is missing beside one that is like it: with one name of the function in the place of another."""
    if not source.text.is_statement(row):
        return
    own, start = source.said(row.first, row.end), source.tokens[row.first].start
    places = [p for p in range(row.first, row.end) if source.tokens[p].kind == "name"]
    for name in dict.fromkeys(source.tokens[p].text for p in places):
        every = [p for p in places if source.tokens[p].text == name]
        for other in source.names.others(every[0], row):
            new = own
            for at in (source.tokens[p].start - start for p in reversed(every)):
                new = new[:at] + other + new[at + len(name) :]
            yield source.cut(row.first, row.end, f"{own}; {new}", RARE if unlike(name, other) else FAR)
