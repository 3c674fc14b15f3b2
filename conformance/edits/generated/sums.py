"""Edits of a sum, or of a largest value: a mean, one of those that are summed, another axis, everything."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..trace.group import Group
from ..trace.replaying import Edit, Replay
from ..trace.trace import Trace
from ..trace.wording import labelled, whole
from .editing import edit, lengths_of
from .forms import Value

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
