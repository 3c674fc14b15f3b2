"""Edits of order: time as a reversed run walks it, examples by their lengths, layers and directions the other way round."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import permutations
from typing import Any

import numpy as np

from ...trace.group import ALIKE, ALL, LOWER, SECOND, SECOND_BACK, Group
from ...trace.members import members
from ...trace.replaying import Edit, Replay
from ...trace.tape import Id
from ...trace.trace import Trace
from ...trace.wording import of_node
from ..making.editing import EVERY_ONE, edit, lengths_of
from ..making.forms import SIGNS, Form

Order = Callable[[Replay, Any], Any]


def _moved(r: Replay, z: Any, at: Any) -> Any:
    """Time in another order, an order for each example, where a run goes backwards: all of it, or a second direction's half."""
    moved = np.take_along_axis(z, np.broadcast_to(at, z.shape), axis=-1)
    if r.trace.directions == 1:
        return moved if r.trace.runs_back else z
    half = len(z) // 2
    return np.concatenate([z[:half], moved[half:]])


def _run(r: Replay, z: Any) -> Any:
    return _moved(r, z, _as_run(r, z))


def _as_run(r: Replay, z: Any) -> Any:
    """Of each example its steps from the last to the first, the padding behind."""
    n, t = lengths_of(r)[:, None], np.arange(z.shape[-1])
    return np.where(t < n, n - 1 - t, t)


def _backwards(r: Replay, z: Any) -> Any:
    return _moved(r, z, np.arange(z.shape[-1])[::-1][None, :])


def _ran_last(r: Replay, z: Any) -> Any:
    """At every step what the step that is run last has."""
    return z[..., :1] + 0 * z if r.trace.runs_back else z[..., -1:] + 0 * z


def _last_alone(r: Replay, z: Any) -> Any:
    kept = np.zeros(z.shape[-1])
    kept[0 if r.trace.runs_back else -1] = 1
    return z * kept


ORDERS: dict[str, Order] = {
    "{} in the order of a reversed run, its last step first": _run,
    "{} in the order of a reversed run, the padding first": _backwards,
    "{}, everywhere that of the step run last": _ran_last,
    "{} of the step run last alone": _last_alone,
}


def ordered(group: Group, words: str, order: Order) -> Edit:
    def change(r: Replay, i: int) -> Any:
        z = r.plain(i)
        return order(r, z) if np.shape(z)[-2:] == (r.trace.examples, r.trace.steps) and np.ndim(z) > 2 else None

    return edit(group, change, "order", lambda r, i: words.format(told_of(group)), 1.0)


def told_of(group: Group) -> str:
    return group.place[0].function if len(group.place) == 1 else EVERY_ONE


AXES = tuple(permutations(range(3)))[1:]


def of_axes(group: Group, axes: tuple[int, ...]) -> Edit:
    """The axes of what is given or returned, in another order."""
    words = ", ".join(["n", "m", "T_x"][axis] for axis in axes)

    def change(r: Replay, i: int) -> Any:
        return np.transpose(r.plain(i), axes) if np.ndim(r.plain(i)) == 3 else None

    return edit(group, change, "axes", lambda r, i: f"{told_of(group)} as ({words})", 1.0)


Place = Callable[[int, int, int], int]

