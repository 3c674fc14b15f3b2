"""One run of the reference as a tape: which primitive gave what, from what, at which step, and where in the source.

A `Traced` array takes part in the equations as an array of floats does; each primitive leaves a node behind.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin
from rnnspec.reference.arithmetics import primitives

from .places import NOWHERE, Expression, Place, Step, here

RESULT = "result"
KEPT = "kept"
TAKING = "through_head"  # a loop over arrays, not over their indices
OF_ELEMENTS: dict[Any, Callable[..., Any]] = {
    primitives.sigmoid_of_elements: primitives.sigmoid,
    primitives.softplus_of_elements: primitives.softplus,
    primitives.rsqrt_of_elements: primitives.rsqrt,
}
MASKS = ("greater", "less", "invert", "bitwise_or")  # primitives that give masks
NO_VALUES = (RESULT, KEPT, *MASKS)  # nodes that stand for others, or for no number


class Id(int):
    """A reference to a node among a node's arguments, which may be numbers, too."""


class Node(NamedTuple):
    """`name` is the primitive's, "" of what was given; `place` is where it is called, for the `k`-th time in this step."""

    name: str
    function: Callable[..., Any]
    args: tuple[Any, ...]
    place: Place
    step: Step
    k: int

    @property
    def parents(self) -> list[int]:
        return [arg for arg in self.args if type(arg) is Id]


# as `Node(*fields)` has it, without the way through Python: there are tens of thousands
_node = cast(Callable[[tuple[Any, ...]], Node], partial(tuple.__new__, Node))


class Tape:
    """Nodes and their values in the order in which they were computed: arguments come before what is made of them."""

    def __init__(self, placed: bool = True) -> None:
        self.placed = placed  # whether its nodes are told by where they are called
        self.nodes: list[Node] = []
        self.values: list[Any] = []
        self._seen: dict[tuple[int, Step], int] = {}
        self._predicted: dict[int, int] = {}

    def leaf(self, value: Any, name: str) -> "Traced":
        return self._kept(Node("", _given, (), named(name), None, 0), value)

    def result(self, name: str, of: "Traced") -> "Traced":
        """An end under its name, where it can be edited apart from what rests on the same value."""
        return self._kept(Node(RESULT, _same, (of.id,), named(name, RESULT), None, 0), self.values[of.id])

    def kept(self, value: "Traced") -> "Traced":
        """What a forward hands to its backward, where it can be edited apart from what the forward itself makes of it."""
        of = self.nodes[value.id]
        place = (Expression(KEPT, "", 0, 0, 0, 0), *of.place)
        return self._kept(Node(KEPT, _same, (value.id,), place, of.step, of.k), value.value)

    def renamed(self, i: int, name: str) -> None:
        """Give a node of zeros the place of what was not given."""
        self.nodes[i] = self.nodes[i]._replace(place=named(name), k=0)

    def taken(self, value: "Traced", t: int) -> "Traced":
        """An element that a loop takes for a step, of which it says only behind it that it has begun."""
        node = self.nodes[value.id]
        if node.place[0].function == TAKING:
            self.nodes[value.id] = node._replace(step=(0, 0, t), k=0)
        return value

    def computed(self, name: str, function: Callable[..., Any], *given: Any) -> "Traced":
        place, step, predicting = here() if self.placed else NOWHERE
        if predicting:
            step = 0, 0, self._predicted.get(id(place), 0)
            self._predicted[id(place)] = step[2] + 1
        key = id(place), step  # a place is one object
        k = self._seen.get(key, 0)
        self._seen[key] = k + 1
        args = tuple([one.id if type(one) is Traced else one for one in given])
        value = function(*[one.value if type(one) is Traced else one for one in given])
        return self._kept(_node((name, function, args, place, step, k)), value)

    def again(self, node: Node, values: Any, instead: Any = None) -> "Traced":
        """A node of another tape, on values of this one."""
        args = tuple((instead or {}).get(a, values[arg] if type(arg) is Id else arg) for a, arg in enumerate(node.args))
        return self.computed(node.name, node.function, *args)

    def _kept(self, node: Node, value: Any) -> "Traced":
        self.nodes.append(node)
        self.values.append(value)
        return Traced(value, Id(len(self.values) - 1), self)


def named(name: str, module: str = "") -> Place:
    """The place of what is given or returned, which is none of the source."""
    return (Expression(module, name, 0, 0, 0, 0),)


