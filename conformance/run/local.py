"""A candidate in this process: Python functions by the names of the contract."""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from rnnspec.golden.precision import Precision
from rnnspec.reference import ContractError, Operation

from ..candidate import NOT_DEFINED, Arrays, Cache, Calls, Candidate, Got, Raised, Unsupported, unoffered
from .conversion import converted, handed
from .fitting import Call, raised
from .guard import guarded
from .telling import text

Function = Callable[..., Any]
NO_CACHE = "there is no cache to start from: "


@dataclass(frozen=True)
class Local(Candidate):
    """Functions of this process, which share its memory."""

    functions: Mapping[str, Function] = field(default_factory=dict)
    within: Callable[[Precision], AbstractContextManager[Any]] = nullcontext

    def under(self, precision: Precision) -> AbstractContextManager[Any]:
        return self.within(precision)

    def at(self, dtype: str) -> Calls:
        return _Calls(self.functions)


class _Calls:
    def __init__(self, functions: Mapping[str, Function]) -> None:
        self._functions = functions
        self._taken: dict[tuple[str, str], bool] = {}  # by function and keyword: a signature is asked once

    def lacks(self, operation: Operation, features: Sequence[str]) -> str:
        needed = [operation, *([operation.forward] if operation.forward else [])]
        if missing := [part.name for part in needed if part.name not in self._functions]:
            return NOT_DEFINED if missing[0] == operation.name else f"{missing[0]} is not defined"
        known = [(part.name, option) for part in needed for option in part.options]
        taken = [option for name, option in known if self._takes(name, option)]
        return unoffered([option for _, option in known], features, taken)

    def call(self, operation: Operation, inputs: Arrays, parameters: Arrays, case: str = "") -> dict[str, Got]:
        if operation.forward:
            return self.backward(operation, inputs, self.cache(operation.forward, inputs, parameters))
        return _named(operation, self._run(operation, inputs, parameters), [*inputs, *parameters])

    def cache(self, forward: Operation, inputs: Arrays, parameters: Arrays) -> Cache:
        returned = self._run(forward, inputs, parameters)
        try:
            with _answering(forward, as_it_is=ContractError):
                forward.named(returned, [*inputs, *parameters])
                return returned[-1]
        except ContractError as error:
            raise ContractError(f"{NO_CACHE}{forward.name} {error}") from None

    def backward(self, operation: Operation, inputs: Arrays, cache: Cache) -> dict[str, Got]:
        function = self._function(operation)
        with _answering(operation, call=(function, inputs)):
            returned = operation.differentiate(function, inputs, cache)
        return _named(operation, returned, inputs)

    def tried(self, name: str, operation: Operation, case: str) -> None:
        return None

    def _run(self, operation: Operation, inputs: Arrays, parameters: Arrays) -> Any:
        function = self._function(operation)
        with _answering(operation, call=(function, inputs)):
            return operation.call({operation.name: function}, _with_numbers(inputs), parameters)

    def _takes(self, name: str, keyword: str) -> bool:
        if (name, keyword) not in self._taken:
            self._taken[name, keyword] = _takes(self._functions[name], keyword)
        return self._taken[name, keyword]

    def _function(self, operation: Operation) -> Function:
        if operation.name not in self._functions:  # a property may hold two operations against each other
            raise Unsupported(f"{operation.name} is not defined")
        return self._functions[operation.name]


def _with_numbers(inputs: Arrays) -> dict[str, Any]:
    """What has no axes is a number, as over the protocol: whose arrays are another framework's multiplies it with them."""
    return {name: value.item() if _is_number(value) else value for name, value in inputs.items()}


def _is_number(value: Any) -> bool:
    return isinstance(value, np.ndarray | np.generic) and not value.ndim


@contextmanager
def _answering(
    operation: Operation, as_it_is: type[Exception] = Unsupported, call: Call | None = None
) -> Iterator[None]:
    """The candidate at work. Raises Raised for what it raises, but Unsupported, and one more, as they are."""
    try:
        with guarded(), np.errstate(all="ignore"):  # an overflow on the way is fine where the values are right
            yield
    except Unsupported as why:
        raise Unsupported(text(why)) from None
    except (KeyboardInterrupt, as_it_is):
        raise
    except BaseException as error:
        raise Raised(raised(error, operation, call)) from None


def _named(operation: Operation, returned: Any, given: Iterable[str]) -> dict[str, Got]:
    with _answering(operation, as_it_is=ContractError):
        return converted(handed(operation, operation.named(returned, given)))


def _takes(function: Function, keyword: str) -> bool:
    try:
        with guarded():
            parameters = inspect.signature(function).parameters.values()
            return any(p.name == keyword or p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters)
    except KeyboardInterrupt:
        raise
    except BaseException:  # no signature to ask: the call will tell
        return True
