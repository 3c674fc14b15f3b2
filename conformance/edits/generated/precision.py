"""Edits of precision: the inputs of products, or what they are accumulated in, or results, rounded to a narrower format."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np

from ..trace.group import AHEAD, BEHIND, EVERY, EVERYTHING, NAMED, SAME, STEP, STEP_AHEAD, Group
from ..trace.replaying import Edit, Replay
from ..trace.tape import KEPT, RESULT, Id, named
from ..trace.trace import Trace
from ..trace.wording import labelled, of_node
from .editing import edit
from .grids import FORMATS, held, rounded

BITS = {"bfloat16": 8, "TF32": 11, "float16": 11, "float32": 24}
STORED = {name: BITS[name] for name in ("bfloat16", "float16", "float32")}  # what states are kept in
FUNCTIONS = ("sigmoid", "tanh", "exp")
COMPUTED = {"float16": np.float16, "float32": np.float32}


def of_precision(trace: Trace) -> Iterator[Edit]:
    for only in (EVERY, STEP, AHEAD, STEP_AHEAD, BEHIND) if trace.begun else (EVERY, STEP):
        products, of = Group(named("matmul"), 0, SAME, only), " but the head's" if only in (STEP, STEP_AHEAD) else ""
        for name, dtype in COMPUTED.items():
            yield edit(
                products, _computed(dtype), "precision", lambda r, i, n=name, o=of: f"products{o} computed in {n}"
            )
        for name, bits in BITS.items():
            yield edit(
                products,
                _inputs(bits),
                "precision",
                lambda r, i, n=name, o=of: f"inputs of products{o} rounded to {n}",
                1.05,
            )
    for function in FUNCTIONS:
        group = Group(named(function), 0, SAME)
        for name, dtype in COMPUTED.items():
            yield edit(group, _cast(dtype), "precision", lambda r, i, n=name, f=function: f"{f} computed in {n}", 1.05)
    for key, ids in trace.places.items():
        if labelled(trace, Id(ids[0])) in {f"{state}_next" for state in trace.operation.states}:
            for name, change in KEPT_AS.items():
                yield edit(Group(*key), change, "precision", lambda r, i, n=name: f"{of_node(r.trace, i)} in {n}", 1.05)
    yield from _of_inputs(trace)
    yield from _of_what_is_kept(trace)
    yield from of_everything()
    yield from of_everything(BEHIND) if trace.begun else ()
    results = Group(named(RESULT), 0, SAME)
    for name, format in FORMATS.items():
        yield edit(results, _rounding(format.digits), "precision", lambda r, i, n=name: f"outputs rounded to {n}", 1.1)


def _of_what_is_kept(trace: Trace) -> Iterator[Edit]:
    """What a forward keeps for its backward in a narrower format: all of it, or one value."""
    kept = [key for key, ids in trace.places.items() if trace.tape.nodes[ids[0]].name == KEPT]
    groups = [Group(named(KEPT), 0, SAME), *(Group(*key) for key in kept)] if kept else []
    for group in groups:
        for name in STORED:
            text = f"all that is kept for the backward in {name}" if group.extent == SAME else ""
            yield edit(
                group,
                KEPT_AS[name],
                "precision",
                lambda r, i, t=text, n=name: t or f"{of_node(r.trace, i)} kept in {n}",
                1.1,
            )


def _of_inputs(trace: Trace) -> Iterator[Edit]:
    """What is given rounded: inputs, states, parameters, or all of them."""
    given = {name: np.asarray(trace.tape.values[i]) for name, i in trace.inputs.items()}
    floats = [name for name, array in given.items() if array.ndim and array.dtype.kind == "f"]
    of = {"parameters": [name for name in floats if name in trace.parameters]}
    of["states that are given"] = [name for name in floats if name.endswith(("0", "_prev"))]
    of["inputs"] = [name for name in floats if not any(name in others for others in of.values())]
    of["all that is given"] = floats
    for what, names in of.items():
        group = Group(tuple(named(name)[0] for name in names), 0, NAMED)
        for name, change in KEPT_AS.items() if names else ():
            yield edit(group, change, "precision", lambda r, i, t=f"{what} rounded to {name}": t, 1.05)


@cache
def everything_in(format: str) -> Edit:
    """All that is computed, in a format."""
    return edit(
        Group(named("everything"), 0, EVERYTHING),
        lambda r, i: _if_floats(r.plain(i), lambda x: held(x, FORMATS[format])),
        "precision",
        lambda r, i: f"every value in {format}",
        1.1,
    )


@cache
def accumulated(format: str, only: str = EVERY) -> Edit:
    """Inputs of products rounded; that all else is float32 is in the numbers, and not in what this gives."""
    text = f"products in {format}, accumulated in float32"
    return edit(Group(named("matmul"), 0, SAME, only), _inputs(BITS[format]), "precision", lambda r, i: text, 1.1)


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
            lambda r, i, b=bits: _if_floats(_inputs(b)(r, i), lambda x: rounded(x, b)),
            "precision",
            lambda r, i, n=name: f"products in {n}, of inputs and with results rounded to it",
            1.1,
        )


def _if_floats(value: Any, of: Callable[[Any], Any]) -> Any:
    return of(value) if isinstance(value, np.ndarray) and value.dtype.kind == "f" else value


def _computed(dtype: Any) -> Callable[[Replay, int], Any]:
    def change(r: Replay, i: int) -> Any:
        a, b = r.argument(i, 0), r.argument(i, 1)
        return (a.astype(dtype) @ b.astype(dtype)).astype(float) if isinstance(a, np.ndarray) else None

    return change


def _inputs(bits: int) -> Callable[[Replay, int], Any]:
    def change(r: Replay, i: int) -> Any:
        a, b = r.argument(i, 0), r.argument(i, 1)
        return rounded(a, bits) @ rounded(b, bits) if isinstance(a, np.ndarray) else None

    return change


def _cast(dtype: Any) -> Callable[[Replay, int], Any]:
    def change(r: Replay, i: int) -> Any:
        z = r.argument(i, 0)
        return r.trace.tape.nodes[i].function(z.astype(dtype)).astype(float) if isinstance(z, np.ndarray) else None

    return change


def _as(dtype: Any) -> Callable[[Replay, int], Any]:
    return lambda r, i: r.plain(i).astype(dtype).astype(float)


def _rounding(bits: int) -> Callable[[Replay, int], Any]:
    return lambda r, i: rounded(r.plain(i), bits)


KEPT_AS = {
    "bfloat16": _rounding(BITS["bfloat16"]),
    **{name: _as(t) for name, t in COMPUTED.items()},
    "TF32": _rounding(BITS["TF32"]),  # last: its digits are those of float16, in which more is kept
}
