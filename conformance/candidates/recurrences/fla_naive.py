"""flash-linear-attention's naive functions, which its own tests hold its kernels against.

Each is loaded by its file: importing any of its operations imports Triton, and these need PyTorch and einops alone. They compute
in float32 whatever they are given.
"""

import importlib.util
from collections.abc import Callable
from functools import cache, partial
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from ...candidate import Unsupported
from ...run.local import Local
from .chunks import PADDED, divided, dividing, padded
from .kernel import Kernel, Tensors
from .operations import candidate

PROJECT = "fla-core"
TIME_FIRST = "m T_x n_h n_hv n_c n_k n_g n_v"
HEADS_FIRST = "m n_h n_hv T_x n_k n_g n_v"


@cache
def _module(path: str) -> Any:
    try:
        file = Path(str(distribution(PROJECT).locate_file(f"fla/ops/{path}.py")))
    except PackageNotFoundError:
        raise ModuleNotFoundError(f"No module named {PROJECT!r}", name=PROJECT) from None
    spec = importlib.util.spec_from_file_location(f"fla_naive_{path.replace('/', '_')}", file)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _of(
    family: str,
    path: str,
    name: str,
    order: str,
    options: str = "",
    *,
    axes: str = TIME_FIRST,
    chunk: Callable[[Tensors], int] | None = None,
    **conventions: Any,
) -> Local:
    """A function that takes these in this order, its states by `initial_state` where it takes one."""
    function, state = getattr(_module(path), name), "h0" if family == "diagonal" else "S0"
    last = {"output_final_state": True} if state in options else {}

    def run(given: Tensors) -> Tensors:
        if missing := [name for name in order.split() if name not in given]:
            raise Unsupported(f"is asked for {', '.join(missing)} too")
        keywords: dict[str, Any] = {"initial_state": given[state]} if state in given else {}
        keywords |= {"scale": given["scale"]} if "scale" in given else {}
        keywords |= {"chunk_size": chunk(given)} if chunk else {}
        o, ended = function(*(given[name] for name in order.split()), **keywords, **last)
        return {"o": o, "h": o, f"{state[0]}_last": ended}

    said = {"grouped": False, "dtypes": ("float32",), **conventions}
    offered = (*options.split(), *(("chunk",) if chunk else ()))
    kernel = Kernel(family=family, axes=axes, run=run, options=offered, **said)
    return candidate(PROJECT, kernel, chunks=DECLARED[chunk] if chunk else ())


def by_time(given: Tensors) -> int:
    return dividing(given, given["q"].shape[1], 64)


def by_heads(given: Tensors) -> int:
    return dividing(given, given["q"].shape[2], 32)


DECLARED: dict[Callable[[Tensors], int], tuple[int, ...]] = {
    padded: PADDED,
    by_time: divided(64),
    by_heads: divided(32),
}
RULE, KEPT, DPLR = "q k v beta", "S0 scale", "q k v a b g"
HEAD, KEY, NONE = (dict[str, Any](decay=decay) for decay in ("head", "key", "none"))
BY_HEADS, BY_TIME = dict[str, Any](axes=HEADS_FIRST, chunk=by_heads), dict[str, Any](grouped=True, chunk=by_time)
_linear, _delta, _dplr = partial(_of, "gated_linear"), partial(_of, "gated_delta"), partial(_of, "dplr")
_dplr_in = "generalized_delta_rule/dplr/naive"

GLA = _linear("gla/naive", "naive_recurrent_gla", "q k v g", "S0", **KEY)
SIMPLE_GLA = _linear("simple_gla/naive", "naive_recurrent_simple_gla", "q k v g", KEPT, **HEAD)
SIMPLE_GLA_CHUNKED = _linear("simple_gla/naive", "naive_chunk_simple_gla", "q k v g", KEPT, chunk=padded, **HEAD)
LINEAR_ATTENTION = _linear("linear_attn/naive", "naive_recurrent_linear_attn", "q k v", KEPT, **NONE)
RWKV6 = _linear("rwkv6/recurrent_naive", "naive_recurrent_rwkv6", "q k v g u", f"{KEPT} u", axes=HEADS_FIRST, **KEY)
GDN = _delta("gated_delta_rule/naive", "naive_recurrent_gated_delta_rule", f"{RULE} g", KEPT, **HEAD)
GDN_CHUNKED = _delta(
    "gated_delta_rule/naive", "naive_chunk_gated_delta_rule", "q k v g beta", KEPT, chunk=padded, **HEAD
)
KDA = _delta("kda/naive", "naive_recurrent_kda", "q k v g beta", KEPT, grouped=True, **KEY)
KDA_CHUNKED = _delta("kda/naive", "naive_chunk_kda", "q k v g beta", KEPT, **BY_TIME, **KEY)
DELTA_RULE = _delta("delta_rule/naive", "delta_rule_recurrence", RULE, "S0", axes=HEADS_FIRST, **NONE)
DELTA_RULE_CHUNKED = _delta("delta_rule/naive", "delta_rule_chunkwise", RULE, **BY_HEADS, **NONE)
DPLR_RECURRENT = _dplr(_dplr_in, "dplr_recurrence", DPLR, "S0", axes=HEADS_FIRST, **KEY)
DPLR_CHUNKED = _dplr(_dplr_in, "dplr_chunkwise", DPLR, "S0", **BY_HEADS, **KEY)
HGRN = _of("diagonal", "hgrn/naive", "naive_recurrent_hgrn", "x g", "h0")
