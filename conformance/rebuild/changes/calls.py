"""Calls: other arguments, in another order; another function, one that is too many or missing."""

import re
from collections.abc import Iterator
from itertools import pairwise

from ..languages import SCRIPTS
from ..names import HANDED, HANDING
from ..text import Part, Row
from ..tokens import REACHING
from .change import FAR, LIKELY, NEAR, PLAIN, RARE, STRANGE, Change
from .source import Source

FACTOR = re.compile(r"(\w+|\([^()]*\)) ?\* ?\w+")  # before a name
NAMED, OTHER = re.compile(r"[A-Za-z_]"), re.compile(r"[\[\]{}&\"'=?]")  # what a size has, and what none has
FURTHER = ((1, 2, 0), (2, 0, 1), (2, 1, 0))  # orders of three that are no exchange of neighbours
FEW = 6  # sizes of a function
MOST = 24  # functions that a value may be given to


def arguments(source: Source, row: Row) -> Iterator[Change]:
    """Two in each other's places, or three in another order; one, or all, as another call of the same function has them."""
    for place in range(row.first, row.end):
        end = source.text.pairs.get(place, 0)
        if source.tokens[place].text not in ("(", "[") or not place < end <= row.end:
            continue
        several = source.text.cuts(place + 1, end)
        for (a, b), (c, d) in pairwise(several):
            yield source.cut(a, d, f"{source.said(c, d)}, {source.said(a, b)}", LIKELY)
        for turned in FURTHER if len(several) == 3 else ():
            said = [source.said(*several[n]) for n in turned]
            yield source.cut(several[0][0], several[2][1], ", ".join(said), NEAR)
        for other in source.calls.get((source.tokens[place - 1].text, len(several)), ()):
            for (a, b), new in zip(several, other, strict=True):
                if source.said(a, b) != new:
                    yield source.cut(a, b, new, LIKELY)
            if several:
                yield source.cut(several[0][0], several[-1][1], ", ".join(other), NEAR)


def _handed(source: Source, row: Row) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """Where brackets open, and what stands in them."""
    for place in range(row.first, row.end):
        end = source.text.pairs.get(place, 0)
        if source.tokens[place].text == "(" and place < end <= row.end:
            yield place, source.text.cuts(place + 1, end)


def allocated(source: Source, row: Row) -> Iterator[Change]:
    """Memory in C that is to begin as zeros: `calloc` for `malloc`."""
    for place, handed in _handed(source, row):
        if source.tokens[place - 1].text == "malloc" and len(handed) == 1:
            yield source.cut(place - 1, source.text.pairs[place] + 1, f"calloc(1, {source.said(*handed[0])})", LIKELY)


def factors(source: Source, row: Row) -> Iterator[Change]:
    """A factor that is missing before a name, as another call of the same function has it before another: `take(T * m)` beside `take(n)`."""
    for place, several in _handed(source, row):
        for other in source.calls.get((source.tokens[place - 1].text, len(several)), ()):
            for (a, b), new in zip(several, other, strict=True):
                if b == a + 1 and source.tokens[a].kind == "name" and (found := FACTOR.fullmatch(new)):
                    yield source.cut(a, b, f"{found[1]} * {source.said(a, b)}", LIKELY)


def sizes(source: Source, row: Row) -> Iterator[Change]:
    """A size that is missing: an argument times what a loop of the function ends at."""
    several = list(dict.fromkeys(end for ends in source.bounds.get(row.function, {}).values() for end in ends))[:FEW]
    for place, handed in _handed(source, row):
        for a, b in handed if source.tokens[place - 1].kind == "name" else ():
            own = source.said(a, b)
            is_size = NAMED.search(own) and not OTHER.search(own)
            missing = (size for size in several if is_size and size not in own)
            yield from (source.cut(a, b, f"{own} * {size}", RARE) for size in missing)


def alike(source: Source, row: Row) -> Iterator[Change]:
    """Another function that is called with the same elsewhere."""
    for place in range(row.first, row.end - 1):
        end = source.text.pairs.get(place + 1, 0)
        if source.tokens[place].kind == "name" and source.tokens[place + 1].text == "(" and end <= row.end:
            given = tuple(source.said(a, b) for a, b in source.text.cuts(place + 2, end))
            several = (name for name in source.called_with[given] if given and name != source.tokens[place].text)
            yield from (source.cut(place, place + 1, name, LIKELY) for name in several)


