"""Another operator, number, sign or name."""

import re
from collections.abc import Iterator

from ..languages import SCRIPTS
from ..text import ASSIGNING, Row
from ..tokens import REACHING
from .change import FAR, LIKELY, NEAR, PLAIN, UP_TO, Change, unlike
from .source import Source
from .used import BINARY

INSTEAD = {
    **{"+": ("-", "*"), "-": ("+", "*"), "*": ("/", "+"), "/": ("*",), "%": ("/",)},
    **{"=": ("+=", "-="), "+=": ("=", "-="), "-=": ("+=", "="), "*=": ("=", "/=", "+="), "/=": ("*=",)},
    **{"<": ("<=", "!=", ">"), "<=": ("<",), ">": (">=", "<"), ">=": (">",), "==": ("!=",), "!=": ("==",)},
    **{"===": ("!==",), "!==": ("===",), "&&": ("||",), "||": ("&&",), "++": ("--",), "--": ("++",)},
    **{"..": ("..=",), "..=": ("..",)},
}
BEFORE_SIGN = {"=", "+=", "-=", "(", ",", "*", "return"}
ZERO = re.compile(r"0\.0*(f32|f64|[fF])?")
ENDLESS = {".rs": "f64::NEG_INFINITY", **dict.fromkeys(SCRIPTS, "-Infinity")}
FIELD = re.compile(r"\w+(?:(?:\.|->)\w+)+")
SHORT = 2  # letters of what likely counts, too
SUFFIXES = "fFdDlLuU"  # of a number in C


def operators(source: Source, row: Row) -> Iterator[Change]:
    for place in range(row.first + 1, row.end):
        text = source.tokens[place].text
        if text not in BINARY or source.text.ends_value(place - 1):
            several = INSTEAD.get(text, ())
            is_by_one = text in BINARY and place + 1 < row.end and source.tokens[place + 1].text == "1"
            yield from (source.cut(place, place + 1, new, PLAIN) for new in several if not is_by_one or new in "+-")
            others = BINARY - {text, *several} if text in BINARY else ()
            yield from (source.cut(place, place + 1, new, NEAR) for new in others)


def numbers(source: Source, row: Row) -> Iterator[Change]:
    for place in range(row.first, row.end):
        text = source.tokens[place].text
        if source.tokens[place].kind != "number":
            continue
        is_whole = text.isdecimal()
        begun = source.tokens[place - 2].text if place > 1 and source.tokens[place - 1].text == "=" else ""
        if ZERO.fullmatch(text) or (text == "0" and begun in source.greatest[row.function]):
            rank = LIKELY if begun in source.greatest[row.function] else FAR
            yield source.cut(place, place + 1, ENDLESS.get(source.text.path.suffix, "-INFINITY"), rank)
        try:
            value = int(text) if is_whole else float(text.rstrip(SUFFIXES).replace("_", ""))
        except ValueError:  # no decimal number
            continue
        half = value // 2 if is_whole and not value % 2 else value / 2 if not is_whole else value
        others = (value + 1, value - 1, 0, 2 * value, half, 1, 2)
        wanted = [one for one in others if one != value and one >= 0]
        for rank, other in zip((PLAIN, PLAIN, *[NEAR] * 5), wanted, strict=False):
            yield source.cut(place, place + 1, str(int(other)) if is_whole else repr(float(other)), rank)


def signs(source: Source, row: Row) -> Iterator[Change]:
    """One that is too many, or that is missing."""
    for place in range(row.first + 1, row.end):
        before, token = source.tokens[place - 1], source.tokens[place]
        if token.text in ("-", "!") and not source.text.ends_value(place - 1):
            yield source.cut(place, place + 1, "", PLAIN)
        elif before.text in BEFORE_SIGN:
            part = source.text.part_from(place, row.end)
            if part and source.is_number(part, row):
                yield source.cut(part.first, part.end, f"-{source.text.cut(part)}", PLAIN)


def unused(source: Source, row: Row) -> Iterator[Change]:
    """A name of the function that nothing uses, for another or as one more term."""
    several = source.unused.get(row.function, ())
    for place in range(row.first, row.end) if several else ():
        if source.tokens[place].kind == "name":
            yield from (source.cut(place, place + 1, other, PLAIN) for other in several)
    for part in source.operands(row) if several else ():
        if source.is_number(part, row):
            own = source.text.cut(part)
            yield from (source.cut(part.first, part.end, f"({own} {m} {n})", PLAIN) for n in several for m in "-*+")


