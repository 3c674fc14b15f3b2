"""The goldens of a folder at a policy of precision."""

from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
from rnnspec.golden import Golden, load
from rnnspec.golden.estimated import Estimate, Unfit, estimate, held
from rnnspec.golden.precision import Precision
from rnnspec.golden.sized import case_of, is_known

from .sources import Stored

AT_PRECISION = "the outputs are proven, their budgets are estimated from runs that err at random (docs/budget.md)"


class AtPrecision(Stored):
    """The goldens of a folder at a precision: the same proven outputs, with budgets that are estimated for it. Properties are of a dtype."""

    precision: Precision

    def __init__(self, folder: Path, precision: Precision) -> None:
        super().__init__(folder)
        self.known = {id: operation for id, operation in self.known.items() if id in self.entries}
        self.precision = precision
        self.load = cache(self._estimated)
        self._untold = 0

    def _estimated(self, id: str) -> Golden:
        golden, precision = load(id, self.folder), self.precision
        if golden.entry.exact:
            held(precision, [golden.inputs, golden.parameters])
            return golden
        if not is_known(id) or not _drawn_alike(golden, found := _at_precision(id, precision).telling()):
            raise Unfit("its inputs are not those that this rnnspec draws")
        self._untold += len(found.untold)
        outputs = {name: golden.outputs[name] for name in found.golden.outputs}
        return replace(found.golden, entry=golden.entry, outputs=outputs)

    def notes(self) -> list[str]:
        """What the budgets are, and how many outputs have none."""
        few = f"no verdict on {self._untold} outputs, what they may be off by tells nothing at this precision"
        return [f"{self.precision.words}: {AT_PRECISION}", *([few] if self._untold else [])]

    def proven(self, id: str) -> bool:
        return self.entries[id].exact


def stored(folder: Path, precision: Precision | None) -> Stored:
    """The goldens of a folder, at a precision or at the dtypes that they are for."""
    return AtPrecision(folder, precision) if precision else Stored(folder)


def _drawn_alike(golden: Golden, found: Estimate) -> bool:
    """Whether an estimate is of what a golden holds: a folder may be of another version."""
    pairs = ((golden.inputs, found.golden.inputs), (golden.parameters, found.golden.parameters))
    return all(
        one.keys() == two.keys() and all(np.array_equal(one[name], two[name]) for name in one) for one, two in pairs
    )


@lru_cache(maxsize=4096)
def _at_precision(id: str, precision: Precision) -> Estimate:
    return estimate(case_of(id), precision.carrier, precision)
