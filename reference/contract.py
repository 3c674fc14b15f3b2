"""The contract: what each operation takes and returns, by name and by axis."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Axes = Mapping[str, str]  # array name -> axis names, as in {"xt": "n_x m"}
Arrays = Mapping[str, Any]
Dims = Mapping[str, int]  # axis name -> length

# what is no array of floats
INTEGERS = ("lengths", "batch_sizes", "sorted_indices", "unsorted_indices", "total_length")
FLAGS = ("reverse", "batch_first", "enforce_sorted")
MARKS = ("reset",)  # True or False for each element
ANY = "..."  # any shape


class Kind(StrEnum):
    """What an operation works on."""

    CELL = "cell"  # one step of a family
    SEQUENCE = "sequence"  # a family over time
    NETWORK = "network"  # layers and directions of a family
    CONTAINER = "container"  # sequences of unequal length: values are moved, none is computed
    ELEMENTWISE = "elementwise"  # an array without a layer


class Direction(StrEnum):
    FORWARD = "forward"
    BACKWARD = "backward"


class ContractError(ValueError):
    """A call does not follow the contract; the message names operation, array and axis."""


@dataclass(frozen=True)
class Operation:
    """One function of the contract.

    `arguments` are positional, in order; None stands for zeros in one that is `omittable`. A forward operation
    takes `parameters` behind them and, where it is part of a family, returns a cache behind its `outputs`. No axis has
    length 0 but those in `may_be_empty`. A
    backward operation takes that cache instead and returns a dict. `options` are keywords; an optional
    output, given as (option, axes), comes back where its option was given. `family` is the name of the family
    it belongs to, "" for none, `states` are the names of what that carries from step to step, first the one that
    the head sees.
    """

    name: str
    kind: Kind
    summary: str
    source: str
    arguments: Axes
    outputs: Axes
    family: str = ""
    states: tuple[str, ...] = ()
    parameters: Axes = field(default_factory=dict)
    options: Axes = field(default_factory=dict)
    optional_outputs: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    omittable: tuple[str, ...] = ()
    may_be_empty: tuple[str, ...] = ()
    forward: "Operation | None" = None
    has_cache: bool = False

    @property
    def direction(self) -> Direction:
        return Direction.BACKWARD if self.forward else Direction.FORWARD

    @property
    def dims(self) -> tuple[str, ...]:
        """The names of the axes of its arrays."""
        arrays = {**self.inputs, **self.all_options, **(self.forward or self).parameters, **self.outputs}
        axes = " ".join("n m" if axes == ANY else axes for axes in arrays.values())
        return tuple(dict.fromkeys(re.findall(r"[A-Za-z]\w*", axes)))

    @property
    def inputs(self) -> dict[str, str]:
        """Every array besides parameters and options that a run of this operation starts from."""
        return {**(self.forward.inputs if self.forward else {}), **self.arguments}

    @property
    def all_options(self) -> dict[str, str]:
        """The options of this call and of the forward call before it."""
        return {**(self.forward.options if self.forward else {}), **self.options}

    @property
    def all_omittable(self) -> tuple[str, ...]:
        return (*(self.forward.omittable if self.forward else ()), *self.omittable)

    def all_parameters(self, dims: Dims) -> Axes:
        """Axes of the parameters that a run takes; `dims` matter where there are layers."""
        return self.forward.all_parameters(dims) if self.forward else self.parameters

    def run_inputs(self, dims: Dims, features: Iterable[str]) -> dict[str, str]:
        """Axes of the arrays that a run with these features starts from, its options included."""
        features = list(features)
        given = {name: axes for name, axes in self.inputs.items() if f"{name}=None" not in features}
        given |= {name: self.all_options[name] for name in features if name in self.all_options}
        return {name: "n m" if axes == ANY else axes for name, axes in given.items()}

    def expected(self, given: Iterable[str]) -> dict[str, str]:
        """Axes of the outputs that a run returns, by the names of the inputs, options and parameters it is given."""
        given = set(given)
        optional = {name: axes for name, (option, axes) in self.optional_outputs.items() if option in given}
        return {**self.outputs, **optional}

    def call(self, functions: Mapping[str, Callable[..., Any]], inputs: Arrays, parameters: Arrays) -> Any:
        """What the operation returns: forward is run first where its cache is needed."""
        if self.forward:
            cache = self.forward.call(functions, inputs, parameters)[-1]
            return self.differentiate(functions[self.name], inputs, cache)
        behind = [self.nested(parameters)] if self.parameters else []
        return functions[self.name](*self._positional(inputs), *behind, **self._keywords(inputs))

    def differentiate(self, function: Callable[..., Any], inputs: Arrays, cache: Any) -> Any:
        """What a backward operation returns on a cache."""
        return function(*self._positional(inputs), cache, **self._keywords(inputs))

    def nested(self, parameters: Arrays) -> Any:
        """The parameters as the function takes them."""
        return parameters

    def structure(self, parameters: Any) -> dict[str, int]:
        """Lengths that only the shape of the parameters' container tells."""
        return {}

    def parts(self, parameters: Any) -> Iterator[tuple[str, Any, Axes]]:
        """Where each dict of parameters stands, the dict, and what it must hold."""
        yield "parameters", parameters, self.parameters

    def _positional(self, inputs: Arrays) -> list[Any]:
        return [inputs.get(name) if name in self.omittable else inputs[name] for name in self.arguments]

    def _keywords(self, inputs: Arrays) -> dict[str, Any]:
        return {name: bool(inputs[name]) if name in FLAGS else inputs[name] for name in self.options if name in inputs}

    def named(self, returned: Any, given: Iterable[str]) -> dict[str, Any]:
        """The returned arrays by name. Raises ContractError where their number or names are others."""
        want = list(self.expected(given))
        if self.forward:
            return self._named_gradients(returned, want)
        if len(want) == 1 and not self.has_cache:
            return {want[0]: returned}
        full = [*want, "cache"] if self.has_cache else want
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


def taken_by(option: str, axes: str) -> str:
    """What an option takes, in words or by its axes."""
    if option in MARKS:
        return f"{axes}, each True or False"
    return "True or False" if option in FLAGS else axes or "a number"


def docstring(operation: Operation) -> str:
    """Summary, shapes by axis name, what is returned, errors and source of an operation."""
    rows = [*operation.arguments.items(), *operation.parameters.items()]
    rows = [(name, f"{axes}  (None: zeros)" if name in operation.omittable else axes) for name, axes in rows]
    rows += [(f"{name}=", f"{taken_by(name, axes)}  (option)") for name, axes in operation.options.items()]
    if operation.forward:
        rows.append(("cache", f"what {operation.forward.name} returned last"))
    returned = [*operation.outputs.items()]
    returned += [
        (name, f"{axes}  (where {option}= was given)") for name, (option, axes) in operation.optional_outputs.items()
    ]
    table = "\n".join(f"    {name:<8} {axes}" for name, axes in rows)
    out = "\n".join(f"    {name:<8} {axes}" for name, axes in returned)
    tail = ", and a cache for the backward operation" if operation.has_cache else ""
    return (
        f"{operation.summary}\n\nTakes\n{table}\n\nReturns{tail}\n{out}\n\n"
        "Raises ContractError where an array, an axis or a parameter is not as named here.\n"
        f"Source: {operation.source}\n"
    )
