"""Tables of a function, as they are made: so many values between two ends, and what is taken between two of them."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from rnnspec.reference.arithmetics.primitives import sigmoid_slope, tanh_slope

from .forms import RIGHT, Form

ENDS = (2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0, 12.0, 16.0)
COUNTS = sorted(
    {*(2**k + more for k in range(3, 15) for more in (-1, 0, 1)), 10, 11, 20, 21, 50, 51}
    | {many + more for many in (100, 200, 400, 500, 1000, 2000, 5000, 10000) for more in (0, 1)}
)
FROM, TO = 0.1, 4.0  # times the usual error that a table makes, what is seen of it
WIDER = (1.0, 2.0)  # a sigmoid's ends, times those of a tanh beside it


class Table(NamedTuple):
    """`step` is by how many parts the argument is moved in a table before it is taken down to a whole one; None for lines between."""

    words: str
    step: float | None
    moved: float  # of a value from the beginning of its part
    open: bool  # whether its parts are as many as its values, and not one less
    error: float  # of the width of a part, or of its square for lines


TABLES = (
    Table("straight lines between", None, 0.0, False, 1 / 12),
    Table("the nearest taken", 0.5, 0.0, False, 1 / 4),
    Table("the one below taken", 0.0, 0.0, False, 1 / 2),
    Table("each for the middle of its part", 0.0, 0.5, True, 1 / 4),
    Table("each for the beginning of its part", 0.0, 0.0, True, 1 / 2),
)


def tables(function: str, z: Any, off: float) -> Iterator[tuple[Table, float, int]]:
    """Those that are usually off about so much at these arguments."""
    slope, bend = _derivatives(function, z)
    for end in ENDS:
        for count in COUNTS:
            width = 2 * end / (count - 1)
            for table in TABLES:
                error = table.error * (bend * width**2 if table.step is None else slope * width)
                if FROM * error <= off <= TO * error:
                    yield table, end, count


def form_of(function: str, table: Table, end: float, count: int) -> Form:
    parts = count if table.open else count - 1
    at = (np.arange(count) + table.moved) * (2 * end / parts) - end
    values = RIGHT[function](at)

    def of(z: Any) -> Any:
        if table.step is None:
            return np.interp(z, at, values)
        place = np.clip((z + end) / (2 * end) * parts + table.step, 0, count - 1)
        return values[place.astype(int)]

    return Form(function, f"{function} from a table of {count} values on [-{end:g}, {end:g}], {table.words}", of)


def _derivatives(function: str, z: Any) -> tuple[float, float]:
    """The first and the second, as they usually are."""
    y = RIGHT[function](z)
    slope = tanh_slope(y) if function == "tanh" else sigmoid_slope(y)
    bend = 2 * y * slope if function == "tanh" else (1 - 2 * y) * slope
    return float(np.median(np.abs(slope))), float(np.median(np.abs(bend)))
