"""Holding a call against the contract: every array, every axis, before anything is computed."""

import inspect
import re
from collections.abc import Callable, Collection, Mapping
from math import prod
from typing import Any

import numpy as np

from .contract import (
    ANY,
    FLAGS,
    INTEGERS,
    MARKS,
    Arrays,
    Axes,
    ContractError,
    Dims,
    Kind,
    Operation,
    described,
    docstring,
)


class Dimensions:
    """The lengths of one operation's axes, each with the array that gave it first. None is 0 but of those that may be empty."""

    def __init__(self, operation: str, lengths: Mapping[str, int] = {}, may_be_empty: Collection[str] = ()) -> None:
        self.operation, self.may_be_empty = operation, may_be_empty
        self.lengths = dict(lengths)
        self._owner: dict[str, str] = {}

    def shape(self, axes: str) -> tuple[int, ...]:
        """The shape that axis names stand for: `"n_a n_a+n_x"` -> (5, 8)."""
        return tuple(sum(self._product(term) for term in axis.split("+")) for axis in axes.split())

    def check(self, name: str, array: Any, axes: str) -> None:
        """Learn the axes that are new and raise ContractError where a known one differs."""
        shape = getattr(array, "shape", None)
        if not isinstance(shape, tuple):
            raise ContractError(f"{self.operation}: {name} is {described(array)}, want an array ({axes})")
        wanted = axes.split()
        if 0 in shape:
            self._check_empty(name, shape, wanted)
        if axes == ANY:
            return
        if len(shape) != len(wanted):
            raise ContractError(f"{self.operation}: {name} has {len(shape)} axes {shape}, want {len(wanted)} ({axes})")
        for position, (axis, length) in enumerate(zip(wanted, shape, strict=True)):
            self._check_axis(name, shape, position, axis, length)

    def _check_empty(self, name: str, shape: tuple[int, ...], wanted: list[str]) -> None:
        for position, length in enumerate(shape):
            if not length and not (position < len(wanted) and wanted[position] in self.may_be_empty):
                raise ContractError(f"{self.operation}: {name} is empty: axis {position} has length 0 (shape {shape})")

    def _check_axis(self, name: str, shape: tuple[int, ...], position: int, axis: str, length: int) -> None:
        if self.lengths.get(axis) == length:  # as nearly all
            return
        new = [term for term in axis.split("+") if re.fullmatch(r"[A-Za-z]\w*", term) and term not in self.lengths]
        rest = sum(self._product(term) for term in axis.split("+") if term not in new)
        if len(new) == 1 and (length > rest or axis in self.may_be_empty):
            self.lengths[new[0]], self._owner[new[0]] = length - rest, name
        elif new:
            raise ContractError(
                f"{self.operation}: axis {position} of {name} is {axis}, too short at {length} (shape {shape})"
            )
        elif not (known := self.shape(axis)[0]):
            raise ContractError(
                f"{self.operation}: axis {position} of {name} has length {length} ({axis}), but {self._owner[axis]} has length 0 there"
            )
        elif known != length:
            raise ContractError(
                f"{self.operation}: axis {position} of {name} is {axis} = {known}{self._because(axis)},"
                f" but {name} has length {length} there (shape {shape})"
            )

    def _product(self, term: str) -> int:
        if term in self.lengths:
            return self.lengths[term]
        return prod(int(factor) if factor.isdigit() else self.lengths[factor] for factor in term.split("*"))

    def _because(self, axis: str) -> str:
        owners = dict.fromkeys(self._owner[name] for name in re.split(r"[+*]", axis) if name in self._owner)
        return f" by {' and '.join(owners)}" if owners else ""


def checked(operation: Operation, function: Callable[..., Any]) -> Callable[..., Any]:
    """The public function: `function` behind a check of every argument against the contract.

    A forward function is handed the lengths of the axes before its arguments. Its name, signature and docstring are made from the operation, so they cannot drift.
    """
    signature = _signature(operation)

    def public(*args: Any, **kwargs: Any) -> Any:
        try:
            given = signature.bind(*args, **kwargs).arguments
        except TypeError as error:
            raise TypeError(f"{operation.name}{signature}: {error}") from None
        given = {name: value for name, value in given.items() if value is not None or name not in operation.options}
        if operation.forward:
            return function(**given)
        return function(check_call(operation, given), **given)

    public.__name__ = public.__qualname__ = operation.name
    public.__doc__ = docstring(operation)
    public.__signature__ = signature  # type: ignore[attr-defined]
    public.operation = operation  # type: ignore[attr-defined]
    return public


