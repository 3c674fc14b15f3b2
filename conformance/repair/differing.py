"""What two texts differ in, without what stands around it."""

import difflib

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
