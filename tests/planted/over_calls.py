"""Candidates whose one call looks right and whose calls together do not: what the properties are there to catch."""

from collections.abc import Callable
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray
from planted.fakes import changed
from rnnspec.reference import OPERATIONS, rnn_backward, rnn_cell_backward, rnn_cell_forward, rnn_forward, sigmoid

Array = NDArray[Any]
Functions = dict[str, Callable[..., Any]]
FORWARD, BACKWARD, CELL_BACKWARD = "rnn_forward", "rnn_backward", "rnn_cell_backward"
RNN = OPERATIONS[FORWARD].parameters
UNTOUCHED, LAYOUT, CACHE, BATCH = "inputs-untouched", "any-layout", "cache-reusable", "batch-independent"
OWN_MEMORY, READ_ANEW, SPLIT = "outputs-own-memory", "parameters-read-anew", "split-sequence"


def spoiling(spoil: Callable[[Array, dict[str, Array]], Any]) -> Callable[[], Functions]:
    """Right results from the parameters that are known, and then something is done to x or to the parameters."""

    def forward(x: Array, a0: Array, parameters: dict[str, Array], **options: Any) -> Any:
        returned = rnn_forward(x, a0, {name: parameters[name] for name in RNN}, **options)
        spoil(x, parameters)
        return returned

    return lambda: {"rnn_forward": forward}


def reusing_a_buffer() -> Functions:
    buffers: dict[Any, Array] = {}

    def function(x: Array) -> Array:
        out = buffers.setdefault((x.shape, x.dtype), np.empty_like(x))
        out[...] = sigmoid(x)
        return out

    return {"sigmoid": function}


def reusing_one_large_buffer() -> Callable[[Array], Array]:
    buffer = np.empty(4096)

    def function(x: Array) -> Array:
        out = buffer[: x.size].reshape(x.shape)
        out[...] = sigmoid(x)
        return out

    return function


def remembering_weights(key: Callable[[Array], Any]) -> Callable[[], Functions]:
    def functions() -> Functions:
        known: dict[Any, tuple[Array, Array]] = {}

        def forward(x: Array, a0: Array, parameters: dict[str, Array], **options: Any) -> Any:
            wax = parameters["Wax"]
            _, copy = known.setdefault(key(wax), (wax, wax.copy()))  # holding it keeps its id from being given away
            return rnn_forward(x, a0, {**parameters, "Wax": copy}, **options)

        return {"rnn_forward": forward}

    return functions


def consuming_the_cache() -> Functions:
    def forward(*given: Any) -> Any:
        return (*(returned := rnn_cell_forward(*given))[:-1], [returned[-1], 0])

    def backward(da_next: Array, cache: list[Any]) -> Any:
        cache[1] += 1
        return {name: cache[1] * array for name, array in rnn_cell_backward(da_next, cache[0]).items()}

    return {"rnn_cell_forward": forward, "rnn_cell_backward": backward}


def emptying_the_cache() -> Functions:
    def forward(*given: Any) -> Any:
        return (*(returned := rnn_cell_forward(*given))[:-1], [returned[-1]])

    return {
        "rnn_cell_forward": forward,
        "rnn_cell_backward": lambda da_next, cache: rnn_cell_backward(da_next, cache.pop()),
    }


def one_cache_for_all() -> Functions:
    last: list[Any] = []

    def forward(*given: Any) -> Any:
        *outputs, cache = rnn_cell_forward(*given)
        last[:] = [cache]
        return (*outputs, None)

    return {"rnn_cell_forward": forward, "rnn_cell_backward": lambda da_next, cache: rnn_cell_backward(da_next, *last)}


def flickering(change: Callable[[Array, int], Array]) -> Callable[[], Functions]:
    def functions() -> Functions:
        calls = count()
        return {"sigmoid": lambda x: change(sigmoid(x), next(calls) % 2)}

    return functions


def other_alone(x: Array) -> Array:
    return sigmoid(x) * (1 + 1e-3 * (x.shape[1] == 1))


def in_memory_order(x: Array) -> Array:
    return sigmoid(x.ravel(order="K").reshape(x.shape))


def in_place(x: Array) -> Array:
    x[...] = sigmoid(x)
    return x


def without_state(x: Array, a0: Array, parameters: Any) -> Any:
    steps = [rnn_forward(x[:, :, t : t + 1], a0, parameters) for t in range(x.shape[2])]
    return (*(np.concatenate([step[k] for step in steps], axis=2) for k in (0, 1)), None)


def from_zero(x: Array, a0: Array, parameters: Any, **options: Any) -> Any:
    return rnn_forward(x, None, parameters, **options)


