"""The contract: what each operation takes and returns, by name and by axis."""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Axes = Mapping[str, str]  # array name -> axis names, as in {"xt": "n_x m"}
Arrays = Mapping[str, Any]


class ContractError(ValueError):
    """A call does not follow the contract; the message names operation, array and axis."""


@dataclass(frozen=True)
class Operation:
    """One function of the contract.

    `arguments` are positional, in order. A forward operation takes `parameters` behind them
    and, where it is part of a family, returns a cache behind its `outputs`. A backward
    operation takes that cache instead and returns a dict. `options` are keyword arrays;
    an optional output comes back where the option it names was given.
    """

    name: str
    summary: str
    source: str
    arguments: Axes
    outputs: Axes
    parameters: Axes = field(default_factory=dict)
    options: Axes = field(default_factory=dict)
    optional_outputs: Mapping[str, str] = field(default_factory=dict)  # output -> option
    forward: "Operation | None" = None
    has_cache: bool = False

    @property
    def inputs(self) -> dict[str, str]:
        """Every array besides the parameters that a run of this operation starts from."""
        return {**(self.forward.inputs if self.forward else {}), **self.arguments}

    @property
    def given_options(self) -> Axes:
        """The options of the forward call, which a backward operation inherits."""
        return self.forward.options if self.forward else self.options

    @property
    def all_parameters(self) -> Axes:
        return self.forward.parameters if self.forward else self.parameters

    def expected(self, inputs: Arrays) -> dict[str, str]:
        """Axes of the outputs that a run on these inputs returns."""
        extra = (name for name, option in self.optional_outputs.items() if option in inputs)
        return {**self.outputs, **{name: self.given_options[self.optional_outputs[name]] for name in extra}}

    def call(self, functions: Mapping[str, Callable[..., Any]], inputs: Arrays, parameters: Arrays) -> Any:
        """What the operation returns: forward is run first where its cache is needed."""
        if self.forward:
            cache = self.forward.call(functions, inputs, parameters)[-1]
            return self.differentiate(functions[self.name], inputs, cache)
        arguments = [inputs[name] for name in self.arguments]
        options = {name: inputs[name] for name in self.options if name in inputs}
        if self.parameters:
            arguments.append(parameters)
        return functions[self.name](*arguments, **options)

    def differentiate(self, function: Callable[..., Any], inputs: Arrays, cache: Any) -> Any:
        """What a backward operation returns on a cache."""
        return function(*(inputs[name] for name in self.arguments), cache)

    def named(self, returned: Any, inputs: Arrays) -> dict[str, Any]:
        """The returned arrays by name. Raises ContractError where their number is another."""
        want = list(self.expected(inputs))
        if self.forward:
            return self._named_gradients(returned, want)
        if len(want) == 1 and not self.has_cache:
            return {want[0]: returned}
        full = [*want, "cache"]
        if not isinstance(returned, tuple | list):
            raise ContractError(f"returned {described(returned)}, want {len(full)} values ({', '.join(full)})")
        if len(returned) != len(full):
            raise ContractError(f"returned {len(returned)} values, want {len(full)} ({', '.join(full)})")
        return dict(zip(want, returned, strict=False))

    def _named_gradients(self, returned: Any, want: list[str]) -> dict[str, Any]:
        if not isinstance(returned, Mapping):
            raise ContractError(f"returned {described(returned)}, want a dict with {', '.join(want)}")
        if missing := [name for name in want if name not in returned]:
            raise ContractError(f"returned a dict without {', '.join(missing)}; want {', '.join(want)}")
        if surplus := [str(name) for name in returned if name not in want and name not in self.optional_outputs]:
            raise ContractError(f"returned a dict with {', '.join(surplus)}, which {self.name} does not have")
        return {name: returned[name] for name in want}


def described(value: Any) -> str:
    """A value in three words for a message: `None`, `a list`, `an array (5, 10)`."""
    if value is None:
        return "None"
    if isinstance(value, tuple):
        return f"{len(value)} values"
    kind = type(value).__name__
    try:
        shape, ndim = getattr(value, "shape", None), getattr(value, "ndim", 0)
    except Exception:  # a foreign type may raise anything
        shape, ndim = None, 0
    if isinstance(shape, tuple) and ndim != 0:
        return f"an array {shape}"
    return f"{'an' if kind[0].lower() in 'aeiou' else 'a'} {kind}"


