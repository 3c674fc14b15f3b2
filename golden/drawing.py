"""Drawing a case's arrays, the same bits on every platform and with every NumPy."""

from collections.abc import Callable, Iterator
from hashlib import blake2b
from typing import Any

import numpy as np
from flint import arb
from numpy.typing import NDArray
from rnnspec.reference.arithmetics.ball import Ball, precision
from rnnspec.reference.checking import Dimensions
from rnnspec.reference.containers import PACKED, pack_sequence
from rnnspec.reference.contract import FLAGS, INTEGERS

from .case import Case
from .entry import INT32

Floats = NDArray[np.float64]
Arrays = dict[str, NDArray[Any]]

# the power of two that bounds each kind, and the bits of its grid; a weight's bound falls with its fan-in
BOUNDS = {
    **{"data": (1, 7), "state": (0, 7), "weight": (2, 7), "bias": (-1, 5), "upstream": (0, 7)},
    **{"peephole": (0, 7), "clip": (-2, 0)},
}


def seed_of(case: Case) -> int:
    """One seed for the forward and the backward case of an idea, so that they share their inputs."""
    shared = (case.operation.forward or case.operation).name
    return int.from_bytes(blake2b(f"{shared}/{case.idea.name}".encode(), digest_size=6).digest(), "big")


def draw(case: Case) -> tuple[Arrays, Arrays]:
    """The inputs and the parameters of a case."""
    dims = Dimensions(case.operation.name, case.dims)
    inputs = case.operation.run_inputs(case.dims, case.features)
    parameters = case.operation.all_parameters(case.dims)
    shapes = {name: dims.shape(axes) for name, axes in {**inputs, **parameters}.items()}
    floats = {name: shape for name, shape in shapes.items() if shape and name not in INTEGERS}
    drawn = RECIPES[case.idea.recipe](case, floats)
    if case.idea.recipe == "containers":
        return _contained(case, drawn), {}
    if "reverse" in inputs:
        drawn["reverse"] = np.array(True)
    if "lengths" in inputs:
        drawn["lengths"] = np.array(case.idea.lengths, np.int32 if INT32 in case.features else np.int64)
        drawn["x"] = _with_garbage(drawn["x"], drawn["lengths"])
    return {name: drawn[name] for name in inputs}, {name: drawn[name] for name in parameters}


def _contained(case: Case, drawn: Arrays) -> Arrays:
    """The inputs of a container operation: drawn values, the idea's own lengths and options."""
    dims = case.idea.dims
    lengths = np.array([dims[f"L{i}"] for i in range(dims["m"])])
    if "packed" in case.operation.arguments:
        sequences = [drawn["data"][end - n : end] for n, end in zip(lengths, np.cumsum(lengths), strict=True)]
        drawn = dict(zip(PACKED, pack_sequence(sequences, enforce_sorted=False), strict=True))
    if "lengths" in case.operation.arguments:
        drawn["lengths"] = lengths
    for name in case.features:
        value = case.idea.values.get(name, True)
        drawn[name] = np.array(value, np.int64 if name in INTEGERS else bool if name in FLAGS else np.float64)
    return drawn


def _with_garbage(x: Floats, lengths: NDArray[Any]) -> Floats:
    """The padding is 64 times as large as the data, so that a leak cannot hide."""
    padding = np.arange(x.shape[2]) >= lengths[:, None]
    return np.where(padding, 64 * x, x)


def kind_of(name: str) -> str:
    if name in ("x", "xt", "data", "padded") or name.startswith("sequences"):
        return "data"
    if name == "clip":
        return "clip"
    return {"W": "weight", "b": "bias", "d": "upstream", "P": "peephole"}.get(name[0], "state")


def _raw(case: Case, name: str, shape: tuple[int, ...]) -> NDArray[np.uint64]:
    key = int.from_bytes(blake2b(f"{seed_of(case)}/{name}".encode(), digest_size=8).digest(), "big")
    return np.random.Philox(key=key).random_raw(int(np.prod(shape))).reshape(shape)


