"""The edit that gives most of what is wrong, where none gives all of it: a hint, and never a name."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from ..finding import Finding
from ..held.case import Case
from ..trace.group import NAMED
from ..trace.replaying import Edit
from ..trace.tape import RESULT

KEPT, CASES = 8, 8  # edits that are held against so many failing cases
LEAST = 0.3  # what share of the wrong elements the nearest has to give


@dataclass
class Nearest:
    """Those of the edits tried that gave most of one output of one case."""

    best: list[tuple[int, Edit]] = field(default_factory=list)

    def add(self, edit: Edit, gained: int) -> None:
        """An edit, and how many wrong elements it gives there beyond those that it makes wrong."""
        if gained > 0:
            self.best.append((gained, edit))
            self.best.sort(key=lambda one: (-one[0], *_width(one[1])))
            del self.best[KEPT:]

    def of(self, cases: Iterable[Case]) -> tuple[Finding, float, int] | None:
        """The one that gives most of the wrong elements in the first failing cases, their share, and in how many; None where it is small."""
        failing = [*islice((case for case in cases if case.comparable), CASES)] if self.best else []
        wrong = sum(int(np.count_nonzero(w)) for case in failing for w in case.wrong_elements.values())
        shares = [(self._gained(edit, failing) / max(1, wrong), edit) for _, edit in self.best]
        share, edit = max(shares, key=lambda one: one[0], default=(0.0, None))
        return (Finding((edit,)), share, len(failing)) if edit and share >= LEAST else None

    @staticmethod
    def _gained(edit: Edit, failing: Iterable[Case]) -> int:
        with np.errstate(all="ignore"):
            given = ((case, case.given(Finding((edit,)))) for case in failing)
            return sum(case.gained(found, case.wrong_elements) for case, found in given if found)


def _width(edit: Edit) -> tuple[bool, float, bool]:
    """Of edits that give as much, what is one value comes before several, and what is computed before what is returned."""
    return edit.group.extent == NAMED, edit.rank, edit.group.place[0].module == RESULT
