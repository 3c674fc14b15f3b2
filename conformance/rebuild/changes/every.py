"""All changes of a row, the likelier first."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from ..languages import ENDINGS, SCRIPTS, C
from ..text import Row
from ..tokens import FREE
from . import calls, marks, missing, statements, terms, wholes
from .change import UP_TO, Change
from .refusing import refuses
from .source import Source

REACHED = {".", ">", ":"}  # a letter before a name that is something's
OF_LOOP = 0.3  # a loop that never ends costs more than all else, but not where it begins or ends elsewhere
OF_ANOTHER = 1.0  # a name of another kind: most of what a compiler refuses
KINDS = (
    *(
        statements.halves,
        marks.unused,
        marks.operators,
        marks.numbers,
        marks.signs,
        marks.names,
        marks.unwritten,
        marks.otherwise,
        marks.ends,
        marks.tiles,
    ),
    *(terms.dropped, terms.turned, terms.beside, terms.exchanged, terms.joined, terms.strides, terms.added),
    *(wholes.instead, wholes.arrays, wholes.fields, wholes.indices, wholes.sizes, wholes.alone),
    *(wholes.brackets, wholes.backwards),
    *(calls.arguments, calls.factors, calls.sizes, calls.alike, calls.copies, calls.turned, calls.shared, calls.ends),
    *(calls.functions, calls.given, calls.allocated),
    *(
        statements.conditions,
        statements.without,
        statements.leaving,
        statements.parted,
        statements.turned,
        statements.guarded,
        statements.others,
    ),
    *(
        missing.unused,
        missing.summed,
        missing.begun,
        missing.siblings,
        missing.alike,
        missing.cleared,
        missing.before,
        missing.unmade,
        missing.copies,
        missing.elsewhere,
    ),
)


def changes(source: Source, row: Row) -> Iterator[Change]:
    """Each once, a likelier one before another that is the same; none of a name that is bound there."""
    bound = {source.tokens[p] for p in range(row.first, row.end) if p in source.text.bound}
    edges = {edge for token in bound for edge in (token.start, token.end)}
    later = OF_LOOP * (source.tokens[row.first].text in ("for", "while", "loop"))
    known_to_end = {*UP_TO, "="}  # up to where it goes, and from where on
    ends = {source.tokens[p].start for p in range(row.first + 1, row.end) if source.tokens[p - 1].text in known_to_end}
    start, end = source.tokens[row.first].start, source.tokens[row.end - 1].end
    has_kinds, is_typed = source.text.path.suffix not in SCRIPTS, ENDINGS[source.text.path.suffix] is C
    known, unseen = {source.text.whole[start:end]}, source.names.unseen(row)
    for change in sorted((one for kind in KINDS for one in kind(source, row)), key=lambda one: one.rank):
        new = source.text.whole[start : change.start] + change.new + source.text.whole[change.end : end]
        is_whole = _open(change.new) == _open(source.text.whole[change.start : change.end])
        is_reached = source.text.whole[change.start - 1 : change.start] in REACHED
        is_seen = is_reached or not unseen & _roots(change.new)
        if is_whole and is_seen and new not in known and not edges & {change.start, change.end}:
            if is_typed and refuses(source, row, change):
                continue
            known.add(new)
            cut = source.text.whole[change.start : change.end]
            other_kind = OF_ANOTHER * (has_kinds and source.kinds.differ(cut, change.new, row.function))
            is_of_loop = change.start not in ends and change.start < change.end  # and does not stand before it
            yield replace(change, rank=change.rank + later * is_of_loop + other_kind)


@cache
def _roots(text: str) -> frozenset[str]:
    """Names in a text that are reached of nothing."""
    return frozenset(re.findall(rf"{FREE}[A-Za-z_$]\w*", text))


def _open(text: str) -> tuple[int, ...]:
    """How many brackets of each kind a text leaves open."""
    return tuple(text.count(one) - text.count(other) for one, other in ("()", "[]", "{}"))
