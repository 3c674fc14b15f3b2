"""transformers' real-gated linear recurrent unit of RecurrentGemma. It scans in float32 whatever it is given.

Its gates are one projection of one input: three times as many channels hold x, r and i, and the gates' weights pick.
"""

from types import SimpleNamespace

import torch
from torch.func import functional_call
from transformers.models.recurrent_gemma.modeling_recurrent_gemma import RecurrentGemmaRglru

from .kernel import Kernel, Tensors
from .operations import candidate


def scan(given: Tensors) -> Tensors:
    x, r, i, L = (given[name] for name in ("x", "r", "i", "L"))
    n = x.shape[-1]
    layer = RecurrentGemmaRglru(SimpleNamespace(num_attention_heads=1, lru_width=3 * n))
    weights = {
        "recurrent_param": torch.cat([L, L.new_zeros(2 * n)]),
        "recurrent_gate_weight": _picking(1, x),
        "input_gate_weight": _picking(2, x),
        **dict.fromkeys(("recurrent_gate_bias", "input_gate_bias"), x.new_zeros(1, 3 * n)),
    }
    if "h0" in given:
        layer.recurrent_states = torch.cat([given["h0"], x.new_zeros(x.shape[0], 2 * n)], -1)
    else:
        layer.recurrent_states = x.new_zeros(x.shape[0], 3 * n)
    begins = given.get("reset", torch.zeros(x.shape[:2], dtype=torch.bool))  # at position 0
    h = functional_call(layer, weights, (torch.cat([x, r, i], -1), (~begins).long()))
    return {"h": h[..., :n], "h_last": layer.recurrent_states[:, :n]}


def _picking(third: int, like: torch.Tensor) -> torch.Tensor:
    """The weight that gives the first channels one of the thirds as their gates."""
    n = like.shape[-1]
    weight = like.new_zeros(1, 3 * n, 3 * n)
    weight[0, third * n : (third + 1) * n, :n] = torch.eye(n)
    return weight


RG_LRU = candidate(
    "transformers", Kernel(family="rg_lru", axes="m T_x n_c", run=scan, options=("h0", "reset"), dtypes=("float32",))
)
