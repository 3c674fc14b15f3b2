"""What a compiler of C or C++ would refuse in any text: it is not put into one."""

import re

from ..text import Row
from .change import Change
from .source import Source

CALLED = re.compile(r"([A-Za-z_]\w*)\s*\(")
PLACE = re.compile(r"[\w.>\[\]-]+")  # what may be counted up
STEPS = ("++", "--")


def refuses(source: Source, row: Row, change: Change) -> bool:
    """A value of what gives none, a type as a value or the other way round, more or less of what is no place in memory."""
    whole = source.text.whole
    before, after = whole[: change.start].rstrip()[-2:], whole[change.end :].lstrip()[:2]
    if change.new.isidentifier() and (change.new in source.types or after == "::"):
        return True
    if (before in STEPS or after in STEPS) and not PLACE.fullmatch(change.new):
        return True
    is_value = source.tokens[row.first].start < change.start < change.end
    called = {*CALLED.findall(change.new), *([change.new] if after[:1] == "(" else [])}
    return is_value and bool(called & source.giving_nothing)
