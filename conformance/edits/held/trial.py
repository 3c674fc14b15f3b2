"""One finding held against cases, in whichever way their loop is run: a case in which two ways are one is run once, but for roundings."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ...clock import spent
from ..finding import Finding
from ..trace.trace import Arrays
from .case import Case
from .runs import AS_IT_IS, Run


@dataclass
class Trial:
    """Until a time of `spent()`."""

    finding: Finding
    deadline: float
    _known: dict[tuple[Run | None, int], tuple[Arrays | None, bool]] = field(default_factory=dict)

    def fits(self, cases: Iterable[Case], run: Run = AS_IT_IS) -> bool:
        """In each case, and changes one. Of most edits the first case is missed: whether roundings are all that it is off by is asked once
        another fits.
        """
        changed, fitted, missed = False, False, list[tuple[Case, Arrays]]()
        for case in (run.of(case) for case in cases if not (self.finding.is_unragged and case.is_ragged)):
            found, is_fit = self._given(case, run)
            if spent() > self.deadline:
                return False
            if is_fit:
                changed, fitted = changed or found is not None, True
            elif not found or (missed and not fitted):
                return False
            else:
                missed.append((case, found))
            if fitted and not all(
                one.fits_roughly(given, one.given(self.finding, run.ran_alone, noisy=True)) for one, given in missed
            ):
                return False
            missed = [] if fitted else missed
        return changed

    def _given(self, case: Case, run: Run) -> tuple[Arrays | None, bool]:
        """What it gives in a case, and whether that fits: runs of a case without lengths differ by nothing else."""
        key = run if case.is_ragged else None, id(case)
        if key not in self._known:
            found = case.given(self.finding, run.ran_alone)
            is_fit = case.fits(found, run.valid_alone) and (found is not None or case.can_run(self.finding))
            self._known[key] = found, is_fit
        return self._known[key]