def _signature(operation: Operation) -> inspect.Signature:
    positional = [*operation.arguments]
    if operation.forward:
        positional.append("cache" if operation.kind is Kind.CELL else "caches")
    elif operation.parameters:
        positional.append("parameters")
    kinds = inspect.Parameter
    return inspect.Signature(
        [kinds(name, kinds.POSITIONAL_OR_KEYWORD) for name in positional]
        + [kinds(name, kinds.KEYWORD_ONLY, default=False if name in FLAGS else None) for name in operation.options]
    )


def check_call(operation: Operation, given: Arrays) -> Dims:
    """The lengths of the axes of a forward call. Raises ContractError unless all that is given is as the contract says."""
    dimensions = Dimensions(operation.name, operation.structure(given.get("parameters")), operation.may_be_empty)
    for name, axes in {**operation.arguments, **operation.options}.items():
        if name not in given or (given[name] is None and name in operation.omittable):
            continue
        if name in FLAGS:
            check_flag(operation.name, name, given[name])
            continue
        if not axes and name not in INTEGERS:
            check_number(operation.name, name, given[name])
            continue
        dimensions.check(name, given[name], axes)
        if name in MARKS:
            check_marks(operation.name, name, given[name])
        if name == "lengths":
            check_lengths(operation.name, given[name], dimensions.lengths["T_x"])
    if operation.parameters:
        for where, parameters, wanted in operation.parts(given["parameters"]):
            check_parameters(operation.name, parameters, wanted, dimensions, where)
    return dimensions.lengths


def check_flag(operation: str, name: str, value: Any) -> None:
    if not isinstance(value, bool | np.bool_):
        raise ContractError(f"{operation}: {name} is {described(value)}, want True or False")


def check_marks(operation: str, name: str, marks: Any) -> None:
    """Raise ContractError unless each element is True or False."""
    dtype = getattr(marks, "dtype", None)
    if getattr(dtype, "kind", "") != "b":
        raise ContractError(f"{operation}: {name} has dtype {dtype}, want bool")


def check_number(operation: str, name: str, value: Any) -> None:
    if isinstance(value, bool) or not (isinstance(value, int | float) or getattr(value, "shape", None) == ()):
        raise ContractError(f"{operation}: {name} is {described(value)}, want a number")


def check_lengths(operation: str, lengths: Any, T_x: int) -> None:
    """Raise ContractError unless every length is a whole number from 0 to T_x."""
    if lengths.dtype.kind not in "iu":
        raise ContractError(f"{operation}: lengths has dtype {lengths.dtype}, want whole numbers")
    if lengths.min() < 0 or lengths.max() > T_x:
        j = int(np.argmax((lengths < 0) | (lengths > T_x)))
        raise ContractError(f"{operation}: lengths[{j}] is {lengths[j]}, want 0 to T_x = {T_x}")


def check_parameters(
    operation: str, parameters: Any, wanted: Axes, dimensions: Dimensions, where: str = "parameters"
) -> None:
    """Raise ContractError unless `parameters` holds exactly what is wanted, in shape."""
    if not isinstance(parameters, Mapping):
        raise ContractError(f"{operation}: {where} is {described(parameters)}, want a dict")
    names = ", ".join(wanted)
    if missing := [name for name in wanted if name not in parameters]:
        raise ContractError(f"{operation}: {where} lacks {', '.join(missing)}; it needs {names}")
    if surplus := [str(name) for name in parameters if name not in wanted]:
        raise ContractError(f"{operation}: {where} has {', '.join(surplus)}; it knows {names}")
    inside = where.removeprefix("parameters")
    for name, axes in wanted.items():
        dimensions.check(name + inside, parameters[name], axes)


def same_shape(operation: str, name: str, gradient: Any, axes: str, like: tuple[int, ...]) -> None:
    """Raise ContractError unless a gradient has the shape of the array whose gradient it is."""
    shape = getattr(gradient, "shape", None)
    if not isinstance(shape, tuple) or len(shape) != len(like):
        raise ContractError(f"{operation}: {name} is {described(gradient)}, want an array ({axes}) = {like}")
    for axis, length, want in zip(axes.split(), shape, like, strict=True):
        if length != want:
            raise ContractError(
                f"{operation}: axis {axis} of {name} has length {length}, but the forward pass had {want}"
            )