def names(source: Source, row: Row) -> Iterator[Change]:
    """Another that the function uses in the same way."""
    for place in range(row.first, row.end):
        token = source.tokens[place]
        if token.kind == "name":
            for other in source.names.others(place, row):
                yield source.cut(place, place + 1, other, unlike(token.text, other))
            is_own = not source.names.is_declared(place) and source.tokens[place - 1].text not in REACHING
            for other in source.kinds.alike(token.text, row.function) if is_own else ():
                yield source.cut(place, place + 1, other, unlike(token.text, other))
            for other in source.names.handed(place, row):
                yield source.cut(place, place + 1, other, LIKELY + unlike(token.text, other))
            for other in source.names.beside(place, row):
                yield source.cut(place, place + 1, other, LIKELY + unlike(token.text, other))
            for other in source.names.fields_beside(place, row):
                yield source.cut(place, place + 1, other, LIKELY + unlike(token.text, other))
            for other in source.names.reached(place, row):
                yield source.cut(place, place + 1, other, NEAR + unlike(token.text, other))


def unwritten(source: Source, row: Row) -> Iterator[Change]:
    """An array to whose elements nothing is written anywhere, where something is to another's."""
    for place in (p for p in range(row.first + 1, row.end) if source.tokens[p].text in ASSIGNING):
        if (at := source.target(place, row)) is not None and source.tokens[at + 1].text in "[(":
            several = (way(at, row) for way in (source.names.others, source.names.beside, source.names.reached))
            for other in (name for way in several for name in way):
                if (source.owner(at, row), other) not in source.written:
                    yield source.cut(at, at + 1, other, PLAIN)


def otherwise(source: Source, row: Row) -> Iterator[Change]:
    """A size for what counts, or what counts for a size; what is handed on elsewhere where something is reached."""
    for place in range(row.first, row.end):
        if source.tokens[place].kind == "name":
            is_its_own = any(source.tokens[p].text == source.tokens[place].text for p in range(row.first, place))
            rank = LIKELY if is_its_own else FAR
            yield from (source.cut(place, place + 1, other, rank) for other in source.names.pointed(place, row))
            if source.tokens[place - 1].text not in REACHING:  # `state.c` for `c`
                reached = tuple(f"{mark}{source.tokens[place].text}" for mark in REACHING)
                yield from (
                    source.cut(place, place + 1, n, LIKELY) for n in source.arrays[row.function] if n.endswith(reached)
                )
            for other in source.names.counted(place, row):
                is_bound = source.tokens[place - 1].text in UP_TO
                is_short = len(source.tokens[place].text) <= SHORT and len(other) <= SHORT
                yield source.cut(place, place + 1, other, LIKELY if is_bound else NEAR if is_short else FAR)


def ends(source: Source, row: Row) -> Iterator[Change]:
    """Where another loop or range of the function ends, or at what is a factor there and reached of something."""
    for place in range(row.first + 1, row.end):
        if source.tokens[place - 1].text in UP_TO and (part := source.text.part_from(place, row.end)):
            several = (one for one in source.factors.get(row.function, ()) if FIELD.fullmatch(one))
            for one in (*source.ends[row.function], *several):
                yield source.cut(part.first, part.end, one, LIKELY)


def tiles(source: Source, row: Row) -> Iterator[Change]:
    """What goes on by whole tiles, or with one that is not whole."""
    for place in range(row.first + 1, row.end):
        mark, name = source.tokens[place].text, source.tokens[place - 1].text
        step = source.left(place, row.first) if mark == "<=" else None
        if step and source.tokens[step.first - 1].text == "+":
            yield source.cut(step.first - 1, place + 1, "<", LIKELY)
        for p in range(place + 1, row.end - 1) if mark == "<" else ():
            by = source.text.part_from(p + 2, row.end) if source.tokens[p].text == name else None
            if by and source.tokens[p + 1].text == "+=":
                yield source.cut(place, place + 1, f"+ {source.text.cut(by)} <=", LIKELY)
