"""Edits of all gradients into matrices at once, and not of those into biases, as people have them who sum d @ v.T over examples and steps in one product."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from ...trace.group import EACH, OUTERS, OWN_OUTERS, SAME, Group
from ...trace.members import entering, members
from ...trace.places import Expression
from ...trace.replaying import Edit, Replay
from ...trace.tape import Id
from ...trace.trace import Trace
from ...trace.wording import labelled, whole, with_part
from ..making.editing import edit, lengths_of, named, other, others, told
from ..making.joined import joined_in, rejoined, rejoined_text
from ..making.placing import in_place
from ..making.runs import ends
from .packed import INPUT, STATE
from .weights import WEIGHTS, Weight, of_one_sum, of_words, walk_of

OWN, EVERY_ONE = "the sum of d @ v.T", "the sum of d @ v.T, the head's too,"
GROUPS = {
    OWN: Group((Expression("", "matmul", 0, 0, 0, 0),), 0, SAME, OWN_OUTERS),
    EVERY_ONE: Group((Expression("", "matmul", 0, 0, 0, 0),), 0, SAME, OUTERS),
}
COMPUTED = ("float32", "float16")
Product = Callable[[Replay, int], Any]
OF_OUTPUTS = "with the outputs of t - 1 for the state"
AS_TAKEN, AS_IT_IS, INITIAL, NOTHING = (
    ", as they stand when a step is taken",
    ", at t = 0 its own",
    ", at t = 0 the initial one",
    ", at t = 0 0",
)  # or the last, where none is said
IN_TIME = {  # whether they are masked there
    "with the inputs of a run that is not reversed": False,
    "with the inputs of a run that is not reversed, 0 beyond the lengths": True,
}
SHIFTED = {"with v of the step before": -1, "with v of the step behind": 1}


def of_outers(trace: Trace) -> Iterator[Edit]:
    for name, group in GROUPS.items():
        for words, kind, of in _products() if members(trace, group) else ():
            yield edit(group, of, kind, told(f"{name} {words}"), 0.9)
            for half in _halves(words) if name == OWN else ():
                yield edit(group, partial(_half, half, of), kind, told(f"{name}, {half}, {words}"), 0.95)
    for one in of_one_sum(trace, GROUPS[EVERY_ONE]):
        for words, kind, of in _products():
            yield edit(one, of, kind, partial(of_words, words), 1.15)


def _halves(words: str) -> tuple[str, ...]:
    return () if words.startswith(OF_OUTPUTS) or words in IN_TIME else (STATE, INPUT)


def narrow_outers(trace: Trace) -> Iterator[Edit]:
    """Computed in a narrower format."""
    for name, group in GROUPS.items():
        for format in COMPUTED if members(trace, group) else ():
            yield edit(group, partial(_computed, format), "precision", told(f"{name} computed in {format}"), 1.0)


def of_outer(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    """Of one d @ v.T: v with another factor in it, or with one too many."""
    node = trace.tape.nodes[first]
    if group.extent != EACH or node.name != "matmul" or first not in members(trace, GROUPS[OWN]):
        return
    v = trace.tape.nodes[node.args[1]].args[0]
    if (joined := joined_in(trace, node.args[1])) is None:
        for key, _, rank in others(trace, first, trace.shape(v), v, shifts=False):
            yield edit(group, partial(_times, key), "inserted", partial(_times_text, key), rank + 0.3)
        return
    for part, arg in enumerate(trace.tape.nodes[joined].args[:-1]):
        if type(arg) is not Id or trace.tape.nodes[arg].name != "multiply":
            continue
        for a, factor in enumerate(trace.tape.nodes[arg].args):
            for key, _, rank in others(trace, first, trace.shape(factor), factor, shifts=False):
                change, text = partial(_with_factor, part, a, key), partial(_with_factor_text, part, a, key)
                yield edit(group, change, "value", text, rank + 0.2)


def _times(key: Any, r: Replay, i: int) -> Any:
    value = other(r, i, key)
    return None if value is None else r.argument(i, 0) @ (r.argument(i, 1).T * value).T


def _times_text(key: Any, r: Replay, i: int) -> str:
    v = labelled(r.trace, r.trace.tape.nodes[r.trace.tape.nodes[i].args[1]].args[0], at=i)
    return with_part(r.trace, i, 1, f"({whole(named(r.trace, key))} * {whole(v)}).T")


def _product(r: Replay, i: int, part: int) -> int | None:
    joined = joined_in(r.trace, r.trace.tape.nodes[i].args[1])
    found = None if joined is None else r.trace.tape.nodes[joined].args[part]
    return found if type(found) is Id and r.trace.tape.nodes[found].name == "multiply" else None


def _with_factor(part: int, a: int, key: Any, r: Replay, i: int) -> Any:
    product, value = _product(r, i, part), other(r, i, key)
    if product is None or value is None:
        return None
    return in_place(r, i, 1, rejoined(r, i, 1, part, r.with_argument(product, a, value)))


def _with_factor_text(part: int, a: int, key: Any, r: Replay, i: int) -> str:
    product = _product(r, i, part)
    own = "" if product is None else with_part(r.trace, product, a, named(r.trace, key))
    return with_part(r.trace, i, 1, rejoined_text(r, i, 1, part, own))


def _half(half: str, of: Product, r: Replay, i: int) -> Any:
    """Of what acts on the state, or on the input, this, and of the rest what it is."""
    new, old = of(r, i), r.plain(i)
    n = len(old)
    if new is None:
        return None
    if old.shape[1] <= n:
        return new if (half == STATE) is (old.shape[1] == n) else old
    columns = np.arange(old.shape[1])
    return np.where((columns < n) if half == STATE else (columns >= n), new, old)


def _products() -> Iterator[tuple[str, str, Product]]:
    """With words and the kind of edit."""
    for words, (kind, weight) in WEIGHTS.items():
        yield words, kind, partial(_weighted, weight)
    for words, shift in SHIFTED.items():
        yield words, "value", partial(_shifted, shift, False)
        yield f"{words}, from the other end where there is none", "value", partial(_shifted, shift, True)
    for words, at in (("first", 0), ("last", -1)):
        yield f"with v of the {words} step of the run", "value", partial(_of_one_step, at)
    yield "with v of each example's last step", "value", _of_each_last
    for first in ("", AS_TAKEN, AS_IT_IS, INITIAL, NOTHING):
        yield f"{OF_OUTPUTS}{first}", "value", partial(_of_outputs, first)
    for words, masked in IN_TIME.items():
        yield words, "value", partial(_of_inputs_in_time, masked)
    yield "with the sums over the examples of both", "sum", _of_sums_over_examples
    yield "with the sums over the steps of both", "sum", _of_sums


def _of_outputs(first: str, r: Replay, i: int) -> Any:
    """With the outputs at t - 1 for the state before, which is right as long as time goes forth and a run has begun."""
    names, old = r.trace.operation.states[:1], r.plain(i)
    step, out = r.trace.tape.nodes[i].step, next((r.trace.forward[n] for n in names if n in r.trace.forward), None)
    if step is None or out is None or np.ndim(r.values[out]) < 3:
        return None
    v = r.trace.tape.nodes[i].args[1]
    if joined_in(r.trace, v) is None and not entering(r.trace, v):
        return old  # of the input alone
    at = (step[2] - 1) % r.trace.steps
    before = r.values[out][..., at]
    if first == AS_TAKEN:
        before = before * (at > step[2] if r.trace.is_reversed(step) else at < step[2])
    elif first and step[2] == 0:
        initial = r.trace.inputs.get(f"{names[0]}0") if first == INITIAL else None
        before = 0 * before if initial is None else r.values[initial]
    is_own = first == AS_IT_IS and step[2] == 0
    return old if is_own else np.concatenate([r.argument(i, 0) @ before.T, old[:, len(before) :]], axis=1)


def _of_inputs_in_time(masked: bool, r: Replay, i: int) -> Any:
    """With the input of the step as it stands in time, where a run goes back, and what is beyond lengths."""
    step, x, old = r.trace.tape.nodes[i].step, r.trace.inputs.get("x"), r.plain(i)
    v = r.trace.tape.nodes[i].args[1]
    if step is None or x is None or not r.trace.is_reversed(step):
        return old
    if joined_in(r.trace, v) is None and _is_of_state(r.trace, v):
        return old
    t = r.trace.steps - 1 - step[2]
    given = r.values[x][..., t]
    if masked:
        given = given * (t < lengths_of(r))
    return np.concatenate([old[:, : old.shape[1] - len(given)], r.argument(i, 0) @ given.T], axis=1)


def _is_of_state(trace: Trace, v: int) -> bool:
    """Whether v is a state alone, by itself or as what comes first of a state joined with an input."""
    of = trace.tape.nodes[trace.tape.nodes[v].args[0]]
    return bool(entering(trace, v)) or (of.name == "[]" and not getattr(of.args[1], "start", 1))


def _weighted(weight: Weight, r: Replay, i: int) -> Any:
    return (r.argument(i, 0) * weight(r, i)) @ r.argument(i, 1)


def _shifted(by: int, around: bool, r: Replay, i: int) -> Any:
    walk = walk_of(r, i)
    at = walk.index(i) + by
    if not around and not 0 <= at < len(walk):
        return 0 * r.plain(i)
    return r.argument(i, 0) @ r.plain(r.trace.tape.nodes[walk[at % len(walk)]].args[1])


def _of_one_step(at: int, r: Replay, i: int) -> Any:
    return r.argument(i, 0) @ r.plain(r.trace.tape.nodes[walk_of(r, i)[at]].args[1])


def _of_each_last(r: Replay, i: int) -> Any:
    """As a buffer holds it behind a run that each example leaves when it is over."""
    step, walk = r.trace.tape.nodes[i].step, walk_of(r, i)
    if step is None:
        return None
    last = ends(lengths_of(r), r.trace.is_reversed(step))
    v = np.array(r.argument(i, 1))
    for j in walk:
        if (at := r.trace.tape.nodes[j].step) is not None:
            v = np.where((last == at[2])[:, None], r.plain(r.trace.tape.nodes[j].args[1]), v)
    return r.argument(i, 0) @ v


def _of_sums_over_examples(r: Replay, i: int) -> Any:
    return r.argument(i, 0).sum(axis=1)[:, None] @ r.argument(i, 1).sum(axis=0)[None]


def _of_sums(r: Replay, i: int) -> Any:
    """All at the step that a backward takes last."""
    walk = walk_of(r, i)
    if i != max(walk):
        return 0 * r.plain(i)
    return sum(r.argument(j, 0) for j in walk) @ sum(r.argument(j, 1) for j in walk)


def _computed(name: str, r: Replay, i: int) -> Any:
    d, v = (np.asarray(r.argument(i, a)).astype(name) for a in (0, 1))
    return (d @ v).astype(float)
