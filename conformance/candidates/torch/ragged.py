"""Examples of lengths of their own, packed as torch wants them."""

from collections.abc import Callable
from typing import Any

import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from .framework import Tensor

Run = tuple[Tensor, list[Tensor]]  # outputs and final states


def ragged(called: Callable[..., Any], x: Tensor, states: list[Tensor], lengths: Tensor, n: int) -> Run:
    """torch refuses to pack an example of length 0: it is left out, its outputs are zeros, its states stay."""
    kept = lengths.nonzero()[:, 0]
    out = torch.zeros(*x.shape[:2], n, dtype=x.dtype, device=x.device, requires_grad=True)
    if len(kept) == 0:
        return out, states
    packed = pack_padded_sequence(x[:, kept], lengths[kept], enforce_sorted=False)
    some, finals = called(packed, [state[:, kept] for state in states])
    some, _ = pad_packed_sequence(some, total_length=len(x))
    ended, at = zip(states, finals, strict=True), kept.to(x.device)
    return out.index_copy(1, at, some), [state.index_copy(1, at, final) for state, final in ended]
