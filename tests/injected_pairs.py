"""Pairs of planted bugs, drawn with a seed: of two operations of one candidate, or of one function."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np
from injected import Injected, candidate, ran
from injected_all import INJECTED

Pair = tuple[dict[str, Any], tuple[Injected, Injected], tuple[str, ...]]


def apart(count: int) -> list[Pair]:
    """Candidates with one bug in each of two operations."""
    return list(islice(_drawn(1, _apart), count))


def together(count: int) -> list[Pair]:
    """Candidates with two bugs in one operation."""
    return list(islice(_drawn(2, _together), count))


def _drawn(seed: int, choose: Any) -> Iterator[Pair]:
    rng = np.random.default_rng(seed)
    plain = [i for i in INJECTED if not i.dtype]
    while True:
        one, two = (plain[k] for k in rng.integers(len(plain), size=2))
        operations = choose(set(one.affects), set(two.affects), rng) if one.id != two.id else ()
        if not operations:
            continue
        try:
            functions = candidate(one, two)
        except ValueError:  # both edit one place, or the walk of one has no place for the other
            continue
        if len(operations) == 1 or (untouched(one, operations[1]) and untouched(two, operations[0])):
            yield functions, (one, two), operations


def untouched(injected: Injected, operation: str) -> bool:
    return all(o.outcome in ("pass", "unsupported") for o in ran(candidate(injected), operation))


def _apart(one: set[str], two: set[str], rng: np.random.Generator) -> tuple[str, ...]:
    first, second = sorted(one - two), sorted(two - one)
    return (str(rng.choice(first)), str(rng.choice(second))) if first and second else ()


def _together(one: set[str], two: set[str], rng: np.random.Generator) -> tuple[str, ...]:
    both = sorted(one & two)
    return (str(rng.choice(both)),) if both else ()
