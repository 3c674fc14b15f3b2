"""Properties of recurrences in another order of their elements, or another basis of their keys."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..candidate import Unsupported
from .recurrence import decays, taken
from .sequence import apart
from .trial import Numbers, Trial, copied, differing, says

ALIKE = {"n_c": "channels", "n_v": "values", "n_n": "states of a channel", "n_u": "units of a head"}
Times = Mapping[str, int]  # as many, along each axis
MANY: Sequence[Times] = ({"n_k": 9, "n_g": 9, "n_v": 9}, {"n_k": 65, "n_g": 65}, {"n_v": 65})
# where a scale goes by how many keys there are: a power of 4, by whose root queries are exact
SCALED: Sequence[Times] = ({"n_k": 16, "n_g": 16, "n_v": 16}, {"n_k": 64, "n_g": 64}, {"n_v": 65})
WORDS = {"n_k": "keys", "n_v": "values"}
HALVES = np.array([[1, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]]) / 2  # orthogonal, and exact


@says(
    "Heads, channels, values and states in another order give the same in that order, and keys and values among many of zeros what they give alone."
)
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
    return _among_zeros(trial) if {"n_k", "n_v"} <= {*dims} else ""


def _among_zeros(trial: Trial) -> str:
    """Each key and value the last of a block: a kernel's tiles, one behind the other. Queries make up for a scale that goes by how many keys there are."""
    inputs, parameters = trial.arrays()
    scale = {"scale": np.array(trial.golden.entry.dims["n_k"] ** -0.5)}
    own = scale if trial.takes("scale") and "scale" not in inputs else {}
    for given in ({**own, **one} for one in decays(trial, inputs)):
        for times in MANY if "scale" in given else SCALED:
            with suppress(Unsupported):
                if name := _apart_among(trial, given, parameters, times):
                    which = " and ".join(word for axis, word in WORDS.items() if axis in times)
                    return f"{name} with its {which} among zeros differs ({max(times.values())} times as many)"
    return ""


def _apart_among(trial: Trial, given: Numbers, parameters: Numbers, times: Times) -> str:
    """What differs where all others of so many times as many are zeros. Raises Unsupported where the candidate declines."""
    query = next(name for name in given if name.startswith("q"))
    by = 1.0 if "scale" in given else times.get("n_k", 1) ** 0.5
    wide = {n: _widened(trial, a, f"inputs/{n}", times) if n != "scale" else a for n, a in given.items()}
    wide[query] = wide[query] * wide[query].dtype.type(by)
    if not trial.holds(wide):
        return ""
    plain = copied(trial.call(given, parameters))
    all_wide = {name: _widened(trial, array, f"parameters/{name}", times) for name, array in parameters.items()}
    got = copied(trial.call(wide, all_wide))
    back = {n: array[_placed(trial, f"outputs/{n}", plain[n].shape, times)] for n, array in got.items()}
    return apart(trial, plain, {n: a * a.dtype.type(by) if n == f"d{query}" else a for n, a in back.items()})


def _widened(trial: Trial, array: NDArray[Any], key: str, times: Times) -> NDArray[Any]:
    axes = trial.axes(key).split()
    if array.ndim != len(axes) or array.shape == (large := _large(axes, array.shape, times)):
        return array
    whole = np.zeros(large, array.dtype)
    whole[_placed(trial, key, array.shape, times)] = array
    return whole


def _placed(trial: Trial, key: str, shape: tuple[int, ...], times: Times) -> Any:
    """Where in the wide array what was there stands."""
    large = _large(trial.axes(key).split(), shape, times)
    return np.ix_(*((np.arange(n) + 1) * (wide // n) - 1 for n, wide in zip(shape, large, strict=True)))


def _large(axes: Sequence[str], shape: tuple[int, ...], times: Times) -> tuple[int, ...]:
    """A decay that is a head's stays so."""
    return tuple(n if axis == "n_g" and n == 1 else n * times.get(axis, 1) for axis, n in zip(axes, shape, strict=True))


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
