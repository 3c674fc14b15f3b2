"""minGRU-pytorch: minGRU and minLSTM, whose longer sequences are computed in logarithms and whose single steps are not."""

from typing import Any

import torch
from minGRU_pytorch.minGRU import minGRU
from minGRU_pytorch.minLSTM import minLSTM

from ...candidate import Unsupported
from .kernel import Kernel, Tensors
from .operations import candidate


def _projected(module: Any) -> Any:
    """A module whose input is what its projection would give."""
    for name in ("to_hidden_and_gate", "to_hidden_and_f_i_gate"):
        if hasattr(module, name):
            setattr(module, name, torch.nn.Identity())
    return module


def _run(module: Any, given: Tensors, order: str) -> Tensors:
    h0 = given["h0"].unsqueeze(1) if "h0" in given else None
    h, last = module(torch.cat([given[name] for name in order], -1), h0, return_next_prev_hidden=True)
    return {"h": h, "h_last": last.squeeze(1)}


def gru(given: Tensors) -> Tensors:
    """It takes the logarithm of a state, which is positive wherever it comes from the unit itself."""
    if "h0" in given and given["x"].shape[1] > 1 and (given["h0"] <= 0).any():
        raise Unsupported("its states are above 0")
    return _run(_projected(minGRU(1)), given, "xz")


def lstm(given: Tensors) -> Tensors:
    return _run(_projected(minLSTM(1)), given, "xfi")


CANDIDATE = candidate(
    "minGRU-pytorch",
    Kernel(family="min_gru", axes="m T_x n_c", run=gru, options=("h0",)),
    Kernel(family="min_lstm", axes="m T_x n_c", run=lstm, options=("h0",)),
)
