"""The four containers, written apart from the kit: nothing here comes from rnnspec.

Time is never stepped through: a mask of (time, example) says what is valid, and both a padded and a
packed batch list the valid rows in its order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from writings.apart_cells import Array

Indices = np.ndarray[Any, np.dtype[np.int64]]
Packed = tuple[Array, Indices, Indices, Indices]


def pad_sequence(sequences: Sequence[Array], *, batch_first: bool = False, padding_value: float = 0.0) -> Array:
    lengths = np.array([len(s) for s in sequences])
    valid = np.arange(lengths.max()) < lengths[:, None]
    batch = np.full((*valid.shape, *sequences[0].shape[1:]), padding_value, sequences[0].dtype)
    batch[valid] = np.concatenate(sequences)
    return batch if batch_first else batch.swapaxes(0, 1).copy()


def pack_sequence(sequences: Sequence[Array], *, enforce_sorted: bool = True) -> Packed:
    lengths = np.array([len(s) for s in sequences])
    batch = pad_sequence(sequences, batch_first=True)
    return pack_padded_sequence(batch, lengths, batch_first=True, enforce_sorted=enforce_sorted)


def pack_padded_sequence(
    padded: Array, lengths: Indices, *, batch_first: bool = False, enforce_sorted: bool = True
) -> Packed:
    own = np.array(lengths)
    if own.min() < 1:
        raise ValueError("there is an empty sequence")
    if enforce_sorted and np.any(own[1:] > own[:-1]):
        raise ValueError("the lengths are not sorted")
    by_time = padded.swapaxes(0, 1) if batch_first else padded
    order = np.arange(len(own)) if enforce_sorted else np.argsort(-own, kind="stable")
    valid = own[order] > np.arange(own.max())[:, None]
    data = by_time[: len(valid), order][valid]
    return data, valid.sum(axis=1), order, _inverse(order)


def pad_packed_sequence(
    packed: Packed, *, batch_first: bool = False, padding_value: float = 0.0, total_length: int | None = None
) -> tuple[Array, Indices]:
    data, sizes, _, back = packed
    T = len(sizes) if total_length is None else total_length
    if len(sizes) > T:
        raise ValueError("total_length is shorter than a sequence")
    valid = np.zeros((T, sizes[0]), bool)
    valid[: len(sizes)] = np.arange(sizes[0]) < sizes[:, None]
    batch = np.full((*valid.shape, *data.shape[1:]), padding_value, data.dtype)
    batch[valid] = data
    batch = batch[:, back]
    return batch.swapaxes(0, 1).copy() if batch_first else batch, valid.sum(axis=0)[back]


def _inverse(order: Indices) -> Indices:
    back = np.zeros_like(order)
    back[order] = np.arange(len(order))
    return back
