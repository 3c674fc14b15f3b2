"""Random calls of every operation that computes, drawn here and not as the goldens are."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.reference import OPERATIONS, Operation
from rnnspec.reference.checking import Dimensions
from rnnspec.reference.containers import ContainerOperation
from rnnspec.reference.contract import MARKS

Array = NDArray[Any]
Arrays = dict[str, Array]
Call = tuple[Arrays, Arrays]  # inputs with options, parameters

CONTAINERS = {name: o for name, o in OPERATIONS.items() if isinstance(o, ContainerOperation)}
COMPUTED = {name: o for name, o in OPERATIONS.items() if name not in CONTAINERS}

# all different in one operation, so that no two axes can be taken for each other; three layers, so that one is in the middle
LAYERS = {"n_x": 3, "n_a": 5, "n_p": 4, "m": 7, "T_x": 6, "n_y": 2, "n_l": 3, "n_d": 2, "n": 8}
# two heads of values for each of keys; a decay for each key has to be as many as they are
RECURRENCES = {"n_h": 2, "n_hv": 4, "n_k": 3, "n_v": 5, "n_g": 3, "n_c": 5, "n_s": 3, "n_n": 4, "n_u": 3}
DIMS = LAYERS | RECURRENCES
POSITIVE = ("beta", "delta", "n0", "n_prev", "scale", "eps")  # with or without the t of a step
NEGATIVE = ("g", "A")


def features(operation: Operation) -> list[str]:
    """All that a call may say beside the arguments it must have."""
    return [*operation.all_options, *(f"{name}=None" for name in operation.all_omittable)]


def some_features(operation: Operation, seed: int) -> list[str]:
    """All that may be given for seed 0, nothing of it for seed 1, and then about half of what may be said."""
    if seed < 2:
        return [*operation.all_options] if seed == 0 else [f"{name}=None" for name in operation.all_omittable]
    kept = np.random.default_rng(seed).integers(0, 2, len(features(operation)))
    return [name for name, keep in zip(features(operation), kept, strict=True) if keep]


def some_dims(seed: int) -> dict[str, int]:
    """The lengths above for seed 0, then random ones, equal or 1 among them."""
    rng = np.random.default_rng(seed)
    drawn = {name: int(rng.integers(1, 8)) for name in LAYERS}
    drawn |= {"n_l": int(rng.integers(1, 4)), "n_d": int(rng.integers(1, 3))}
    drawn |= {name: int(rng.integers(1, 6)) for name in RECURRENCES}
    heads, group = (int(n) for n in rng.integers(1, 4, 2))
    drawn |= {"n_h": heads, "n_hv": heads * group, "n_g": drawn["n_k"] if drawn["n_g"] > 2 else 1}
    return dict(DIMS) if seed == 0 else drawn


def called(operation: Operation, options: list[str], dims: dict[str, int] = DIMS, seed: int = 0) -> Call:
    """The arrays of a call with these features; what stands in the padding is NaN."""
    rng = np.random.default_rng([seed, *operation.name.encode()])
    axes = Dimensions(operation.name, dims)
    wanted = operation.run_inputs(dims, options)
    inputs, parameters = (
        {name: drawn(rng, name, axes.shape(names)) for name, names in rows.items()}
        for rows in (wanted, operation.all_parameters(dims))
    )
    if "reverse" in inputs:
        inputs["reverse"] = np.array(True)
    if "lengths" in inputs:
        inputs["lengths"] = lengths(rng, dims["m"], dims["T_x"])
        padding = np.arange(dims["T_x"]) >= inputs["lengths"][:, None]
        timed = [name for name, names in wanted.items() if names.endswith("T_x")]
        inputs |= {name: np.where(padding, np.nan, inputs[name]) for name in timed if name not in MARKS}
    return inputs, parameters


def lengths(rng: np.random.Generator, m: int, T_x: int) -> Array:
    """In any order but theirs; no step, one step and all steps among them where the batch has room."""
    found = rng.permutation([*[0, T_x, 1][: m - 1], *rng.integers(0, T_x + 1, m)][:m])
    in_order = sorted(found) in (found.tolist(), found[::-1].tolist())
    return np.roll(found, 1) if in_order else found


def drawn(rng: np.random.Generator, name: str, shape: tuple[int, ...]) -> Array:
    values = np.asarray(rng.normal(size=shape))
    stem = name.removesuffix("t")
    if name in MARKS:
        return values > 0.5
    if name == "clip":
        return np.abs(values) / 4 + 0.1  # small enough that cells meet it
    if stem in POSITIVE:
        return np.abs(values) / (1 + np.abs(values)) if stem == "beta" else np.asarray(np.abs(values) + 0.5)
    if stem in NEGATIVE:
        return -np.abs(values)
    # no key is so long that what it corrects grows
    return values / np.sqrt(shape[1]) if re.fullmatch(r"[WR].*|[kab]t?", name) else values
