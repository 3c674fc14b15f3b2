"""Bugs beyond a size: the reference, of which one function reads or gives zeros behind so many places of an axis."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from planted.planting import Functions
from rnnspec.conformance.checks import Checks
from rnnspec.conformance.finding import candidate_of
from rnnspec.conformance.sources import Estimated, past_usual_blocks
from rnnspec.golden.blocks import BESIDE
from rnnspec.reference import FUNCTIONS, OPERATIONS, Kind, Operation

LIMITS = {"m": 32, "T_x": 64, "n_a": 128, "n_x": 16, "n_y": 8}  # of layers, and the first two of recurrences
OF_RECURRENCES = {"n_k": 64, "n_v": 64, "n_u": 32, "n_c": 128, "n_n": 16}
TIMED = (Kind.SEQUENCE, Kind.NETWORK)


@dataclass(frozen=True)
class Cut:
    """What stands behind `limit` along `axis` is zero, in what a function is given or in what it gives."""

    operation: str
    axis: str
    limit: int
    given: bool

    def functions(self) -> Functions:
        own = FUNCTIONS[self.operation]
        return {**FUNCTIONS, self.operation: self._of_given(own) if self.given else self._of_results(own)}

    def _of_given(self, function: Callable[..., Any]) -> Callable[..., Any]:
        operation = OPERATIONS[self.operation]
        axes = {**operation.arguments, **operation.options}

        def call(*given: Any, **options: Any) -> Any:
            arrays = [self._cut(a, axes[name]) for a, name in zip(given, operation.arguments, strict=False)]
            named = {name: self._cut(value, axes[name]) for name, value in options.items()}
            return function(*arrays, *given[len(arrays) :], **named)

        return call

    def _of_results(self, function: Callable[..., Any]) -> Callable[..., Any]:
        operation = OPERATIONS[self.operation]

        def call(*given: Any, **options: Any) -> Any:
            returned = function(*given, **options)
            if isinstance(returned, Mapping):
                axes = dict(operation.expected([*returned, *operation.all_options, *operation.inputs]))
                return {name: self._cut(value, axes.get(name, "")) for name, value in returned.items()}
            several = returned if isinstance(returned, tuple) else (returned,)
            expected = operation.expected(options).values()
            cut = [self._cut(value, axes) for value, axes in zip(several, expected, strict=False)]
            return (*cut, *several[len(cut) :]) if isinstance(returned, tuple) else cut[0]

        return call

    def _cut(self, value: Any, axes: str) -> Any:
        """A copy with zeros behind the limit, of an array that has the axis, or one that it is part of, as `n_d*n_a`."""
        among = [self.axis in one.split("*") for one in axes.split()]
        if not any(among) or not isinstance(value, np.ndarray):
            return value
        kept = value.copy()
        kept[(slice(None),) * among.index(True) + (slice(self.limit, None),)] = 0
        return kept


def cuts(operation: Operation) -> list[Cut]:
    """Of each axis that an operation's own arrays have: what it is given, also beside, and what it gives."""
    limits = {**LIMITS, **OF_RECURRENCES}
    beside = {name: axes for name, axes in operation.options.items() if name in BESIDE}
    arrays = {**operation.arguments, **beside}, operation.outputs
    given, gives = ({*re.findall(r"\w+", " ".join(axes.values()))} for axes in arrays)
    return [
        Cut(operation.name, axis, limit, among is given)
        for axis, limit in limits.items()
        for among in (given, gives)
        if axis in among
    ]


@cache
def source(operation: str, dtype: str = "float64") -> Estimated:
    """Past the usual blocks, each case estimated once for all candidates."""
    return past_usual_blocks([operation], dtype)


def checks(functions: Functions, operation: str, dtype: str = "float64") -> Checks:
    return Checks(candidate_of(functions), dtype, None, source(operation, dtype))
