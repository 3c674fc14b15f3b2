"""mambapy: the selective scan of its block, by a parallel scan in PyTorch, and the block behind its convolution. It has no states for it."""

from functools import partial
from types import SimpleNamespace
from typing import Any

import torch
from mambapy.mamba import MambaBlock

from .handing import Handing
from .kernel import Kernel, Tensors
from .operations import candidate


def _run(method: Any) -> Any:
    def run(given: Tensors) -> Tensors:
        return {"y": method(None, *(given[name] for name in ("u", "delta", "A", "B", "C", "D")))}

    return run


def layer(given: Tensors) -> Tensors:
    """The block, its projections and its convolution left out: its `ssm` of what these would give, and the gate behind it."""
    u, z, raw, B, C = (given[name] for name in ("u", "z", "raw", "B", "C"))
    inner = SimpleNamespace(
        config=SimpleNamespace(use_cuda=False, pscan=True, dt_rank=u.shape[2], d_state=B.shape[2]),
        x_proj=lambda _: torch.cat([raw, B, C], -1),
        dt_proj=SimpleNamespace(weight=Handing(), bias=given["b"]),
        _apply_layernorms=lambda *projected: projected,
        selective_scan=partial(MambaBlock.selective_scan, None),
        A_log=given["A_log"],
        D=given["D"],
    )
    block = SimpleNamespace(
        config=inner.config,
        in_proj=lambda x: torch.cat([x, z], -1),
        conv1d=lambda x: x,
        ssm=lambda _, other: MambaBlock.ssm(inner, u, other),  # what its SiLU makes of u is left out
        out_proj=lambda x: x,
    )
    return {"out": MambaBlock.forward(block, u)}


CANDIDATE = candidate(
    "mambapy",
    Kernel(family="selective_scan", axes="m T_x n_c n_n", run=_run(MambaBlock.selective_scan), untold=("h_last",)),
    Kernel(family="selective_scan_layer", axes="m T_x n_c n_n", run=layer, untold=("h_last",), dtypes=("float32",)),
)
