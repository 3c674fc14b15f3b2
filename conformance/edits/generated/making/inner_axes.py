"""Forms of an axis between the first and the last, as of keys or values, between heads and examples."""

from .forms import Form, Function, zeroed

RANK = 1.45


def _first_along(axis: int) -> Function:
    own = (*(slice(None),) * axis, slice(0, 1))
    return lambda z: z[own] + 0 * z if len(z.shape) > axis + 1 else None


def _zeroed_along(axis: int, part: slice) -> Function:
    own = (*(slice(None),) * axis, part)
    return lambda z: zeroed(own)(z) if len(z.shape) > axis + 1 else None


INNER = tuple(
    form
    for axis in (1, 2)
    for part in (":, " * axis,)
    for form in (
        Form(f"{{}}[{part}:1] for all", _first_along(axis), RANK),
        Form(f"{{}}, 0 at [{part}:1]", _zeroed_along(axis, slice(0, 1)), RANK),
        Form(f"{{}}, 0 at [{part}-1:]", _zeroed_along(axis, slice(-1, None)), RANK),
    )
)
