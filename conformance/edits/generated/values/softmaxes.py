"""Edits of a softmax: another function of what it is taken of, over another axis, twice."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from rnnspec.reference.arithmetics.primitives import sigmoid, softmax

from ...trace.group import Group
from ...trace.replaying import Edit, Replay
from ...trace.tape import Id
from ...trace.trace import Trace
from ...trace.wording import labelled
from ..making.editing import edit
from ..making.forms import maximum, minimum
from ..making.functions import LN2

LEAST = -1e300  # whose exponential is nothing beside any other


def _of_everything(z: Any) -> Any:
    e = np.exp(z - np.max(z)) if isinstance(z, np.ndarray) else None
    return None if e is None else e / e.sum()


def _within(least: float) -> Callable[[Any], Any]:
    return lambda z: minimum(maximum(y := softmax(z), least + 0 * y), 1 - least + 0 * y)


def _more(epsilon: float) -> Callable[[Any], Any]:
    """With a number added to what it is divided by."""

    def of(z: Any) -> Any:
        e = np.exp(z - np.max(z, axis=0)) if isinstance(z, np.ndarray) else None
        return None if e is None else e / (e.sum(axis=0) + epsilon)

    return of


SMALL = (1e-7, 1e-8, 1e-6, 1e-5, 1e-10, 1e-12, 1e-15)
INSTEAD: dict[str, Callable[[Any], Any]] = {
    "sigmoid({})": sigmoid,
    "softmax(softmax({}))": lambda z: softmax(softmax(z)),
    "exp({0}) / exp({0}).sum(), over everything": lambda z: (
        np.exp(z) / (np.exp(z).sum(axis=0) + 0 * z[:1]).sum(axis=-1)
    ),
    "softmax({}) over everything": _of_everything,
    "softmax({}) over the examples": lambda z: softmax(z.T).T,
    "{}": lambda z: z + 0 * z,
    "exp({})": np.exp,
    "tanh({})": np.tanh,
    "log(softmax({}))": lambda z: np.log(softmax(z)),
    "softmax(-{})": lambda z: softmax(-z),
    "softmax(2 * {})": lambda z: softmax(2 * z),
    "exp2({0}) / exp2({0}).sum(axis=0)": lambda z: softmax(LN2 * z),
    "{0} / {0}.sum(axis=0)": lambda z: z / z.sum(axis=0),
    **{f"softmax({{}}), with {c:g} more in its sum": _more(c) for c in SMALL},
    **{f"clip(softmax({{}}), {c:g}, 1 - {c:g})": _within(c) for c in SMALL},
}


def _slope(d: Any, y: Any) -> Any:
    return y * (d - (y * d).sum(axis=0))


SLOPES: dict[str, Callable[[Any, Any], Any]] = {  # of the gradient into y, and y
    "{1} * (1 - {1}) * {0}": lambda d, y: y * (1 - y) * d,
    "{1} * {0}": lambda d, y: y * d,
    "{0}": lambda d, y: d + 0 * y,
    "{1} - {0}": lambda d, y: y - d,
    "{0} - {1}": lambda d, y: d - y,
    "{0} * ({0} - ({0} * {0}).sum(axis=0))": lambda d, y: _slope(d, d),
    "{1} * ({1} - ({1} * {1}).sum(axis=0))": lambda d, y: _slope(y, y),
    "that of the softmax, twice": lambda d, y: _slope(_slope(d, y), y),
    "{0} - {1} * {0}.sum(axis=0)": lambda d, y: d - y * d.sum(axis=0),
    "{1} * ({0} - {0}.sum(axis=0))": lambda d, y: y * (d - d.sum(axis=0)),
}


def of_softmax(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    if (given := _sloped(trace, first)) is not None:
        for text, slope in SLOPES.items():
            yield edit(
                group,
                lambda r, i, f=slope: _with_slope(r, i, f),
                "function",
                lambda r, i, t=text, g=given: t.format(*(labelled(r.trace, one, at=i) for one in g)),
            )
    if _argument(trace, first) is None:
        return
    for text, of in INSTEAD.items():
        yield edit(
            group,
            lambda r, i, f=of: _with(r, i, f),
            "function",
            lambda r, i, t=text: t.format(labelled(r.trace, _argument(r.trace, i), at=i)),
        )
    yield edit(group, _over_those_that_have_the_step, "function", _told_over_those, 1.05)


def _over_those_that_have_the_step(r: Replay, i: int) -> Any:
    arg, step = _argument(r.trace, i), r.trace.tape.nodes[i].step
    if arg is None or step is None:
        return None
    lengths = r.trace.inputs.get("lengths")
    valid = True if lengths is None else step[2] < r.values[lengths]
    return softmax(np.where(valid, r.values[arg], LEAST).T).T


def _told_over_those(r: Replay, i: int) -> str:
    return f"softmax({labelled(r.trace, _argument(r.trace, i), at=i)}) over the examples that have the step"


def _argument(trace: Trace, i: int) -> Id | None:
    """What a softmax is taken of, where a node is what that gives."""
    nodes = trace.tape.nodes
    if nodes[i].name != "divide" or nodes[i].place[0].function != "softmax":
        return None
    exponent = nodes[nodes[i].args[0]].args[0]
    found = nodes[exponent].args[0]
    return found if type(found) is Id else None


def _sloped(trace: Trace, i: int) -> tuple[Id, Id] | None:
    """The gradient into a softmax, and its value y, where a node is y * (d - (y * d).sum())."""
    nodes = trace.tape.nodes
    if nodes[i].name != "multiply" or nodes[i].place[0].function != "head_backward":
        return None
    y, bracket = nodes[i].args
    is_slope = type(y) is Id and type(bracket) is Id and nodes[bracket].name == "subtract"
    return (nodes[bracket].args[0], y) if is_slope else None


def _with_slope(r: Replay, i: int, of: Callable[[Any, Any], Any]) -> Any:
    given = _sloped(r.trace, i)
    return None if given is None else of(*(r.values[one] for one in given))


def _with(r: Replay, i: int, of: Callable[[Any], Any]) -> Any:
    arg = _argument(r.trace, i)
    return None if arg is None else of(r.values[arg])