def without_da0(da: Array, caches: Any, **options: Any) -> Any:
    gradients = rnn_backward(da, caches, **options)
    return {**gradients, "da0": np.zeros_like(gradients["da0"])}


def sharing(gradients: dict[str, Array]) -> dict[str, Array]:
    return {**gradients, "dba": gradients["da_prev"][:, :1]}


def adding_to_the_last() -> Functions:
    """A way back that begins in the buffer that it is given, unless a mask has made a copy of it."""

    def forward(*given: Any, lengths: Any = None, **options: Any) -> tuple[Any, ...]:
        return (*(found := rnn_forward(*given, lengths=lengths, **options))[:-1], (found[-1], lengths is None))

    def backward(da: Array, caches: Any, da_last: Any = None, **given: Any) -> Any:
        found = rnn_backward(da, caches[0], da_last=da_last, **given)
        if da_last is not None and caches[1]:
            da_last += da[:, :, -1]
        return found

    return {FORWARD: forward, BACKWARD: backward}


# operation, what the fake defines, the property that names it, in which words, and whether every case passes
OVER_CALLS: dict[str, tuple[str, Callable[[], Functions], str, str, bool]] = {
    "changes x": (FORWARD, spoiling(lambda x, p: x.__iadd__(1)), UNTOUCHED, "x changed in place by the call", True),
    "changes a weight": (FORWARD, spoiling(lambda x, p: p["Wax"].__imul__(2)), UNTOUCHED, "Wax changed in place", True),
    "writes to read-only x": (FORWARD, spoiling(lambda x, p: x.fill(1)), LAYOUT, f"read-only inputs: {FORWARD} raised ValueError", True),
    "adds to the dict": (FORWARD, spoiling(lambda x, p: p.update(seen=x)), UNTOUCHED, "the parameters dict is changed", True),
    "adds at every call": (FORWARD, spoiling(lambda x, p: p.update({f"seen{len(p)}": x})), UNTOUCHED, "the parameters dict is changed", True),
    "takes from the dict": (FORWARD, spoiling(lambda x, p: p.pop("by")), UNTOUCHED, "the parameters dict is changed", True),
    "replaces in the dict": (FORWARD, spoiling(lambda x, p: p.update(by=+p["by"])), UNTOUCHED, "the parameters dict is changed", True),
    "adds to a gradient": (BACKWARD, adding_to_the_last, "options-untouched", "da_last changed in place by the call", True),
    "works in place": ("sigmoid", lambda: {"sigmoid": in_place}, OWN_MEMORY, "s shares memory with the input x", True),
    "outputs share memory": (CELL_BACKWARD, lambda: vars(changed(CELL_BACKWARD, sharing)), OWN_MEMORY, "da_prev and dba share memory", False),
    "reuses a buffer": ("sigmoid", reusing_a_buffer, OWN_MEMORY, "a later call overwrites s", True),
    "noise beyond the budget": ("sigmoid", flickering(lambda s, n: s + 1e-9 * n), "repeatable", "the same call again gives other bits in s", False),
    "noise within the budget": ("sigmoid", flickering(lambda s, n: np.nextafter(s, n)), "repeatable", "the same call again gives other bits in s", True),
    "depends on the batch": ("sigmoid", lambda: {"sigmoid": other_alone}, BATCH, "s of example 0 alone differs from s of example 0 in its batch", False),
    "reads memory in its own order": ("sigmoid", lambda: {"sigmoid": in_memory_order}, LAYOUT, "Fortran-order inputs give another s", True),
    "remembers weights by id": (FORWARD, remembering_weights(id), READ_ANEW, "a change of Wax between two calls is not seen in the same arrays", True),
    "remembers weights by shape": (FORWARD, remembering_weights(np.shape), READ_ANEW, "a change of Wax between two calls is not seen, nor in new arrays: kept from before, or of no effect", False),
    "consumes its cache": (CELL_BACKWARD, consuming_the_cache, CACHE, "backward a second time on one cache gives other bits in dxt, da_prev, dWax", True),
    "empties its cache": (CELL_BACKWARD, emptying_the_cache, CACHE, f"{CELL_BACKWARD} raised IndexError: pop from empty list", True),
    "has one cache for all": (CELL_BACKWARD, one_cache_for_all, CACHE, "backward on a cache older than another forward gives other bits in dxt", True),
    "carries no state": (FORWARD, lambda: {FORWARD: without_state}, SPLIT, "a of two parts with the state carried differs from a of the whole", False),
    "starts from zero": (FORWARD, lambda: {FORWARD: from_zero}, SPLIT, "a of two parts with the state carried differs", False),
    "hands back no gradient": (BACKWARD, lambda: {BACKWARD: without_da0}, SPLIT, "dx of two parts with the state carried differs", False),
}  # fmt: skip
