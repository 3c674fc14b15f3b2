"""Drawing a case's arrays, the same bits on every platform and with every NumPy."""

from collections.abc import Callable, Iterator
from hashlib import blake2b
from typing import Any

import numpy as np
from flint import arb
from numpy.typing import NDArray
from rnnspec.reference.ball import Ball, precision
from rnnspec.reference.contract import Dimensions

from .cases import Case

Floats = NDArray[np.float64]
Arrays = dict[str, Floats]

# the power of two that bounds each kind, and the bits of its grid; a weight's bound falls with its fan-in
BOUNDS = {"data": (1, 7), "state": (0, 7), "weight": (2, 7), "bias": (-1, 5), "upstream": (0, 7)}


def seed_of(case: Case) -> int:
    """One seed for the forward and the backward case of an idea, so that they share their inputs."""
    shared = (case.operation.forward or case.operation).name
    return int.from_bytes(blake2b(f"{shared}/{case.idea.name}".encode(), digest_size=6).digest(), "big")


def dimensions(case: Case) -> Dimensions:
    return Dimensions(case.operation.name, case.idea.dims)


def axes_of(case: Case) -> tuple[dict[str, str], dict[str, str]]:
    """Axes of the inputs, options included, and of the parameters."""
    operation = case.operation
    options = {name: operation.given_options[name] for name in case.idea.options}
    inputs = {name: "n m" if axes == "..." else axes for name, axes in {**operation.inputs, **options}.items()}
    return inputs, dict(operation.all_parameters)


def draw(case: Case) -> tuple[Arrays, Arrays]:
    """The inputs and the parameters of a case."""
    dims = dimensions(case)
    inputs, parameters = axes_of(case)
    shapes = {name: dims.shape(axes) for name, axes in {**inputs, **parameters}.items()}
    drawn = RECIPES[case.idea.recipe](case, shapes)
    return {name: drawn[name] for name in inputs}, {name: drawn[name] for name in parameters}


def kind_of(name: str) -> str:
    if name in ("x", "xt"):
        return "data"
    return {"W": "weight", "b": "bias", "d": "upstream"}.get(name[0], "state")


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
        bits = BOUNDS[kind_of(name)][1]
        raw = _raw(case, name, shape)
        grid = ((raw & np.uint64(2**bits - 1)) + np.uint64(1)).astype(np.float64)
        silent = {name, kind_of(name)} & set(case.idea.zero)
        out[name] = np.zeros(shape) if silent else _signed(raw, grid * 2.0 ** (_top(case, name, shape) - bits))
    return out


def _full(case: Case, shapes: dict[str, tuple[int, ...]]) -> Arrays:
    """Uniform in ± the bound, all 53 bits in use."""
    out = {}
    for name, shape in shapes.items():
        raw = _raw(case, name, shape)
        fraction = (((raw >> np.uint64(10)) & np.uint64(2**52 - 1)) | np.uint64(1)).astype(np.float64) * 2.0**-52
        out[name] = _signed(raw, fraction * 2.0 ** _top(case, name, shape))
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
    order = NOTEBOOK_ORDER[case.operation.name.split("_")[0]]
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
}
