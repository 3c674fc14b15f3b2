"""Goldens as regenerating has them: those in place, and altered ones whose digests fit."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from numpy.typing import NDArray
from rnnspec.golden import Entry, load, store
from rnnspec.golden.digests import digests, sealed
from rnnspec.golden.regenerate import Made


def committed(entry: Entry) -> Made:
    return Made(entry, store.flat(load(entry.id)))


def altered(fresh: Made, key: str, alter: Callable[[NDArray[Any]], NDArray[Any]]) -> Made:
    """With one array altered, and digests that fit."""
    arrays = {**fresh.arrays, key: alter(fresh.arrays[key].copy())}
    inputs, whole = digests(arrays)
    entry = replace(fresh.entry, inputs=inputs, digest=whole)
    return Made(sealed(entry), arrays)
