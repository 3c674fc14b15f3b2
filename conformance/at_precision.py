"""The goldens of a folder at a policy of precision."""

from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
from rnnspec.golden import Golden, load
from rnnspec.golden.estimated import NONE, Estimate, Unfit, estimate, held
from rnnspec.golden.precision import Precision
from rnnspec.golden.sized import case_of, is_known

from .sources import Stored
from .verdict.budget import unit

AT_PRECISION = "the outputs are proven, their budgets are estimated from runs that err at random (docs/budget.md)"


class AtPrecision(Stored):
    """The goldens of a folder at a precision: the same proven outputs, with budgets that are estimated for it; and the properties tried on them."""

    precision: Precision

    def __init__(self, folder: Path, precision: Precision) -> None:
        super().__init__(folder)
        self.precision = precision
        self.load, self.tried = cache(self._judged), cache(self._of_a_property)
        self._untold = 0

    def _judged(self, id: str) -> Golden:
        golden = load(id, self.folder)
        if golden.entry.exact:
            held(self.precision, [golden.inputs, golden.parameters])
            return golden
        found = _estimated(golden, self.precision).telling()
        self._untold += len(found.untold)
        outputs = {name: golden.outputs[name] for name in found.golden.outputs}
        return replace(found.golden, entry=golden.entry, outputs=outputs)

    def _of_a_property(self, id: str) -> Golden:
        """With every output, for some are compared bit by bit; what has no budget, or one of any number, has an infinite one."""
        golden = load(id, self.folder)
        held(self.precision, [golden.inputs, golden.parameters])
        if golden.entry.exact:
            return golden
        told = _estimated(golden, self.precision.handed_on).golden
        unknown = {name: np.full(array.shape, np.inf) for name, array in golden.outputs.items()}
        lost = {name: np.zeros(array.shape) for name, array in unknown.items()}
        u = unit(self.precision.carrier)
        wide = unknown | {name: np.where(2 * u * h < NONE, h, np.inf) for name, h in told.sensitivity.items()}
        return replace(golden, sensitivity=wide, sensitivity16=wide, underflow=lost | dict(told.underflow))

    def notes(self) -> list[str]:
        """What the budgets are, and how many outputs have none."""
        few = f"no verdict on {self._untold} outputs, what they may be off by tells nothing at this precision"
        return [f"{self.precision.words}: {AT_PRECISION}", *([few] if self._untold else [])]

    def proven(self, id: str) -> bool:
        return self.entries[id].exact


def stored(folder: Path, precision: Precision | None) -> Stored:
    """The goldens of a folder, at a precision or at the dtypes that they are for."""
    return AtPrecision(folder, precision) if precision else Stored(folder)


def _estimated(golden: Golden, precision: Precision) -> Estimate:
    """What a golden may be off by. Raises Unfit."""
    if not is_known(golden.id) or not _drawn_alike(golden, found := _at_precision(golden.id, precision)):
        raise Unfit("its inputs are not those that this rnnspec draws")
    return found


def _drawn_alike(golden: Golden, found: Estimate) -> bool:
    """Whether an estimate is of what a golden holds: a folder may be of another version."""
    pairs = ((golden.inputs, found.golden.inputs), (golden.parameters, found.golden.parameters))
    return all(
        one.keys() == two.keys() and all(np.array_equal(one[name], two[name]) for name in one) for one, two in pairs
    )


@lru_cache(maxsize=4096)
def _at_precision(id: str, precision: Precision) -> Estimate:
    return estimate(case_of(id), precision.carrier, precision)
