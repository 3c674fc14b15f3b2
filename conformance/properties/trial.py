"""One operation of a candidate on the inputs of one golden: what a property works with."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.golden import Golden
from rnnspec.reference import ContractError, Operation

from ..candidate import Arrays, Unsupported
from ..run.conversion import Numbers, copied, numbers
from ..run.runner import Runner
from ..verdict.nearness import alike, twice
from ..verdict.part import part_of

__all__ = ["Numbers", "Trial", "copied", "differing", "other_bits"]


@dataclass
class Trial:
    """One operation of a candidate on the inputs of one golden, of which only what the candidate gives counts."""

    runner: Runner
    golden: Golden

    @property
    def operation(self) -> Operation:
        return self.golden.entry.operation

    def arrays(self) -> tuple[Numbers, Numbers]:
        return self.runner.fresh(self.golden.inputs), self.runner.fresh(self.golden.parameters)

    def call(self, inputs: Arrays, parameters: Arrays, operation: Operation | None = None) -> Numbers:
        """The outputs, of another operation where one is given. Raises ContractError where one is no array of numbers."""
        outputs = numbers(self.runner.call(operation or self.operation, inputs, parameters))
        if operation is None:
            self.golden = part_of(self.golden, outputs)
            if not outputs:
                raise Unsupported("all of its outputs are left out")
        return outputs

    def plain(self) -> Numbers:
        """The outputs on the golden's own inputs. Raises ContractError where one has another shape."""
        outputs = copied(self.call(*self.arrays()))  # a candidate may hand out the same memory again
        self.check_shapes(outputs)
        return outputs

    def check_shapes(self, outputs: Numbers) -> None:
        """Raises ContractError where an output has another shape than the golden's."""
        for name, array in outputs.items():
            if array.shape != (want := self.golden.outputs[name].shape):
                raise ContractError(f"{name} has shape {array.shape}, want {want}")

    def axes(self, name: str) -> str:
        return self.golden.entry.axes[name][0]

    def near(self, name: str) -> NDArray[np.float64]:
        """Two budgets of an output."""
        return twice(self.golden, name, self.runner.dtype)


Holds = Callable[[Trial], str]  # what does not hold, "" where all does
_said: dict[Holds, str] = {}


def says(words: str) -> Callable[[Holds], Holds]:
    """Write over a property what must hold, as data: `python -OO` strips docstrings."""

    def kept(holds: Holds) -> Holds:
        _said[holds] = words
        return holds

    return kept


def said(holds: Holds) -> str:
    """What must hold, in one line."""
    return _said[holds]


def differing(trial: Trial, one: Arrays, two: Arrays) -> str:
    """The first output in which two runs differ by more than two budgets, "" for none."""
    for name in one:
        near = trial.near(name)
        if not one[name].shape == two[name].shape == near.shape or not alike(one[name], two[name], near).all():
            return name
    return ""


def other_bits(first: Arrays, second: Arrays, words: str) -> str:
    changed = [name for name in first if not np.array_equal(first[name], second[name], equal_nan=True)]
    return f"{words} gives other bits in {', '.join(changed)}" if changed else ""


def negated(arrays: Arrays) -> dict[str, NDArray[Any]]:
    """Other inputs of the same shapes, for a second call; lengths and flags stay."""
    return {name: -array if array.dtype.kind == "f" else array for name, array in arrays.items()}
