"""What is right: every operation of the contract in NumPy, forward and backward, over any number type."""

# ruff: noqa: F403 (each line exports its family's operations, and is all there is to registering it)
# isort: off

from collections.abc import Callable
from types import ModuleType
from typing import Any

from .contract import ContractError, Operation
from .family import Family
from .elementwise import *
from .rnn import *
from .rnn_relu import *
from .lstm import *
from .lstm_peephole import *
from .lstm_coupled import *
from .lstm_projected import *
from .lstm_clipped import *
from .gru import *
from .gru_reset_after import *
from .network import *
from .containers import *

MODULES = tuple(module for module in list(vars().values()) if isinstance(module, ModuleType))

FAMILIES: tuple[Family, ...] = tuple(module.FAMILY for module in MODULES if hasattr(module, "FAMILY"))

FUNCTIONS: dict[str, Callable[..., Any]] = {
    name: function
    for module in MODULES
    for name, function in vars(module).items()
    if name in getattr(module, "__all__", ())
}

OPERATIONS: dict[str, Operation] = {name: function.operation for name, function in FUNCTIONS.items()}  # type: ignore[attr-defined]

__all__ = ["FAMILIES", "FUNCTIONS", "OPERATIONS", "ContractError", "Family", "Operation", *FUNCTIONS]
