"""The reference's recurrences with `chunk=` or `cu_seqlens=`: each part run by itself, states carried or each example's own."""

import inspect
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from rnnspec.reference import FUNCTIONS, OPERATIONS

CHUNK, PACKED = "chunk", "cu_seqlens"


def with_keyword(operation: str, keyword: str) -> Callable[..., Any]:
    """The forward of a sequence that takes this keyword, too."""
    function, known = FUNCTIONS[operation], OPERATIONS[operation]
    axes = {**known.arguments, **known.options, **known.outputs}

    def run(*positional: Any, **options: Any) -> Any:
        asked = options.pop(keyword, None)
        if asked is None:
            return function(*positional, **options)
        given = dict(zip(known.arguments, positional, strict=False))
        parameters = positional[len(given) :]
        states = {f"{state}_last": options.pop(f"{state}0", None) for state in known.states}
        found = []
        for j, (begin, end) in enumerate(pairwise(asked) if keyword == PACKED else _chunks(given, axes, int(asked))):
            own = {name: _alone(state, j) for name, state in states.items()} if keyword == PACKED else states
            if begin < end:
                part = (_between(array, axes[name], begin, end) for name, array in given.items())
                first = {name.replace("_last", "0"): state for name, state in own.items() if state is not None}
                *outputs, cache = function(*part, *parameters, **options, **first)
                own = dict(zip(known.outputs, outputs, strict=True))
            found.append(own)
            states = states if keyword == PACKED else {name: own[name] for name in states}
        return *(_joined(name, axes[name], found, keyword) for name in known.outputs), cache

    taken = [*inspect.signature(function).parameters.values()]
    more = inspect.Parameter(keyword, inspect.Parameter.KEYWORD_ONLY, default=None)
    run.__signature__ = inspect.Signature([*taken, more])  # type: ignore[attr-defined]
    return run


def _chunks(given: dict[str, Any], axes: dict[str, str], steps: int) -> Iterator[tuple[int, int]]:
    whole = next(a.shape[-1] for name, a in given.items() if a is not None and axes[name].endswith("T_x"))
    return ((begin, min(begin + steps, whole)) for begin in range(0, whole, steps))


def _between(array: Any, axes: str, begin: int, end: int) -> Any:
    return array[..., begin:end] if array is not None and axes.endswith("T_x") else array


def _alone(state: Any, j: int) -> Any:
    return None if state is None else state[..., [j]]


def _joined(name: str, axes: str, found: list[dict[str, Any]], keyword: str) -> Any:
    """Over time or over examples one behind the other, of chunks the last state."""
    parts = [one[name] for one in found if name in one]
    return np.concatenate(parts, axis=-1) if axes.endswith("T_x") or keyword == PACKED else parts[-1]
