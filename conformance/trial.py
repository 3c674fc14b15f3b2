"""One operation of a candidate on the inputs of one golden: what a property works with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.golden import Golden
from rnnspec.reference import ContractError, Operation
from rnnspec.reference.contract import described

from .budget import budget
from .execution import Arrays, Runner
from .verdict import as_array


@dataclass
class Trial:
    """One operation of a candidate on the inputs of one golden."""

    runner: Runner
    golden: Golden

    @property
    def operation(self) -> Operation:
        return self.golden.entry.operation

    def arrays(self) -> tuple[dict[str, NDArray[Any]], dict[str, NDArray[Any]]]:
        return self.runner.fresh(self.golden.inputs), self.runner.fresh(self.golden.parameters)

    def call(self, inputs: Arrays, parameters: Arrays) -> dict[str, NDArray[Any]]:
        """The outputs as arrays. Raises ContractError where one is none of numbers: nothing can be compared then."""
        return floating(self.runner.call(self.operation, inputs, parameters))

    def plain(self) -> dict[str, NDArray[Any]]:
        """The outputs on the golden's own inputs. Raises ContractError where one has another shape."""
        outputs = copied(self.call(*self.arrays()))  # a candidate may hand out the same memory again
        for name, want in self.golden.outputs.items():
            if outputs[name].shape != want.shape:
                raise ContractError(f"{name} has shape {outputs[name].shape}, want {want.shape}")
        return outputs

    def axes(self, name: str) -> str:
        return self.golden.entry.axes()[name][0]

    def near(self, name: str) -> NDArray[np.float64]:
        """Two budgets of an output: each of two correct results may use one."""
        g = self.golden
        return 2 * budget(g.sensitivity[name], g.underflow[name], g.outputs[name], self.runner.dtype)


def floating(outputs: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
    arrays = {}
    for name, value in outputs.items():
        array = as_array(value)
        if array is None or array.dtype.kind not in "fiu":  # lengths are whole numbers
            raise ContractError(
                f"{name} is {described(value) if array is None else array.dtype}, want an array of numbers"
            )
        arrays[name] = array
    return arrays


def copied(outputs: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
    return {name: array.copy() for name, array in floating(outputs).items()}


def differing(trial: Trial, one: Arrays, two: Arrays) -> str:
    for name in one:
        near = trial.near(name)
        if not one[name].shape == two[name].shape == near.shape:
            return name
        apart = np.abs(one[name].astype(np.float64) - two[name].astype(np.float64))
        same = (apart <= near) | (one[name] == two[name]) | (np.isnan(one[name]) & np.isnan(two[name]))
        if not same.all():
            return name
    return ""


def other_bits(first: Arrays, second: Arrays, words: str) -> str:
    changed = [name for name in first if not np.array_equal(first[name], second[name], equal_nan=True)]
    return f"{words} gives other bits in {', '.join(changed)}" if changed else ""
