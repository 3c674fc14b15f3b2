"""All changes of a row, the likelier first."""

from collections.abc import Iterator
from dataclasses import replace

from ..text import Row
from . import calls, marks, statements, terms, wholes
from .change import Change, Source

OF_LOOP = 0.3  # a loop that never ends costs more than all else
KINDS = (
    *(statements.halves, marks.operators, marks.numbers, marks.signs, marks.names),
    *(terms.dropped, terms.turned, terms.beside, terms.exchanged, terms.joined),
    *(wholes.instead, wholes.alone, wholes.brackets, wholes.backwards),
    *(calls.arguments, calls.functions, calls.given),
    *(statements.conditions, statements.without, statements.guarded, statements.copies),
    *(statements.siblings, statements.turned, statements.again),
)


def changes(source: Source, row: Row) -> Iterator[Change]:
    """Each once, a likelier one before another that is the same; none of a name that is bound there."""
    bound = {source.tokens[p] for p in range(row.first, row.end) if p in source.text.bound}
    edges = {edge for token in bound for edge in (token.start, token.end)}
    later = OF_LOOP * (source.tokens[row.first].text in ("for", "while", "loop"))
    start, end = source.tokens[row.first].start, source.tokens[row.end - 1].end
    known = {source.text.whole[start:end]}
    for change in sorted((one for kind in KINDS for one in kind(source, row)), key=lambda one: one.rank):
        new = source.text.whole[start : change.start] + change.new + source.text.whole[change.end : end]
        is_whole = _open(change.new) == _open(source.text.whole[change.start : change.end])
        if is_whole and new not in known and not edges & {change.start, change.end}:
            known.add(new)
            yield replace(change, rank=change.rank + later)


def _open(text: str) -> tuple[int, ...]:
    """How many brackets of each kind a text leaves open."""
    return tuple(text.count(one) - text.count(other) for one, other in ("()", "[]", "{}"))
