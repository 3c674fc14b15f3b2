"""Statements and what they are done on: one that is too many or missing, another condition."""

from collections.abc import Iterator, Mapping
from itertools import takewhile

from ..text import Row
from .change import FAR, NEAR, PLAIN, RARE, Change, Source, unlike

PARTING = {"&&", "||", ";", ",", "?", ":", "=", "return"}  # what is no condition with what stands beyond it
LEAVING = {"continue", "break", "return"}


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


def guarded(source: Source, row: Row) -> Iterator[Change]:
    """A condition that is missing."""
    if source.text.is_statement(row):
        own = source.said(row.first, row.end)
        for condition in source.conditions.get(row.function, ()):
            yield source.cut(row.first, row.end, f"if ({condition}) {own}", FAR)


def without(source: Source, row: Row) -> Iterator[Change]:
    """A statement that is too many."""
    is_leaving = row.end == row.first + 1 and source.tokens[row.first].text in LEAVING
    if is_leaving or source.text.is_statement(row):
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


def turned(source: Source, row: Row) -> Iterator[Change]:
    """Two that follow one another, the second first."""
    if other := source.text.following(row):
        one, two = source.said(row.first, row.end), source.said(other.first, other.end)
        yield source.cut(row.first, other.end, f"{two}; {one}", NEAR)


def again(source: Source, row: Row) -> Iterator[Change]:
    """One that is missing, as it stands elsewhere in the function."""
    if source.text.is_statement(row):
        own = source.said(row.first, row.end)
        for other in source.statements[row.function]:
            if other != own:
                yield source.cut(row.first, row.end, f"{own}; {other}", RARE)
                if source.tokens[row.first - 1].text == "{":
                    yield source.cut(row.first, row.end, f"{other}; {own}", RARE)


def siblings(source: Source, row: Row) -> Iterator[Change]:
    """A statement that is missing beside another gate's: all its names, or all its numbers, go over together."""
    if source.text.is_statement(row):
        own = source.said(row.first, row.end)
        for instead in (*_renamed(source, row), *_counted(source, row)):
            yield source.cut(row.first, row.end, f"{own}; {_with(source, row, instead)}", FAR)


def _with(source: Source, row: Row, instead: Mapping[str, str]) -> str:
    """The text of a row with other words."""
    made, at = "", source.tokens[row.first].start
    for token in source.tokens[row.first : row.end]:
        made += source.text.whole[at : token.start] + instead.get(token.text, token.text)
        at = token.end
    return made


def _renamed(source: Source, row: Row) -> Iterator[dict[str, str]]:
    """Of `dbf += df`: what makes one name another that is known does so in all of them."""
    places = {source.tokens[p].text: p for p in range(row.first, row.end) if source.tokens[p].kind == "name"}
    known = {name: {*source.names.others(place, row)} for name, place in places.items()}
    for name, others in known.items():
        for other in others:
            old, new = _differing(name, other)
            turned = {one: one.replace(old, new) for one in places if old in one} if old and new else {}
            found = {one: turned[one] for one in turned if turned[one] in known[one]}
            if len(found) > 1:
                yield found


def _differing(one: str, other: str) -> tuple[str, str]:
    """What stands between what two names begin and end with."""
    first = _alike(one, other)
    last = _alike(one[first:][::-1], other[first:][::-1])
    return one[first : len(one) - last], other[first : len(other) - last]


def _alike(one: str, other: str) -> int:
    """How many letters they both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _counted(source: Source, row: Row) -> Iterator[dict[str, str]]:
    numbers = dict.fromkeys(t.text for t in source.tokens[row.first : row.end] if t.text.isdecimal())
    for number in numbers:
        yield from ({number: str(other)} for other in (int(number) + 1, int(number) - 1) if other >= 0)
