"""transformers: the gated delta rule of Qwen3-Next (a decay a head) and of Kimi Linear (one a key), stepwise and in chunks.

Each is what transformers computes where no kernel of another project is installed, looked up behind the wrapper that would
choose one. All compute in float32 whatever they are given.
"""

import inspect
from collections.abc import Callable
from typing import Any

from transformers.models.kimi_linear import modeling_kimi_linear as kimi
from transformers.models.qwen3_next import modeling_qwen3_next as qwen

from .chunks import PADDED
from .kernel import Kernel, Tensors
from .operations import candidate

PROJECT = "transformers"
AXES = "m T_x n_h n_hv n_k n_g n_v"


def _run(wrapped: Callable[..., Any]) -> Callable[[Tensors], Tensors]:
    function = inspect.unwrap(wrapped)

    def run(given: Tensors) -> Tensors:
        chunk = {"chunk_size": int(given["chunk"])} if "chunk" in given else {}
        o, S = function(
            *(given[name] for name in ("q", "k", "v", "g", "beta")),
            initial_state=given.get("S0"),
            output_final_state=True,
            **chunk,
        )
        return {"o": o, "S_last": S}

    return run


def _of(function: Callable[..., Any], decay: str, *options: str) -> Any:
    kernel = Kernel(
        family="gated_delta",
        axes=AXES,
        run=_run(function),
        options=("S0", *options),
        dtypes=("float32",),
        decay=decay,
        grouped=decay == "head",
    )
    return candidate(PROJECT, kernel, chunks=PADDED if "chunk" in options else ())


GDN = _of(qwen.torch_recurrent_gated_delta_rule, "head")
GDN_CHUNKED = _of(qwen.torch_chunk_gated_delta_rule, "head", "chunk")
KDA = _of(kimi.recurrent_kimi_delta_attention, "key")
KDA_CHUNKED = _of(kimi.chunk_kimi_delta_attention, "key", "chunk")
