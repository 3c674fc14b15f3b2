"""What is said of an operation that nothing explains: the edit that comes nearest, and whether time was up."""

import numpy as np

from ..finding import Finding
from ..telling import told
from .searching import Search

ALL_BUT = 0.995  # of the wrong elements: what denies such an edit is told
CUT = "the time for it was up before all edits were tried: more of --explain-seconds may name it"


def hints_of(search: Search) -> tuple[str, ...]:
    return (*filter(None, [_nearest(search)]), *([CUT] if search.is_cut else []))


def _nearest(search: Search) -> str:
    if (found := search.nearest.of(search.cases)) is None:
        return ""
    finding, share, failing = found
    ((difference, where),) = told(search.cases[0].trace, finding).edits
    denied = _denied(search, finding) if share >= ALL_BUT else ""
    but = f", and something else than {denied} gave" if denied else ""
    return (
        f"the nearest edit, {difference} ({where}), gives {share:.0%} of the wrong elements in {failing} failing cases"
        f"{but}: a hint, not a name"
    )


def _denied(search: Search, finding: Finding) -> str:
    """The first case in which a candidate gave something else, "" in none."""
    with np.errstate(all="ignore"):
        return next((case.golden.id for case in search.cases if not case.fits(case.given(finding))), "")
