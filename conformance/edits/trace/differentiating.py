"""The gradients of an edited forward, from its tape: what automatic differentiation makes of a mistake in a forward."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from rnnspec.reference import Kind
from rnnspec.reference.arithmetics.primitives import sigmoid, sigmoid_slope, tanh_slope

from .noise import rounded, roundings
from .replaying import FAILURES, Edit, How, Replay
from .tape import KEPT, Id, Node, Tape, Traced, named
from .trace import Arrays, Trace

Gradients = dict[int, Any]
BEGINNING = ("", "zeros")  # what is given, and states that are not


def differentiated(trace: Trace, edits: Sequence[Edit], noisy: bool = False) -> Arrays | None:
    """The outputs of a backward, as they follow from its forward with these edits, with every value and gradient off by a rounding if
    `noisy`; None where that cannot run.
    """
    if not trace.forward:
        return None
    replay = Replay(trace, edits, How(noisy=noisy))
    tape = Tape(placed=False)
    try:
        values, begin = _forward(replay, tape)
    except FAILURES:
        return None
    into: Gradients = {}
    for name, i in trace.forward.items():
        given = trace.inputs.get(_upstream(name))
        if given is not None:
            _add(into, values[i].id, trace.tape.values[given])
    try:
        _backward(tape, into, noisy)
    except FAILURES:  # such as a primitive that has no slope here
        return None
    found = {}
    for name in trace.outputs:
        leaf = trace.inputs.get(_differentiated_by(name))
        if leaf is None:
            found[name] = _own(trace, name, into, begin)
        else:
            found[name] = into.get(begin[leaf].id, np.zeros(trace.shape(trace.outputs[name])))
    return None if any(found[name] is None for name in found) else found


def _upstream(output: str) -> str:
    return f"d{output.removesuffix('_pred')}"


def _differentiated_by(gradient: str) -> str:
    return gradient.removeprefix("d")


def _own(trace: Trace, name: str, into: Gradients, begin: dict[int, Any]) -> Any:
    """The gradient into an initial state of zeros, which was not given: of a network one for each run. None where there is none."""
    absent, nodes = named(_differentiated_by(name)), trace.tape.nodes
    ids = [i for i in begin if nodes[i].name == "zeros" and nodes[i].place == absent]
    found = [into.get(begin[i].id, np.zeros(trace.shape(i))) for i in ids]
    is_network = trace.operation.kind is Kind.NETWORK
    return np.stack(found) if found and is_network else next(iter(found), None)


def _forward(replay: Replay, tape: Tape) -> tuple[dict[int, Traced], dict[int, Any]]:
    """The forward part again, on a tape of its own, with the edits made; and what begins it, before them."""
    trace, changed, found = replay.trace, replay.changed, dict[int, Traced]()
    nodes = trace.tape.nodes[: trace.begun]
    begin = {i: _beginning(tape, trace.tape.values[i]) for i, node in enumerate(nodes) if node.name in BEGINNING}
    again = _Again(replay, found, begin, tape)
    for i, value in begin.items():
        replay.values[i] = value
    for i in range(len(nodes)):
        new = again.plain(i)
        for edit in changed.get(i, ()):
            replay.values[i] = new
            if (new := edit.change(again, i)) is None:
                raise ValueError
        found[i] = new if isinstance(new, Traced) else tape.leaf(np.broadcast_to(new, trace.shape(i)).copy(), "")
        if replay.how.noisy and found[i].dtype.kind == "f":
            found[i] = found[i] + _off(i, nodes[i].name, found[i].value)
        replay.values[i] = found[i]
    return found, begin


def _off(i: int, name: str, value: Any) -> Any:
    """What a rounding of a node's primitive adds."""
    return np.where(np.isfinite(value), rounded(i, name, value) - value, 0.0)


def _beginning(tape: Tape, value: Any) -> Any:
    """What has a gradient is on the tape, lengths are not."""
    return tape.leaf(value, "") if value.dtype.kind == "f" else value