def _top(case: Case, name: str, shape: tuple[int, ...]) -> int:
    kind = kind_of(name)
    fan_in = int(np.ceil(np.log2(shape[1]) / 2)) if kind == "weight" else 0
    return BOUNDS[kind][0] - fan_in + case.idea.scale.get(name, case.idea.scale.get(kind, 0))


def _signed(raw: NDArray[np.uint64], magnitude: Floats) -> Floats:
    return np.where(raw >> np.uint64(63), -magnitude, magnitude)


def _dyadic(case: Case, shapes: dict[str, tuple[int, ...]]) -> Arrays:
    """± k / 2^bits of the bound, 1 <= k <= 2^bits: at most 8 significant bits, never 0."""
    out = {}
    for name, shape in shapes.items():
        bits = min(BOUNDS[kind_of(name)][1], case.idea.weight_bits)
        raw = _raw(case, name, shape)
        grid = ((raw & np.uint64(2**bits - 1)) + np.uint64(1)).astype(np.float64)
        silent = {name, kind_of(name)} & set(case.idea.zero)
        values = grid * 2.0 ** (_top(case, name, shape) - bits)
        out[name] = np.zeros(shape) if silent else values if name == "clip" else _varied(_signed(raw, values))
    return out


def _varied(values: Floats) -> Floats:
    if values.size > 1 and np.ptp(values) == 0:  # two or three draws may coincide
        values.flat[-1] *= -1
    return values


def _full(case: Case, shapes: dict[str, tuple[int, ...]]) -> Arrays:
    """Uniform in ± the bound, all 53 bits in use."""
    out = {}
    for name, shape in shapes.items():
        raw = _raw(case, name, shape)
        fraction = (((raw >> np.uint64(10)) & np.uint64(2**52 - 1)) | np.uint64(1)).astype(np.float64) * 2.0**-52
        values = fraction * 2.0 ** _top(case, name, shape)
        out[name] = values if name == "clip" else _signed(raw, values)
    return out


def _one_step(step: int) -> Callable[[Case, dict[str, tuple[int, ...]]], Arrays]:
    def recipe(case: Case, shapes: dict[str, tuple[int, ...]]) -> Arrays:
        drawn = _dyadic(case, shapes)
        seen = np.zeros(shapes["da"])
        seen[:, :, step] = drawn["da"][:, :, step]
        return {**drawn, "da": seen}

    return recipe


def _columns_apart(case: Case, shapes: dict[str, tuple[int, ...]]) -> Arrays:
    """Columns around 512 k, close within: one grid step of 8 significant bits at that size."""
    x = _dyadic(case, shapes)["x"]
    base = 512.0 * (np.arange(x.shape[1]) - x.shape[1] // 2)
    return {"x": np.where(base == 0, x, base + np.round(x) * np.abs(base) / 128)}


def _notebook(case: Case, shapes: dict[str, tuple[int, ...]]) -> Arrays:
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


def legacy_normal(seed: int) -> Iterator[float]:
    """`np.random.seed(seed)` and then `randn`, with a correctly rounded logarithm in place of libm's."""
    uniform = np.random.RandomState(seed)
    while True:
        one, two = (2.0 * uniform.random_sample() - 1.0 for _ in range(2))
        r2 = one * one + two * two
        if r2 >= 1.0 or r2 == 0.0:
            continue
        with precision(200):
            logarithm = float(Ball(arb(r2).log()))
        factor = float(np.sqrt(-2.0 * logarithm / r2))
        yield factor * two
        yield factor * one


RECIPES: dict[str, Callable[[Case, Any], Arrays]] = {
    "dyadic": _dyadic,
    "full": _full,
    "last-step": _one_step(-1),
    "first-step": _one_step(0),
    "columns-apart": _columns_apart,
    "notebook": _notebook,
    "containers": _dyadic,
}
