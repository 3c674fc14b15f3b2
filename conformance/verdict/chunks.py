"""What a recurrence loses that is computed in chunks, by cumulative sums of its log decays: docs/budget.md derives it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np
from rnnspec.golden import Golden
from rnnspec.reference import Kind
from rnnspec.reference.arithmetics import local_model

from .budget import Floats
from .decays import decay_of, log_decays, moved_by, slope

PASSED_ON = ("q", "k", "a", "b", "x")  # what a step reads and writes by, key by key or channel by channel
MANY = 256  # goldens that are kept
_known: dict[tuple[object, ...], Golden] = {}


def in_chunks(golden: Golden, chunks: Sequence[int], coarser: float = 1.0) -> Golden:
    """The golden whose budgets allow for chunks of so many steps, their sums rounded `coarser` than the dtype; itself where there are none, or no log decays to be summed."""
    if not chunks or decay_of(golden) not in golden.inputs or golden.entry.operation.kind is not Kind.SEQUENCE:
        return golden
    estimated = tuple(float(array.sum()) for array in golden.sensitivity.values())  # at a precision, of the same arrays
    key = golden.entry.evidence, estimated, tuple(chunks), coarser
    if key not in _known:
        if len(_known) >= MANY:
            _known.clear()
        _known[key] = _widened(golden, {min(steps, log_decays(golden).shape[-1]) for steps in chunks}, coarser)
    return _known[key]


def _widened(golden: Golden, sizes: Collection[int], coarser: float) -> Golden:
    lost = {name: coarser * moved for name, moved in moved_by(golden, _rounded(golden, sizes)).items()}
    wide, coarse = ({n: a + lost[n] for n, a in h.items()} for h in (golden.sensitivity, golden.sensitivity16))
    decay = f"d{decay_of(golden)}"
    if decay not in golden.outputs:
        return replace(golden, sensitivity=wide, sensitivity16=coarse)
    added = [
        {**arrays, decay: arrays[decay] + _difference(golden, arrays, sizes, coarser)} if arrays else {}
        for arrays in (wide, coarse, golden.underflow)
    ]
    return replace(golden, sensitivity=added[0], sensitivity16=added[1], underflow=added[2])


def _rounded(golden: Golden, sizes: Collection[int]) -> dict[str, Floats]:
    """By how much each logarithm may be off, in u: a log decay, and what reads a state before its decay, by the sum of the step before."""
    sums = np.max([_over_chunks(_summed(golden), steps, _largest) for steps in sizes], axis=0)
    early = "a" if golden.entry.operation.family == "dplr" else "q" if "u" in golden.inputs else ""
    if not early:
        return {decay_of(golden): sums}
    heads, *_ = shape = golden.inputs[early].shape
    of_a_key = sums.reshape(heads, -1, *sums.shape[1:]).max(axis=1)
    return {decay_of(golden): sums, early: np.broadcast_to(of_a_key, shape).copy()}


def _summed(golden: Golden) -> Floats:
    """The log decays, of the steps that an example has."""
    g = log_decays(golden)
    if "lengths" not in golden.inputs:
        return g
    return np.where(np.arange(g.shape[-1]) < golden.inputs["lengths"][:, None], g, 0)


def _largest(g: Floats) -> Floats:
    """The largest cumulative sum of a chunk."""
    found: Floats = np.abs(np.cumsum(g, axis=-1)).max(axis=-1, keepdims=True)
    return found


def _difference(golden: Golden, sensitivities: Mapping[str, Floats], sizes: Collection[int], coarser: float) -> Floats:
    """What a decay's gradient is off by as the difference of sums over its chunk, of inputs times their gradients."""
    products = [x for x in PASSED_ON if f"d{x}" in golden.outputs]
    if not products:  # at a precision of which nothing is told of any: nor of what is made of them
        return np.full(golden.outputs[f"d{decay_of(golden)}"].shape, np.inf)
    erring, terms = (
        np.sum([_by_decay(golden, x, arrays[f"d{x}"]) for x in products], axis=0)
        for arrays in (sensitivities, golden.outputs)
    )
    found = [_over_chunks(erring, n, _total) + coarser * _over_chunks(terms, n, _added) for n in sizes]
    off: Floats = slope(golden) * np.max(found, axis=0)
    return np.where(np.isnan(off), np.inf, off)  # where nothing is passed on, of what may be off by anything


def _by_decay(golden: Golden, x: str, gradient: Floats) -> Floats:
    """The size of an input times a gradient, of all that decays by one decay."""
    heads, *features = golden.outputs[f"d{decay_of(golden)}"].shape
    found: Floats = np.abs(golden.inputs[x] * np.asarray(gradient, np.float64))
    if found.shape[1:] != (*features,):
        found = found.sum(axis=1, keepdims=len(features) == found.ndim - 1)
    return np.repeat(found, heads // len(found), axis=0)


def _total(erring: Floats) -> Floats:
    found: Floats = erring.sum(axis=-1, keepdims=True)
    return found


def _added(terms: Floats) -> Floats:
    """The roundings of the sum itself, in any order."""
    total, squares = (a.sum(axis=-1, keepdims=True) for a in (terms, terms**2))
    return local_model.dot(total, squares, np.zeros(total.shape), terms.shape[-1])


def _over_chunks(array: Floats, steps: int, of_one: Callable[[Floats], Floats]) -> Floats:
    """At each step what is so of its chunk."""
    found = np.empty(array.shape)
    for begin in range(0, array.shape[-1], steps):
        part = np.s_[..., begin : begin + steps]
        found[part] = of_one(array[part])
    return found
