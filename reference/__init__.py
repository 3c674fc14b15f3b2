"""What is right: every operation of the contract in NumPy, forward and backward, over any number type."""

# ruff: noqa: F403 (a star brings what the module names in `__all__`: its operations)

from collections.abc import Callable
from typing import Any

from . import containers, elementwise, network
from .containers import *
from .contract import ContractError, Direction, Kind, Operation
from .elementwise import *
from .families import (
    bounded_decay_gate,
    causal_conv,
    causal_conv_silu,
    decay_gate,
    diagonal,
    dplr,
    gated_delta,
    gated_linear,
    gru,
    gru_reset_after,
    l2norm,
    lstm,
    lstm_clipped,
    lstm_coupled,
    lstm_peephole,
    lstm_projected,
    min_gru,
    min_lstm,
    mlstm,
    rg_lru,
    rnn,
    rnn_relu,
    selective_scan,
    selective_scan_layer,
    slstm,
    time_step_gate,
    wkv4,
)
from .families.bounded_decay_gate import *
from .families.causal_conv import *
from .families.causal_conv_silu import *
from .families.decay_gate import *
from .families.diagonal import *
from .families.dplr import *
from .families.gated_delta import *
from .families.gated_linear import *
from .families.gru import *
from .families.gru_reset_after import *
from .families.l2norm import *
from .families.lstm import *
from .families.lstm_clipped import *
from .families.lstm_coupled import *
from .families.lstm_peephole import *
from .families.lstm_projected import *
from .families.min_gru import *
from .families.min_lstm import *
from .families.mlstm import *
from .families.rg_lru import *
from .families.rnn import *
from .families.rnn_relu import *
from .families.selective_scan import *
from .families.selective_scan_layer import *
from .families.slstm import *
from .families.time_step_gate import *
from .families.wkv4 import *
from .family import Family
from .network import *

# a family is registered by its place here, in which its operations are also listed
FAMILY_MODULES = (
    rnn,
    rnn_relu,
    lstm,
    lstm_peephole,
    lstm_coupled,
    lstm_projected,
    lstm_clipped,
    gru,
    gru_reset_after,
    causal_conv,
    causal_conv_silu,
    diagonal,
    gated_linear,
    gated_delta,
    dplr,
    mlstm,
    slstm,
    selective_scan,
    selective_scan_layer,
    min_gru,
    min_lstm,
    rg_lru,
    wkv4,
    decay_gate,
    bounded_decay_gate,
    time_step_gate,
    l2norm,
)
MODULES = (elementwise, *FAMILY_MODULES, network, containers)

FAMILIES: tuple[Family, ...] = tuple(module.FAMILY for module in FAMILY_MODULES)

FUNCTIONS: dict[str, Callable[..., Any]] = {
    name: getattr(module, name) for module in MODULES for name in module.__all__
}

OPERATIONS: dict[str, Operation] = {name: function.operation for name, function in FUNCTIONS.items()}  # type: ignore[attr-defined]

__all__ = [
    "FAMILIES",
    "FUNCTIONS",
    "MODULES",
    "OPERATIONS",
    "ContractError",
    "Direction",
    "Family",
    "Kind",
    "Operation",
    *FUNCTIONS,
]
