"""Edits of precision: the inputs of products, or what they are accumulated in, or results, rounded to a narrower format."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from itertools import product
from typing import Any

import numpy as np

from ...trace.group import ALIKE, BEHIND, EVERY, EVERYTHING, NAMED, SAME, Group
from ...trace.replaying import Edit, Replay
from ...trace.tape import KEPT, RESULT, Id, named
from ...trace.trace import Projected, Trace
from ...trace.wording import labelled, of_node
from ..making.editing import edit, other, told
from ..making.grids import BITS, FORMATS, STORED, held, rounded
from .every_gate import narrow_gates
from .narrow import COMPUTED, inputs_in, narrow_products
from .outers import narrow_outers
from .stored import FUNCTIONS, of_stored

HEADS = ("Wy", "Wya", "by")
FORMULAS: dict[str, dict[str, Callable[[Any], Any] | None]] = {
    "sigmoid": {
        "": None,
        ", as 1 / (1 + exp(-z))": lambda z: 1 / (1 + np.exp(-z)),
        ", as (1 + tanh(z / 2)) / 2": lambda z: (1 + np.tanh(z / 2)) / 2,
    },
}


def of_precision(trace: Trace, returned: frozenset[str] = frozenset()) -> Iterator[Edit]:
    """Of what is returned some outputs, or all."""
    yield from narrow_products(trace)
    for function, (name, dtype) in product(FUNCTIONS, COMPUTED.items()):
        for words, of in FORMULAS.get(function, {"": None}).items():
            text = f"{function} computed in {name}{words}"
            yield edit(Group(named(function), 0, SAME), partial(_cast, dtype, of), "precision", told(text), 1.05)
    for key, ids in trace.places.items():
        of_function = trace.tape.nodes[ids[0]].name in FUNCTIONS
        if of_function or labelled(trace, Id(ids[0])) in {f"{state}_next" for state in trace.operation.states}:
            for name, change in KEPT_AS.items():
                yield edit(Group(*key), change, "precision", lambda r, i, n=name: f"{of_node(r.trace, i)} in {n}", 1.05)
    yield from _of_inputs(trace)
    yield from _of_what_is_kept(trace)
    yield from _of_projections(trace)
    yield from of_everything()
    yield from of_everything(BEHIND) if trace.begun else ()
    yield from narrow_outers(trace)
    yield from narrow_gates(trace)
    yield from of_stored(trace)
    yield from _of_results(sorted(returned))


def _of_results(own: list[str]) -> Iterator[Edit]:
    results = Group(tuple(named(n, RESULT)[0] for n in own), 0, NAMED) if own else Group(named(RESULT), 0, SAME)
    for name, format in FORMATS.items():
        words = f"{', '.join(own) or 'outputs'} rounded to {name}"
        yield edit(results, _rounding(format.digits), "precision", lambda r, i, w=words: w, 1.1)


def _of_what_is_kept(trace: Trace) -> Iterator[Edit]:
    """What a forward keeps for its backward in a narrower format: all of it, what functions gave, the gates among these, or one value."""
    kept = [key for key, ids in trace.places.items() if trace.tape.nodes[ids[0]].name == KEPT]
    every = Group(named(KEPT), 0, SAME)
    for name in STORED if kept else ():
        for words, holds in KEPT_TOGETHER.items():
            text = f"{words} kept for the backward in {name}"
            yield edit(every, partial(_where, holds, KEPT_AS[name]), "precision", lambda r, i, t=text: t, 1.1)
        for key in kept:
            told = partial(_told_of_kept, name)
            yield edit(Group(*key), KEPT_AS[name], "precision", told, 1.1)


def _told_of_kept(name: str, r: Replay, i: int) -> str:
    return f"{of_node(r.trace, i)} kept in {name}"


def _where(holds: Callable[[Trace, int], bool], change: Callable[[Replay, int], Any], r: Replay, i: int) -> Any:
    return change(r, i) if holds(r.trace, r.trace.origin(i)) else r.plain(i)


def _is_any(*_: Any) -> bool:
    return True


def _is_of_a_function(trace: Trace, i: int) -> bool:
    return trace.tape.nodes[i].name in FUNCTIONS


def _is_a_gate(trace: Trace, i: int) -> bool:
    """Or a candidate: a function of what is not a state."""
    node = trace.tape.nodes[i]
    arg = node.args[0] if node.name in FUNCTIONS else None
    states = {f"{state}_next" for state in trace.operation.states}
    return type(arg) is Id and labelled(trace, arg) not in states


def _of_projections(trace: Trace) -> Iterator[Edit]:
    """What the input gives with the bias, as where it is computed before the loop, or what the state gives."""
    places = {(key.key[0][0], key.part): key for key in trace.projected}
    for key in places.values():
        group = Group(key.key[0], 0, ALIKE)
        what = ("the state", "the input")[min(key.part, 1)]
        for name in STORED:
            words = f"what {what} gives for each gate in {name}"
            yield edit(
                group, partial(_projected, key.a, key.part, BITS[name]), "precision", lambda r, i, w=words: w, 1.1
            )


def _projected(a: int, part: int, bits: int, r: Replay, i: int) -> Any:
    node = r.trace.tape.nodes[i]
    own = other(r, i, Projected((node.place, node.k), a, part))
    return None if own is None else r.plain(i) - own + rounded(own, bits)


def _of_inputs(trace: Trace) -> Iterator[Edit]:
    """What is given rounded: inputs, states, parameters, or all of them."""
    given = {name: np.asarray(trace.tape.values[i]) for name, i in trace.inputs.items()}
    floats = [name for name, array in given.items() if array.ndim and array.dtype.kind == "f"]
    of = {"parameters": [name for name in floats if name in trace.parameters]}
    of["matrices of gates"] = [name for name in of["parameters"] if name[0] == "W" and name not in HEADS]
    of["parameters of gates"] = [name for name in of["parameters"] if name not in HEADS]
    of["biases of gates"] = [name for name in of["parameters"] if name[0] == "b" and name not in HEADS]
    of["states that are given"] = [name for name in floats if name.endswith(("0", "_prev"))]
    of["inputs"] = [name for name in floats if not any(name in others for others in of.values())]
    of |= {name: [name] for name in of["inputs"]}
    of["x and the gradients into the states"] = [name for name in of["inputs"] if name not in ("dy", "dyt_pred")]
    of["all that is given"] = floats
    for what, names in of.items():
        group = Group(tuple(named(name)[0] for name in names), 0, NAMED)
        for name, change in KEPT_AS.items() if names else ():
            yield edit(group, change, "precision", lambda r, i, t=f"{what} rounded to {name}": t, 1.05)


@dataclass(frozen=True)
class OnGrid:
    """A change to numbers of a format, which is told by what these are: a run in it is like no other in all digits."""

    format: str
    part: bool = False  # whether all that is right may be of another

    def __call__(self, r: Replay, i: int) -> Any:
        return _if_floats(r.plain(i), lambda x: held(x, FORMATS[self.format]))


@cache
def everything_in(format: str) -> Edit:
    """All that is computed, in a format."""
    group = Group(named("everything"), 0, EVERYTHING)
    return edit(group, OnGrid(format), "precision", told(f"every value in {format}"), 1.1)


@cache
def results_in(format: str, names: frozenset[str], part: bool) -> Edit:
    """Some of the outputs, each a sum in a format, or some of each."""
    group = Group(tuple(named(n, RESULT)[0] for n in sorted(names)), 0, NAMED)
    text = f"{', '.join(sorted(names))} computed in {format}{', in part' if part else ''}"
    return edit(group, OnGrid(format, part), "precision", told(text), 1.2 if part else 1.15)


@cache
def accumulated(format: str, only: str = EVERY) -> Edit:
    """Inputs of products rounded; that all else is float32 is in the numbers, and not in what this gives."""
    text = f"products in {format}, accumulated in float32"
    return edit(Group(named("matmul"), 0, SAME, only), inputs_in(BITS[format]), "precision", lambda r, i: text, 1.1)


def of_everything(only: str = EVERY) -> Iterator[Edit]:
    """With numbers below the normal ones of a format taken for zero; products in one."""
    for name, format in FORMATS.items():
        yield edit(
            Group(named("everything"), 0, EVERYTHING, only),
            lambda r, i, f=format: _if_floats(r.plain(i), lambda x: np.where(np.abs(x) < f.tiny, 0 * x, x)),
            "precision",
            lambda r, i, n=name: f"0 for every value below the normal numbers of {n}",
            1.2,
        )
    for name, bits in BITS.items():
        yield edit(
            Group(named("matmul"), 0, SAME, only),
            lambda r, i, b=bits: _if_floats(inputs_in(b)(r, i), lambda x: rounded(x, b)),
            "precision",
            lambda r, i, n=name: f"products in {n}, of inputs and with results rounded to it",
            1.1,
        )


def _if_floats(value: Any, of: Callable[[Any], Any]) -> Any:
    return of(value) if isinstance(value, np.ndarray) and value.dtype.kind == "f" else value


def _cast(dtype: Any, of: Callable[[Any], Any] | None, r: Replay, i: int) -> Any:
    z, of = r.argument(i, 0), of or r.trace.tape.nodes[i].function
    return of(z.astype(dtype)).astype(float) if isinstance(z, np.ndarray) else None


def _as(dtype: Any) -> Callable[[Replay, int], Any]:
    return lambda r, i: r.plain(i).astype(dtype).astype(float)


def _rounding(bits: int) -> Callable[[Replay, int], Any]:
    return lambda r, i: rounded(r.plain(i), bits)


KEPT_TOGETHER = {"all that is": _is_any, "each gate": _is_a_gate, "all that functions give": _is_of_a_function}
KEPT_AS = {
    "bfloat16": _rounding(BITS["bfloat16"]),
    **{name: _as(t) for name, t in COMPUTED.items()},
    "TF32": _rounding(BITS["TF32"]),  # last: its digits are those of float16, in which more is kept
}
