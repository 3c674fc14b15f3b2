"""The reference's recurrences with `chunk=` or `cu_seqlens=`: each part run by itself, states carried or each example's own."""

import inspect
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from rnnspec.reference import FUNCTIONS, OPERATIONS

CHUNK, PACKED = "chunk", "cu_seqlens"


class Packed(NamedTuple):
    """What a backward of packed examples goes by: where they end, and the cache of each that has steps."""

    ends: Any
    caches: list[Any]


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
        found, caches = list[dict[str, Any]](), list[Any]()
        for j, (begin, end) in enumerate(pairwise(asked) if keyword == PACKED else _chunks(given, axes, int(asked))):
            own = {name: _alone(state, j) for name, state in states.items()} if keyword == PACKED else states
            if begin < end:
                part = (_between(array, axes[name], begin, end) for name, array in given.items())
                more = {name: _of_part(name, array, axes[name], begin, end) for name, array in options.items()}
                first = {name.replace("_last", "0"): state for name, state in own.items() if state is not None}
                *outputs, cache = function(*part, *parameters, **more, **first)
                own = dict(zip(known.outputs, outputs, strict=True))
                caches.append(cache)
            found.append(own)
            states = states if keyword == PACKED else {name: own[name] for name in states}
        joined = (_joined(name, axes[name], found, keyword) for name in known.outputs)
        return *joined, Packed(asked, caches) if keyword == PACKED else caches[-1]

    taken = [*inspect.signature(function).parameters.values()]
    more = inspect.Parameter(keyword, inspect.Parameter.KEYWORD_ONLY, default=None)
    run.__signature__ = inspect.Signature([*taken, more])  # type: ignore[attr-defined]
    return run


def packed_backward(operation: str, join: Callable[[Any, list[Any]], Any] = lambda sums, _: sums) -> Callable[..., Any]:
    """The backward of a sequence whose forward takes `cu_seqlens=`; `join` may change what each example's gives."""
    function, known = FUNCTIONS[operation], OPERATIONS[operation]
    axes = {**known.arguments, **known.outputs, **{n: of for n, (_, of) in known.optional_outputs.items()}}

    def run(*positional: Any, **options: Any) -> Any:
        *upstream, caches = positional
        if not isinstance(caches, Packed):
            return function(*positional, **options)
        found, ran, left = list[Any](), list[Any](), iter(caches.caches)
        for j, (begin, end) in enumerate(pairwise(caches.ends)):
            own = {name: _alone(options.get(name), j) for name in known.options}
            if begin < end:
                ran.append(function(*(d[..., begin:end] for d in upstream), next(left), **own))
            found.append(ran[-1] if begin < end else {name.replace("_last", "0"): d for name, d in own.items()})
        names = dict.fromkeys(name for one in ran for name in one)  # a state's where it was given
        return join({name: _summed(axes[name], [one[name] for one in found if name in one]) for name in names}, found)

    run.__signature__ = inspect.signature(function)  # type: ignore[attr-defined]
    return run


def _summed(axes: str, parts: list[Any]) -> Any:
    """Over time or over examples one behind the other; of what acts on all, added up."""
    return np.concatenate(_with_zeros(parts), axis=-1) if {"m", "T_x"} & {*axes.split()} else sum(parts)


def _with_zeros(parts: list[Any]) -> list[Any]:
    """For what is None: of no step, and of no state or no gradient into it."""
    zeros = next((np.zeros_like(part) for part in parts if part is not None), None)
    return [zeros if part is None else part for part in parts]


def _chunks(given: dict[str, Any], axes: dict[str, str], steps: int) -> Iterator[tuple[int, int]]:
    whole = next(a.shape[-1] for name, a in given.items() if a is not None and axes[name].endswith("T_x"))
    return ((begin, min(begin + steps, whole)) for begin in range(0, whole, steps))


def _of_part(name: str, array: Any, axes: str, begin: int, end: int) -> Any:
    if name == "lengths" and array is not None:
        return np.clip(array - begin, 0, end - begin)
    return _between(array, axes, begin, end)


def _between(array: Any, axes: str, begin: int, end: int) -> Any:
    return array[..., begin:end] if array is not None and axes.endswith("T_x") else array


def _alone(state: Any, j: int) -> Any:
    return None if state is None else state[..., [j]]


def _joined(name: str, axes: str, found: list[dict[str, Any]], keyword: str) -> Any:
    """Over time or over examples one behind the other, of chunks the last state."""
    parts = _with_zeros([one[name] for one in found if name in one])
    return np.concatenate(parts, axis=-1) if axes.endswith("T_x") or keyword == PACKED else parts[-1]
