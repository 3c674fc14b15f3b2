"""Edits of a sum, or of a largest value: a mean, one of those that are summed, another axis, everything."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np

from ...trace.group import Group
from ...trace.replaying import Edit, Replay
from ...trace.tape import Id
from ...trace.trace import Trace
from ...trace.wording import labelled, of_node, whole
from ..making.editing import ARITHMETIC, OF_ONE, edit, lengths_of
from ..making.forms import Value
from .inner import again

FAR = 4  # operations from a sum to where its axis is put back
Way = Callable[[Value, Value, int], Value | None]  # of what is summed, its sum, and over which axis


def _everything(function: Callable[[Any], Any]) -> Way:
    return lambda x, s, axis: function(x) + 0 * s if isinstance(x, np.ndarray) else None


def _over_the_other(x: Value, s: Value, axis: int) -> Value | None:
    """Where that is broadcast all the same."""
    if not isinstance(x, np.ndarray) or x.ndim != 2:
        return None
    return x.sum(axis=0) if s.ndim == 2 else x.sum(axis=1, keepdims=True)


def _one(at: int) -> Way:
    """One of those that are summed, in the place of their sum."""
    return lambda x, s, axis: np.take(x, at, axis).reshape(np.shape(s)) if isinstance(x, np.ndarray) else None


WAYS: dict[str, dict[str, Way]] = {
    "sum": {
        "the mean of {}": lambda x, s, axis: s * (np.size(s) / np.size(x)),
        "the first of {}": _one(0),
        "the last of {}": _one(-1),
        "{}.sum() of everything": _everything(np.sum),
        "{}, not summed": lambda x, s, axis: x + 0 * s if x.ndim == 2 else None,
        "{}.sum(axis=0)": lambda x, s, axis: x.sum(axis=0, keepdims=True) if isinstance(x, np.ndarray) and x.ndim == 2 else None,
        "{}.sum() over the other axis": _over_the_other,
        "{}.max()": lambda x, s, axis: x.max(axis=axis).reshape(np.shape(s)) if isinstance(x, np.ndarray) else None,
        "{}.sum(), repeated over the units": lambda x, s, axis: np.resize(x.sum(axis=0), s.shape) if isinstance(x, np.ndarray) else None,
    },
    "max": {
        "{}.max() of everything": _everything(np.max),
        "{}.max() over the other axis": lambda x, s, axis: x.max(axis=1, keepdims=True) if isinstance(x, np.ndarray) else None,
    },
}  # fmt: skip


def of_sums(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    if trace.tape.nodes[first].name == "sum":
        yield edit(group, _of_valid, "sum", _of_valid_text, 1.05)
    for text, way in WAYS.get(trace.tape.nodes[first].name, {}).items():
        yield edit(
            group,
            lambda r, i, w=way: w(r.argument(i, 0), r.plain(i), r.argument(i, 1)),
            "sum",
            lambda r, i, t=text: t.format(whole(labelled(r.trace, r.trace.tape.nodes[i].args[0], at=i))),
        )


def _of_valid(r: Replay, i: int) -> Any:
    """The mean over those examples that have the step of a node."""
    step, x, axis = r.trace.tape.nodes[i].step, r.argument(i, 0), r.argument(i, 1)
    if axis != np.ndim(x) - 1 or np.shape(x)[axis] != r.trace.examples:
        return None
    valid = r.trace.examples if step is None else np.count_nonzero(lengths_of(r) > step[2])
    return r.plain(i) / max(valid, 1)


def _of_valid_text(r: Replay, i: int) -> str:
    return f"the mean of {whole(labelled(r.trace, r.trace.tape.nodes[i].args[0], at=i))} over the examples that have the step"


def of_axes(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    """Of what is summed, and then repeated along that axis, the sum over another one, or over two, repeated along these, or over none."""
    if (j := _summed(trace, first)) is None:
        return
    summed, own, *_ = trace.tape.nodes[j].args
    axes = range(len(trace.shape(summed)))
    for chosen in ((), *((axis,) for axis in axes if axis != own), *combinations(axes, 2)):
        yield edit(group, partial(_over_axes, chosen), "sum", partial(_over_axes_text, chosen), 0.9 + 0.1 * len(chosen))


def _summed(trace: Trace, i: int) -> int | None:
    """The sum of which a node is a function, element by element, with the axis that it is over put back."""
    nodes, j = trace.tape.nodes, i
    for _ in range(FAR) if nodes[i].name == "[]" else ():
        parts = [arg for arg in nodes[j].args if type(arg) is Id and trace.shape(arg)]
        if len(parts) != 1 or nodes[parts[0]].step != nodes[i].step:
            return None
        (j,) = parts
        if nodes[j].name == "sum" and len(nodes[j].args) > 1 and type(nodes[j].args[1]) is int:
            shape, axis = [*trace.shape(nodes[j].args[0])], nodes[j].args[1]
            shape[axis] = 1
            return j if tuple(shape) == trace.shape(i) else None
        if nodes[j].name not in (*ARITHMETIC, *OF_ONE):
            return None
    return None


def _over_axes(axes: tuple[int, ...], r: Replay, i: int) -> Any:
    if (j := _summed(r.trace, i)) is None:
        return None
    return again(r, r.trace.tape.nodes[i].args[0], {j: r.argument(j, 0).sum(axis=axes, keepdims=True)})


def _over_axes_text(axes: tuple[int, ...], r: Replay, i: int) -> str:
    over = f"axis {axes[0]}" if len(axes) == 1 else f"axes {' and '.join(map(str, axes))}" if axes else "no axis"
    return f"{of_node(r.trace, i)} with the sum over {over} in its place"
