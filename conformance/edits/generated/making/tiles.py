"""Forms of tiles: of so many rows, units or examples that are taken at once, as kernels have them."""

from collections.abc import Iterator

import numpy as np

from .forms import Form, Function, Value, zeroed

TILES = (4, 8, 2)
ENDS = {
    "the": slice(None),
    "the first of the": slice(0, 1),
    "the last of the": slice(-1, None),
}  # of what is behind whole tiles
ALL_PAIRS = 4  # rows of a tile of which any may be any other; in larger ones the one before


def rows_of_tiles() -> Iterator[Form]:
    """Of whole tiles of rows one is another one, or is left out, or what is behind them is."""
    for tile in TILES:
        for row in range(tile):
            own = f"rows {row}, {row + tile}, …"
            yield Form(f"{{}} without {own} in whole tiles of {tile}", _without(tile, row), 1.2)
            others = range(tile) if tile <= ALL_PAIRS else [(row - 1) % tile]
            for other in (one for one in others if one != row):
                words = f"rows {other}, {other + tile}, … for {own} in whole tiles of {tile}"
                yield Form(f"{{}} with {words}", _exchanged(tile, row, other), 1.2)
        yield Form(f"{{}} without whole tiles of {tile} rows", _without_tiles(tile), 1.2)
        for words, part in ENDS.items():
            yield Form(f"{{}} without {words} rows behind whole tiles of {tile}", _without_tail(tile, part), 1.2)


def columns_of_tiles() -> Iterator[Form]:
    """Without what is behind whole tiles of columns, or what a loop over them leaves out at an end."""
    for words, part in (
        ("first column", slice(0, 1)),
        ("last column", slice(-1, None)),
        ("first two columns", slice(0, 2)),
    ):
        yield Form(f"{{}} without the {words}", zeroed((..., part)), 1.2)
    for tile in TILES:
        for words, part in ENDS.items():
            columns = _turned(_without_tail(tile, part))
            yield Form(f"{{}} without {words} columns behind whole tiles of {tile}", columns, 1.2)


def _without(tile: int, row: int) -> Function:
    def of(z: Value) -> Value | None:
        whole = tile * (len(z) // tile)
        kept = np.ones(len(z))
        kept[row:whole:tile] = 0
        return z * kept[:, None] if whole and len(z.shape) > 1 else None

    return of


def _without_tiles(tile: int) -> Function:
    def of(z: Value) -> Value | None:
        kept = np.ones(len(z))
        kept[: tile * (len(z) // tile)] = 0
        return z * kept[:, None] if len(z.shape) > 1 else None

    return of


def _exchanged(tile: int, row: int, other: int) -> Function:
    def of(z: Value) -> Value | None:
        whole = tile * (len(z) // tile)
        order = np.arange(len(z))
        order[row:whole:tile] = order[other:whole:tile]
        return z[order] if whole else None

    return of


def _without_tail(tile: int, rows: slice) -> Function:
    def of(z: Value) -> Value | None:
        kept = np.ones(len(z))
        tail = kept[tile * (len(z) // tile) :]
        tail[rows] = 0
        return z * kept[:, None] if len(tail) and len(z.shape) > 1 else z

    return of


def _turned(of: Function) -> Function:
    """Of columns what is of rows."""

    def of_columns(z: Value) -> Value | None:
        new = of(z.T) if len(z.shape) == 2 else None
        return None if new is None else new.T

    return of_columns


def _columns_of(order: Function) -> Function:
    def of(z: Value) -> Value | None:
        return z[..., order(np.arange(z.shape[-1]))] if len(z.shape) > 1 else None

    return of


OF_EXAMPLES = tuple(  # which columns stand where others should
    Form(text.format(n), _columns_of(order), 1.5)
    for n in (2, 3, 4, 8)
    for text, order in (
        ("the first of each {} columns of {{}} for all of these", lambda j, n=n: j // n * n),
        ("the first {} columns of {{}} for each so many", lambda j, n=n: j % n),
    )
)
