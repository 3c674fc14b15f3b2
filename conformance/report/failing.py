"""What tells one failure of a case from another: its reason, and how far off what is wrong is."""

import math
import re
from collections.abc import Mapping

from ..run.outcome import Outcome

PLACE = re.compile(r" \([^()]*, line \d+\)$")
FAR = 100.0  # budgets: a rounding more or less is no other size of these
SAME = 0.05  # by which, relatively, one mistake may differ from itself on another machine


def reason(outcome: Outcome) -> str:
    """The outcome and its message, without the line of code that raised: that moves with every version."""
    return f"{outcome.outcome}: {PLACE.sub('', outcome.message)}"


def distances(outcome: Outcome) -> dict[str, float]:
    """How many budgets each output is off, of those that are far off: of two mistakes in one output hardly the same."""
    found = {name: verdict.worst for name, verdict in outcome.verdicts.items() if not verdict.passed}
    return {name: float(f"{far:.3g}") for name, far in found.items() if far is not None and FAR <= far < math.inf}


def differing(before: Mapping[str, float], now: Mapping[str, float]) -> str:
    """The first output that was recorded and is off by another number of budgets, in words; "" for none."""
    for name, far in before.items():
        if not math.isclose(far, now.get(name, 0.0), rel_tol=SAME):
            is_now = f"{now[name]:.3g}" if name in now else f"less than {FAR:g}"
            return f"{name} was off by {far:.3g} budgets, is by {is_now}"
    return ""


def is_another(before: Outcome, now: Outcome) -> bool:
    """Whether both fail, and not alike."""
    is_moved = reason(before) != reason(now) or differing(distances(before), distances(now))
    return before.failed and now.failed and bool(is_moved)
