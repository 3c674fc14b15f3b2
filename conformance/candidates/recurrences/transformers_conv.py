"""transformers' depthwise convolutions with a state, that of RecurrentGemma's block, and RWKV's shift by one step.

The forwards of block and shift are run with all that stands around them handing through what it is given. A shift is a convolution
with a window of two.
"""

import inspect
from functools import partial
from types import SimpleNamespace
from typing import Any

import torch
from transformers.models.mamba import modeling_mamba as mamba
from transformers.models.recurrent_gemma import modeling_recurrent_gemma as gemma
from transformers.models.rwkv import modeling_rwkv as rwkv

from ...candidate import Unsupported
from .kernel import Kernel, Tensors
from .operations import candidate

PROJECT = "transformers"
_whole, _update = inspect.unwrap(mamba.causal_conv1d_fn), inspect.unwrap(mamba.causal_conv1d_update)
_block = inspect.unwrap(gemma.RecurrentGemmaRecurrentBlock.forward)
_shift = inspect.unwrap(rwkv.RwkvSelfAttention.extract_key_value)


def convolved(given: Tensors, activation: str | None) -> Tensors:
    """With a state by what updates it, which takes any number of steps; without by what takes a whole sequence."""
    weights = {"bias": given["b"], "activation": activation}
    if "s0" not in given:
        return {"y": _whole(given["x"], given["w"], **weights)}
    state = given["s0"].clone()
    return {"y": _update(given["x"], state, given["w"], **weights), "s_last": state}


def shifted(given: Tensors) -> Tensors:
    """RWKV mixes a step with the one before by shares: all of one as its key, all of the other as its value."""
    x, w = given["x"], given["w"]
    if w.shape[1] != 2:
        raise Unsupported("shifts by one step")
    attention = SimpleNamespace(
        layer_id=0,
        time_shift=torch.nn.ZeroPad2d((0, 0, 1, -1)),
        time_mix_key=0.0,
        time_mix_value=1.0,
        time_mix_receptance=1.0,
        **dict.fromkeys(("key", "value", "receptance"), torch.nn.Identity()),
    )
    state = [x, given["s0"].clone()] if "s0" in given else None
    _, before, now, state = _shift(attention, x, state)
    y = w[:, 0] * before + w[:, 1] * now + given["b"]
    return {"y": y} if state is None else {"y": y, "s_last": state[1]}


def blocked(given: Tensors) -> Tensors:
    """RecurrentGemma's block with a cache."""
    x, w = given["x"], given["w"]
    (batch, channels, steps), width = x.shape, w.shape[1]
    convolution = torch.nn.Conv1d(channels, channels, width, groups=channels, padding=width - 1)
    del convolution.weight, convolution.bias
    convolution.weight, convolution.bias = w.unsqueeze(1), given["b"]
    block = SimpleNamespace(
        hidden_size=channels,
        lru_width=channels,
        conv1d_width=width,
        conv1d_state=given.get("s0", x.new_zeros(batch, channels, width - 1)),
        conv_1d=convolution,
        linear_y=torch.ones_like,
        rg_lru=lambda x, _: x,
        **dict.fromkeys(("linear_x", "linear_out", "act_fn"), torch.nn.Identity()),
    )
    y, _ = _block(block, x.transpose(1, 2), torch.ones(1, steps), None)
    return {"y": y.transpose(1, 2), "s_last": block.conv1d_state}


def _kernel(family: str, activation: str | None) -> Kernel:
    run: Any = partial(convolved, activation=activation)
    return Kernel(family=family, axes="m n_c n_s n_s+1 T_x", run=run, options=("s0",))


CONV = candidate(PROJECT, _kernel("causal_conv", None), _kernel("causal_conv_silu", "silu"))
GEMMA = candidate(PROJECT, Kernel(family="causal_conv", axes="m n_c n_s n_s+1 T_x", run=blocked, options=("s0",)))
RWKV_SHIFT = candidate(PROJECT, Kernel(family="causal_conv", axes="m T_x n_c n_s n_s+1", run=shifted, options=("s0",)))
