"""mambapy: the selective scan of its block, by a parallel scan in PyTorch and step by step. It has no states for it."""

from typing import Any

from mambapy.mamba import MambaBlock

from .kernel import Kernel, Tensors
from .operations import candidate


def _run(method: Any) -> Any:
    def run(given: Tensors) -> Tensors:
        return {"y": method(None, *(given[name] for name in ("u", "delta", "A", "B", "C", "D")))}

    return run


CANDIDATE = candidate(
    "mambapy",
    Kernel(family="selective_scan", axes="m T_x n_c n_n", run=_run(MambaBlock.selective_scan), untold=("h_last",)),
)
