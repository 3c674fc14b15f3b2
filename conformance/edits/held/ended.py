"""One case as it is of a loop that ends with the longest example: steps that no example has are not run, neither rightly nor with a mistake."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
from rnnspec.golden import Golden

from ...verdict.part import Part
from ..finding import ENDS, Finding
from ..trace.trace import Arrays, Trace
from .case import Case


def ended(case: Case) -> Case:
    """That, or the case itself where the longest example has every step."""
    lengths, T_x = case.golden.inputs.get("lengths"), case.golden.entry.dims.get("T_x", 0)
    if lengths is None or isinstance(case.golden.entry, Part) or not 0 < int(lengths.max(initial=0)) < T_x:
        return case
    if ENDS not in case.written:
        case.written[ENDS] = Ended(case.golden, case.arrays, case.dtype, case.wrong)
    return case.written[ENDS]


class Ended(Case):
    """What it gives has zeros where nothing was run."""

    @cached_property
    def run(self) -> Golden:
        entry, steps = self.golden.entry, int(self.golden.inputs["lengths"].max())
        axes = entry.operation.run_inputs(entry.dims, entry.features)
        inputs = {n: a[..., :steps] if axes[n].endswith("T_x") else a for n, a in self.golden.inputs.items()}
        return replace(self.golden, entry=replace(entry, dims={**entry.dims, "T_x": steps}), inputs=inputs)

    @cached_property
    def trace(self) -> Trace:
        return replace(super().trace, ends=True)

    @cached_property
    def right(self) -> Arrays:
        return Padded(self, {name: self.trace.tape.values[i] for name, i in self.trace.outputs.items()})

    def given(self, finding: Finding, valid_alone: bool = False, noisy: bool = False) -> Arrays | None:
        found = super().given(finding, valid_alone, noisy)
        return None if found is None else Padded(self, found)


class Padded(Mapping[str, Any]):
    """Outputs, those over time with zeros behind the last step that was run."""

    def __init__(self, case: Ended, found: Arrays) -> None:
        self._case, self._found = case, found

    def __getitem__(self, name: str) -> Any:
        array, shape = self._found[name], self._case.golden.outputs[name].shape
        missing = shape[-1] - np.shape(array)[-1] if np.shape(array)[:-1] == shape[:-1] else 0
        return np.pad(array, [(0, 0)] * (len(shape) - 1) + [(0, missing)]) if missing > 0 else array

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)
