"""The patterns that the numbers of a case are drawn in, from the raw integers of a frozen stream."""

from collections.abc import Callable, Iterator
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .case import Case
from .ideas.over_time import RESET

Floats = NDArray[np.float64]
Arrays = dict[str, NDArray[Any]]

# the power of two that bounds each kind, and the bits of its grid; a weight's bound falls with its fan-in
BOUNDS = {
    **{"data": (1, 7), "state": (0, 7), "weight": (2, 7), "bias": (-1, 5), "upstream": (0, 7)},
    **{"peephole": (0, 7), "clip": (-2, 0)},
    **{"key": (-1, 7), "decay": (1, 7), "share": (0, 7), "tap": (0, 7)},
    **{"gate": (1, 7), "positive": (0, 7), "delta": (0, 7), "bonus": (0, 7)},
}
POSITIVE, NEGATIVE = ("clip", "share", "positive", "delta"), ("decay",)
# what is of another kind than the first letter of its name says
NAMED = {
    **dict.fromkeys(("x", "xt", "q", "qt", "v", "vt", "data", "padded"), "data"),
    **{"k": "key", "kt": "key", "g": "decay", "gt": "decay", "beta": "share", "betat": "share"},
    **{name + when: "gate" for name in "ifzor" for when in ("", "t")},
    **{"n0": "positive", "n_prev": "positive", "delta": "delta", "deltat": "delta", "A": "decay"},
    **dict.fromkeys(("B", "Bt", "C", "Ct", "ut"), "data"),
    **{"w": "tap", "clip": "clip", "u": "bonus", "alpha": "gate", "raw": "gate"},
}


def seed_of(case: Case) -> int:
    """One seed for the forward and the backward case of an idea, so that they share their inputs."""
    shared = (case.operation.forward or case.operation).name
    return int.from_bytes(blake2b(f"{shared}/{case.idea.name}".encode(), digest_size=6).digest(), "big")


def kind_of(name: str) -> str:
    if name.startswith("sequences"):
        return "data"
    return NAMED.get(name) or {"W": "weight", "b": "bias", "d": "upstream", "P": "peephole", "R": "weight"}.get(
        name[0], "state"
    )


def raw_of(case: Case, name: str, shape: tuple[int, ...]) -> NDArray[np.uint64]:
    key = int.from_bytes(blake2b(f"{seed_of(case)}/{name}".encode(), digest_size=8).digest(), "big")
    return np.random.Philox(key=key).random_raw(int(np.prod(shape))).reshape(shape)


def _top(case: Case, name: str, shape: tuple[int, ...]) -> int:
    kind = kind_of(name)
    fan_in = int(np.ceil(np.log2(shape[1]) / 2)) if kind == "weight" else 0
    return BOUNDS[kind][0] - fan_in + case.idea.scale.get(name, case.idea.scale.get(kind, 0))


def _signed(kind: str, raw: NDArray[np.uint64], magnitude: Floats) -> Floats:
    """A clip's limit and a share have no sign, the logarithm of a decay has one."""
    if kind in POSITIVE + NEGATIVE:
        return magnitude if kind in POSITIVE else -magnitude
    return np.where(raw >> np.uint64(63), -magnitude, magnitude)


def dyadic(case: Case, shapes: dict[str, tuple[int, ...]]) -> Arrays:
    """± k / 2^bits of the bound, 1 <= k <= 2^bits: at most 8 significant bits, never 0."""
    out = {}
    for name, shape in shapes.items():
        bits = min(BOUNDS[kind_of(name)][1], case.idea.weight_bits)
        raw = raw_of(case, name, shape)
        grid = ((raw & np.uint64(2**bits - 1)) + np.uint64(1)).astype(np.float64)
        silent = {name, kind_of(name)} & set(case.idea.zero)
        values = grid * 2.0 ** (_top(case, name, shape) - bits)
        values = _signed(kind_of(name), raw, values)
        out[name] = np.zeros(shape) if silent else values if kind_of(name) == "clip" else _varied(kind_of(name), values)
        if name in case.idea.values:
            out[name] = np.full(shape, case.idea.values[name])
    return out


def _varied(kind: str, values: Floats) -> Floats:
    if values.size > 1 and np.ptp(values) == 0:  # two or three draws may coincide
        values.flat[-1] *= 0.5 if kind in POSITIVE + NEGATIVE else -1
    return values


def _full(case: Case, shapes: dict[str, tuple[int, ...]]) -> Arrays:
    """Uniform in ± the bound, all 53 bits in use."""
    out = {}
    for name, shape in shapes.items():
        raw = raw_of(case, name, shape)
        fraction = (((raw >> np.uint64(10)) & np.uint64(2**52 - 1)) | np.uint64(1)).astype(np.float64) * 2.0**-52
        values = fraction * 2.0 ** _top(case, name, shape)
        out[name] = _signed(kind_of(name), raw, values)
    return out


def _one_step(step: int) -> Callable[[Case, dict[str, tuple[int, ...]]], Arrays]:
    def recipe(case: Case, shapes: dict[str, tuple[int, ...]]) -> Arrays:
        drawn = dyadic(case, shapes)
        seen = np.zeros(shapes["da"])
        seen[:, :, step] = drawn["da"][:, :, step]
        return {**drawn, "da": seen}

    return recipe


