"""What is right: every operation of the contract in NumPy, forward and backward, over any number type."""

from collections.abc import Callable
from typing import Any

from . import elementwise, lstm, rnn
from .contract import ContractError, Operation
from .elementwise import sigmoid, softmax
from .family import Family
from .lstm import lstm_backward, lstm_cell_backward, lstm_cell_forward, lstm_forward
from .rnn import rnn_backward, rnn_cell_backward, rnn_cell_forward, rnn_forward

FAMILIES: tuple[Family, ...] = (rnn.FAMILY, lstm.FAMILY)

FUNCTIONS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        *(sigmoid, softmax),
        *(rnn_cell_forward, rnn_cell_backward, rnn_forward, rnn_backward),
        *(lstm_cell_forward, lstm_cell_backward, lstm_forward, lstm_backward),
    )
}

OPERATIONS: dict[str, Operation] = {name: function.operation for name, function in FUNCTIONS.items()}  # type: ignore[attr-defined]

__all__ = [
    "ContractError",
    "Family",
    "FAMILIES",
    "FUNCTIONS",
    "Operation",
    "OPERATIONS",
    "elementwise",
    "lstm_backward",
    "lstm_cell_backward",
    "lstm_cell_forward",
    "lstm_forward",
    "rnn_backward",
    "rnn_cell_backward",
    "rnn_cell_forward",
    "rnn_forward",
    "sigmoid",
    "softmax",
]
