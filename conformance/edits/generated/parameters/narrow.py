"""Edits of products that are computed in a narrower format, or summed in one, or of which the inputs are rounded to one."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from ...trace.group import AHEAD, BEHIND, EVERY, SAME, STEP, STEP_AHEAD, Group
from ...trace.replaying import Edit, Replay
from ...trace.tape import named
from ...trace.trace import Trace
from ..making.editing import edit, told
from ..making.grids import BITS, rounded

COMPUTED = {"float16": np.float16, "float32": np.float32}


def narrow_products(trace: Trace) -> Iterator[Edit]:
    for only in (EVERY, STEP, AHEAD, STEP_AHEAD, BEHIND) if trace.begun else (EVERY, STEP):
        products, of = Group(named("matmul"), 0, SAME, only), " but the head's" if only in (STEP, STEP_AHEAD) else ""
        for name, dtype in COMPUTED.items():
            yield edit(
                products, _computed(dtype), "precision", lambda r, i, n=name, o=of: f"products{o} computed in {n}"
            )
            for parts, apart in enumerate(("", ", of the state and of the input apart")):
                text = f"products{of} summed term by term in {name}{apart}"
                yield edit(products, partial(_summed, dtype, bool(parts)), "precision", told(text), 1.02)
        for name, bits in BITS.items():
            yield edit(
                products,
                inputs_in(bits),
                "precision",
                lambda r, i, n=name, o=of: f"inputs of products{o} rounded to {n}",
                1.05,
            )


def _computed(dtype: Any) -> Callable[[Replay, int], Any]:
    def change(r: Replay, i: int) -> Any:
        a, b = r.argument(i, 0), r.argument(i, 1)
        return (a.astype(dtype) @ b.astype(dtype)).astype(float) if isinstance(a, np.ndarray) else None

    return change


def _summed(dtype: Any, apart: bool, r: Replay, i: int) -> Any:
    """As loops do that have a narrow sum of wide products."""
    a, b = r.argument(i, 0), r.argument(i, 1)
    if not isinstance(a, np.ndarray) or a.ndim != 2:
        return None
    rows, terms = a.shape
    parts = [range(rows), range(rows, terms)] if apart and terms > rows else [range(terms)]
    total: Any = 0.0
    for part in parts:
        own = np.zeros((rows, *b.shape[1:]), dtype)
        for k in part:
            own = (own.astype(float) + np.multiply.outer(a[:, k], b[k])).astype(dtype)
        total = total + own.astype(float)
    return total


def inputs_in(bits: int) -> Callable[[Replay, int], Any]:
    def change(r: Replay, i: int) -> Any:
        a, b = r.argument(i, 0), r.argument(i, 1)
        return rounded(a, bits) @ rounded(b, bits) if isinstance(a, np.ndarray) else None

    return change
