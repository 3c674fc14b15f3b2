"""Forty cells of equations of their own: five, four or three of the mistakes of mutated.py at once, in one forward
or backward, which no two edits make.
"""

from collections.abc import Mapping
from itertools import combinations
from random import Random
from typing import Any

from planted.mutated import MISTAKES, TEXT, together

CELLS = ("lstm_cell_forward", "lstm_cell_backward")
AT_ONCE = (5, 4, 3)
OF_EITHER_STATE = {"next c", "next a"}  # are one edit at its two places: with one more they are a pair, which is told


def rewritten(count: int) -> list[tuple[Mapping[str, Any], str]]:
    """So many candidates, each with the operation that is rewritten."""
    found = list[tuple[Mapping[str, Any], str]]()
    for operation in CELLS:
        text = TEXT[TEXT.index(f"def {operation}(") :].partition("\n\n")[0]
        own = [name for name, (old, _, _) in MISTAKES.items() if old in text and TEXT.count(old) == 1]
        several = [names for at_once in AT_ONCE for names in _shuffled(own, at_once)]
        one_by_one = (together(*names) for names in several)
        found += [(functions, operation) for functions in one_by_one if functions]
    Random(0).shuffle(found)
    return found[:count]


def _shuffled(names: list[str], at_once: int) -> list[tuple[str, ...]]:
    several = [these for these in combinations(names, at_once) if at_once > 3 or not {*these} >= OF_EITHER_STATE]
    Random(0).shuffle(several)
    return several
