"""Edits of masks, such as where a relu is positive: another comparison, of another value, everywhere or nowhere."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from ...trace.group import Group
from ...trace.replaying import Edit, Replay
from ...trace.tape import KEPT, Id, Node
from ...trace.trace import Key, Trace
from ...trace.wording import labelled, of_node, turned, with_part
from ..making.editing import Value, at_own_step, edit, named, other, others
from .inner import again
from .operands import replaced
from .results import around, around_text

COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    ">": np.greater,
    ">=": np.greater_equal,
    "<": np.less,
    "<=": np.less_equal,
}
THRESHOLDS = (1.0, 0.5, -1.0)
STEPS: dict[str, Callable[[int, int], int]] = {
    "t + 1": lambda t, T: t + 1,
    "t - 1": lambda t, T: t - 1,
    "T_x - 1 - t": lambda t, T: T - 1 - t,
    "-1": lambda t, T: -1,
    "0": lambda t, T: 0,
    "-t": lambda t, T: -t,
}


def of_masks(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    node = trace.tape.nodes[trace.origin(first)]
    for words, whole in (("everywhere", True), ("nowhere", False)):
        yield edit(group, lambda r, i, w=whole: np.full(np.shape(r.plain(i)), w), "mask", lambda r, i, t=words: t)
    yield edit(group, lambda r, i: ~r.plain(i), "mask", lambda r, i: f"not ({of_node(r.trace, i)})")
    if node.name in ("invert", "bitwise_or"):
        yield from _of_another_in_all(trace, group, first)
    if len(node.args) < 2:
        return
    for sign, compared in COMPARISONS.items():
        if node.name in ("greater", "less") and compared.__name__ != node.name:
            yield edit(
                group, _by(compared), "mask", lambda r, i, s=sign: of_node(r.trace, r.trace.origin(i), operator=s)
            )
    if node.step is not None:
        yield from _of_steps(trace, group, first)
    if node.name in ("greater", "less") and _is_of_numbers(trace, node):
        yield from _signs(trace, group, node)
        yield from _of_truth(trace, group, first)
    for a, arg in enumerate(node.args):
        if type(arg) is not Id:
            yield from _thresholds(group, a) if _is_of_numbers(trace, node) else ()
        elif first == trace.origin(first) and node.name in ("greater", "less"):
            yield from replaced(trace, group, first, a)
        elif node.name in ("greater", "less"):
            yield from _of_another(trace, group, first, arg)
        elif node.name == "bitwise_or":
            yield edit(
                group, lambda r, i, a=a: r.argument(r.trace.origin(i), a), "mask", lambda r, i, a=a: _label(r, i, a)
            )


def _is_of_numbers(trace: Trace, compared: Node) -> bool:
    """Whether it compares numbers, and not steps with lengths."""
    own = (trace.tape.values[arg] for arg in compared.args if type(arg) is Id)
    return any(np.asarray(value).dtype.kind == "f" for value in own)


def _of_another(trace: Trace, group: Group, first: int, compared: int) -> Iterator[Edit]:
    """A mask that is kept, of another value that its forward has."""

    def change(key: Value, r: Replay, i: int) -> Any:
        node, value = r.trace.tape.nodes[r.trace.origin(i)], other(r, i, key)
        return None if value is None else node.function(value, r.argument(r.trace.origin(i), 1))

    def told(key: Value, r: Replay, i: int) -> str:
        return with_part(r.trace, r.trace.origin(i), 0, named(r.trace, key))

    for key, _, rank in others(trace, trace.origin(first), trace.shape(compared), shifts=False):
        yield edit(group, partial(change, key), "mask", partial(told, key), rank + 0.1)


def _of_another_in_all(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    """A mask of several comparisons of one value, as within two bounds, of another."""
    compared = {*_compared(trace, trace.origin(first))}
    if len(compared) != 1:
        return
    ((place, k),) = compared
    for key, _, rank in others(trace, trace.origin(first), trace.shape(first), shifts=False):
        yield edit(
            group,
            lambda r, i, v=key: _compared_again(r, i, (place, k), other(r, i, v)),
            "mask",
            lambda r, i, v=key: f"the same of {named(r.trace, v)}",
            rank + 0.1,
        )


def _compared(trace: Trace, i: int) -> Iterator[Key]:
    """The places of what is compared in a mask that is made of others."""
    node = trace.tape.nodes[i]
    is_comparison = node.name in ("greater", "less")
    for arg in (arg for arg in node.args[: 1 if is_comparison else None] if type(arg) is Id):
        if is_comparison:
            yield trace.tape.nodes[arg].place, trace.tape.nodes[arg].k
        else:
            yield from _compared(trace, arg)


def _compared_again(r: Replay, i: int, key: Key, value: Any) -> Any:
    j = at_own_step(r.trace, i, key)
    return None if j is None or value is None else again(r, r.trace.origin(i), {j: value})


def _of_truth(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    """A number in the place of a mask, which holds wherever that is not 0."""
    for key, _, rank in others(trace, trace.origin(first), trace.shape(first), shifts=False):
        yield edit(group, partial(_is_true, key), "mask", lambda r, i, k=key: f"{named(r.trace, k)} != 0", rank + 0.15)


def _is_true(key: Value, r: Replay, i: int) -> Any:
    value = other(r, i, key)
    return None if value is None else np.broadcast_to(value != 0, np.shape(r.plain(i)))


def _signs(trace: Trace, group: Group, compared: Node) -> Iterator[Edit]:
    """What is compared, or a term of it, with the other sign, in the mask alone."""
    for a, arg in enumerate(compared.args):
        if type(arg) is not Id:
            continue
        yield edit(group, partial(_signed, a, None), "mask", partial(_told_signed, a, None), 1.1)
        if trace.tape.nodes[arg].name in ("add", "subtract"):
            for term in (0, 1):
                yield edit(group, partial(_signed, a, term), "mask", partial(_told_signed, a, term), 1.1)


def _signed(a: int, term: int | None, r: Replay, i: int) -> Any:
    i = r.trace.origin(i)
    node = r.trace.tape.nodes[i]
    if term is None:
        return r.with_argument(i, a, -r.argument(i, a))
    return r.with_argument(i, a, r.with_argument(node.args[a], term, -r.argument(node.args[a], term)))


def _told_signed(a: int, term: int | None, r: Replay, i: int) -> str:
    i = r.trace.origin(i)
    arg = r.trace.tape.nodes[i].args[a]
    if term is None:
        return with_part(r.trace, i, a, turned(labelled(r.trace, arg, at=i)))
    own = turned(labelled(r.trace, r.trace.tape.nodes[arg].args[term], at=arg))
    return with_part(r.trace, i, a, f"({with_part(r.trace, arg, term, own)})")


def _by(compared: Callable[[Any, Any], Any]) -> Callable[[Replay, int], Any]:
    def change(r: Replay, i: int) -> Any:
        i = r.trace.origin(i)
        return compared(r.argument(i, 0), r.argument(i, 1))

    return change


def _of_steps(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    """Which steps an example has, by the number of the step; of what is kept that of another step."""
    if trace.tape.nodes[first].name == KEPT and _is_of_numbers(trace, trace.tape.nodes[trace.origin(first)]):
        yield edit(group, around, "mask", around_text, 1.05)
    for a, arg in enumerate(trace.tape.nodes[first].args):
        if not isinstance(arg, int) or type(arg) is Id:
            continue
        for text, other_step in STEPS.items():
            for words, every in (("", True), (" in a reversed run", False)):
                yield edit(
                    group,
                    lambda r, i, a=a, o=other_step, e=every: _at_step(r, i, a, o, e),
                    "mask",
                    lambda r, i, a=a, t=text, w=words: f"{with_part(r.trace, i, a, t)}{w}",
                    1.0 if every else 1.1,
                )


def _at_step(r: Replay, i: int, a: int, other_step: Callable[[int, int], int], every: bool) -> Any:
    step, steps = r.trace.tape.nodes[i].step, r.trace.steps
    if step is None:
        return None
    if not every and not r.trace.is_reversed(step):
        return r.plain(i)
    return r.with_argument(i, a, other_step(r.argument(i, a), steps))


def _thresholds(group: Group, a: int) -> Iterator[Edit]:
    for number in THRESHOLDS:
        yield edit(
            group,
            lambda r, i, n=number: r.with_argument(r.trace.origin(i), a, n),
            "mask",
            lambda r, i, n=number: with_part(r.trace, r.trace.origin(i), a, f"{n:g}"),
            1.2,
        )


def _label(r: Replay, i: int, a: int) -> str:
    return labelled(r.trace, r.trace.tape.nodes[r.trace.origin(i)].args[a], at=i)
