"""transformers: what stands in front of its gated delta rules, and RWKV-4's mean. All compute in float32 but the keys of length one."""

from types import SimpleNamespace

import torch
from torch.func import functional_call
from transformers.models.kimi_linear.modeling_kimi_linear import KimiLinearForgetGate
from transformers.models.qwen3_next.modeling_qwen3_next import l2norm
from transformers.models.rwkv.modeling_rwkv import rwkv_linear_attention_cpu

from .kernel import Kernel, Tensors
from .operations import candidate

PROJECT = "transformers"


def decay(given: Tensors) -> Tensors:
    """The gate of Kimi Linear, its projections in front of it left out."""
    alpha, A_log, b = (given[name] for name in ("alpha", "A_log", "b"))
    m, heads, keys = alpha.shape
    sizes = SimpleNamespace(linear_head_dim=keys, linear_num_heads=heads, hidden_size=heads * keys)
    gate = KimiLinearForgetGate(sizes)
    gate.f_a_proj = gate.f_b_proj = torch.nn.Identity()
    weights = {"A_log": A_log.reshape(1, 1, heads, 1), "dt_bias": b.reshape(-1)}
    return {"g": functional_call(gate, weights, (alpha.reshape(m, 1, -1),))[:, 0]}


def unit(given: Tensors) -> Tensors:
    return {"y": l2norm(given["x"], dim=-1, eps=given.get("eps", 0.0))}


def wkv(given: Tensors) -> Tensors:
    """From zeros where no states are given, as the contract has it; its own begin at a maximum of -1e38."""
    like = given["k"][:, 0]
    states = [given.get(f"{state}0", torch.zeros_like(like)) for state in "cnm"]
    y, (c, n, m) = rwkv_linear_attention_cpu(torch.log(-given["g"]), given["u"], given["k"], given["v"], states)
    return {"y": y, "c_last": c, "n_last": n, "m_last": m}


GATES = candidate(
    PROJECT,
    Kernel(family="decay_gate", axes="m n_h n_g", run=decay, dtypes=("float32",)),
    Kernel(family="l2norm", axes="m n_h n_k", run=unit, options=("eps",)),
)
WKV = candidate(
    PROJECT, Kernel(family="wkv4", axes="m T_x n_c", run=wkv, options=("c0", "n0", "m0"), dtypes=("float32",))
)