STATES: dict[str, Place] = {  # which of n_l n_d states stands for layer l, direction d
    "{} as (direction, layer)": lambda k, n_l, n_d: k % n_d * n_l + k // n_d,
    "{}, of both directions the first's": lambda k, n_l, n_d: k - k % n_d,
    "{}, of all layers the first's": lambda k, n_l, n_d: k % n_d,
    "{} in reverse order": lambda k, n_l, n_d: n_l * n_d - 1 - k,
    "{}, its layers in reverse order": lambda k, n_l, n_d: (n_l - 1 - k // n_d) * n_d + k % n_d,
}


EXAMPLES: dict[str, Callable[[Any, Any], Any]] = {  # by their lengths
    "the examples of {} in the order of falling lengths": lambda z, n: z[..., np.argsort(-n, kind="stable")],
    "the examples of {} taken for those in the order of falling lengths": lambda z, n: z[
        ..., np.argsort(np.argsort(-n, kind="stable"))
    ],
    "the examples of {} in the order of falling lengths, twice": lambda z, n: z[
        ..., _twice(np.argsort(-n, kind="stable"))
    ],
    "the examples of {} taken for those in the order of falling lengths, twice": lambda z, n: z[
        ..., _twice(np.argsort(np.argsort(-n, kind="stable")))
    ],
    "{}, zero where a length is 0": lambda z, n: z * (n > 0),
}


def _twice(order: Any) -> Any:
    return order[order]


def of_states(group: Group) -> Iterator[Edit]:
    """Of states, given or returned: those of layers and directions in another order, of other examples, none where it has no step."""
    for words, place in STATES.items():
        yield edit(
            group, lambda r, i, p=place: _placed(r, i, p), "order", lambda r, i, w=words: w.format(told_of(group)), 0.8
        )
    yield from of_examples(group, frozenset())


def of_examples(group: Group, over_time: frozenset[str]) -> Iterator[Edit]:
    """Of all that has an axis of examples, which is the last but of what goes over time."""
    for words, of in EXAMPLES.items():

        def change(r: Replay, i: int, of: Callable[[Any, Any], Any] = of) -> Any:
            z = r.plain(i)
            if not isinstance(z, np.ndarray):
                return None
            if r.trace.tape.nodes[i].place[0].function in over_time:
                return np.swapaxes(of(np.swapaxes(z, -1, -2), lengths_of(r)), -1, -2)
            return of(z, lengths_of(r))

        yield edit(group, change, "order", lambda r, i, w=words: w.format(told_of(group)), 0.8)


def _placed(r: Replay, i: int, place: Place) -> Any:
    """What is given is read in this order, what is returned stands in it."""
    z, n_l, n_d = r.plain(i), r.trace.layers, r.trace.directions
    if r.trace.tape.nodes[i].name == "zeros":
        return z  # what is not given has no order
    if len(z) != n_l * n_d or np.ndim(z) != 3:
        return None
    at = [place(k, n_l, n_d) for k in range(n_l * n_d)]
    return z[np.argsort(at, kind="stable")] if r.trace.tape.nodes[i].args and {*at} == {*range(len(at))} else z[at]


FORTH, BACK = "of the second direction", "of the second direction's gradients"


def of_parts(trace: Trace) -> Iterator[Edit]:
    """Of a matrix other rows; of a network's final states those of the step run first; its gradients between layers, and its second
    directions.
    """
    for place, ids in trace.of_place.items():
        node, group = trace.tape.nodes[ids[0]], Group(place, 0, ALL)
        if node.name == "[]" and isinstance(node.args[1], slice):
            yield _told(group, _from_behind, "{}, counted from the other end")
            if node.args[1].step:
                alike = Group((place[0],), 0, ALIKE)
                yield _told(alike, _in_a_row, "{}, as many in a row")
        if node.name == "stack" and trace.directions == 2 and _is_final(trace, ids[0]):
            yield _told(group, _at_the_end, "{}, of a reversed run at t = T_x - 1")
        for only, words in ((LOWER, "below the uppermost layer"), (SECOND, FORTH), (SECOND_BACK, BACK)):
            if not members(trace, group := Group(place, 0, ALL, only)):
                continue
            for form in (*SIGNS[:4], *TIMES):
                yield _told(group, partial(_formed, form), f"{form.text} {words}", form.rank)
            if only in (SECOND, SECOND_BACK):
                yield _told(group, _unflipped, f"{{}} {words} as it is run")


def _formed(form: Form, r: Replay, i: int) -> Any:
    return form.of(r.plain(i))


def _told(group: Group, change: Callable[[Replay, int], Any], words: str, rank: float = 1.0) -> Edit:
    return edit(group, change, "order", lambda r, i: words.format(of_node(r.trace, i)), rank)


TIMES = (Form("{}[..., ::-1]", lambda z: z[..., ::-1] if np.ndim(z) > 2 else None),)


def _is_final(trace: Trace, i: int) -> bool:
    arg = trace.tape.nodes[i].args[0]
    return (
        len(trace.tape.nodes[i].args) == 1 + trace.layers * trace.directions
        and type(arg) is Id
        and (trace.tape.nodes[arg].step is not None)
    )


def _unflipped(r: Replay, i: int) -> Any:
    """What is joined over time, in the order in which a reversed run has it."""
    z = r.plain(i)
    if np.ndim(z) != 3:
        return None
    return np.take_along_axis(z, np.broadcast_to(_as_run(r, z), z.shape), axis=2)


def _at_the_end(r: Replay, i: int) -> Any:
    """Final states, of every second direction that at the end of time, where it began."""
    trace, found = r.trace, []
    for arg in trace.tape.nodes[i].args[:-1]:
        node = trace.tape.nodes[arg]
        if node.step is None:
            return None
        if node.step[1] == 0:
            found.append(r.values[arg])
            continue
        begun = trace.walked[(node.place, node.k), node.step[0], node.step[1]][0]
        found.append(r.values[begun] * (lengths_of(r) == trace.steps))
    return np.stack(found)


def _in_a_row(r: Replay, i: int) -> Any:
    """Of what is taken at every so-manieth place, as many that follow each other: groups taken for the copies of a whole."""
    z, part, width = r.argument(i, 0), r.argument(i, 1), len(r.plain(i))
    return z[part.start * width :][:width] if part.step else None


def _from_behind(r: Replay, i: int) -> Any:
    """As many rows from the other end."""
    z, width = r.argument(i, 0), len(r.plain(i))
    return z[len(z) - width :] if r.argument(i, 1).start in (None, 0) else z[:width]
