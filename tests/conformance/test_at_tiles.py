"""Mistakes at sizes, options and numbers between the goldens', as kernels have them: by the property that each breaks."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
from planted.cut import CHUNK, PACKED, with_keyword
from planted.fakes import fake
from rnnspec.conformance import check
from rnnspec.conformance.candidate import Unsupported
from rnnspec.reference import gated_linear_forward, rnn_backward, rnn_forward

Array = Any
OFF = 1 + 2.0**-10


class Call(NamedTuple):
    """What a layer is called with."""

    x: Array
    a0: Array
    n_a: int
    m: int
    T: int
    reverse: bool
    lengths: Array


def wrong_where(is_so: Callable[[Call], bool]) -> Callable[..., Any]:
    def forward(x: Array, a0: Array, parameters: dict[str, Array], **options: Any) -> Any:
        a, y_pred, cache = rnn_forward(x, a0, parameters, **options)
        reverse, lengths = bool(options.get("reverse", False)), options.get("lengths")
        is_off = is_so(Call(x, a0, a.shape[0], *x.shape[1:], reverse, lengths))
        return (a * a.dtype.type(OFF) if is_off else a), y_pred, cache

    return forward


def inputs_in_float32_where_long(x: Array, a0: Array, parameters: dict[str, Array], **options: Any) -> Any:
    is_long = x.shape[2] > 32
    return rnn_forward(x.astype(np.float32).astype(x.dtype) if is_long else x, a0, parameters, **options)


def ring_of_four() -> Callable[..., Any]:
    rings: dict[Any, list[Array]] = {}

    def forward(x: Array, a0: Array, parameters: dict[str, Array], **options: Any) -> Any:
        a, y_pred, cache = rnn_forward(x, a0, parameters, **options)
        ring = rings.setdefault((a.shape, a.dtype), [])
        ring.append(ring.pop(0) if len(ring) == 4 else np.empty_like(a))
        ring[-1][...] = a
        return ring[-1], y_pred, cache

    return forward


def keeping_predictions_in_the_cache() -> Callable[..., Any]:
    seen: dict[int, tuple[Any, Array]] = {}

    def backward(da: Array, cache: Any, **options: Any) -> Any:
        found = rnn_backward(da, cache, **options)
        if options.get("dy") is not None:
            seen[id(cache)] = cache, found["dx"]
        elif id(cache) in seen:
            found["dx"] = seen[id(cache)][1]
        return found

    return backward


LAYERS = {
    "whole tiles of units": (lambda c: c.n_a % 64 == 0, "embedded"),
    "two units behind a tile": (lambda c: c.n_a > 16 and c.n_a % 4 == 2, "embedded"),
    "as many examples as units": (lambda c: c.n_a == c.m > 16, "embedded"),
    "no state at 64 units": (lambda c: c.a0 is None and c.n_a >= 64, "embedded"),
    "whole tiles of examples": (lambda c: c.m % 64 == 0, "many-examples"),
    "most of a tile of examples": (lambda c: 11 <= c.m <= 15, "many-examples"),
    "over 512 examples": (lambda c: c.m > 512, "many-examples"),
    "many reversed examples": (lambda c: c.m > 64 and c.reverse and c.lengths is None, "many-examples"),
    "over 512 steps": (lambda c: c.T > 512 and c.T % 5 == 0, "long-sequence"),
    "as many examples as steps": (lambda c: c.m == c.T > 16, "long-sequence"),
    "over 64 steps reversed": (lambda c: 64 < c.T < 100 and c.reverse and c.lengths is None, "long-sequence"),
    "over 32 ragged steps reversed": (lambda c: c.T > 32 and c.reverse and c.lengths is not None, "long-lengths"),
    "one step from None reversed": (lambda c: c.T == 1 and c.reverse and c.a0 is None, "reverse-is-flip"),
    "negative strides": (lambda c: min(c.x.strides) < 0, "any-layout"),
    "a step of zeros": (lambda c: not c.x.any(axis=(0, 1)).all() and c.T > 1 and c.x.any(), "every-bit"),
}


@pytest.mark.parametrize(("is_so", "name"), LAYERS.values(), ids=LAYERS)
def test_what_a_layer_has_wrong_somewhere_breaks_one_property(is_so: Callable[[Call], bool], name: str) -> None:
    report = check(fake(rnn_forward=wrong_where(is_so)), cases=["rnn_forward"], explain_seconds=0)

    assert {outcome.id.rpartition("/")[2] for outcome in report.failures} == {name}


@pytest.mark.parametrize(
    ("operation", "function", "name"),
    [
        ("rnn_forward", inputs_in_float32_where_long, "long-sequence"),
        ("rnn_forward", ring_of_four(), "outputs-own-memory"),
        ("rnn_backward", keeping_predictions_in_the_cache(), "cache-reusable"),
    ],
)
def test_what_a_layer_does_now_and_then_breaks_one_property(
    operation: str, function: Callable[..., Any], name: str
) -> None:
    report = check(fake(**{operation: function}), cases=[operation], explain_seconds=0)

    assert {outcome.id.rpartition("/")[2] for outcome in report.failures} == {name}


def past_64_heads_as_the_first(q: Array, k: Array, v: Array, g: Array, *, S0: Any = None, scale: Any = None) -> Any:
    if g is not None and len(g) > 64:
        g = np.concatenate([g[:64], np.broadcast_to(g[:1], g[64:].shape)])
    return gated_linear_forward(q, k, v, g, S0=S0, scale=scale)


def behind_tiles_of_keys(q: Array, k: Array, v: Array, g: Array, *, S0: Any = None, scale: Any = None) -> Any:
    o, *others = gated_linear_forward(q, k, v, g, S0=S0, scale=scale)
    return o * (OFF if k.shape[1] > 16 and k.shape[1] % 16 else 1), *others


def past_256_values(q: Array, k: Array, v: Array, g: Array, *, S0: Any = None, scale: Any = None) -> Any:
    o, *others = gated_linear_forward(q, k, v, g, S0=S0, scale=scale)
    return o * (np.arange(len(o[0])) < 256)[:, None, None], *others


def with_no_scale_for_one_of_0(q: Array, k: Array, v: Array, g: Array, *, S0: Any = None, scale: Any = None) -> Any:
    return gated_linear_forward(q, k, v, g, S0=S0, scale=scale or None)


def taking_chunks(q: Array, k: Array, v: Array, g: Array, *, S0: Any = None, chunk: Any = None) -> Any:
    """Of no power of two, wrong."""
    o, *others = with_keyword("gated_linear_forward", CHUNK)(q, k, v, g, S0=S0, chunk=chunk)
    return o * (OFF if chunk == 12 else 1), *others


def with_empty_chunks(q: Array, k: Array, v: Array, g: Array, *, lengths: Any = None, chunk: Any = None) -> Any:
    """A chunk in which no example has a step forgets all."""
    o, S_last, cache = with_keyword("gated_linear_forward", CHUNK)(q, k, v, g, lengths=lengths, chunk=chunk)
    is_empty = chunk is not None and lengths is not None and max(lengths) <= (q.shape[-1] - 1) // chunk * chunk
    return o, S_last * (not is_empty), cache


def packed_in_chunks(
    q: Array, k: Array, v: Array, g: Array, *, S0: Any = None, chunk: Any = None, cu_seqlens: Any = None
) -> Any:
    if chunk is not None and chunk != 16:
        raise Unsupported("chunks of 16")
    right = with_keyword("gated_linear_forward", PACKED)(q, k, v, g, S0=S0, cu_seqlens=cu_seqlens)
    return right[0] * (OFF if chunk is not None and cu_seqlens is not None else 1), *right[1:]


RECURRENCES = {
    "heads": (past_64_heads_as_the_first, "embedded"),
    "keys": (behind_tiles_of_keys, "any-order"),
    "values": (past_256_values, "any-order"),
    "scale": (with_no_scale_for_one_of_0, "linear-in-query"),
    "chunks": (taking_chunks, "chunked-is-stepwise"),
    "empty chunks": (with_empty_chunks, "chunked-is-stepwise"),
    "packed": (packed_in_chunks, "packed-is-separate"),
}


@pytest.mark.parametrize(("function", "name"), RECURRENCES.values(), ids=RECURRENCES)
def test_what_a_recurrence_has_wrong_somewhere_breaks_one_property(function: Callable[..., Any], name: str) -> None:
    report = check(fake(gated_linear_forward=function), cases=["gated_linear_forward"], explain_seconds=0)

    assert {outcome.id.rpartition("/")[2] for outcome in report.failures} == {name}


def summed_at_once(q: Array, k: Array, v: Array, g: Array, *, S0: Any = None, scale: Any = None) -> Any:
    """Without decays alone: the last state is one sum over all steps, in another order than step by step."""
    if g is not None:
        raise Unsupported("no decay")
    o, _, cache = gated_linear_forward(q, k, v, g, S0=S0, scale=scale)
    written = np.einsum("hkmt,hvmt->hkvm", k[..., ::-1], v[..., ::-1], optimize=True)
    return o, (written if S0 is None else S0 + written).astype(q.dtype), cache


def test_what_forgets_nothing_is_tried_on_numbers_whose_sums_are_exact() -> None:
    report = check(
        {"gated_linear_forward": summed_at_once},
        "float32",
        cases=["gated_linear_forward/property/long-sequence"],
        explain_seconds=0,
    )

    assert [(o.outcome, o.message) for o in report.cases] == [("pass", "")]
