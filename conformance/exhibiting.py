"""What a report shows besides its verdicts: of the manifest, the properties, the reference and the goldens."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from numpy.typing import NDArray
from rnnspec.golden import Golden
from rnnspec.golden.entry import Entry
from rnnspec.reference import OPERATIONS

from .candidate import Foreign
from .deviations import equations
from .properties.table import PROPERTIES, plain, property_in
from .report import arrays
from .report.exhibit import GOT, Encoded, Exhibit
from .run.outcome import Outcome
from .verdict.budget import of_golden
from .verdict.part import part_of

Arrays = Iterable[tuple[str, NDArray[Any]]]


def exhibited(
    outcomes: list[Outcome], dtype: str, entries: Mapping[str, Entry], goldens: Callable[[str], Golden]
) -> Exhibit:
    """What each case shows, the equations of their operations, and the arrays of failing ones."""
    found = Exhibit()
    for name in dict.fromkeys(outcome.operation for outcome in outcomes):
        operation, functions = OPERATIONS[name], equations.of(OPERATIONS[name])
        known = {"kind": str(operation.kind), "summary": operation.summary, "source": operation.source}
        found.operations[name] = {**known, "equations": [*functions]}
        found.equations |= functions
    found.cases = {outcome.id: _told(outcome.id, entries) for outcome in outcomes}
    for outcome in _by_turns([o for o in outcomes if o.failed and o.id in entries], entries):
        if not found.take(outcome.id, _arrays(outcome, goldens(outcome.id), dtype)):
            break
    return found


def _told(id: str, entries: Mapping[str, Entry]) -> dict[str, Any]:
    if name := property_in(id):
        return {"shows": PROPERTIES[name].says}
    return {"shows": entries[id].shows, "dims": entries[id].dims}


def _by_turns(failing: list[Outcome], entries: Mapping[str, Entry]) -> Iterable[Outcome]:
    """The plainest failing case of each operation, then the smallest of each, and so on: there may be no room for all."""
    sizes = {o.id: sum(math.prod(shape) for shape, _ in entries[o.id].shapes().values()) for o in failing}
    turns: dict[str, int] = defaultdict(int)
    ordered = []
    for outcome in sorted(failing, key=lambda o: (o.id != plain(o.operation), sizes[o.id])):
        turns[outcome.operation] += 1
        ordered.append((turns[outcome.operation], sizes[outcome.id], outcome.id, outcome))
    return [outcome for *_, outcome in sorted(ordered, key=lambda turn: turn[:3])]


def _arrays(outcome: Outcome, golden: Golden, dtype: str) -> dict[str, Encoded]:
    """By the keys of the golden's file, which names their axes too; then the budgets, and what the candidate gave."""
    found, golden = {}, part_of(golden, outcome.arrays) if outcome.arrays else golden
    for group in ("inputs", "parameters", "outputs"):
        for name, array in getattr(golden, group).items():
            found[f"{group}/{name}"] = arrays.encoded(arrays.narrowed(array), golden.entry.axes[f"{group}/{name}"][0])
    for name in outcome.verdicts:
        if golden.outputs[name].dtype.kind == "f":
            found[f"budget/{name}"] = arrays.encoded(arrays.rounded(of_golden(golden, name, dtype)))
        if not isinstance(got := outcome.arrays[name], Foreign):
            found[f"{GOT}{name}"] = arrays.encoded(got)
    return {key: array for key, array in found.items() if array}
