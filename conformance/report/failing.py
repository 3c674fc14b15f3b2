"""What tells one failure of a case from another: its reason, and how far off what is wrong is."""

import math
import re
from collections.abc import Mapping

from ..run.outcome import Outcome
from ..verdict.comparing import Verdict

PLACE = re.compile(r" \([^()]*, line \d+\)$")
FAR = 100.0  # budgets: a rounding more or less is no other size of these
SIZEABLE = 1e-3  # of the number itself: less may be roundings of another format, which are others on another processor
EDGE = 2.0  # what is less than so many times beyond either was not written where it was a little less
SAME = 0.05  # by which, relatively, one mistake may differ from itself on another machine


def reason(outcome: Outcome) -> str:
    """The outcome and its message, without the line of code that raised: that moves with every version."""
    return f"{outcome.outcome}: {PLACE.sub('', outcome.message)}"


def distances(outcome: Outcome, times: float = 1.0) -> dict[str, float]:
    """How many budgets each output is off, of those that are far off, or so many times as far, and by no roundings: of two mistakes in one output hardly the same."""
    found = {name: verdict for name, verdict in outcome.verdicts.items() if not verdict.passed}
    return {name: float(f"{verdict.worst:.3g}") for name, verdict in found.items() if _is_far(verdict, times)}


def _is_far(verdict: Verdict, times: float) -> bool:
    if (
        verdict.worst is None
        or not times * FAR <= verdict.worst < math.inf
        or verdict.got is None
        or verdict.want is None
    ):
        return False
    return bool(abs(verdict.got - verdict.want) > times * SIZEABLE * abs(verdict.want))


def differing(before: Mapping[str, float], now: Outcome) -> str:
    """The first output that is off by another number of budgets than before, in words; "" for none. At the edge of what is far off both are the same."""
    about, clearly = distances(now, 1 / EDGE), distances(now, EDGE)
    for name in {**before, **clearly}:
        is_same = name in before and name in about and math.isclose(before[name], about[name], rel_tol=SAME)
        if not is_same:
            return f"{name} was off by {_budgets(before, name)}, is by {_budgets(about, name)}"
    return ""


def _budgets(distances: Mapping[str, float], name: str) -> str:
    return f"{distances[name]:.3g} budgets" if name in distances else f"fewer than {FAR:g} budgets, or by roundings"


def is_another(before: Outcome, now: Outcome) -> bool:
    """Whether both fail, and not alike."""
    is_moved = reason(before) != reason(now) or differing(distances(before), now)
    return before.failed and now.failed and bool(is_moved)
