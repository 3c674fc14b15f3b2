"""Patterns in which one array is made of another, as in the recurrences that have names of their own."""

from collections.abc import Callable
from typing import Any

import numpy as np

from .case import Case
from .patterns import Arrays, Floats, dyadic


def _rounded(x: Floats) -> Floats:
    """To multiples of 2^-7, and never 0."""
    return np.where(x < 0, -1, 1) * np.maximum(np.round(np.abs(x) * 128), 1) / 128


def _unit(x: Floats) -> Floats:
    """Of length 1 where it has four elements."""
    return np.sign(x) / 2


def _hgrn(drawn: Arrays) -> Arrays:
    return {"x": _rounded((1 - np.exp(drawn["g"])) * drawn["x"])}


def _hgrn2(drawn: Arrays) -> Arrays:
    return {"k": _rounded(1 - np.exp(drawn["g"]))}


def _unit_keys(drawn: Arrays) -> Arrays:
    return {name: _unit(drawn[name]) for name in ("q", "k")}


def _one_key(drawn: Arrays) -> Arrays:
    first = _unit(drawn["k"][..., :1])
    return {"k": np.broadcast_to(first, drawn["k"].shape).copy()}


def _rwkv7(drawn: Arrays) -> Arrays:
    key = _unit(drawn["a"])
    return {"a": -key, "b": key * 2 * np.abs(drawn["b"])}


def _gdn2(drawn: Arrays) -> Arrays:
    key, erased = _unit(drawn["k"]), 2 * np.abs(drawn["b"])
    return {"k": key, "b": key, "a": -key * _rounded(np.exp(drawn["g"]) * erased)}


def _made(tie: Callable[[Arrays], Arrays]) -> Callable[[Case, Any], Arrays]:
    def recipe(case: Case, shapes: dict[str, tuple[int, ...]]) -> Arrays:
        drawn = dyadic(case, shapes)
        return drawn | tie(drawn)

    return recipe


TIED: dict[str, Callable[[Case, Any], Arrays]] = {
    "hgrn": _made(_hgrn),
    "hgrn2": _made(_hgrn2),
    "unit-keys": _made(_unit_keys),
    "one-key": _made(_one_key),
    "rwkv7": _made(_rwkv7),
    "gdn2": _made(_gdn2),
}
