"""Properties of recurrences in another order of their elements, or another basis of their keys."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .recurrence import decays, taken
from .sequence import apart
from .trial import Numbers, Trial, copied, differing, says

ALIKE = {"n_c": "channels", "n_v": "values", "n_n": "states of a channel", "n_u": "units of a head"}
HALVES = np.array([[1, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]]) / 2  # orthogonal, and exact


@says("Heads, channels, values and states in another order give the same in that order.")
def any_order(trial: Trial) -> str:
    plain, dims = trial.plain(), trial.golden.entry.dims
    heads = {"n_h": 1, "n_hv": dims.get("n_hv", 1) // dims.get("n_h", 1)}  # which stay with those that they serve
    for words, turns in {"heads": heads, **{words: {axis: 1} for axis, words in ALIKE.items()}}.items():
        if not {*turns} & {*dims}:
            continue
        inputs, parameters = trial.arrays()
        got = trial.call(_turned(trial, inputs, "inputs", turns), _turned(trial, parameters, "parameters", turns))
        back = _turned(trial, got, "outputs", {axis: -by for axis, by in turns.items()})
        if name := differing(trial, plain, back):
            return f"{name} with its {words} in another order differs"
    return ""


@says("Keys in another order give the same outputs.")
def keys_in_any_order(trial: Trial) -> str:
    plain, (inputs, parameters) = trial.plain(), trial.arrays()
    keys = {"n_k": 1, "n_g": 1}  # decays too, where each key has its own
    got = trial.call(_turned(trial, inputs, "inputs", keys), parameters)
    name = differing(trial, _turned(trial, plain, "outputs", keys), got)
    return f"{name} with its keys in another order differs" if name else ""


def _turned(trial: Trial, arrays: Numbers, kind: str, turns: Mapping[str, int]) -> Numbers:
    """Each axis turned by so many, in every array that has it."""
    found = {}
    for name, array in arrays.items():
        by = [turns.get(axis, 0) for axis in trial.axes(f"{kind}/{name}").split()]
        found[name] = np.roll(array, by, range(len(by))) if any(by) and array.ndim == len(by) else array
    return found


@says("Queries and keys in another basis give the same outputs, and the state in that basis, where keys decay alike.")
def any_basis(trial: Trial) -> str:
    inputs, parameters = trial.arrays()
    ways = decays(trial, inputs)
    given, outputs = taken(trial, ways[1:] or ways, parameters)  # not the first, a decay of each key
    plain, keys = copied(outputs), trial.golden.entry.dims["n_k"]
    # of halves, which keeps lengths; where that gives no numbers of the format, of signs
    signs = -np.roll(np.eye(keys), 1, 0)
    for basis in (HALVES if keys == len(HALVES) else signs, signs):
        turned = {name: _rotated(array, trial.axes(f"inputs/{name}"), basis) for name, array in given.items()}
        if trial.holds(turned):
            break
    want = {name: _rotated(array, trial.axes(f"outputs/{name}"), basis) for name, array in plain.items()}
    name = apart(trial, want, trial.call(turned, parameters))
    return f"{name} with its keys in another basis differs" if name else ""


def _rotated(array: NDArray[Any], axes: str, basis: NDArray[np.float64]) -> NDArray[Any]:
    """In another basis of its keys."""
    if "n_k" not in (names := axes.split()):
        return array
    at = names.index("n_k")
    return np.moveaxis(np.tensordot(basis.astype(array.dtype), array, (1, at)), 0, at).copy()
