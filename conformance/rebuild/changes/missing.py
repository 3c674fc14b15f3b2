"""Statements that are missing: twins of one, what stands elsewhere, what begins a sum anew, what a name is there for that nothing uses."""

import re
from collections.abc import Iterator, Mapping
from itertools import combinations_with_replacement

from ...repair.differing import apart
from ..blocks import LEAVING, gaps, is_behind, is_statement
from ..text import HEADS, Row
from .change import FAR, LIKELY, NEAR, RARE, Change, unlike
from .source import Source

MOST = 24  # operands that may be what is missing
BESIDE = 3  # statements before and behind one
FURTHER = 3  # statements behind one that leaves a loop's turn
SIZE = re.compile(r"(?<=, 0, ).+(?= \* sizeof)")  # of what is cleared, in elements


def copies(source: Source, row: Row) -> Iterator[Change]:
    """A statement that is missing beside one that is like it: with one name of the function in the place of another."""
    if not is_statement(source.text, row):
        return
    own, start = source.said(row.first, row.end), source.tokens[row.first].start
    places = [p for p in range(row.first, row.end) if source.tokens[p].kind == "name"]
    for name in dict.fromkeys(source.tokens[p].text for p in places):
        every = [p for p in places if source.tokens[p].text == name]
        for other in source.names.others(every[0], row):
            new = own
            for at in (source.tokens[p].start - start for p in reversed(every)):
                new = new[:at] + other + new[at + len(name) :]
            yield source.cut(row.first, row.end, f"{own}; {new}", RARE if unlike(name, other) > LIKELY else FAR)


def elsewhere(source: Source, row: Row) -> Iterator[Change]:
    """One that stands elsewhere in the function: behind a statement, or where none is before."""
    own, several = source.said(row.first, row.end), source.statements[row.function]
    if is_statement(source.text, row):
        twins = {one.new for one in (*copies(source, row), *siblings(source, row))}
        made = (f"{own}; {other}" for other in several if other != own)
        yield from (source.cut(row.first, row.end, one, RARE) for one in made if one not in twins)
    for place in gaps(source.text, row):
        if not is_behind(source.text, row, place):
            yield from (source.put(place, other, RARE) for other in several if other != own)


def begun(source: Source, row: Row) -> Iterator[Change]:
    """What a name that is declared further out begins with, at the beginning of a block."""
    if source.tokens[row.first - 1].text == "{":
        for place in gaps(source.text, row)[:1]:
            for name, value in source.beginnings[row.function].items():
                yield source.put(place, f"{name} = {value}", NEAR)
            again = (*source.begun[row.function], *source.emptying[row.function])
            yield from (source.put(place, one, NEAR) for one in again)


def unused(source: Source, row: Row) -> Iterator[Change]:
    """What a name of the function is there for that nothing uses: it, or an element of it, becomes an operand, or more by it."""
    names = source.unused.get(row.function, ())
    for place in gaps(source.text, row) if names else ():
        several = source.factors.get(row.function, [])[:MOST]
        indices = [f"[{one}]" for one in source.bounds.get(row.function, {})]
        for name in names:
            for form in ("", *indices):
                yield from (
                    source.put(place, f"{name}{form} {how} {one}", FAR) for one in several for how in ("+=", "=")
                )


def summed(source: Source, row: Row) -> Iterator[Change]:
    """What makes a sum of a name that begins as a number and stays it: more by a value of the function's."""
    names = source.standing.get(row.function, ())
    for place in gaps(source.text, row) if names else ():
        several = dict.fromkeys((*source.values.get(row.function, ()), *source.factors.get(row.function, [])[:MOST]))
        yield from (source.put(place, f"{name} += {one}", LIKELY) for name in names for one in several if one != name)


def cleared(source: Source, row: Row) -> Iterator[Change]:
    """What sets an array of the function to 0, likely one that the next statement, or a loop that begins there, hands on, or beside what does so to another."""
    said = source.said(row.first, row.end)
    own = {name for name in source.handed[row.function] if _stands(name, said)}
    is_head = source.tokens[row.first].text in HEADS
    inside = source.said(row.end, source.text.body_end(row.first)) if is_head else ""
    is_clearing = any(said == form.replace("{}", name) for form in source.clearing for name in own)
    for name in source.handed[row.function]:
        every = [*_clearing(source, row, name)]
        if is_clearing and name not in own:
            yield from (source.cut(row.first, row.end, f"{said}; {one}", LIKELY) for one in every)
        for place in gaps(source.text, row):
            is_first = place == source.tokens[row.first].start
            is_before = is_first and is_statement(source.text, row) and name in own
            is_around = is_first and is_head and _stands(name, inside)
            yield from (source.put(place, one, LIKELY if is_before else RARE) for one in every)
            yield from (source.put(place, one, NEAR) for one in _sized(source, row, name) if is_before or is_around)


