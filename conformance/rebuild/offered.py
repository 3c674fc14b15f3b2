"""All changes of a program's sources that can be made while it runs."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from .changes.change import Change
from .changes.every import changes
from .changes.source import Source
from .slots import Slot
from .suspecting import held_in
from .switching import is_placed
from .text import Text


def offered(
    texts: Mapping[Path, Text], slots: Mapping[Path, Sequence[Slot]]
) -> Iterator[tuple[Path, Change, list[Slot]]]:
    """Each with the values that it may be in, the row first."""
    for path, text in texts.items():
        source = Source(text)
        for row in text.rows:
            if row.is_inside:
                within = held_in(text, slots[path], row)
                yield from ((path, one, within) for one in changes(source, row) if is_placed(text, within[1:], one))
