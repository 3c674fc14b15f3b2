"""Goldens as regenerating has them: those in place, and altered ones whose digests fit."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from numpy.typing import NDArray
from rnnspec.golden import Entry, cases, load, store
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


def generic() -> dict[str, Made]:
    """One golden an operation, as a manifest needs."""
    return {entry.id: committed(entry) for entry in cases() if entry.id.endswith("/generic")}


def larger(made: dict[str, Made]) -> dict[str, Made]:
    """Each with one output that is larger by one."""
    return {name: altered(m, next(k for k in m.arrays if "outputs/" in k), lambda a: a + 1) for name, m in made.items()}