def _stands(name: str, said: str) -> bool:
    return bool(re.search(rf"(?<![\w.>]){re.escape(name)}\b", said))


def _clearing(source: Source, row: Row, name: str) -> Iterator[str]:
    """Of an array of which it is known how it is made with as many elements, too."""
    for form in source.clearing if not source.kinds.is_number(name, row.function) else ():
        yield form.replace("{}", name)
        for size in source.made[row.function].get(name, ()):
            if found := SIZE.search(form):
                yield f"{form[: found.start()]}({size}){form[found.end() :]}".replace("{}", name)


def _sized(source: Source, row: Row, name: str) -> Iterator[str]:
    """In C, of as many elements as loops of the function make, or two whose ends are multiplied anywhere."""
    if source.text.path.suffix == ".c" and not source.kinds.is_number(name, row.function):
        ends = [*source.ends[row.function]]
        both = (
            f"{one} * {other}"
            for one, other in combinations_with_replacement(ends, 2)
            if other in source.multiplied[one]
        )
        yield from (f"memset({name}, 0, sizeof(*{name}) * {size})" for size in (*both, *ends))


def unmade(source: Source, row: Row) -> Iterator[Change]:
    """A list ahead of a loop in whose function it is filled, and that nothing makes, in JavaScript."""
    if source.tokens[row.first].text in HEADS and source.unmade.get(row.function):
        place = source.tokens[row.first].start
        yield from (source.put(place, f"{name} = []", LIKELY) for name in source.unmade[row.function])


def before(source: Source, row: Row) -> Iterator[Change]:
    """What a turn of a loop that is left begins with: 0 for what is assigned behind where it is left."""
    text = source.text
    following = text.row_at(source.tokens[row.first].start)
    behind = text.rows[following : following + 1 + FURTHER]
    if source.tokens[row.first].text != "if" or not behind or source.tokens[behind[0].first].text not in LEAVING:
        return
    for place in gaps(text, row)[:1]:
        for other in (one for one in behind[1:] if one.function == row.function and is_statement(text, one)):
            mark = next((p for p in text.free(other.first, other.end) if source.tokens[p].text == "="), None)
            if mark is not None and (to := text.part_from(other.first, mark)) and to.end == mark:
                zero = "0.0" if text.path.suffix == ".rs" else "0"
                yield source.put(place, f"{text.cut(to)} = {zero}", NEAR)


def siblings(source: Source, row: Row) -> Iterator[Change]:
    """A statement that is missing beside another gate's: all its names, or all its numbers, go over together."""
    if is_statement(source.text, row):
        own = source.said(row.first, row.end)
        for instead in (*_renamed(source, row), *_counted(source, row)):
            yield source.cut(row.first, row.end, f"{own}; {_with(source, row, instead)}", FAR)


def alike(source: Source, row: Row) -> Iterator[Change]:
    """What a statement beside one gives to its name, given to this one's: `c = keep(r.c, c)` beside `a = keep(r.a, a)`."""
    if not is_statement(source.text, row) or (target := _given_to(source, row)) is None:
        return
    n = source.text.row_at(source.tokens[row.first].start) - 1
    for other in source.text.rows[max(0, n - BESIDE) : n + 1 + BESIDE]:
        name = _given_to(source, other) if other.function == row.function and is_statement(source.text, other) else None
        if name not in (None, target):
            yield source.cut(row.first, row.end, _with(source, other, {str(name): target}), NEAR)


def _given_to(source: Source, row: Row) -> str | None:
    """The name that all of a statement goes to."""
    first, mark = (source.tokens[p] for p in (row.first, row.first + 1))
    return first.text if first.kind == "name" and mark.text == "=" else None


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
    names = source.names
    known = {
        name: {*names.others(place, row), *names.beside(place, row), *names.reached(place, row)}
        for name, place in places.items()
    }
    for name, others in known.items():
        for other in others:
            old, new = apart(name, other)
            turned = {one: one.replace(old, new) for one in places if old in one} if old and new else {}
            found = {one: turned[one] for one in turned if turned[one] in known[one]}
            if len(found) > 1:
                yield found
                # a name that is seen nowhere else, as it stood in what is missing alone
                yield from ({**found, one: new} for one, new in turned.items() if one not in found)


def _counted(source: Source, row: Row) -> Iterator[dict[str, str]]:
    numbers = dict.fromkeys(t.text for t in source.tokens[row.first : row.end] if t.text.isdecimal())
    for number in numbers:
        yield from ({number: str(other)} for other in (int(number) + 1, int(number) - 1) if other >= 0)
