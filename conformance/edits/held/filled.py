"""One case as it is of an implementation that reads zeros where an input is None: what is made of these, such as a decay by 1, is a part of its run."""

from dataclasses import replace
from functools import cached_property

import numpy as np
from rnnspec.golden import Golden

from ..finding import RECURRENCES
from .case import Case

FILLED = "zeros for None"


def left_out(golden: Golden) -> list[str]:
    """The inputs of a recurrence that are None, and stand for zeros."""
    operation = golden.entry.operation
    names = operation.all_omittable if operation.family in RECURRENCES else ()
    return [name for name in names if name not in golden.inputs]


def filled(case: Case) -> Case:
    """That, or the case itself where everything is given."""
    if not left_out(case.golden):
        return case
    if FILLED not in case.written:
        case.written[FILLED] = Filled(case.golden, case.arrays, case.dtype, case.wrong)
    return case.written[FILLED]


class Filled(Case):
    """What comes of the zeros is not asked for."""

    @cached_property
    def run(self) -> Golden:
        entry, names = self.golden.entry, left_out(self.golden)
        features = [one for one in entry.features if one.removesuffix("=None") not in names]
        axes, dims = entry.operation.run_inputs(entry.dims, features), {"n_g": entry.dims["n_k"], **entry.dims}
        zeros = {name: np.zeros([dims[axis] for axis in axes[name].split()]) for name in names}
        entry = replace(entry, dims=dims, features=features)
        return replace(self.golden, entry=entry, inputs={**self.golden.inputs, **zeros})
