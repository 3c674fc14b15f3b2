"""Mistakes in recurrences that no golden has to show, by the property that each breaks."""

from collections.abc import Callable
from typing import Any

import numpy as np
from planted.cut import PACKED, with_keyword
from rnnspec.reference import diagonal_forward, gated_delta_forward, gated_linear_forward, rg_lru_forward, slstm_forward

Function = Callable[..., Any]


def with_chunks_that_end_early(q: Any, k: Any, v: Any, g: Any, *, S0: Any = None, chunk: Any = None) -> Any:
    """What is left behind the last whole chunk does not reach the state."""
    o, last, cache = gated_linear_forward(q, k, v, g, S0=S0)
    whole = q.shape[-1] // int(chunk) * int(chunk) if chunk else q.shape[-1]
    if 0 < whole < q.shape[-1]:
        part = (None if one is None else one[..., :whole] for one in (q, k, v, g))
        last = gated_linear_forward(*part, S0=S0)[1]
    return o, last, cache


def packed_and_carried(q: Any, k: Any, v: Any, g: Any, *, S0: Any = None, lengths: Any = None, cu_seqlens: Any = None) -> Any:  # fmt: skip
    """Examples are not told apart by what they begin with."""
    if cu_seqlens is None:
        return gated_linear_forward(q, k, v, g, S0=S0, lengths=lengths)
    right = with_keyword("gated_linear_forward", PACKED)(q, k, v, g, S0=S0, cu_seqlens=cu_seqlens)
    return gated_linear_forward(q, k, v, g, S0=S0[..., :1])[0], *right[1:]


def single_steps_from_zeros(q: Any, k: Any, v: Any, g: Any, *, S0: Any = None) -> Any:
    return gated_linear_forward(q, k, v, g, S0=None if q.shape[-1] == 1 else S0)


def with_values_clipped(q: Any, k: Any, v: Any, g: Any, *, S0: Any = None) -> Any:
    return gated_linear_forward(q, k, np.minimum(v, abs(v).max(where=abs(v) <= 2, initial=0)), g, S0=S0)


def with_queries_normalised(q: Any, k: Any, v: Any, g: Any, *, S0: Any = None) -> Any:
    """Which is a layer's business, and not the operation's."""
    return gated_linear_forward(q / np.sqrt((q * q).sum(axis=1, keepdims=True) + q.dtype.type(1e-6)), k, v, g, S0=S0)


def with_keys_in_order(q: Any, k: Any, v: Any, g: Any, *, S0: Any = None) -> Any:
    """The last key is left out where it is the largest."""
    last = np.zeros_like(k)
    last[:, -1] = k[:, -1] * (abs(k[:, -1]) >= abs(k).max(axis=1))
    return gated_linear_forward(q, k - last, v, g, S0=S0)


def with_decays_of_keys_halved(q: Any, k: Any, v: Any, g: Any, *, S0: Any = None) -> Any:
    """The mean of a head's decays is over a number that counts one too many."""
    return gated_linear_forward(q, k, v, g / 2 if g is not None and g.shape[1] > 1 else g, S0=S0)


def with_a_least_beta(q: Any, k: Any, v: Any, g: Any, beta: Any, *, S0: Any = None) -> Any:
    """As if something were always written."""
    return gated_delta_forward(q, k, v, g, np.maximum(beta, 1e-12), S0=S0)


def by_sums_of_decays(x: Any, g: Any, *, h0: Any = None) -> Any:
    """In parallel, as kernels have it: exp of a sum less another, of which both may be infinite."""
    total = np.cumsum(g, axis=-1)
    before = 0 if h0 is None else np.exp(total) * h0[..., None]
    with np.errstate(invalid="ignore"):
        decays = np.exp(total[..., :, None] - total[..., None, :])
    h = before + (np.tril(np.ones(decays.shape[-2:])) * decays * x[..., None, :]).sum(-1)
    h = h.astype(x.dtype)
    return h, h[..., -1], diagonal_forward(x, g, h0=h0)[-1]


def with_resets_a_step_late(x: Any, r: Any, i: Any, parameters: Any, *, h0: Any = None, reset: Any = None) -> Any:
    late = None if reset is None else np.roll(reset, 1, axis=-1)
    return rg_lru_forward(x, r, i, parameters, h0=h0, reset=late)


def stabilised_together(i: Any, f: Any, z: Any, o: Any, parameters: Any, *, h0: Any = None, c0: Any = None, n0: Any = None, m0: Any = None) -> Any:  # fmt: skip
    """A fresh example begins with the largest stabiliser of the batch."""
    together = None if m0 is None else np.broadcast_to(m0.max(axis=-1, keepdims=True), m0.shape)
    return slstm_forward(i, f, z, o, parameters, h0=h0, c0=c0, n0=n0, m0=together)


WRONG: dict[str, tuple[str, Function]] = {
    "cut-anywhere": ("gated_linear_forward", single_steps_from_zeros),
    "chunked-is-stepwise": ("gated_linear_forward", with_chunks_that_end_early),
    "packed-is-separate": ("gated_linear_forward", packed_and_carried),
    "linear-in-values": ("gated_linear_forward", with_values_clipped),
    "linear-in-query": ("gated_linear_forward", with_queries_normalised),
    "keys-in-any-order": ("gated_linear_forward", with_keys_in_order),
    "equal-decays-are-a-heads": ("gated_linear_forward", with_decays_of_keys_halved),
    "no-beta-writes-nothing": ("gated_delta_forward", with_a_least_beta),
    "endless-decay-forgets": ("diagonal_forward", by_sums_of_decays),
    "reset-forgets": ("rg_lru_forward", with_resets_a_step_late),
    "example-alone": ("slstm_forward", stabilised_together),
}
