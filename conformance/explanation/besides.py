"""What a call does besides its formula: it changes what it is given, or what is kept for a backward; it takes the weights of an earlier call."""

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import replace

import numpy as np
from rnnspec.golden import Golden
from rnnspec.reference import OPERATIONS

from ..deviations import deviant
from ..properties.table import property_in
from ..report.reasons import CALL, Explanation, Localisation, Told
from ..run.outcome import Outcome
from ..verdict.nearness import size, within
from .evidence import CLOSE, Evidence

IN_PLACE = ("inputs-untouched", "options-untouched")
LAYOUTS, READ_ONLY = "any-layout", "read-only inputs: "
REUSED, AGAIN = "cache-reusable", "backward a second time on one cache gives other bits"
ANEW = "parameters-read-anew"
EARLIER = "weights of an earlier call"
OF_FORWARD = (  # properties of a backward that go by what its forward gives
    "backwards-in-time",
    "chunked-is-stepwise",
    "cut-anywhere",
    "long-network",
    "long-sequence",
    "packed-is-separate",
    "split-sequence",
)
FORWARD = "its cases pass: properties run {}, too, which is wrong, and is to be looked at first"


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


def of_forwards(outcomes: Iterable[Outcome], explained: Container[str]) -> Iterator[Localisation]:
    """Of a backward whose cases pass and of which properties fail that run its forward, too, cases of which have failed."""
    failing, passing = dict[str, list[str]](), set[str]()
    for outcome in outcomes:
        if outcome.failed:
            failing.setdefault(outcome.operation, []).append(outcome.id)
        elif not property_in(outcome.id):
            passing.add(outcome.operation)
    for name, own in failing.items():
        ahead = OPERATIONS[name].forward
        is_wrong = ahead is not None and not all(map(property_in, failing.get(ahead.name, ())))
        if (
            ahead
            and is_wrong
            and name in passing
            and name not in explained
            and {*map(property_in, own)} <= {*OF_FORWARD}
        ):
            yield Localisation(name, tuple(own), (FORWARD.format(ahead.name),))


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
