"""One operation of a candidate on the inputs of one golden: what a property works with."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.golden import Golden
from rnnspec.golden.erring import COARSE
from rnnspec.golden.estimated import ALL_OF_IT, MOST, Unfit, of_given
from rnnspec.golden.precision import FORMATS
from rnnspec.reference import ContractError, Operation

from ..candidate import Arrays, Unsupported
from ..run.conversion import Numbers, copied, numbers
from ..run.outcome import UNFIT
from ..run.runner import Runner
from ..verdict.nearness import Room, alike, allowed, size, twice
from ..verdict.part import part_of

__all__ = ["Numbers", "Trial", "copied", "differing", "other_bits"]


@dataclass
class Trial:
    """One operation of a candidate on the inputs of one golden, of which only what the candidate gives counts."""

    runner: Runner
    golden: Golden
    _told: list[bool] = field(default_factory=list)  # of each comparison within budgets, whether it could fail

    @property
    def operation(self) -> Operation:
        return self.golden.entry.operation

    def arrays(self) -> tuple[Numbers, Numbers]:
        return self.runner.fresh(self.golden.inputs), self.runner.fresh(self.golden.parameters)

    def given(self) -> tuple[Numbers, Numbers]:
        """The arrays that the candidate gets in its hands, so that what is done to them shows; at a precision, of its arrays' format."""
        return self.runner.given(self.golden.inputs), self.runner.given(self.golden.parameters)

    def returned(self, inputs: Arrays, parameters: Arrays) -> Numbers:
        """The outputs in the candidate's own memory, of its own format. Raises ContractError where one is no array of numbers."""
        got = self.runner.returned(self.operation, inputs, parameters)
        numbers(self.runner.carried(got))
        return {name: array for name, array in got.items() if isinstance(array, np.ndarray)}

    def call(self, inputs: Arrays, parameters: Arrays, operation: Operation | None = None) -> Numbers:
        """The outputs, of another operation where one is given. Raises ContractError where one is no array of numbers."""
        outputs = numbers(self.runner.call(operation or self.operation, inputs, parameters))
        if operation is None:
            self.golden = part_of(self.golden, outputs)
            if not outputs:
                raise Unsupported("all of its outputs are left out")
        return outputs

    def plain(self) -> Numbers:
        """The outputs on the golden's own inputs, of which it knows something. Raises ContractError where one has another shape."""
        known = {name: array for name, array in self.call(*self.arrays()).items() if name in self.golden.outputs}
        outputs = copied(known)  # a candidate may hand out the same memory again
        self.check_shapes(outputs)
        return outputs

    def check_shapes(self, outputs: Numbers) -> None:
        """Raises ContractError where an output has another shape than the golden's."""
        for name, array in outputs.items():
            if array.shape != (want := self.golden.outputs[name].shape):
                raise ContractError(f"{name} has shape {array.shape}, want {want}")

    def takes(self, option: str) -> bool:
        """Whether an option is one of the operation's, and on offer."""
        return option in self.operation.all_options and not self.runner.calls.lacks(self.operation, [option])

    def axes(self, name: str) -> str:
        return self.golden.entry.axes[name][0]

    def near(self, name: str) -> NDArray[np.float64]:
        """Two budgets of an output."""
        found = twice(self.golden, name, self.runner.dtype)
        self._weigh(found, self.golden.outputs[name])
        return found

    def room(self, name: str, array: NDArray[Any], times: int = 1) -> float:
        """Two budgets of an output for every element alike, also where it is a sum of so many of the golden's, all of whose errors may have one sign.

        They are the widest of those that are known, which at a precision are not those of some; infinite where many are not.
        """
        known = self.golden.sensitivity_at(self.runner.dtype)[name]
        known = known[np.isfinite(known)]
        few = known.size < (1 - MOST) * self.golden.outputs[name].size
        widest = np.inf if few else float(known.max(initial=0.0))
        found = 2 * times**2 * allowed(self.golden, name, widest, size(array) / times, self.runner.dtype)
        self._weigh(found, array)
        return found

    def on(self, inputs: Arrays, parameters: Arrays) -> "Trial":
        """The same on these inputs, with what the reference gives on them and budgets that are estimated. Raises Unsupported where they are not known."""
        try:
            found = of_given(self.golden, inputs, parameters, self.runner.dtype, self.runner.policy.handed_on).telling()
        except Unfit as why:
            raise Unsupported(f"{UNFIT}: {why}") from None
        return Trial(self.runner, part_of(self.runner.allowing(found.golden), self.golden.outputs))

    def holds(self, arrays: Arrays) -> bool:
        """Whether a precision gives these numbers as they are, and rounds none on the way in."""
        precision = self.runner.precision
        return precision is None or all(
            FORMATS[precision.arrays].holds(a) for a in arrays.values() if a.dtype.kind == "f"
        )

    @property
    def coarse(self) -> bool:
        """Whether functions are computed wider than the state is kept, and rounded."""
        return FORMATS[self.runner.policy.state].roundoff > COARSE

    @property
    def tells(self) -> bool:
        """Whether something that was compared within budgets could be outside, or nothing was."""
        return not self._told or any(self._told)

    def _weigh(self, room: Room, want: NDArray[Any]) -> None:
        """Note whether a room leaves less than all that there is."""
        self._told.append(bool(np.any(np.asarray(room) <= 2 * ALL_OF_IT * size(want))))


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
    return {name: array if array.dtype.kind in "iub" else -array for name, array in arrays.items()}
