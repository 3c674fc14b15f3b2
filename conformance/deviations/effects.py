"""What each deviation does, in numbers: by them an edit is told to be it, whatever the reference's text is by now.

Of every deviation, in every operation that it affects and every way in which it occurs, one case, which tells it from the others where
one does, and two weighted sums of all that it gives there. `python docs/pages effects` writes them down from the deviations' texts.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rnnspec.golden import Golden
from rnnspec.reference import OPERATIONS

from . import deviant
from .catalogue import CATALOGUE
from .deviation import Way
from .kill_matrix import SEEN

RECORDED = Path(__file__).with_name("effects.json")
SUMS, DIGITS = 2, 12
NEAR = 1e-9  # relative to the sum of all that is added up
TELLING = 1e4  # by how much more an effect differs from what is right
# to be told by sums
TOO_SMALL = (
    "cell-state-f32",
    "eps-in-the-floor",
    "expm1-by-definition",
    "softplus-by-definition",
    "softplus-identity-above-20",
)
NO_NUMBER = 1024.0  # what stands for one
HEAVIEST = 7.5  # of all weights
FIRST = ("generic", "two-steps")  # the cases that are asked first

Arrays = Mapping[str, NDArray[Any]]


class Effect(NamedTuple):
    """What a deviation gives in a case."""

    deviation: str
    case: str
    sums: tuple[float, ...]


class Summed(NamedTuple):
    """Weighted sums, and the sum of all that is added up in the first; `room` is by how much each may be off."""

    sums: tuple[float, ...]
    size: float
    room: float = 0.0


def may_be(id: str, operation: str, gave: Callable[[str], Summed | None]) -> bool:
    """Whether what was given, in the cases that are recorded, may be what a deviation gives: what `gave` has no sums of denies nothing."""
    own = [(effect.sums, gave(effect.case)) for effect in of_operation(operation) if effect.deviation == id]
    return not own or any(given is None or _near(sums, given) for sums, given in own)


def told_by(operation: str, gives: Callable[[str], Arrays | None]) -> list[str]:
    """The deviations with the effect of what `gives` the outputs of a case, None where it changes nothing; in the forward before a
    backward, too, where they have one there.
    """
    found, ahead = _told_by(operation, gives), OPERATIONS[operation].forward
    if not found or not ahead:
        return found
    before = _told_by(ahead.name, gives)
    there = {effect.deviation for effect in of_operation(ahead.name)}
    return [id for id in found if id in before or id not in there]


def _told_by(operation: str, gives: Callable[[str], Arrays | None]) -> list[str]:
    found = dict[str, Summed | None]()
    for case in {effect.case for effect in of_operation(operation)}:
        arrays = gives(case)
        found[case] = None if arrays is None else summed(arrays)
    own = (e.deviation for e in of_operation(operation) if (sums := found[e.case]) and _near(e.sums, sums))
    return list(dict.fromkeys(own))


@cache
def _recorded() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files(__package__).joinpath(RECORDED.name).read_text("utf-8"))  # in a zip, too
    return found


@cache
def of_operation(operation: str) -> list[Effect]:
    recorded = _recorded().get(operation, {})
    return [Effect(id, f"{operation}/{case}", tuple(sums)) for id, ways in recorded.items() for case, *sums in ways]


def measured(operation: str, goldens: list[Golden]) -> dict[str, list[list[Any]]]:
    """Of each deviation that affects an operation, a case and the sums for each of its ways, as they are recorded."""
    known = [d for d in CATALOGUE.values() if operation in d.affects and not d.dtype]
    every = [(deviation.id, way) for deviation in known for way in dict.fromkeys(deviation.ways)]
    found: dict[str, list[list[Any]]] = {deviation.id: [] for deviation in known}
    ordered = sorted(goldens, key=lambda golden: (golden.entry.id.partition("/")[2] not in FIRST, golden.entry.id))
    seen = [{one: sums for one in every if (sums := _seen(golden, one[1])) is not None} for golden in ordered]
    for one in every:
        own = [place for place, there in enumerate(seen) if one in there]
        apart = (place for place in own if _is_apart(one[0], seen[place][one], seen[place]))
        if own:
            place = next(apart, own[0])  # some are told apart by no case
            case = ordered[place].entry.id.partition("/")[2]
            recorded = [case, *(float(f"{number:.{DIGITS}g}") for number in seen[place][one].sums)]
            found[one[0]] += [] if recorded in found[one[0]] else [recorded]
    return {id: sorted(ways) for id, ways in found.items() if ways}


def _is_apart(id: str, own: Summed, seen: Mapping[tuple[str, Way], Summed]) -> bool:
    return not any(_near(own.sums, two) for (other, _), two in seen.items() if other != id)


def _seen(golden: Golden, way: Way) -> Summed | None:
    """What a way gives in a case that it fails by more than roundings."""
    arrays = deviant.outputs(golden, "float64", way)
    if arrays is None or deviant.margin(golden, arrays) <= SEEN:
        return None
    right, sums = summed(golden.outputs), summed(arrays)
    return None if _near(right.sums, Summed(sums.sums, TELLING * max(sums.size, right.size))) else sums


def summed(arrays: Arrays, rooms: Mapping[str, float] = MappingProxyType({})) -> Summed:
    """Of outputs, each element of which may be off by the room of its output."""
    every = np.concatenate([np.ravel(arrays[name]) for name in sorted(arrays)]).astype(np.float64)
    raw = np.random.PCG64(0).random_raw(SUMS * len(every)).reshape(SUMS, -1)
    weights = (raw >> np.uint64(60)).astype(np.float64) - HEAVIEST
    every = np.nan_to_num(every, nan=NO_NUMBER, posinf=NO_NUMBER, neginf=-NO_NUMBER)
    room = sum(HEAVIEST * np.size(arrays[name]) * room for name, room in rooms.items())
    return Summed(tuple(float(one) for one in weights @ every), float(np.abs(weights[0] * every).sum()), room)


def _near(recorded: tuple[float, ...], sums: Summed) -> bool:
    return all(abs(one - two) <= NEAR * sums.size + sums.room for one, two in zip(recorded, sums.sums, strict=True))


def differing(golden: Callable[[str], Golden]) -> Iterator[str]:
    """The deviations, with their operations, that do not do what is recorded."""
    recorded = {effect.deviation for operation in OPERATIONS for effect in of_operation(operation)}
    yield from (d.id for d in CATALOGUE.values() if not d.dtype and d.id not in {*recorded, *TOO_SMALL})
    for operation in OPERATIONS:
        for effect in of_operation(operation):
            own = golden(effect.case)
            given = (deviant.outputs(own, "float64", way) for way in CATALOGUE[effect.deviation].ways)
            if not any(arrays is not None and _near(effect.sums, summed(arrays)) for arrays in given):
                yield f"{operation}: {effect.deviation}"


def as_json(goldens: Callable[[str], list[Golden]]) -> str:
    """The file, a line each deviation and operation."""
    parts = []
    for operation in OPERATIONS:
        lines = [
            f"  {json.dumps(id)}: {json.dumps(ways)}" for id, ways in measured(operation, goldens(operation)).items()
        ]
        if lines:
            parts.append(f"{json.dumps(operation)}: {{\n" + ",\n".join(lines) + "\n}")
    return "{\n" + ",\n".join(parts) + "\n}\n"
