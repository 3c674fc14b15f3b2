"""Pairs of planted bugs, drawn with a seed: of two operations of one candidate, or of one function."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any

import numpy as np
from planted.judging import judged, ran
from planted.lists import DEVIATING, together
from planted.planting import Functions, Planted, candidate


@dataclass(frozen=True)
class Pair:
    """A candidate with two bugs, and the operations to ask of: one that has both, or one for each."""

    functions: Functions
    planted: tuple[Planted, Planted]
    operations: tuple[str, ...]

    def named(self) -> bool:
        """Whether each operation's explanation is what was planted there, and nothing else."""
        found = [judged(self.functions, operation) for operation in self.operations]
        if len(found) == 1:
            return found[0].names(fault.deviation for fault in self.planted)
        return all(one.names([fault.deviation]) for one, fault in zip(found, self.planted, strict=True))


def of_two_operations(count: int) -> list[Pair]:
    """Candidates with one bug in each of two operations."""
    return list(islice(_drawn(1, _one_each), count))


def of_one_function(count: int) -> list[Pair]:
    """Candidates with two bugs in one operation."""
    return list(islice(_drawn(2, _both), count))


def _drawn(seed: int, choose: Any) -> Iterator[Pair]:
    rng = np.random.default_rng(seed)
    plain = [fault for fault in together(DEVIATING) if not fault.computed_in]
    while True:
        one, two = (plain[k] for k in rng.integers(len(plain), size=2))
        operations = choose(set(one.operations), set(two.operations), rng) if one.id != two.id else ()
        if not operations:
            continue
        try:
            functions = candidate(one, two)
        except ValueError:  # both edit one place, or the walk of one has no place for the other
            continue
        if len(operations) == 1 or (_untouched(one, operations[1]) and _untouched(two, operations[0])):
            yield Pair(functions, (one, two), operations)


@cache
def _untouched(fault: Planted, operation: str) -> bool:
    return not any(outcome.failed for outcome in ran(candidate(fault), operation))


def _one_each(one: set[str], two: set[str], rng: np.random.Generator) -> tuple[str, ...]:
    first, second = sorted(one - two), sorted(two - one)
    return (str(rng.choice(first)), str(rng.choice(second))) if first and second else ()


def _both(one: set[str], two: set[str], rng: np.random.Generator) -> tuple[str, ...]:
    both = sorted(one & two)
    return (str(rng.choice(both)),) if both else ()
