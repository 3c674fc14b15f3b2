"""Numbers as a notebook prints them: drawing its inputs, and holding computed values against its digits."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

SHAPES = {
    **{"xt": (3, 10), "x": (3, 10, 4), "a0": (5, 10), "a_prev": (5, 10), "c_prev": (5, 10)},
    **{"Wax": (5, 3), "Waa": (5, 5), "Wya": (2, 5), "Wy": (2, 5), "ba": (5, 1), "by": (2, 1)},
    **{f"W{gate}": (5, 8) for gate in "fico"},
    **{f"b{gate}": (5, 1) for gate in "fico"},
    **{"da_next": (5, 10), "dc_next": (5, 10), "da": (5, 10, 4)},
}
GATES = "Wf bf Wi bi Wo bo Wc bc"
SHORTEST = 16  # significant digits from which a text is a float's shortest, not one rounded for the eye


def drawn(names: str, **shapes: tuple[int, ...]) -> dict[str, NDArray[np.float64]]:
    """Arrays in the order of their names, as after np.random.seed(1)."""
    random = np.random.RandomState(1)
    return {name: random.randn(*shapes.get(name, SHAPES[name])) for name in names.split()}


def weights(arrays: dict[str, NDArray[np.float64]]) -> dict[str, NDArray[np.float64]]:
    return {name: array for name, array in arrays.items() if name[0] in "Wb"}


def differing(values: Any, text: str) -> list[str]:
    """Which values do not agree with a printed number or array of numbers; none where all do.

    A value rounded for printing may be off by one unit of its last printed digit. In a float's shortest
    text that is about one rounding error, so there the last digit is free: less than ten units.
    """
    found, shown = np.atleast_1d(values).tolist(), text.strip("[] \n").split()
    if len(found) != len(shown):
        return [f"{len(found)} values, want {len(shown)}"]
    pairs = zip(found, shown, _units(shown), strict=True)
    return [f"{value!r}, want {word}" for value, word, unit in pairs if not _agrees(value, word, unit)]


def _units(shown: list[str]) -> Iterator[Decimal]:
    # NumPy gives all of an array the same number of decimals and leaves out zeros at the end
    mantissas = [Decimal(word.partition("e")[0]) for word in shown]
    finest = min(int(mantissa.as_tuple().exponent) for mantissa in mantissas)
    for word in shown:
        yield Decimal(1).scaleb(finest + int(word.partition("e")[2] or 0))


def _agrees(value: float, word: str, unit: Decimal) -> bool:
    if not np.isfinite(value):
        return False
    apart = abs(Decimal(value) - Decimal(word))
    return apart < 10 * unit if len(Decimal(word).as_tuple().digits) >= SHORTEST else apart <= unit
