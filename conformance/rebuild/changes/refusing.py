"""What a compiler of C or C++ would refuse in any text: it is not put into one."""

import re

from ..text import Row
from .change import Change
from .source import Source

PLACE = re.compile(r"[A-Za-z_][\w.>\[\]-]*")  # what may be counted up
STEPS = ("++", "--")
STATED = (";", "{", "}", ")", ":", "else")  # before a statement
OF_VALUES = set("-+/%=;,.)]")  # behind a value, and not a type
WITHIN = ("=", "+", "-", "*", "/", "[", "turn")  # before what is a value, of `return` the end


def refuses(source: Source, row: Row, change: Change) -> bool:
    """A value of what gives none, a scope or a type as a value or the other way round, more or less of what is no place in memory."""
    whole, last = source.text.whole, source.tokens[row.end - 1].end
    before, after = whole[: change.start].rstrip(), whole[change.end : last].lstrip()[:2]
    if (before[-2:] in STEPS or after in STEPS) and not PLACE.fullmatch(change.new):
        return True
    start = "" if change.start in (change.end, source.tokens[row.first].start) else before[-4:]
    beside = f"{change.new}{after}"
    if after == "::" and not any(change.new.endswith(scope) for scope in source.scopes):
        return True
    for match in source.special.finditer(beside):
        name, behind = match[1], beside[match.end() :].lstrip()
        ahead = f"{start}{beside[: match.start()]}".rstrip()
        if name in source.giving_nothing and behind[:1] == "(" and ahead and not ahead.endswith(STATED):
            return True
        if name in source.scopes and behind[:2] != "::":
            return True
        is_within = behind[:1] in ("*", "&") and ahead.endswith(WITHIN)
        is_indexed = behind[:1] == "[" and behind[:2] != "[]" and not ahead.endswith("new")
        is_value = source.is_cpp and (is_within or is_indexed or behind[:2] in ("< ", "<="))
        if name in source.types and (not behind or behind[0] in OF_VALUES or is_value):
            return True
    return False
