"""Padding and packing by torch.nn.utils.rnn, whose refusals are the contract's."""

from collections.abc import Sequence
from typing import Any

import torch
from torch.nn.utils import rnn

from .framework import Array, array, tensor

__all__ = ["pack_padded_sequence", "pack_sequence", "pad_packed_sequence", "pad_sequence"]


def pad_sequence(sequences: Sequence[Any], *, batch_first: bool = False, padding_value: float = 0.0) -> Any:
    return array(rnn.pad_sequence([tensor(s) for s in sequences], batch_first, padding_value))


def pack_sequence(sequences: Sequence[Any], *, enforce_sorted: bool = True) -> Any:
    return _arrays(rnn.pack_sequence([tensor(s) for s in sequences], enforce_sorted))


def pack_padded_sequence(
    padded: Array, lengths: Array, *, batch_first: bool = False, enforce_sorted: bool = True
) -> Any:
    return _arrays(rnn.pack_padded_sequence(tensor(padded), tensor(lengths).long(), batch_first, enforce_sorted))


def pad_packed_sequence(
    packed: Any, *, batch_first: bool = False, padding_value: float = 0.0, total_length: int | None = None
) -> Any:
    batch = rnn.PackedSequence(*map(tensor, packed))
    padded, lengths = rnn.pad_packed_sequence(batch, batch_first, padding_value, total_length)
    return array(padded), array(lengths)


def _arrays(packed: Any) -> Any:
    as_given = torch.arange(int(packed.batch_sizes[0]))  # where sorting is enforced, torch keeps no order
    orders = [as_given if o is None else o for o in (packed.sorted_indices, packed.unsorted_indices)]
    return tuple(map(array, (packed.data, packed.batch_sizes, *orders)))
