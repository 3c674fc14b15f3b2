"""transformers' depthwise convolutions with a state, and RWKV's shift by one step, which is one of a window of two."""

import inspect
from functools import partial
from types import SimpleNamespace
from typing import Any

import torch
from transformers.models.mamba import modeling_mamba as mamba
from transformers.models.rwkv import modeling_rwkv as rwkv

from ...candidate import Unsupported
from .kernel import Kernel, Tensors, candidate

PROJECT = "transformers"
_whole, _update = inspect.unwrap(mamba.causal_conv1d_fn), inspect.unwrap(mamba.causal_conv1d_update)
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


def _kernel(family: str, activation: str | None) -> Kernel:
    run: Any = partial(convolved, activation=activation)
    return Kernel(family=family, axes="m n_c n_s n_s+1 T_x", run=run, options=("s0",))


CONV = candidate(PROJECT, _kernel("causal_conv", None), _kernel("causal_conv_silu", "silu"))
RWKV_SHIFT = candidate(
    PROJECT, Kernel(family="causal_conv", axes="m T_x n_c n_s n_s+1", run=shifted, options=("s0",))
)
