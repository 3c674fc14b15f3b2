"""PyTorch as a candidate: torch.nn's recurrent modules and their cells, torch.nn.utils.rnn, gradients by autograd."""

from collections.abc import Callable
from typing import Any

import torch

from ...candidate import Unsupported
from .containers import pack_padded_sequence as pack_padded_sequence
from .containers import pack_sequence as pack_sequence
from .containers import pad_packed_sequence as pad_packed_sequence
from .containers import pad_sequence as pad_sequence
from .graph import Array, array, tensor
from .layers import GRU, LSTM, LSTM_PROJECTED, RNN, RNN_RELU
from .networks import lstm_network_operations, network_operations
from .operations import lstm_operations, operations

__version__ = f"torch {torch.__version__}"


def sigmoid(x: Array) -> Any:
    return array(torch.sigmoid(tensor(x)))


def softmax(x: Array) -> Any:
    return array(torch.softmax(tensor(x), dim=0))


def _refused(reason: str) -> Callable[..., Any]:
    def operation(*_: Any, **__: Any) -> Any:
        raise Unsupported(reason)

    return operation


rnn_cell_forward, rnn_cell_backward, rnn_forward, rnn_backward = operations(RNN)
rnn_relu_cell_forward, rnn_relu_cell_backward, rnn_relu_forward, rnn_relu_backward = operations(RNN_RELU)
lstm_cell_forward, lstm_cell_backward, lstm_forward, lstm_backward = lstm_operations(LSTM)
lstm_projected_cell_forward, lstm_projected_cell_backward, lstm_projected_forward, lstm_projected_backward = (
    lstm_operations(LSTM_PROJECTED)
)
gru_reset_after_cell_forward, gru_reset_after_cell_backward, gru_reset_after_forward, gru_reset_after_backward = (
    operations(GRU)
)
rnn_network_forward, rnn_network_backward = network_operations(RNN)
lstm_network_forward, lstm_network_backward = lstm_network_operations(LSTM)
gru_reset_after_network_forward, gru_reset_after_network_backward = network_operations(GRU)

gru_cell_forward = gru_cell_backward = gru_forward = gru_backward = _refused("torch.nn.GRU resets after the product")
lstm_peephole_cell_forward = lstm_peephole_cell_backward = lstm_peephole_forward = lstm_peephole_backward = _refused(
    "torch.nn.LSTM has no peepholes"
)
lstm_coupled_cell_forward = lstm_coupled_cell_backward = lstm_coupled_forward = lstm_coupled_backward = _refused(
    "torch.nn.LSTM has no coupled gates"
)
lstm_clipped_cell_forward = lstm_clipped_cell_backward = lstm_clipped_forward = lstm_clipped_backward = _refused(
    "torch.nn.LSTM does not clip its cell state"
)