class _Again(Replay):
    """A replay whose values are on a tape."""

    def __init__(self, replay: Replay, found: dict[int, Traced], begin: dict[int, Any], tape: Tape) -> None:
        super().__init__(replay.trace, replay.edits)
        self.values = replay.values  # of which more are on the tape at each node
        self._found, self._begin, self._tape = found, begin, tape

    def computed(self, node: Node, args: Sequence[Any]) -> Any:
        return self._tape.computed(node.name, node.function, *args)

    def given(self, i: int) -> Any:
        return self._begin[i]

    def _stands(self, j: int) -> bool:
        return j in self._begin

    def plain(self, i: int) -> Any:
        return self._begin[i] if i in self._begin else self._tape.again(self.trace.tape.nodes[i], self._found)


def _backward(tape: Tape, into: Gradients, noisy: bool) -> None:
    """Gradients into everything that the ends rest on, added up in `into`."""
    for i in reversed(range(len(tape.nodes))):
        node, d = tape.nodes[i], into.get(i)
        if d is None or not node.name:
            continue
        d = d * roundings(i, np.shape(d)) if noisy else d
        args = [tape.values[arg] if type(arg) is Id else arg for arg in node.args]
        for arg, gradient in zip(node.args, SLOPES[node.name](d, tape.values[i], *args), strict=False):
            if type(arg) is Id and gradient is not None:
                _add(into, arg, _as(gradient, np.shape(tape.values[arg])))


def _add(into: Gradients, i: int, gradient: Any) -> None:
    into[i] = into[i] + gradient if i in into else gradient


def _as(gradient: Any, shape: tuple[int, ...]) -> Any:
    """Summed over what was broadcast."""
    while gradient.ndim > len(shape):
        gradient = gradient.sum(axis=0)
    for axis, n in enumerate(shape):
        if n == 1 and gradient.shape[axis] != 1:
            gradient = gradient.sum(axis=axis, keepdims=True)
    return gradient


def _of_part(d: Any, _: Any, array: Any, key: Any) -> tuple[Any]:
    found = np.zeros_like(array)
    np.add.at(found, key, d)
    return (found,)


def _of_sum(d: Any, _: Any, array: Any, axis: int, keepdims: bool) -> tuple[Any]:
    return ((d if keepdims else np.expand_dims(d, axis)) + np.zeros_like(array),)


def _of_max(d: Any, y: Any, array: Any, axis: int) -> tuple[Any]:
    return (np.expand_dims(d, axis) * (array == np.expand_dims(y, axis)),)


def _of_joined(d: Any, _: Any, *given: Any) -> list[Any]:
    *parts, axis = given
    ends = np.cumsum([np.shape(part)[axis] for part in parts])[:-1]
    return np.split(d, ends, axis=axis)


def _of_stacked(d: Any, _: Any, *given: Any) -> list[Any]:
    return list(np.moveaxis(d, given[-1], 0))


SLOPES: dict[str, Callable[..., Any]] = {
    "add": lambda d, y, a, b: (d, d),
    "subtract": lambda d, y, a, b: (d, -d),
    "multiply": lambda d, y, a, b: (d * b, d * a),
    "divide": lambda d, y, a, b: (d / b, -d * y / b),
    "negative": lambda d, y, a: (-d,),
    "matmul": lambda d, y, a, b: (d @ b.T, a.T @ d),
    "tanh": lambda d, y, a: (d * tanh_slope(y),),
    "sigmoid": lambda d, y, a: (d * sigmoid_slope(y),),
    "exp": lambda d, y, a: (d * y,),
    "expm1": lambda d, y, a: (d * (y + 1),),
    "log1p": lambda d, y, a: (d / (1 + a),),
    "softplus": lambda d, y, a: (d * sigmoid(a),),
    "sqrt": lambda d, y, a: (d / (2 * y),),
    "rsqrt": lambda d, y, a: (-d * y / (2 * a),),
    "full": lambda d, y, *_: (),
    "sin": lambda d, y, a: (d * np.cos(a),),
    "cos": lambda d, y, a: (-d * np.sin(a),),
    KEPT: lambda d, y, a: (d,),
    "T": lambda d, y, a: (d.T,),
    "reshape": lambda d, y, a, shape: (d.reshape(a.shape),),
    "transpose": lambda d, y, a, axes: (d.transpose(np.argsort(axes)),),
    "where": lambda d, y, a, b, mask: (np.where(mask, d, 0), np.where(mask, 0, d)),
    "[]": _of_part,
    "sum": _of_sum,
    "max": _of_max,
    "concatenate": _of_joined,
    "stack": _of_stacked,
}
