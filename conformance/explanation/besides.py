"""What a call does besides its formula: it changes what it is given, or what is kept for a backward; it takes the weights of an earlier call."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import numpy as np
from rnnspec.golden import Golden

from ..deviations import deviant
from ..properties.table import property_in
from ..report.reasons import CALL, Explanation, Told
from ..run.outcome import Outcome
from ..verdict.nearness import size, within
from .evidence import CLOSE, Evidence

IN_PLACE = ("inputs-untouched", "options-untouched")
LAYOUTS, READ_ONLY = "any-layout", "read-only inputs: "
REUSED, AGAIN = "cache-reusable", "backward a second time on one cache gives other bits"
ANEW = "parameters-read-anew"
EARLIER = "weights of an earlier call"


def besides(outcomes: Iterable[Outcome]) -> Iterator[Explanation]:
    """Of operations all of whose failures are of properties, and follow from one thing that a call does."""
    failing = dict[str, list[Outcome]]()
    for outcome in outcomes:
        if outcome.failed:
            failing.setdefault(outcome.operation, []).append(outcome)
    for operation, own in failing.items():
        parts = [[o for o in own if _is_in_place(o)], [o for o in own if _is_of_a_cache(o)]]
        said = [o.message for o in parts[0] if property_in(o.id) in IN_PLACE]
        names = ([min(said, key=len)] if said else []) + (["the backward changes its cache"] if parts[1] else [])
        if names and sum(map(len, parts)) == len(own):
            yield _explanation(operation, tuple(names), tuple(o.id for o in own))


def _is_in_place(outcome: Outcome) -> bool:
    """That something given is changed, or what follows where it is read-only."""
    name = property_in(outcome.id)
    return name in IN_PLACE or (name == LAYOUTS and outcome.message.startswith(READ_ONLY))


def _is_of_a_cache(outcome: Outcome) -> bool:
    return property_in(outcome.id) == REUSED and AGAIN in outcome.message


def _explanation(operation: str, names: tuple[str, ...], cases: tuple[str, ...], passing: int = 0) -> Explanation:
    told = tuple(Told(name, CALL, name, "") for name in names)
    return Explanation(operation, names, cases, len(cases), told=told, passing=passing)


def of_earlier_calls(
    evidence: Evidence, outcomes: list[Outcome], goldens: Callable[[str], Golden]
) -> Explanation | None:
    """Where weights that change in place are not seen, and each failing case is what the weights of an earlier one give."""
    name = evidence.operation.name
    seen = [o for o in outcomes if o.operation == name and o.failed and property_in(o.id) == ANEW]
    if not seen or not evidence.failing:
        return None
    ran = [
        o.id for o in outcomes if o.operation.startswith(evidence.operation.family or name) and not property_in(o.id)
    ]
    if not all(
        _is_of_earlier(evidence, id, ran[: ran.index(id)], goldens) for id in evidence.order if evidence.failed(id)
    ):
        return None
    return _explanation(name, (EARLIER,), evidence.failing, len(evidence.outcomes) - len(evidence.failing))


def _is_of_earlier(evidence: Evidence, id: str, before: list[str], goldens: Callable[[str], Golden]) -> bool:
    golden, got = evidence.goldens[id], evidence.outcomes[id].arrays
    for other in (goldens(one) for one in before):
        if other.parameters.keys() != golden.parameters.keys():
            continue
        found = deviant.outputs(replace(golden, parameters=other.parameters), evidence.dtype)
        scale = max(map(size, found.values()), default=0.0) * float(np.finfo(evidence.dtype).eps) if found else 0.0
        if found and all(within(array, got[name], CLOSE * scale) for name, array in found.items()):
            return True
    return False