def _same(value: Any) -> Any:
    return value


def _given(*_: Any) -> Any:
    raise AssertionError("what is given is not computed")


class Traced(NDArrayOperatorsMixin):
    """An array that is on a tape."""

    __slots__ = ("id", "tape", "value")

    def __init__(self, value: Any, id: Id, tape: Tape) -> None:
        self.value, self.id, self.tape = value, id, tape

    @property
    def shape(self) -> tuple[int, ...]:
        return np.shape(self.value)

    @property
    def T(self) -> "Traced":
        return self.tape.computed("T", np.transpose, self)

    def __len__(self) -> int:
        return len(self.value)

    def __iter__(self) -> Iterator["Traced"]:
        return (self.tape.taken(self[k], k) for k in range(len(self)))

    def __getitem__(self, key: Any) -> "Traced":
        return self.tape.computed("[]", _part, self, key)

    def transpose(self, *axes: int) -> "Traced":
        return self.tape.computed("transpose", np.transpose, self, axes)

    def reshape(self, shape: tuple[int, ...]) -> "Traced":
        return self.tape.computed("reshape", np.reshape, self, shape)

    def copy(self) -> "Traced":
        return self

    @property
    def dtype(self) -> Any:
        return self.value.dtype

    def min(self) -> Any:
        """Of lengths, which are checked by it."""
        return self.value.min()

    def max(self, axis: int | None = None) -> Any:
        return self.value.max() if axis is None else self.tape.computed("max", _max, self, axis)

    def sum(self, axis: int, keepdims: bool = False) -> "Traced":
        return self.tape.computed("sum", _sum, self, axis, keepdims)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        kwargs.pop("out", None)  # an in-place += gets its new value by assignment
        if method != "__call__" or kwargs:
            return NotImplemented
        if ufunc in OF_ELEMENTS:
            return self.tape.computed(OF_ELEMENTS[ufunc].__name__, OF_ELEMENTS[ufunc], *inputs)
        return self.tape.computed(ufunc.__name__, ufunc, *inputs)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if function in (np.shape, np.ndim):
            return function(args[0].value)
        if function is np.transpose and len(args) == 2:
            return self.transpose(*args[1])
        if function is np.where and len(args) == 3 and not kwargs:
            return self.tape.computed("where", _where, args[1], args[2], args[0])
        if function is np.zeros_like and len(args) == 1:
            return self.tape.computed("zeros", _zeros, kwargs.get("shape", self.shape), self.value.dtype)
        if function is np.full_like and len(args) == 2:
            return self.tape.computed("full", _full, kwargs["shape"], args[1], self.value.dtype)
        if function in (np.concatenate, np.stack) and len(args) == 1:
            joining = _concatenated if function is np.concatenate else _stacked
            return self.tape.computed(function.__name__, joining, *args[0], kwargs.get("axis", 0))
        return NotImplemented


def _operator(ufunc: Any) -> Callable[..., Traced]:
    """As the mixin has it, without the way through NumPy and back."""
    return lambda *operands: operands[0].tape.computed(ufunc.__name__, ufunc, *operands)


def _reflected(ufunc: Any) -> Callable[[Traced, Any], Traced]:
    return lambda own, other: own.tape.computed(ufunc.__name__, ufunc, other, own)


for _name, _ufunc in {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "truediv": np.divide,
    "matmul": np.matmul,
}.items():
    setattr(Traced, f"__{_name}__", _operator(_ufunc))
    setattr(Traced, f"__i{_name}__", _operator(_ufunc))
    setattr(Traced, f"__r{_name}__", _reflected(_ufunc))


def _part(array: Any, key: Any) -> Any:
    return array[key]


def _max(array: Any, axis: int) -> Any:
    return array.max(axis=axis)


def _sum(array: Any, axis: int, keepdims: bool) -> Any:
    return array.sum(axis=axis, keepdims=keepdims)


def _where(one: Any, two: Any, mask: Any) -> Any:
    return np.where(mask, one, two)


def _zeros(shape: tuple[int, ...], dtype: Any) -> Any:
    return np.zeros(shape, dtype)


def _full(shape: tuple[int, ...], value: float, dtype: Any) -> Any:
    return np.full(shape, value, dtype)


def _concatenated(*parts: Any) -> Any:
    return np.concatenate(parts[:-1], axis=parts[-1])


def _stacked(*parts: Any) -> Any:
    return np.stack(parts[:-1], axis=parts[-1])
