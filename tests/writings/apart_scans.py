"""Diagonal recurrences and what is in front of them, written apart from the kit: nothing here comes from rnnspec.

Each of minGRU, minLSTM, RG-LRU and HGRN is what it makes a decay and an input of, and one scan. The selective scan and the
convolution are laid out as Mamba has them: (batch, channel, time).

tests/planted/ plants its faults into this text and finds the places by their wording.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from writings.apart_arrays import (
    Array,
    Found,
    alive,
    batch_first,
    batch_last,
    begun,
    bump,
    ended,
    masked,
    scanned,
    scanned_back,
    sigmoid,
    softplus,
    state_last,
)

Parameters = Any


class Scan(NamedTuple):
    """What the way back through a scan needs, and what it was made of."""

    a: Array
    h: Array
    valid: Array
    made_of: tuple[Array, ...]
    given: bool


def scan(a: Array, b: Array, h0: Any, lengths: Any, like: Array, *made_of: Array) -> tuple[Array, Array, Scan]:
    valid = alive(like, lengths)
    a, b = masked(a, valid, 1), masked(b, valid)
    h = scanned(a, b, begun(h0, like, len(b), b.shape[2]))
    return batch_last(masked(h[:, 1:], valid)), state_last(h[:, -1]), Scan(a, h, valid, made_of, h0 is not None)


def scan_back(dh: Array, dh_last: Any, kept: Scan) -> tuple[Array, Array, Found]:
    """Gradients into the decays and into what is added, zeros in the padding, and into a given state."""
    db, dh0 = scanned_back(masked(batch_first(dh), kept.valid), ended(dh_last, kept.h[:, 0]), kept.a)
    da = db * kept.h[:, :-1]
    return masked(da, kept.valid), masked(db, kept.valid), {"dh0": state_last(dh0)} if kept.given else {}


def raw(kept: Scan, *arrays: Array) -> list[Array]:
    """Inputs in this layout, with nothing in their padding."""
    return [masked(x, kept.valid) for x in arrays]


def diagonal_forward(x: Array, g: Array, *, h0: Any = None, lengths: Any = None) -> tuple[Array, Array, Scan]:
    return scan(np.exp(batch_first(g)), batch_first(x), h0, lengths, x)


def diagonal_backward(dh: Array, caches: Scan, *, dh_last: Any = None) -> Found:
    da, db, found = scan_back(dh, dh_last, caches)
    return {"dx": batch_last(db), "dg": batch_last(da * caches.a), **found}


def positive(x: Array) -> Array:
    return np.where(x > 0, x + x.dtype.type(0.5), sigmoid(x))


def positive_slope(x: Array) -> Array:
    return np.where(x > 0, x.dtype.type(1), bump(sigmoid(x)))


def min_gru_forward(z: Array, x: Array, *, h0: Any = None, lengths: Any = None) -> tuple[Array, Array, Scan]:
    gate, candidate = batch_first(z), batch_first(x)
    return scan(sigmoid(-gate), sigmoid(gate) * positive(candidate), h0, lengths, x, gate, candidate)


def min_gru_backward(dh: Array, caches: Scan, *, dh_last: Any = None) -> Found:
    da, db, found = scan_back(dh, dh_last, caches)
    z, x = raw(caches, *caches.made_of)
    dz = (db * positive(x) - da) * bump(sigmoid(z))
    return {"dz": batch_last(dz), "dx": batch_last(db * sigmoid(z) * positive_slope(x)), **found}


def shares(f: Array, i: Array) -> tuple[Array, Array]:
    """What is forgotten's and what is written's share of both gates, by their logarithms."""
    apart = softplus(-f) - softplus(-i)
    return np.exp(-softplus(apart)), np.exp(-softplus(-apart))


def min_lstm_forward(f: Array, i: Array, x: Array, *, h0: Any = None, lengths: Any = None) -> tuple[Array, Array, Scan]:
    f_raw, i_raw, candidate = batch_first(f), batch_first(i), batch_first(x)
    forget, write = shares(f_raw, i_raw)
    return scan(forget, write * positive(candidate), h0, lengths, x, f_raw, i_raw, candidate)


def min_lstm_backward(dh: Array, caches: Scan, *, dh_last: Any = None) -> Found:
    da, db, found = scan_back(dh, dh_last, caches)
    f, i, x = raw(caches, *caches.made_of)
    forget, write = shares(f, i)
    dforget = (da - db * positive(x)) * forget * write
    df, di = dforget * sigmoid(-f), -dforget * sigmoid(-i)
    dx = db * write * positive_slope(x)
    return {"df": batch_last(df), "di": batch_last(di), "dx": batch_last(dx), **found}


def rg_lru_forward(
    x: Array,
    r: Array,
    i: Array,
    parameters: Parameters,
    *,
    h0: Any = None,
    reset: Any = None,
    lengths: Any = None,
) -> tuple[Array, Array, Scan]:
    inputs, r_raw, i_raw = batch_first(x), batch_first(r), batch_first(i)
    L = parameters["L"][:, 0].copy()
    log_a = -8 * sigmoid(r_raw) * softplus(L)
    normaliser = np.sqrt(-np.expm1(2 * log_a))
    kept = np.exp(log_a)
    if reset is not None:
        kept, normaliser = np.where(reset[:, :, None], 0, kept), np.where(reset[:, :, None], 1, normaliser)
    return scan(
        kept,
        normaliser * (sigmoid(i_raw) * inputs),
        h0,
        lengths,
        x,
        inputs,
        r_raw,
        i_raw,
        kept,
        normaliser,
        L,
    )


def rg_lru_backward(dh: Array, caches: Scan, *, dh_last: Any = None) -> Found:
    da, db, found = scan_back(dh, dh_last, caches)
    *timed, L = caches.made_of
    x, r, i, decay = raw(caches, *timed[:4])
    normaliser = masked(timed[4], caches.valid, 1)
    input_gate, recurrence_gate = sigmoid(i), sigmoid(r)
    dnormaliser = db * input_gate * x
    dlog_a = da * decay - dnormaliser * decay * decay / normaliser
    drate = -8 * (dlog_a * recurrence_gate).sum(axis=(0, 1))
    return {
        "dx": batch_last(db * normaliser * input_gate),
        "dr": batch_last(-8 * dlog_a * softplus(L) * bump(recurrence_gate)),
        "di": batch_last(db * normaliser * x * bump(input_gate)),
        "dL": (drate * sigmoid(L))[:, None],
        **found,
    }
