"""Forms of an axis between the first and the last, as of keys or values, between heads and examples; of a loop that begins late or ends early."""

import numpy as np

from .forms import Form, Function, Value, zeroed

RANK = 1.45
MATRIX = 2  # axes


def _first_along(axis: int) -> Function:
    own = (*(slice(None),) * axis, slice(0, 1))
    return lambda z: z[own] + 0 * z if len(z.shape) > axis + 1 else None


def _zeroed_along(axis: int, part: slice) -> Function:
    own = (*(slice(None),) * axis, part)
    return lambda z: zeroed(own)(z) if len(z.shape) > axis + 1 else None


def _zeroed_at(place: int) -> Function:
    """As a loop over all elements leaves it."""

    def of(z: Value) -> Value | None:
        kept = np.ones(z.shape)
        if kept.ndim != MATRIX:
            return None
        kept.flat[place] = 0
        return z * kept

    return of


LATE = (
    Form("{} without its first two rows", zeroed(slice(0, 2)), RANK),
    Form("{} without its first two columns", zeroed((..., slice(0, 2))), RANK),
    Form("{}, 0 at its first element", _zeroed_at(0), RANK),
    Form("{}, 0 at its last element", _zeroed_at(-1), RANK),
)
INNER = LATE + tuple(
    form
    for axis in (1, 2)
    for part in (":, " * axis,)
    for form in (
        Form(f"{{}}[{part}:1] for all", _first_along(axis), RANK),
        Form(f"{{}}, 0 at [{part}:1]", _zeroed_along(axis, slice(0, 1)), RANK),
        Form(f"{{}}, 0 at [{part}-1:]", _zeroed_along(axis, slice(-1, None)), RANK),
    )
)
