"""Statements and what they are done on: one that is too many, another order, another condition."""

from collections.abc import Iterator

from ..blocks import LEAVING, following, is_statement
from ..languages import SCRIPTS
from ..text import Row
from .change import FAR, LIKELY, NEAR, PLAIN, RARE, Change
from .source import Source

PARTING = {"&&", "||", ";", ",", "?", ":", "=", "return"}  # what is no condition with what stands beyond it


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


def halves(source: Source, row: Row) -> Iterator[Change]:
    """One of two conditions that is too many."""
    marks = [p for p in range(row.first, row.end) if source.tokens[p].text in PARTING]
    edges = [row.first - 1, *marks, row.end]
    for before, place, after in zip(edges, marks, edges[2:], strict=False):
        if source.tokens[place].text in ("&&", "||"):
            first = max([before + 1, *(p + 1 for p in range(before + 1, place) if source.text.pairs.get(p, p) > place)])
            end = min([after, *(p for p in range(place, after) if source.text.pairs.get(p, p) < place)])
            if first < place < end - 1:
                yield source.cut(first, end, source.said(first, place), PLAIN)
                yield source.cut(first, end, source.said(place + 1, end), PLAIN)


def parted(source: Source, row: Row) -> Iterator[Change]:
    """What one value is given to together: each has its own, made anew."""
    marks = [p for p in source.text.free(row.first, row.end) if source.tokens[p].text == "="]
    if is_statement(source.text, row) and len(marks) > 1:
        value = source.said(marks[-1] + 1, row.end)
        begins = (row.first, *(mark + 1 for mark in marks))
        each = (f"{source.said(a, b)} = {value}" for a, b in zip(begins, marks, strict=False))
        yield source.cut(row.first, row.end, "; ".join(each), PLAIN if "(" in value else FAR)


def guarded(source: Source, row: Row) -> Iterator[Change]:
    """A condition that is missing: likely of a name that nothing uses any more, else one of the text's or of where a loop is."""
    if is_statement(source.text, row):
        own, is_rust = source.said(row.first, row.end), source.text.path.suffix == ".rs"
        for condition, rank in _conditions(source, row):
            guarded = f"if {condition} {{ {own}; }}" if is_rust else f"if ({condition}) {own}"
            yield source.cut(row.first, row.end, guarded, rank)


def _conditions(source: Source, row: Row) -> Iterator[tuple[str, float]]:
    equal, bounds = "===" if source.text.path.suffix in SCRIPTS else "==", source.bounds.get(row.function, {})
    for name in source.unused.get(row.function, ()):
        for one in (name, *(f"{name}[{index}]" for index in bounds)):
            yield from ((one, LIKELY), (f"!{one}", LIKELY))
    yield from ((one, FAR) for one in source.conditions.get(row.function, ()))
    yield from ((f"{name} {equal} 0", FAR) for name in bounds)
    yield from ((f"{name} {equal} {end} - 1", FAR) for name, ends in bounds.items() for end in ends)
    others = (several for function, several in source.conditions.items() if function != row.function)
    yield from ((one, RARE) for several in others for one in several)


def without(source: Source, row: Row) -> Iterator[Change]:
    """A statement that is too many."""
    is_returning = row.end == row.first + 1 and source.tokens[row.first].text == "return"
    if is_returning or is_statement(source.text, row):
        yield source.cut(row.first, row.end, "", FAR)


def leaving(source: Source, row: Row) -> Iterator[Change]:
    """The rest of a loop, and not of its turn, that is left out, or the other way round."""
    if row.end == row.first + 1 and (own := source.tokens[row.first].text) in LEAVING:
        yield from (source.cut(row.first, row.end, other, LIKELY) for other in LEAVING if other != own)


def turned(source: Source, row: Row) -> Iterator[Change]:
    """Two that follow one another, the second first."""
    if other := following(source.text, row):
        one, two = source.said(row.first, row.end), source.said(other.first, other.end)
        yield source.cut(row.first, other.end, f"{two}; {one}", NEAR)


def others(source: Source, row: Row) -> Iterator[Change]:
    """Another statement of the function in the place of one."""
    if is_statement(source.text, row):
        for other in source.statements[row.function]:
            yield source.cut(row.first, row.end, other, RARE)
