"""A hundred wrong candidates at random: apart_families.py with what goes in or comes out moved, as no known bug would."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.reference import FAMILIES, OPERATIONS
from writings import apart_families

Array = NDArray[Any]
Change = Callable[[Array, np.random.Generator], Array]
LAYERS = {family.name for family in FAMILIES if family.head}  # whose weights are called W
COMPUTED = tuple(name for name in OPERATIONS if "pa" not in name)  # containers only move values


def element(a: Array, rng: np.random.Generator) -> Array:
    return np.asarray(np.arange(a.size).reshape(a.shape) == rng.integers(a.size))


OUTPUTS: dict[str, Change] = {
    "noise": lambda y, rng: y * (1 + 1e-6 * rng.standard_normal(y.shape)),
    "fine-noise": lambda y, rng: y + 1e-11 * rng.standard_normal(y.shape),
    "scaled": lambda y, rng: y * (1 + 1e-6),
    "shifted": lambda y, rng: y + 1e-6 * rng.standard_normal(),
    "shuffled": lambda y, rng: rng.permutation(y),
    "flat-shuffled": lambda y, rng: rng.permutation(y.ravel()).reshape(y.shape),
    "random": lambda y, rng: rng.standard_normal(y.shape),
    "element-off": lambda y, rng: y + element(y, rng),
    "negated": lambda y, rng: -y,
    "squared": lambda y, rng: y * y,
    "wavy": lambda y, rng: y + 1e-3 * np.sin(3 * y),
    "bent": lambda y, rng: y * (1 - 1e-3 * y * y),
}
WEIGHTS: dict[str, Change] = {
    "weight-moved": lambda W, rng: W + 1e-4 * element(W, rng),
    "weight-lost": lambda W, rng: W * ~element(W, rng),
    "weight-random": lambda W, rng: rng.standard_normal(W.shape),
    "weight-scaled": lambda W, rng: W * (1 + 1e-6),
    "weight-shuffled": lambda W, rng: rng.permutation(W),
    "weight-flat-shuffled": lambda W, rng: rng.permutation(W.ravel()).reshape(W.shape),
}
KINDS = (*OUTPUTS, *WEIGHTS)
EDITS = ("negated", "squared")  # which an edit of the equation says


def kind_of(number: int) -> str:
    return KINDS[number % len(KINDS)]


def _apart(name: str) -> Any:
    if not (found := getattr(apart_families, name, None)):
        raise LookupError(f"{name} is not in tests/writings/apart_families.py, in which every family is written")
    return found


def wrong(number: int) -> tuple[dict[str, Any], str]:
    """The candidate of that number, and the operation to try it on."""
    kind, operation = kind_of(number), COMPUTED[number * 7 % len(COMPUTED)]
    if kind in WEIGHTS and OPERATIONS[operation].family not in LAYERS:
        operation = "lstm_forward"
    forward = OPERATIONS[operation].forward
    functions = {operation: _apart(operation)}
    if forward:
        functions[forward.name] = _apart(forward.name)
    if kind in OUTPUTS:
        functions[operation] = _returning(functions[operation], OUTPUTS[kind], number)
    else:
        first = forward.name if forward else operation
        functions[first] = _given(functions[first], WEIGHTS[kind], number)
    return functions, operation


def _returning(function: Callable[..., Any], change: Change, seed: int) -> Callable[..., Any]:
    def call(*args: Any, **options: Any) -> Any:
        rng, returned = np.random.default_rng(seed), function(*args, **options)
        if isinstance(returned, dict):
            return {n: _nested(part, change, rng) for n, part in returned.items()}
        if isinstance(returned, tuple):
            return (*(change(part, rng) for part in returned[:-1]), returned[-1])
        return change(returned, rng)

    return call


def _nested(part: Any, change: Change, rng: np.random.Generator) -> Any:
    if isinstance(part, list):
        return [_nested(one, change, rng) for one in part]
    return {n: change(a, rng) for n, a in part.items()} if isinstance(part, dict) else change(part, rng)


def _given(function: Callable[..., Any], change: Change, seed: int) -> Callable[..., Any]:
    def call(*args: Any, **options: Any) -> Any:
        rng = np.random.default_rng(seed)
        return function(*(_one_weight(a, change, rng) for a in args), **options)

    return call


def _one_weight(argument: Any, change: Change, rng: np.random.Generator) -> Any:
    if isinstance(argument, list):
        return [[_one_weight(p, change, rng) for p in layer] for layer in argument]
    if not isinstance(argument, dict):
        return argument
    inner = [name for name in sorted(argument) if name[0] == "W" and "y" not in name]
    chosen = inner[rng.integers(len(inner))]
    return {**argument, chosen: change(argument[chosen], rng)}
