"""Findings of a forward alone, where what they change is its backward's, too."""

from collections.abc import Iterator
from dataclasses import replace

from ..finding import Finding
from ..trace.group import AHEAD, ALIKE, ENTERING, EVERY, SAME, Group
from ..trace.members import members
from ..trace.trace import Trace


def ahead_alone(trace: Trace, finding: Finding) -> Iterator[Finding]:
    """What a forward does to a state that enters it, or in equations that its backward calls, too, where that does not."""
    ahead = [replace(one.group, only=AHEAD) if _is_of_both(trace, one.group) else one.group for one in finding.edits]
    own = tuple(edit._replace(group=group) for edit, group in zip(finding.edits, ahead, strict=True))
    if own != finding.edits:
        yield replace(finding, edits=own)


def _is_of_both(trace: Trace, group: Group) -> bool:
    """Whether a forward and its backward have nodes of a group; what a state enters a backward may have in a run of other inputs."""
    if not trace.begun or group.only != EVERY or group.extent not in (ENTERING, ALIKE, SAME):
        return False
    is_ahead = {i < trace.begun for i in members(trace, group)}
    return True in is_ahead and (group.extent == ENTERING or len(is_ahead) > 1)
