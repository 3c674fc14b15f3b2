"""Reports for a page: of a candidate that is wrong everywhere, and of one that says what no page may take for its own."""

from collections.abc import Callable
from functools import cache, wraps
from typing import Any

import numpy as np
from rnnspec.conformance import Report
from rnnspec.conformance.checks import Checks
from rnnspec.conformance.exhibiting import exhibited
from rnnspec.conformance.finding import candidate_of
from rnnspec.golden import cases
from rnnspec.reference import FAMILIES, FUNCTIONS, OPERATIONS

HOSTILE = {
    "name": "<img src=x onerror=alert(1)>\"'&amp;</title></script><script>document.title='taken'</script>",
    "message": "</script><script>document.title='taken'</script><!-- ]]> --><b>`bold`</b> | \x1b[31m\n# heading",
    "version": "<svg onload=alert(1)>{{7*7}}${title}$title",
}


def bent(function: Callable[..., Any]) -> Callable[..., Any]:
    """What it gives, half as much again, but for the caches."""

    @wraps(function)
    def other(*args: Any, **kwargs: Any) -> Any:
        return _more(function(*args, **kwargs))

    return other


def _more(returned: Any) -> Any:
    if isinstance(returned, dict):
        return {name: _more(value) for name, value in returned.items()}
    if type(returned) in (tuple, list):
        return type(returned)(_more(value) for value in returned)
    return 1.5 * returned if isinstance(returned, np.ndarray) and returned.dtype.kind == "f" else returned


@cache
def everything_wrong() -> Report:
    """All cases and properties of layers, nearly every case of them failing: what explains them would take most of the time."""
    checks = Checks(candidate_of({name: bent(function) for name, function in FUNCTIONS.items()}))
    recurrences = {family.name for family in FAMILIES if not family.head}
    ids = [id for id in checks.ids if OPERATIONS[id.partition("/")[0]].family not in recurrences]
    outcomes = [checks.run(id) for id in ids]
    report = Report("everything wrong", "1", "float64", "0", cases=outcomes)
    report.exhibit = exhibited(outcomes, "float64", {entry.id: entry for entry in cases()}, checks.load)
    return report


@cache
def hostile() -> Report:
    from rnnspec.conformance import check

    def softmax(x: Any) -> Any:
        raise ValueError(HOSTILE["message"])

    odd = type("Odd", (), {"softmax": staticmethod(softmax)})
    odd.__version__ = HOSTILE["version"]  # type: ignore[attr-defined]
    odd.__name__ = HOSTILE["name"]
    return check(odd, cases=["softmax"])
