"""What two texts, or two names, differ in, without what stands around it."""

import difflib
from itertools import takewhile

MOST = 16  # lines of a difference
CUT = " …"


def difference(old: str, new: str) -> list[str]:
    """Its lines, and those that stand between where a line is moved, if there are few."""
    changed = _changed(old, new, 0)
    is_moved = {line[1:].strip() for line in changed if line[0] == "+"} & {
        line[1:].strip() for line in changed if line[0] == "-"
    }
    if not is_moved:
        return [line for line in changed if line != CUT]
    wide = _changed(old, new, MOST)
    return wide if len(wide) <= MOST else changed


def _changed(old: str, new: str, beside: int) -> list[str]:
    """With so many lines beside each, and a cut where some are left out."""
    every = [*difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=beside)][2:]
    found = [CUT if line.startswith("@@") else line for line in every]
    ends = [place for place, line in enumerate(found) if line[0] != " "]
    return found[ends[0] : ends[-1] + 1] if ends else []


def apart(one: str, other: str) -> tuple[str, str]:
    """What stands between what two names begin and end with."""
    first = _alike(one, other)
    last = _alike(one[first:][::-1], other[first:][::-1])
    return one[first : len(one) - last], other[first : len(other) - last]


def _alike(one: str, other: str) -> int:
    """How many letters they both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