class Dimensions:
    """The lengths of one operation's axes, each with the array that gave it first."""

    def __init__(self, operation: str, lengths: Mapping[str, int] = {}) -> None:
        self.operation = operation
        self.lengths = dict(lengths)
        self._owner: dict[str, str] = {}

    def shape(self, axes: str) -> tuple[int, ...]:
        """The shape that axis names stand for: `"n_a n_a+n_x"` -> (5, 8)."""
        return tuple(sum(self._term(term) for term in axis.split("+")) for axis in axes.split())

    def check(self, name: str, array: Any, axes: str) -> None:
        """Learn the axes that are new and raise ContractError where a known one differs."""
        shape = getattr(array, "shape", None)
        if not isinstance(shape, tuple):
            raise ContractError(f"{self.operation}: {name} is {described(array)}, want an array ({axes})")
        if 0 in shape:
            raise ContractError(
                f"{self.operation}: {name} is empty: axis {shape.index(0)} has length 0 (shape {shape})"
            )
        if axes == "...":
            return
        wanted = axes.split()
        if len(shape) != len(wanted):
            raise ContractError(f"{self.operation}: {name} has {len(shape)} axes {shape}, want {len(wanted)} ({axes})")
        for position, (axis, length) in enumerate(zip(wanted, shape, strict=True)):
            if re.fullmatch(r"[A-Za-z]\w*", axis) and axis not in self.lengths:
                self.lengths[axis], self._owner[axis] = length, name
            elif (known := self.shape(axis)[0]) != length:
                raise ContractError(
                    f"{self.operation}: axis {position} of {name} is {axis} = {known}{self._because(axis)},"
                    f" but {name} has length {length} there (shape {shape})"
                )

    def _term(self, term: str) -> int:
        return int(term) if term.isdigit() else self.lengths[term]

    def _because(self, axis: str) -> str:
        owners = dict.fromkeys(self._owner[term] for term in axis.split("+") if term in self._owner)
        return f" by {' and '.join(owners)}" if owners else ""


def checked(operation: Operation, function: Callable[..., Any]) -> Callable[..., Any]:
    """The public function: `function` behind a check of every argument against the contract.

    Its name, signature and docstring are made from the operation, so they cannot drift.
    """
    signature = _signature(operation)

    def public(*args: Any, **kwargs: Any) -> Any:
        try:
            given = signature.bind(*args, **kwargs).arguments
        except TypeError as error:
            raise TypeError(f"{operation.name}{signature}: {error}") from None
        if not operation.forward:
            _check(operation, given)
        return function(*given.values()) if operation.forward else function(**given)

    public.__name__ = public.__qualname__ = operation.name
    public.__doc__ = docstring(operation)
    public.__signature__ = signature  # type: ignore[attr-defined]
    public.operation = operation  # type: ignore[attr-defined]
    return public


def _signature(operation: Operation) -> inspect.Signature:
    positional = [*operation.arguments]
    if operation.forward:
        positional.append("cache" if "cell" in operation.name else "caches")
    elif operation.parameters:
        positional.append("parameters")
    kinds = inspect.Parameter
    return inspect.Signature(
        [kinds(name, kinds.POSITIONAL_OR_KEYWORD) for name in positional]
        + [kinds(name, kinds.KEYWORD_ONLY, default=None) for name in operation.options]
    )


def _check(operation: Operation, given: Arrays) -> None:
    dimensions = Dimensions(operation.name)
    for name, axes in {**operation.arguments, **operation.options}.items():
        if given.get(name) is not None or name in operation.arguments:
            dimensions.check(name, given[name], axes)
    if operation.parameters:
        check_parameters(operation, given["parameters"], dimensions)


def check_parameters(operation: Operation, parameters: Any, dimensions: Dimensions) -> None:
    """Raise ContractError unless `parameters` holds exactly what the operation names, in shape."""
    if not isinstance(parameters, Mapping):
        raise ContractError(f"{operation.name}: parameters is {described(parameters)}, want a dict")
    names = ", ".join(operation.parameters)
    if missing := [name for name in operation.parameters if name not in parameters]:
        raise ContractError(f"{operation.name}: parameters lacks {', '.join(missing)}; it needs {names}")
    if surplus := [str(name) for name in parameters if name not in operation.parameters]:
        raise ContractError(f"{operation.name}: parameters has {', '.join(surplus)}; it knows {names}")
    for name, axes in operation.parameters.items():
        dimensions.check(name, parameters[name], axes)


def docstring(operation: Operation) -> str:
    """Summary, shapes by axis name, what is returned, errors and source of an operation."""
    rows = [*operation.arguments.items(), *operation.parameters.items()]
    rows += [(f"{name}=", f"{axes}  (option; zeros where omitted)") for name, axes in operation.options.items()]
    if operation.forward:
        rows.append(("cache", f"what {operation.forward.name} returned last"))
    returned = [*operation.outputs.items()]
    returned += [(name, f"where {option}= was given") for name, option in operation.optional_outputs.items()]
    table = "\n".join(f"    {name:<8} {axes}" for name, axes in rows)
    out = "\n".join(f"    {name:<8} {axes}" for name, axes in returned)
    tail = ", and a cache for the backward operation" if operation.has_cache else ""
    return (
        f"{operation.summary}\n\nTakes\n{table}\n\nReturns{tail}\n{out}\n\n"
        "Raises ContractError where an array, an axis or a parameter is not as named here.\n"
        f"Source: {operation.source}\n"
    )
