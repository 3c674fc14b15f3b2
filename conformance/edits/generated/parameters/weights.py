"""What of the gradients into pre-activations counts in a sum over examples and steps: some of these alone, a mean; and such sums for all biases at once."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from ...finding import RECURRENCES
from ...trace.group import BIASES, COLUMNS, OWN_BIASES, SAME, Group
from ...trace.members import members
from ...trace.replaying import Edit, Replay
from ...trace.sums import is_of_head
from ...trace.tape import named
from ...trace.trace import Trace
from ...trace.wording import of_node
from ..making.editing import edit, lengths_of, told
from ..making.runs import begins, ends
from .returned import DIVIDED

Weight = Callable[[Replay, int], Any]  # of each example, at the step of a node
COLUMN_SUMS = Group(named("sum"), 0, SAME, COLUMNS)
SUMS = {
    "the sum of d": Group(named("sum"), 0, SAME, OWN_BIASES),
    "the sum of d, the head's too,": Group(named("sum"), 0, SAME, BIASES),
}


def walk_of(r: Replay, i: int) -> list[int]:
    """The same node at all steps, in the order in which the forward took them."""
    node = r.trace.tape.nodes[i]
    if not node.step:
        return [i]
    walk = r.trace.walked[(node.place, node.k), node.step[0], node.step[1]]
    by_time = is_of_head(r.trace, i) and not r.trace.is_reversed(node.step)
    return walk if by_time else walk[::-1]


def _of_steps(taken: Callable[[int, int], bool], r: Replay, i: int) -> Any:
    walk = walk_of(r, i)
    return float(taken(walk.index(i), len(walk) - 1))


def _of_examples(taken: Callable[[Any, int], Any], r: Replay, i: int) -> Any:
    return 1.0 * taken(np.arange(r.trace.examples), r.trace.examples - 1)


def _of_first(n: int, r: Replay, i: int) -> Any:
    return _of_examples(lambda j, _: j < n, r, i)


def _of_last_block(n: int, r: Replay, i: int) -> Any:
    """Of the last block of so many examples, at the first step of the run."""
    return _of_examples(lambda j, end: j >= end // n * n, r, i) * _of_steps(_first, r, i)


def _of_each(at: Callable[[Any, bool], Any], but: bool, r: Replay, i: int) -> Any:
    """At a step of each example, or at all others."""
    step = r.trace.tape.nodes[i].step
    if step is None:
        return 0.0 if but else 1.0
    here = at(lengths_of(r), r.trace.is_reversed(step)) == step[2]
    return 1.0 * (~here if but else here)


def _of_time(at: int, but: bool, r: Replay, i: int) -> Any:
    """At t = 0, or at the last t, or at all others, whichever way a run goes."""
    step = r.trace.tape.nodes[i].step
    return float((step is None or step[2] == at % r.trace.steps) != but)


def _but_a_corner(taken: Callable[[int, int], bool], example: int, r: Replay, i: int) -> Any:
    weight = np.ones(r.trace.examples)
    weight[example] -= _of_steps(taken, r, i)
    return weight


def _but_a_column(last: bool, r: Replay, i: int) -> Any:
    """Without the first, or the last, of all steps of all examples in a row, the longest example ahead, as a packed batch has them."""
    step, lengths = r.trace.tape.nodes[i].step, lengths_of(r)
    longest = np.flatnonzero(lengths == lengths.max(initial=0))
    weight = np.ones(r.trace.examples)
    if not len(longest):
        return weight
    example = longest[-1 if last else 0]
    if step is None or (ends if last else begins)(lengths, r.trace.is_reversed(step))[example] == step[2]:
        weight[example] = 0
    return weight


def _of_last_example(at: Callable[[Any, bool], Any], r: Replay, i: int) -> Any:
    """Of the last example that has a step, at one of its steps."""
    there = np.flatnonzero(lengths_of(r) > 0)
    return _of_each(at, False, r, i) * (np.arange(r.trace.examples) == (there[-1] if len(there) else -1))


def _nothing(r: Replay, i: int) -> Any:
    return 0.0


def _divided(by: Callable[[Replay], float], r: Replay, i: int) -> Any:
    return by(r)


def _first(at: int, end: int) -> bool:
    return at == 0


def _last(at: int, end: int) -> bool:
    return at == end


MEANS = {
    "{} / m": ", a mean over the examples",
    "{} / T_x": ", a mean over the steps",
    "{} / (m T_x)": ", a mean over both",
}
WEIGHTS: dict[str, tuple[str, Weight]] = {  # with the kind of edit
    "left out": ("sum", _nothing),
    "of the first example alone": ("sum", partial(_of_examples, lambda j, end: j == 0)),
    "of the last example alone": ("sum", partial(_of_examples, lambda j, end: j == end)),
    "without the first example": ("sum", partial(_of_examples, lambda j, end: j > 0)),
    "without the last example": ("sum", partial(_of_examples, lambda j, end: j < end)),
    "of the first step of the run alone": ("end", partial(_of_steps, _first)),
    "of the last step of the run alone": ("end", partial(_of_steps, _last)),
    "without the first step of the run": ("end", partial(_of_steps, lambda at, end: at > 0)),
    "without the last step of the run": ("end", partial(_of_steps, lambda at, end: at < end)),
    "of each example's first step alone": ("end", partial(_of_each, begins, False)),
    "of each example's last step alone": ("end", partial(_of_each, ends, False)),
    "without each example's first step": ("end", partial(_of_each, begins, True)),
    "without each example's last step": ("end", partial(_of_each, ends, True)),
    "of t = 0 alone": ("end", partial(_of_time, 0, False)),
    "of t = T_x - 1 alone": ("end", partial(_of_time, -1, False)),
    "without t = 0": ("end", partial(_of_time, 0, True)),
    "without t = T_x - 1": ("end", partial(_of_time, -1, True)),
    "without the last example of the last step": ("end", partial(_but_a_corner, _last, -1)),
    "without the first example of the first step": ("end", partial(_but_a_corner, _first, 0)),
    "without the first column of a packed batch": ("sum", partial(_but_a_column, False)),
    "without the last column of a packed batch": ("sum", partial(_but_a_column, True)),
    **{f"of the first {n} examples alone": ("sum", partial(_of_first, n)) for n in (2, 3, 4)},
    **{
        f"of which each block of {n} examples overwrites the one before": ("end", partial(_of_last_block, n))
        for n in (2, 3, 4)
    },
    **{
        f"{words.removeprefix('{} ')}{MEANS.get(words, '')}": ("form", partial(_divided, by))
        for words, by in DIVIDED.items()
    },
}
OF_LAST: dict[str, tuple[str, Weight]] = {  # what is left where each step of each example overwrites what was there
    "of the last example's first step alone": ("end", partial(_of_last_example, begins)),
    "of the last example's last step alone": ("end", partial(_of_last_example, ends)),
}


def of_a_step(trace: Trace, group: Group) -> int:
    """How many nodes of a step are of a group."""
    return len({(trace.tape.nodes[i].place, trace.tape.nodes[i].k) for i in members(trace, group)})


def of_sums_of_gradients(trace: Trace) -> Iterator[Edit]:
    for name, group in SUMS.items():
        for words, (kind, weight) in WEIGHTS.items() if of_a_step(trace, group) > 1 else ():
            yield edit(group, partial(_weighted, weight), kind, told(f"{name} {words}"), 0.9)
    is_told = trace.is_cell or trace.operation.family not in RECURRENCES  # of layers by the text of the loop
    for one in of_one_sum(trace, COLUMN_SUMS):
        for words, (kind, weight) in (WEIGHTS if is_told else WEIGHTS | OF_LAST).items():
            yield edit(one, partial(_weighted, weight), kind, partial(of_words, words), 1.15)


def of_one_sum(trace: Trace, group: Group) -> Iterator[Group]:
    """The sums of a group, each by itself, at all of its steps of a backward."""
    back = (trace.tape.nodes[i] for i in members(trace, group) if trace.is_back(i))
    keys = dict.fromkeys((node.place, node.k) for node in back)
    return (Group(*key) for key in keys)


def of_words(words: str, r: Replay, i: int) -> str:
    return f"{of_node(r.trace, i)} {words}"


def _weighted(weight: Weight, r: Replay, i: int) -> Any:
    return r.with_argument(i, 0, r.argument(i, 0) * weight(r, i))