def copies(source: Source, row: Row) -> Iterator[Change]:
    """A copy of what is declared as the same, or handed on, where both are one array if nobody says otherwise."""
    for place in range(row.first + 1, row.end) if source.text.path.suffix in SCRIPTS else ():
        before, token, after = source.tokens[place - 1].text, source.tokens[place], source.tokens[place + 1 : place + 2]
        is_alone = before in HANDING and (not after or after[0].text in HANDED)
        if token.kind == "name" and is_alone and not source.names.counts(place, row):
            yield source.cut(place, place + 1, f"{token.text}.slice()", PLAIN if before == "=" else LIKELY)


def turned(source: Source, row: Row) -> Iterator[Change]:
    """Of `a.compare(b)` what a method is called of in the place of its one argument, and the other way round."""
    for place, several in _handed(source, row):
        if len(several) == 1 and source.tokens[place - 2].text == "." and (of := source.left(place - 2, row.first)):
            (a, b), lent = several[0], "&" if source.tokens[several[0][0]].text == "&" else ""
            other, method = source.said(a + len(lent), b), source.tokens[place - 1].text
            if b > a + len(lent) and of.end < place:
                new = f"{other}.{method}({lent}{source.text.cut(of)})"
                yield source.cut(of.first, source.text.pairs[place] + 1, new, LIKELY)


def shared(source: Source, row: Row) -> Iterator[Change]:
    """An array for each place of a list, all of whose places have one and the same: `Array(n).fill(new Float64Array(m))`."""
    for place in range(row.first, row.end) if source.text.path.suffix in SCRIPTS else ():
        end = source.text.pairs.get(place, 0)
        if source.tokens[place].text == "(" and source.tokens[place - 1].text == "Array" and place < end < row.end - 3:
            dot, name, opened = source.tokens[end + 1 : end + 4]
            behind = source.text.pairs.get(end + 3, 0)
            if (dot.text, name.text, opened.text) == (".", "fill", "(") and end + 4 < behind <= row.end:
                first = place - 2 if source.tokens[place - 2].text == "new" else place - 1
                length, value = source.said(place + 1, end), source.said(end + 4, behind)
                yield source.cut(first, behind + 1, f"Array.from({{ length: {length} }}, () => {value})", PLAIN)


def ends(source: Source, row: Row) -> Iterator[Change]:
    """Where what the argument before begins with ends: `(i + 1) * m` behind `i * m`."""
    for _, several in _handed(source, row):
        for (a, b), (c, d) in pairwise(several):
            star = next((p for p in source.text.free(a, b) if source.tokens[p].text == "*"), None)
            if star is not None and (counted := source.left(star, a)):
                before = source.text.whole[source.tokens[a].start : source.tokens[counted.first].start]
                new = f"{before}({source.text.cut(counted)} + 1) {source.said(star, b)}"
                if new != source.said(c, d):
                    yield source.cut(c, d, new, LIKELY)


def functions(source: Source, row: Row) -> Iterator[Change]:
    """Another, or one that is too many."""
    for place in range(row.first, row.end - 1):
        if source.tokens[place].kind == "name" and source.tokens[place + 1].text == "(":
            base = place - 2 if place > 1 and source.tokens[place - 1].text in REACHING else place
            if base >= row.first and source.tokens[base].kind == "name":
                own = source.said(base, place + 1)
                several = (name for name in source.names.called(1) if name != own)
                yield from (source.cut(base, place + 1, name, FAR) for name in several)
                yield source.cut(base, place + 1, "", NEAR)


def given(source: Source, row: Row) -> Iterator[Change]:
    """A function, or a method, that is missing; a method that is too many."""
    called, methods = source.names.called(1)[:MOST], source.names.methods()[:MOST]
    for part in source.operands(row):
        own = source.text.cut(part)
        yield from (source.cut(part.first, part.end, f"{name}({own})", STRANGE) for name in called)
        yield from (source.cut(part.first, part.end, f"{own}.{name}()", STRANGE) for name in methods)
        yield from (source.cut(part.first, part.end, one, NEAR) for one in source.with_argument.get(own, ()))
        if _is_method(source, part):
            yield source.cut(part.end - 4, part.end, "", NEAR)


def _is_method(source: Source, part: Part) -> bool:
    """Whether `.name()` is its end."""
    last = [token.text for token in source.tokens[max(part.first, part.end - 4) : part.end]]
    return part.end - part.first > 4 and last[0] in REACHING and last[2:] == ["(", ")"]
