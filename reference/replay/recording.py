"""A step's equations run over symbols, which note what is done to them: one more number type."""

from collections.abc import Mapping
from functools import reduce
from operator import add
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from ..arithmetics.primitives import sigmoid_of_elements

Shape = tuple[int, ...]
LEAF, SLICE, TRANSPOSED, SUMMED, WHERE, JOINED = "leaf", "slice", "transposed", "summed", "where", "joined"
DECIDING = {np.greater, np.less, np.invert, np.bitwise_or, np.bitwise_and}  # give truths
TAKEN = {np.add, np.subtract, np.multiply, np.divide, np.negative, np.tanh, *DECIDING}


class Unrecorded(TypeError):
    """A step does what no replay knows: it takes the plain road."""


class Ref(NamedTuple):
    """An argument that is a node; other arguments are numbers, indices and names."""

    node: int


class Node(NamedTuple):
    """What is done, to what. A value has a column an example, a constant is the same at every step, a sum is over the examples."""

    function: Any
    args: tuple[Any, ...]
    shape: Shape
    truth: bool = False
    kind: str = "value"


class Record:
    """The nodes of a step, arguments before what is made of them; what is done twice is one node."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self._known: dict[str, int] = {}

    def leaf(self, name: Any, shape: Shape, kind: str = "value", truth: bool = False) -> "Symbol":
        if len(shape) != 2:
            raise Unrecorded(f"{name} has the axes {shape}")
        return self.noted(Node(LEAF, (name,), shape, truth, kind))

    def noted(self, node: Node) -> "Symbol":
        i = self._known.setdefault(repr(node), len(self.nodes))
        if i == len(self.nodes):
            self.nodes.append(node)
        return Symbol(self, i)


class Symbol(NDArrayOperatorsMixin):
    """An array of a recorded step."""

    def __init__(self, record: Record, at: int) -> None:
        self.record, self.at, self.node = record, at, record.nodes[at]
        self.shape, self.ndim = self.node.shape, 2

    def __len__(self) -> int:
        return self.shape[0]

    def __bool__(self) -> bool:
        raise Unrecorded("a truth that depends on values")

    def __iter__(self) -> Any:
        raise Unrecorded("rows one by one")

    @property
    def ref(self) -> Ref:
        return Ref(self.at)

    @property
    def T(self) -> "Symbol":
        return self._made(TRANSPOSED, (self.ref,), self.shape[::-1], self.node.kind)

    def _made(self, function: Any, args: tuple[Any, ...], shape: Shape, kind: str = "value") -> "Symbol":
        return self.record.noted(Node(function, args, shape, function in DECIDING, kind))

    def __getitem__(self, index: Any) -> "Symbol":
        shape = np.broadcast_to(0.0, self.shape)[index].shape
        if len(shape) != 2:
            raise Unrecorded(f"[{index}], which has the axes {shape}")
        if self.node.kind == "constant":
            return self._made(SLICE, (self.ref, index), shape, "constant")
        if self.node.kind != "value" or not isinstance(index, slice):
            raise Unrecorded(f"[{index}] of a {self.node.kind}")
        return self._rows(index, shape)

    def _rows(self, index: slice, shape: Shape) -> "Symbol":
        """Rows of a sum or of a product are a sum or a product of rows: so those that are wanted later are made later."""
        args: list[Any] = [Symbol(self.record, a.node) if isinstance(a, Ref) else a for a in self.node.args]
        if self.node.function is np.add and all(getattr(a, "shape", ()) == self.shape for a in args):
            return cast(Symbol, args[0][index] + args[1][index])
        if self.node.function is np.matmul:
            return cast(Symbol, args[0][index] @ args[1])
        return self._made(SLICE, (self.ref, index), shape)

    def sum(self, axis: Any = None, *, keepdims: bool = False) -> "Symbol":
        if self.node.kind != "value" or axis != 1 or not keepdims:
            raise Unrecorded("a sum that is not over the examples")
        return self._made(SUMMED, (self.ref,), (self.shape[0], 1), "sum")

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> "Symbol":
        if method != "__call__" or kwargs or not (ufunc in TAKEN or ufunc in (sigmoid_of_elements, np.matmul)):
            raise Unrecorded(f"{ufunc.__name__}.{method}")
        if ufunc is sigmoid_of_elements:
            return inputs[0]._sigmoid()
        return self._product(*inputs) if ufunc is np.matmul else self._by_elements(ufunc, inputs)

    def _sigmoid(self) -> "Symbol":
        """(1 + tanh(x / 2)) / 2, to one roundoff of 1: the budget of a sigmoid is absolute."""
        return cast(Symbol, np.tanh(self._halved()) * 0.5 + 0.5)

    def _halved(self) -> "Symbol":
        """Half of it, to the same bits where these are normal numbers: that of a weight and of a bias is taken once for all steps."""
        args: list[Any] = [Symbol(self.record, a.node) if isinstance(a, Ref) else a for a in self.node.args]
        if self.node.function is np.matmul:
            return cast(Symbol, args[0] * 0.5 @ args[1])
        if self.node.function is np.add and all(isinstance(a, Symbol) for a in args):
            return cast(Symbol, args[0]._halved() + args[1]._halved())
        return cast(Symbol, self * 0.5)

    def _by_elements(self, function: Any, inputs: tuple[Any, ...]) -> "Symbol":
        symbols = [a for a in inputs if isinstance(a, Symbol)]
        kinds = {s.node.kind for s in symbols}
        if kinds == {"value", "constant"} and any(s.shape[1] != 1 for s in symbols if s.node.kind == "constant"):
            raise Unrecorded("a constant that differs between examples")
        if "sum" in kinds or any(np.ndim(a) for a in inputs if not isinstance(a, Symbol)):
            raise Unrecorded("a function of what is neither a value nor a constant")
        shape = np.broadcast_shapes(*(s.shape for s in symbols))
        args = tuple(a.ref if isinstance(a, Symbol) else a for a in inputs)
        return self._made(function, args, shape, "value" if "value" in kinds else "constant")

    def _product(self, a: Any, b: Any) -> "Symbol":
        if not (isinstance(a, Symbol) and isinstance(b, Symbol) and b.node.kind == "value" and a.node.kind != "sum"):
            raise Unrecorded("a product of what is not a weight and a value, or two values")
        over_examples = b.node.function is TRANSPOSED
        if over_examples is not (a.node.kind == "value") or (a.node.function is TRANSPOSED and over_examples):
            raise Unrecorded("a product of what is not a weight and a value, or two values")
        return self._made(np.matmul, (a.ref, b.ref), (a.shape[0], b.shape[1]), "sum" if over_examples else "value")

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> "Symbol":
        if function is np.where and not kwargs:
            return self._by_elements(WHERE, args)
        if function is np.concatenate:
            return self._joined(*args, **kwargs)
        raise Unrecorded(function.__name__)

    def _joined(self, parts: Any, axis: int = 0) -> "Symbol":
        kinds = {p.node.kind if isinstance(p, Symbol) else "" for p in parts}
        if kinds != {"sum"} and (kinds != {"value"} or axis != 0):
            raise Unrecorded("values beside each other that are not all of one kind")
        shapes = [p.shape for p in parts]
        along = reduce(add, [s[axis] for s in shapes])
        shape = (along, shapes[0][1]) if axis == 0 else (shapes[0][0], along)
        return self._made(JOINED, (*(p.ref for p in parts), axis), shape, kinds.pop())


def mapped(tree: Any, function: Any) -> Any:
    """A tree of tuples and dicts, each leaf through a function."""
    if isinstance(tree, tuple) and not isinstance(tree, Ref):
        parts = [mapped(part, function) for part in tree]
        return type(tree)(*parts) if hasattr(tree, "_fields") else tuple(parts)
    if isinstance(tree, Mapping):
        return {name: mapped(part, function) for name, part in tree.items()}
    return function(tree)


def refs(node: Node) -> list[int]:
    return [a.node for a in node.args if isinstance(a, Ref)]
