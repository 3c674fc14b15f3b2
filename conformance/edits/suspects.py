"""The edits of a trace in the order in which they are tried: first those of places that nothing runs that is right."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, partial

from .generated.generating import edits, groups
from .trace.group import Group
from .trace.members import members, reached
from .trace.replaying import Edit
from .trace.trace import Trace


@dataclass
class Suspects:
    """`right` are runs of what is right: calls of this operation, or operations that it rests on."""

    trace: Trace
    right: Sequence[Trace]
    _known: dict[bool, list[Edit]] = field(default_factory=dict)

    def edits(self) -> Iterator[Edit]:
        """First those of places that nothing has that is right, then the others, the likeliest first."""
        for is_innocent in (False, True):
            if is_innocent not in self._known:
                found = edits(self.trace, lambda group, own=is_innocent: self._is_innocent(group) is own)  # type: ignore[misc]
                self._known[is_innocent] = sorted(found, key=lambda edit: edit.rank)
            yield from self._known[is_innocent]

    def reaching(self, bits: int, in_part: bool) -> Iterator[tuple[Edit, int, bool]]:
        """Edits on which wrong outputs rest, the outputs that do, and whether all of the wrong ones do, or only, `in_part`, some."""
        reaches = cache(partial(reached, self.trace))
        for edit in self.edits():
            reach = reaches(edit.group) | (reaches(edit.partner) if edit.partner else 0)
            whole = reach & bits == bits
            if reach & bits and (whole or in_part):
                yield edit, reach, whole

    def groups(self) -> list[Group]:
        return sorted(groups(self.trace), key=self._is_innocent)

    def _is_innocent(self, group: Group) -> bool:
        """Whether what is right has the place of a group, too."""
        return any(members(trace, group) for trace in self.right)
