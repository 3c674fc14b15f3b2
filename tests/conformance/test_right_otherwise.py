"""Right implementations that properties asked too much of, and mistakes beside what such an implementation declines."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from rnnspec.conformance import Unsupported, check
from rnnspec.conformance.report.report import Report
from rnnspec.reference import (
    gated_linear_forward,
    lstm_forward,
    min_gru_backward,
    min_gru_forward,
    rnn_backward,
    rnn_forward,
)

Array = Any
OFF = 1 + 2.0**-10


def asked(property: str, chunks: tuple[int, ...] = (), **functions: Callable[..., Any]) -> Report:
    """What comes of a property in these operations."""
    cases = [f"{name}/property/{property}" for name in functions]
    declared = {"chunks": chunks} if chunks else {}
    return check(SimpleNamespace(**declared, **functions), cases=cases, explain_seconds=0)


def said(report: Report) -> list[tuple[str, str]]:
    return [(outcome.id.partition("/")[0], outcome.message) for outcome in report.failures]


def with_a_cache_of_x(z: Array, x: Array, **options: Any) -> Any:
    *outputs, cache = min_gru_forward(z, x, **options)
    return *outputs, (cache, x.copy())


def steep_at_0(dh: Array, caches: Any, **options: Any) -> Any:
    """As `where(x >= 0, x + 0.5, sigmoid(x))` is differentiated: 1 at 0, where the reference has 1/4."""
    cache, x = caches
    found = dict(min_gru_backward(dh, cache, **options))
    return found | {"dx": np.where(x == 0, 4 * found["dx"], found["dx"])}


def test_any_slope_is_right_at_a_kink() -> None:
    report = asked("every-bit", min_gru_forward=with_a_cache_of_x, min_gru_backward=steep_at_0)

    assert (report.totals["pass"], said(report)) == (2, [])


def in_chunks(steps: int) -> Callable[..., Any]:
    """Log decays as differences of their sums from a chunk's begin, as kernels have them."""

    def forward(q: Array, k: Array, v: Array, g: Array, **options: Any) -> Any:
        parts = np.split(g, range(steps, g.shape[-1], steps), axis=-1)
        sums = [np.cumsum(part, axis=-1) for part in parts]
        back = np.concatenate([np.diff(one, axis=-1, prepend=np.zeros_like(one[..., :1])) for one in sums], axis=-1)
        return gated_linear_forward(q, k, v, back, **options)

    return forward


@pytest.mark.parametrize("steps", [64, 256, 1024])
def test_sums_of_decays_over_a_wide_chunk_are_right_in_a_long_sequence(steps: int) -> None:
    report = asked("long-sequence", chunks=(steps,), gated_linear_forward=in_chunks(steps))

    assert (report.totals["pass"], said(report)) == (1, [])


def of_positive_scale(q: Array, k: Array, v: Array, g: Array, *, scale: Any = None, **options: Any) -> Any:
    if scale is not None and not scale > 0:
        raise ValueError("scale has to be positive")
    return gated_linear_forward(q, k, v, g, scale=scale, **options)


def test_a_scale_may_have_to_be_positive() -> None:
    report = asked("linear-in-query", gated_linear_forward=of_positive_scale)

    assert (report.totals["pass"], said(report)) == (1, [])


def is_backwards(*arrays: Array) -> bool:
    return any(stride < 0 for array in arrays if array is not None for stride in array.strides)


@pytest.mark.parametrize("declines", [ValueError, Unsupported])
@pytest.mark.parametrize("factor", [1, 2])
def test_who_declines_negative_strides_is_asked_of_gradients_that_are_one_number(
    declines: type[Exception], factor: int
) -> None:
    def forward(x: Array, a0: Array, parameters: dict[str, Array], **options: Any) -> Any:
        if is_backwards(x, a0, *parameters.values()):
            raise declines("negative strides")
        return rnn_forward(x, a0, parameters, **options)

    def backward(da: Array, caches: Any, **options: Any) -> Any:
        if is_backwards(da):
            raise declines("negative strides")
        return rnn_backward(da * factor if 0 in da.strides else da, caches, **options)

    report = asked("any-layout", rnn_forward=forward, rnn_backward=backward)

    wrong = [("rnn_backward", "gradients of stride 0 give another dx")]
    assert said(report) == (wrong if factor > 1 else [])
    assert report.totals["pass"] == (1 if factor > 1 else 2)


@pytest.mark.parametrize("reads", ["all", "without its last example"])
def test_who_declines_one_step_reversed_is_asked_of_more(reads: str) -> None:
    def forward(x: Array, a0: Array, parameters: dict[str, Array], *, reverse: Any = False, **options: Any) -> Any:
        if x.shape[2] == 1 and reverse:
            raise Unsupported("one step reversed")
        given = x if reads == "all" or not reverse else x * (np.arange(x.shape[1]) < x.shape[1] - 1)[:, None]
        return rnn_forward(given, a0, parameters, reverse=reverse, **options)

    report = asked("reverse-is-flip", rnn_forward=forward)

    wrong = [("rnn_forward", "a of a reversed run differs from a of flipped time, flipped back")]
    assert (report.totals["pass"], said(report)) == ((1, []) if reads == "all" else (0, wrong))


def test_what_hands_out_no_state_is_asked_of_the_rest_of_a_long_sequence() -> None:
    def forward(x: Array, a0: Array, parameters: dict[str, Array], *, reverse: Any = False, **options: Any) -> Any:
        a, y_pred, _c, cache = lstm_forward(x, a0, parameters, reverse=reverse, **options)
        return a * (OFF if reverse and x.shape[2] > 64 else 1), y_pred, None, cache

    report = asked("long-sequence", lstm_forward=forward)

    assert said(report) == [("lstm_forward", "a of 65 steps reversed differs from a of flipped time, flipped back")]
