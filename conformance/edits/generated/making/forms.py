"""What may stand in the place of a value: signs and factors, parts and orders.

Each takes an array and gives one, by operations that a tape knows, too; None where it does not apply.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from rnnspec.reference.arithmetics import primitives

Value = Any
Function = Callable[[Value], Value | None]
OFTEN = 0.85  # the rank of what is done more often than others


class Form(NamedTuple):
    text: str  # with {} in the place of the value
    of: Function
    rank: float = 1.0
    kind: str = "form"


def minimum(a: Value, b: Value) -> Value:
    return np.where(a < b, a, b)


def maximum(a: Value, b: Value) -> Value:
    return np.where(a > b, a, b)


def clipped(z: Value, bound: float) -> Value:
    return maximum(minimum(z, bound + 0 * z), -bound + 0 * z)


def _scaled(z: Value, most: float, more: float) -> Value:
    norm = np.sqrt((z * z).sum(axis=0).sum(axis=0))
    return z * minimum(1 + 0 * norm, most / (norm + more)) if isinstance(z, np.ndarray) and norm else z


def _is_square(shape: tuple[int, ...]) -> bool:
    return len(shape) == 2 and shape[0] == shape[1]


def _diagonal(z: Value) -> Value | None:
    return z * np.eye(z.shape[0]) if _is_square(z.shape) else None


MOST_AXES = 5  # of a matrix of states for each head, over time


def over(axis: int, least: int = 2, most: int = 2) -> Function:
    return lambda z: z / z.shape[axis] if least <= len(z.shape) <= most else None


def zeroed(part: Any) -> Function:
    """All but a part, which is zero."""

    def of(z: Value) -> Value | None:
        kept = np.ones(z.shape)
        if not kept.ndim:
            return None
        kept[part] = 0
        return z * kept

    return of


def _shifted(by: int) -> Function:
    """Along the last axis, its end repeated."""

    def of(z: Value) -> Value | None:
        if len(z.shape) < 2:
            return None
        order = np.clip(np.arange(z.shape[-1]) + by, 0, z.shape[-1] - 1)
        return z[..., order]

    return of


def _behind(z: Value) -> Value | None:
    """Along the last axis, as what is written before it is made."""
    return zeroed((..., slice(0, 1)))(_shifted(-1)(z)) if len(z.shape) > 1 else None


def _halves(z: Value) -> Value | None:
    """Blocks of rows exchanged."""
    n = z.shape[0] // 2 if z.shape else 0
    return np.concatenate([z[n:], z[:n]]) if n and z.shape[0] == 2 * n else None


def _first_column(z: Value) -> Value | None:
    return z[..., :1] + 0 * z if len(z.shape) > 1 else None


def _last_column(z: Value) -> Value | None:
    return z[..., -1:] + 0 * z if len(z.shape) > 1 else None


def _first_row(z: Value) -> Value | None:
    return z[:1] + 0 * z if len(z.shape) > 1 else None


def _of_columns(z: Value) -> Value | None:
    return z.sum(axis=1)[:, None] + 0 * z if len(z.shape) == 2 and z.shape[1] > 1 else None


SIGNS = (
    Form("-{}", lambda z: -z, kind="sign"),
    Form("0", lambda z: 0 * z, kind="nothing"),
    Form("1", lambda z: 1 + 0 * z),
    Form("2 * {}", lambda z: 2 * z),
    Form("{} / 2", lambda z: z / 2),
    Form("1 - {}", lambda z: 1 - z),
    Form("{0} * {0}", lambda z: z * z),
    Form("{} / m", over(-1)),
    Form("{} / (number of rows)", over(-2)),
    Form("tanh({})", np.tanh),
    Form("sigmoid({})", primitives.sigmoid),
    Form("relu({})", lambda z: maximum(z, 0 * z), 1.5),
)


def squared(f: Function) -> Function:
    """Of the square that a matrix has at its beginning: what acts on the state."""

    def of(z: Value) -> Value | None:
        if len(z.shape) != 2 or z.shape[0] == z.shape[1] or z.shape[1] == 1:
            return None
        n = min(z.shape)
        part = f(z[:n, :n])
        return np.concatenate([part, z[n:]]) if z.shape[0] > n else np.concatenate([part, z[:, n:]], axis=1)

    return of


def _by_columns(z: Value) -> Value | None:
    """Numbers that are kept row by row, read as if column by column were."""
    return z.reshape(z.shape[::-1]).T if len(z.shape) == 2 else None


def _by_rows(z: Value) -> Value | None:
    return z.T.reshape(z.shape) if len(z.shape) == 2 else None


def blocks(f: Function) -> Function:
    """Of both that a matrix of a gate has: what acts on the state, and what acts on the input."""

    def of(z: Value) -> Value | None:
        if len(z.shape) != 2 or z.shape[0] >= z.shape[1]:
            return None
        n = z.shape[0]
        parts = [part for part in (f(z[:, :n]), f(z[:, n:])) if part is not None]
        return np.concatenate(parts, axis=1) if len(parts) == 2 else None

    return of


def of_blocks(on_state: Function, on_input: Function) -> Function:
    """Of the two parts of a matrix of a gate, or of what it is multiplied with."""

    def of(z: Value) -> Value | None:
        if len(z.shape) != 2 or z.shape[0] >= z.shape[1]:
            return None
        n = z.shape[0]
        return np.concatenate([on_state(z[:, :n]), on_input(z[:, n:])], axis=1)

    return of


def _as_it_is(z: Value) -> Value:
    return z


BLOCKS = (16, 32, 64, 128, 256)  # of which loops over units or examples are made


def beyond_blocks(shape: tuple[int, ...]) -> Iterator[Form]:
    """Without what a loop over whole blocks leaves out."""
    for block in BLOCKS:
        if shape[0] > block:
            yield Form(f"{{}} without its rows from {block} on", zeroed(slice(block, None)), 1.2)
        if len(shape) > 1 and shape[1] > block:
            yield Form(f"{{}} without its columns from {block} on", zeroed((slice(None), slice(block, None))), 1.2)


def clips(*bounds: float) -> tuple[Form, ...]:
    return tuple(Form(f"clip({{}}, ± {bound:g})", partial(clipped, bound=bound), 1.3) for bound in bounds)


CLIPS = clips(0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0)
SCALED = tuple(
    Form(f"{{}} scaled to a norm of at most {c:g}{words}", partial(_scaled, most=c, more=more), 1.3)
    for c in (0.1, 0.5, 1.0, 5.0, 10.0)
    for more, words in ((0.0, ""), (1e-6, ", by the norm + 1e-06"))
)
WIDE = clips(20.0, 30.0, 50.0, 100.0)  # of what goes in or comes out: within, little is so large
COLUMNS = (  # of examples
    Form("{} one column late", _shifted(-1), 1.3),
    Form("{} one column early", _shifted(1), 1.3),
    Form("{} one column late, 0 in front", _behind, 1.3),
    Form("the first column of {} for all", _first_column, 1.4),
    Form("the last column of {} for all", _last_column, 1.4),
)


PARTS = (
    Form("{}, what acts on the state negated", of_blocks(np.negative, _as_it_is), 1.1),
    Form("{}, what acts on the input negated", of_blocks(_as_it_is, np.negative), 1.1),
    Form("{} without what acts on the input", of_blocks(_as_it_is, lambda z: 0 * z)),
    Form("{}, twice what acts on the input", of_blocks(_as_it_is, lambda z: 2 * z), 1.2),
    Form("{}, twice what acts on the state", of_blocks(lambda z: 2 * z, _as_it_is), 1.2),
    Form("{}, half of what acts on the input", of_blocks(_as_it_is, lambda z: z / 2), 1.2),
    Form("{}, half of what acts on the state", of_blocks(lambda z: z / 2, _as_it_is), 1.2),
    Form("{}, kept row by row, read column by column", _by_columns, 1.1),
    Form("{}, kept column by column, read row by row", _by_rows, 1.1),
    Form("both parts of {}, kept row by row, read column by column", blocks(_by_columns), 1.1),
    Form("both parts of {}, kept column by column, read row by row", blocks(_by_rows), 1.1),
    Form("{}, what acts on the state transposed", squared(lambda z: z.T)),
    Form("{}, what acts on the state diagonal", squared(lambda z: z * np.eye(z.shape[0]))),
    Form("{} without what acts on the state", squared(lambda z: 0 * z)),
    *CLIPS,
    Form("{}.T", lambda z: z.T if _is_square(z.shape) else None, OFTEN),
    Form("{}.T of each head", lambda z: z.transpose(0, 2, 1) if _is_square(z.shape[1:]) else None, OFTEN),
    Form("diag({})", _diagonal),
    Form("{}[..., ::-1]", lambda z: z[..., ::-1] if len(z.shape) > 1 else None, 1.2),
    Form("{}[:, ::-1]", lambda z: z[:, ::-1] if len(z.shape) > 2 else None, 1.3),
    Form("{}[::-1]", lambda z: z[::-1] if z.shape else None, 1.5),
    Form("{} without its first column", zeroed((..., slice(0, 1))), 1.3),
    Form("{} without its last column", zeroed((..., slice(-1, None))), 1.3),
    Form("{}, its last column alone", zeroed((..., slice(0, -1))), 1.3),
    Form("{}, its first column alone", zeroed((..., slice(1, None))), 1.3),
    Form("the first row of {} for all", _first_row, 1.4),
    Form("{} without its last row", zeroed(slice(-1, None)), 1.4),
    Form("{} without its first row", zeroed(slice(0, 1)), 1.4),
    *COLUMNS,
    Form("the halves of {}'s rows exchanged", _halves, 1.5),
    Form("abs({})", lambda z: maximum(z, -z), 1.3),
    Form("the sum of {} over its columns, for all", _of_columns, 1.4),
    Form(
        "the mean of {} over its columns, for all",
        lambda z: _of_columns(z / z.shape[-1]) if len(z.shape) else None,
        1.4,
    ),
)
