"""A candidate in this process: Python functions by the names of the contract."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from rnnspec.reference import ContractError, Operation

from ..candidate import NOT_DEFINED, Arrays, Cache, Calls, Candidate, Given, Raised, Unsupported, unoffered
from .telling import said

Function = Callable[..., Any]


@dataclass(frozen=True)
class Local(Candidate):
    """Functions of this process, which share its memory."""

    functions: Mapping[str, Function] = field(default_factory=dict)

    def at(self, dtype: str) -> Calls:
        return _Calls(self.functions)


class _Calls:
    def __init__(self, functions: Mapping[str, Function]) -> None:
        self._functions = functions

    def lacks(self, operation: Operation, features: Sequence[str]) -> str:
        needed = [operation, *([operation.forward] if operation.forward else [])]
        if missing := [part.name for part in needed if part.name not in self._functions]:
            return NOT_DEFINED if missing[0] == operation.name else f"{missing[0]} is not defined"
        known = [(part.name, option) for part in needed for option in part.options]
        taken = [option for name, option in known if _takes(self._functions[name], option)]
        return unoffered([option for _, option in known], features, taken)

    def call(self, operation: Operation, inputs: Arrays, parameters: Arrays, case: str = "") -> Given:
        if operation.forward:
            return self.backward(operation, inputs, self.cache(operation.forward, inputs, parameters))
        returned = operation.call({operation.name: self._guarded(operation)}, inputs, parameters)
        return operation.named(returned, [*inputs, *parameters])

    def cache(self, forward: Operation, inputs: Arrays, parameters: Arrays) -> Cache:
        returned = forward.call({forward.name: self._guarded(forward)}, inputs, parameters)
        try:
            forward.named(returned, [*inputs, *parameters])
        except ContractError as error:
            raise ContractError(f"there is no cache to start from: {forward.name} {error}") from None
        return returned[-1]

    def backward(self, operation: Operation, inputs: Arrays, cache: Cache) -> Given:
        return operation.named(operation.differentiate(self._guarded(operation), inputs, cache), inputs)

    def tried(self, name: str, operation: Operation, case: str) -> None:
        return None

    def _guarded(self, operation: Operation) -> Function:
        def call(*args: Any, **options: Any) -> Any:
            if operation.name not in self._functions:  # a property may hold two operations against each other
                raise Unsupported(f"{operation.name} is not defined")
            try:
                with np.errstate(all="ignore"):  # an overflow on the way is fine where the values are right
                    return self._functions[operation.name](*args, **options)
            except (Unsupported, KeyboardInterrupt):
                raise
            except BaseException as error:
                raise Raised(f"{operation.name} raised {said(error)}") from error

        return call


def _takes(function: Function, keyword: str) -> bool:
    try:
        parameters = inspect.signature(function).parameters.values()
    except (
        Exception,
        SystemExit,
    ):  # no signature to ask, or the candidate's own, which may do anything: the call will tell
        return True
    return any(p.name == keyword or p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters)
