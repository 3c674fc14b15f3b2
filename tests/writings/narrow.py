"""Right writings of a policy of precision: every primitive rounded to its format, sums of products in one of their own, in any order."""

from collections.abc import Callable, Mapping
from inspect import signature
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.conformance.run.formats import dtype_of
from rnnspec.golden import cases as goldens
from rnnspec.golden.precision import FORMATS, Precision
from rnnspec.reference import OPERATIONS
from writings.legal import Shuffled, Summed, _made

Array = NDArray[Any]
Functions = Mapping[str, Callable[..., Any]]


def rounded(array: Any, format: str) -> Any:
    """The nearest numbers of a format, which are kept in float64: to even where two are as near, 0 below the normal ones, infinite above the largest."""
    if not (isinstance(array, np.ndarray | np.floating) and array.dtype.kind == "f"):
        return array
    of, (fraction, exponent) = FORMATS[format], np.frexp(array)
    near = np.ldexp(np.rint(np.ldexp(fraction, of.bits)), exponent - of.bits)
    near = np.where(np.abs(near) < of.tiny, 0.0 * near, near)
    return np.where(np.abs(near) > of.largest, np.copysign(np.inf, near), near)


def narrow(precision: Precision, order: type[Summed]) -> type[Summed]:
    """An array whose primitives are those of a policy, and whose products and sums add their terms in an order."""

    class Adding(order):  # type: ignore[misc, valid-type]
        """Terms that are rounded as they are added."""

        format = precision.products

        def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, out: Any = (), **more: Any) -> Any:
            plain = [x.view(np.ndarray) if isinstance(x, np.ndarray) else x for x in inputs]
            return rounded(getattr(ufunc, method)(*plain, **more), self.format).view(type(self))

        def __array_finalize__(self, of: Any) -> None: ...

    class Narrow(order):  # type: ignore[misc, valid-type]
        def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, out: Any = (), **more: Any) -> Any:
            if ufunc is np.matmul:
                inputs = tuple(rounded(np.asarray(x), precision.inputs).view(Narrow) for x in inputs)
            result = super().__array_ufunc__(ufunc, method, *inputs, **more)
            result = rounded(np.asarray(result), precision.state) if isinstance(result, np.ndarray) else result
            if out:
                out[0][...] = result
                return out[0]
            return result.view(Narrow) if isinstance(result, np.ndarray) else result

        def added(self, terms: Array) -> Array:
            return np.asarray(order.added(self, terms.view(Adding)))

    return Narrow


def asked_of(order: type[Summed], cases: list[str] | None) -> list[str] | None:
    """Of these names, or of all, what is asked of sums in an order: goldens alone where it is drawn anew in each call, for properties compare bits."""
    if order is not Shuffled:
        return cases
    return [one.id for one in goldens() if not cases or {one.id, one.operation.name, one.operation.family} & {*cases}]


def computed(functions: Functions, precision: Precision, order: type[Summed]) -> dict[str, Callable[..., Any]]:
    """The same functions in that arithmetic; outputs are rounded, and of the dtype that arrays have."""
    kind, back = narrow(precision, order), dtype_of(precision.arrays)

    def of(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            def lifted(value: Any) -> Any:
                return _made(_wide(value), lambda array: array.view(kind))

            found = function(*map(lifted, args), **{name: lifted(value) for name, value in options.items()})
            if not isinstance(found, tuple):
                return lowered(found)
            own = len(found) - OPERATIONS[name].has_cache  # a cache stays as it is
            return *map(lowered, found[:own]), *found[own:]

        call.__signature__ = signature(function)  # type: ignore[attr-defined]
        return call

    def lowered(value: Any) -> Any:
        if isinstance(value, np.ndarray) and value.dtype.kind == "f":
            return rounded(np.asarray(value), precision.outputs).astype(back)
        if isinstance(value, dict):
            return {name: lowered(part) for name, part in value.items()}
        return [lowered(part) for part in value] if isinstance(value, list) else value

    return {name: of(name, function) for name, function in functions.items()}


def _wide(value: Any) -> Any:
    if isinstance(value, np.ndarray) and (value.dtype.kind == "f" or value.dtype.name == "bfloat16"):
        return value.astype(np.float64)
    if isinstance(value, dict):
        return {name: _wide(part) for name, part in value.items()}
    return [_wide(part) for part in value] if isinstance(value, list) else value
