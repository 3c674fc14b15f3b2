"""Running a candidate at one dtype: fresh arrays in, arrays by name out, and the outcome of one case."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.golden import Entry, Golden
from rnnspec.golden.precision import FORMATS, Precision
from rnnspec.reference import ContractError, Operation

from ..candidate import Arrays, Cache, Candidate, Got, Unsupported
from ..verdict.budget import unit
from ..verdict.chunks import in_chunks
from ..verdict.comparing import compare
from ..verdict.part import part_of
from . import formats
from .outcome import Ending, Outcome, attempt, declined

FEW = 4  # names that are told one by one


class Runner:
    """A candidate at one dtype, or at a precision that the dtype carries."""

    def __init__(self, candidate: Candidate, dtype: str, precision: Precision | None = None) -> None:
        self.candidate, self.dtype, self.precision = candidate, dtype, precision
        self.policy = precision or Precision.named(dtype)
        self.calls = formats.at(candidate, precision) if precision else candidate.at(dtype)

    def fresh(self, arrays: Arrays) -> dict[str, NDArray[Any]]:
        """Copies at the run's dtype, which a candidate may spoil."""
        return _copies(arrays, np.dtype(self.dtype))

    def given(self, arrays: Arrays) -> dict[str, NDArray[Any]]:
        """Copies of the very dtype that the candidate is given, which at a precision is that of its arrays."""
        return _copies(arrays, formats.dtype_of(self.policy.arrays))

    def call(self, operation: Operation, inputs: Arrays, parameters: Arrays, case: str = "") -> dict[str, Got]:
        """Outputs by name, at the run's dtype. Raises as candidate.Calls does."""
        return self.carried(self.returned(operation, inputs, parameters, case))

    def returned(self, operation: Operation, inputs: Arrays, parameters: Arrays, case: str = "") -> dict[str, Got]:
        """Outputs by name, in the candidate's own memory. Raises as candidate.Calls does."""
        return self.calls.call(operation, inputs, parameters, case)

    def carried(self, got: dict[str, Got]) -> dict[str, Got]:
        """At the run's dtype what is of a format that the precision may return."""
        return formats.carried(got, self.precision) if self.precision else got

    def cache(self, forward: Operation, inputs: Arrays, parameters: Arrays) -> Cache:
        return self.calls.cache(forward, inputs, parameters)

    def backward(self, operation: Operation, inputs: Arrays, cache: Cache) -> dict[str, Got]:
        return self.carried(self.calls.backward(operation, inputs, cache))

    def case(self, golden: Golden) -> Outcome:
        """The candidate's outcome on one golden."""
        entry = golden.entry
        outcome = Outcome(entry.id, entry.operation.name, features=entry.features)
        return self.lacking(entry) or declined(attempt(outcome, lambda: self._compare(outcome, golden)))

    def lacking(self, entry: Entry) -> Outcome | None:
        """The outcome of a case of what the candidate does not offer: its arrays need not be read for it."""
        why = self.calls.lacks(entry.operation, entry.features)
        outcome = Outcome(entry.id, entry.operation.name, features=entry.features)
        return outcome.ended(Ending.UNSUPPORTED, why) if why else None

    def allowing(self, golden: Golden) -> Golden:
        """The golden with what the chunks that the candidate declares may lose in its budgets."""
        return in_chunks(golden, self.candidate.chunks, FORMATS[self.policy.state].roundoff / unit(self.dtype))

    def _compare(self, outcome: Outcome, golden: Golden) -> None:
        inputs, parameters = self.fresh(golden.inputs), self.fresh(golden.parameters)
        arrays = self.call(golden.entry.operation, inputs, parameters, golden.id)
        wide = self.allowing(golden)
        part = part_of(wide, arrays)
        left_out = [name for name in golden.outputs if name not in part.outputs]
        if lacking := [name for name in left_out if "[" in name]:  # of a network's parameters none may be
            more = f" and {len(lacking) - FEW} more" if len(lacking) > FEW else ""
            raise ContractError(f"returned parameters without {', '.join(lacking[:FEW])}{more}")
        outcome.arrays, outcome.left_out = arrays, left_out
        if not part.outputs:
            raise Unsupported(f"{', '.join(outcome.left_out)} left out")
        outcome.arrays = {name: array for name, array in outcome.arrays.items() if name in part.outputs}
        verdicts = [compare(part, name, outcome.arrays[name], self.dtype) for name in part.outputs]
        if wide is not golden:
            narrow = part_of(golden, outcome.arrays)
            without = [compare(narrow, name, outcome.arrays[name], self.dtype).worst for name in part.outputs]
            verdicts = [replace(v, stepwise=worst) for v, worst in zip(verdicts, without, strict=True)]
        outcome.judged(verdicts)


def _copies(arrays: Arrays, dtype: np.dtype[Any]) -> dict[str, NDArray[Any]]:
    return {n: np.array(a, dtype if a.dtype.kind == "f" else None, order="C") for n, a in arrays.items()}