def _one_reset(case: Case, shapes: dict[str, tuple[int, ...]]) -> Arrays:
    """Slow decays, and in the middle one that leaves nothing."""
    drawn = dyadic(case, shapes)
    name = "g" if "g" in drawn else "gt"
    slow = drawn[name] / 32
    slow[..., slow.shape[-1] // 2] = RESET
    return {**drawn, name: slow}


def _retention(case: Case, shapes: dict[str, tuple[int, ...]]) -> Arrays:
    """Of each head one decay for all steps and examples."""
    drawn = dyadic(case, shapes)
    name = "g" if "g" in drawn else "gt"
    first = drawn[name][:, :1, :1, :1] if name == "g" else drawn[name][:, :1, :1]
    return {**drawn, name: np.broadcast_to(first / 8, drawn[name].shape).copy()}


def _fresh(case: Case, shapes: dict[str, tuple[int, ...]]) -> Arrays:
    """The first example begins, the others run."""
    drawn = dyadic(case, shapes)
    for name in [f"{state}{when}" for state in case.operation.states for when in ("0", "_prev")]:
        if name in drawn:
            drawn[name][..., 0] = 0
    return drawn


def _zero_rows(case: Case, shapes: dict[str, tuple[int, ...]]) -> Arrays:
    """No query and no key at the first example's first step."""
    drawn = dyadic(case, shapes)
    for name in ("q", "k", "qt", "kt"):
        if name in drawn:
            drawn[name][(..., 0, *(() if name.endswith("t") else (0,)))] = 0
    return drawn


def _untied(case: Case, shapes: dict[str, tuple[int, ...]]) -> Arrays:
    """No decays and no bonus make two exponents equal: multiples of 1/16 beside odd ones of 2^-8 and of 2^-9."""
    drawn = dyadic(case, shapes)
    for name, array in drawn.items():
        if name in ("k", "kt", "m0", "m_prev"):
            drawn[name] = np.sign(array) * np.ceil(16 * np.abs(array)) / 16
        elif name in ("g", "u") and name not in case.idea.values:
            unit = 2.0 ** {"g": -8, "u": -9}[name]
            drawn[name] = (2 * np.floor(array / 8 / unit) + 1) * unit
    return drawn


def _sparse(case: Case, shapes: dict[str, tuple[int, ...]]) -> Arrays:
    """Three of four numbers are 0."""
    drawn = dyadic(case, shapes)
    for name in _linear(drawn):
        drawn[name] = np.where(raw_of(case, f"{name}/sparse", shapes[name]) % np.uint64(4) == 0, drawn[name], 0.0)
    return drawn


def _equal_rows(case: Case, shapes: dict[str, tuple[int, ...]]) -> Arrays:
    """Units, features and heads are alike."""
    drawn = dyadic(case, shapes)
    return drawn | {name: np.broadcast_to(drawn[name][:1], shapes[name]).copy() for name in _linear(drawn)}


def _cancelling(case: Case, shapes: dict[str, tuple[int, ...]]) -> Arrays:
    """Products of weights and data come in pairs that are opposites."""
    drawn = dyadic(case, shapes)
    for name in _linear(drawn):
        array, last = drawn[name], len(drawn[name]) // 2 * 2
        if kind_of(name) == "weight" and array.ndim == 2:
            last = array.shape[1] // 2 * 2
            array[:, 1:last:2] = -array[:, 0:last:2]
        elif kind_of(name) != "weight":
            array[1:last:2] = array[0:last:2]
    return drawn


def _linear(drawn: Arrays) -> list[str]:
    return [name for name in drawn if kind_of(name) in ("data", "state", "weight", "upstream", "key")]


def _columns_apart(case: Case, shapes: dict[str, tuple[int, ...]]) -> Arrays:
    """Columns around 512 k, close within: one grid step of 8 significant bits at that size."""
    x = dyadic(case, shapes)["x"]
    base = 512.0 * (np.arange(x.shape[1]) - x.shape[1] // 2)
    return {"x": np.where(base == 0, x, base + np.round(x) * np.abs(base) / 128)}


def _notebook(case: Case, shapes: dict[str, tuple[int, ...]]) -> Arrays:
    from .legacy import legacy_normal  # which needs python-flint, as nothing else of drawing does

    normal = legacy_normal(1)
    order = NOTEBOOK_ORDER[case.operation.family]
    names = [name for entry in order for name in entry.split("|") if name in shapes]
    return {name: _take(normal, shapes[name]) for name in names}


# the order in which the notebook draws; its backward cells go on with the upstream gradients
NOTEBOOK_ORDER = {
    "rnn": ("x|xt", "Wax", "a0|a_prev", "Waa", "Wya", "ba", "by", "da|da_next"),
    "lstm": (
        "x|xt",
        "a0|a_prev",
        "c_prev",
        "Wf",
        "bf",
        "Wi",
        "bi",
        "Wo",
        "bo",
        "Wc",
        "bc",
        "Wy",
        "by",
        "da|da_next",
        "dc_next",
    ),
}


def _take(normal: Iterator[float], shape: tuple[int, ...]) -> Floats:
    return np.array([next(normal) for _ in range(int(np.prod(shape)))]).reshape(shape)


RECIPES: dict[str, Callable[[Case, Any], Arrays]] = {
    "dyadic": dyadic,
    "full": _full,
    "last-step": _one_step(-1),
    "first-step": _one_step(0),
    "columns-apart": _columns_apart,
    "one-reset": _one_reset,
    "retention": _retention,
    "zero-rows": _zero_rows,
    "fresh": _fresh,
    "untied": _untied,
    "sparse": _sparse,
    "equal-rows": _equal_rows,
    "cancelling": _cancelling,
    "notebook": _notebook,
    "containers": dyadic,
}
