"""torch.nn's recurrent modules, described as anybody's are: gates and biases by what packs them."""

import threading
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import torch
from torch.func import functional_call

from ...candidate import Unsupported
from ..described.conventions import TORCH_GRU, TORCH_LSTM
from ..described.packing import Packing
from ..recurrent.layer import Named
from .framework import Axes, Tensor

WEIGHTS = {"Wx": "weight_ih", "Wh": "weight_hh", "bx": "bias_ih", "bh": "bias_hh"}
PROJECTION = {"Wp": "weight_hr"}
NO_KERNEL = "could not create a primitive descriptor"  # what torch says of bfloat16 without AVX-512


class _Modules(threading.local):
    """Modules of torch, each of its sizes once a thread: a call puts its weights into one while it lasts, and to make one takes as long."""

    def __init__(self) -> None:
        self.made = lru_cache(maxsize=256)(self._made)

    def _made(self, make: Callable[..., Any], *sizes: int, **named: Any) -> Any:
        # of a module only its forward is used: on "meta" its own weights take no memory and draw no random numbers
        return make(*sizes, device="meta", **named)


MODULES = _Modules()


@dataclass(frozen=True)
class Kind:
    """torch's module of a family, its module of one step where it has one, and its weights of the contract's parameters."""

    module: Callable[..., Any]
    cell: Callable[..., Any] | None
    weights: Callable[[Named], dict[str, Tensor]]


def _weights(family: str, gates: str = "", **further: str) -> Callable[[Named], dict[str, Tensor]]:
    return partial(Packing(family, gates, {**WEIGHTS, **further}).packed, xp=Axes)


_RELU = {"nonlinearity": "relu"}

RNN = Kind(torch.nn.RNN, torch.nn.RNNCell, _weights("rnn"))
RNN_RELU = Kind(partial(torch.nn.RNN, **_RELU), partial(torch.nn.RNNCell, **_RELU), _weights("rnn_relu"))
LSTM = Kind(torch.nn.LSTM, torch.nn.LSTMCell, _weights("lstm", TORCH_LSTM.gates))
LSTM_PROJECTED = Kind(torch.nn.LSTM, None, _weights("lstm_projected", TORCH_LSTM.gates, **PROJECTION))
GRU = Kind(torch.nn.GRU, torch.nn.GRUCell, _weights("gru_reset_after", TORCH_GRU.gates))


def called(module: Any, named: Mapping[str, Tensor], x: Any, states: list[Tensor]) -> tuple[Any, list[Tensor]]:
    """The outputs and the final states. Raises Unsupported where this processor has no kernel for them."""
    with warnings.catch_warnings():  # said once a process, at the first float32 projection
        warnings.filterwarnings("ignore", "LSTM with projections is not supported with oneDNN", UserWarning)
        try:
            out, final = functional_call(module, named, (x, as_torch(states)), tie_weights=False, strict=True)
        except RuntimeError as error:
            if NO_KERNEL not in str(error):
                raise
            raise Unsupported("oneDNN, which torch calls, has no LSTM at this precision for this processor") from error
    return out, list(final) if len(states) > 1 else [final]


def as_torch(states: list[Tensor]) -> Any:
    return tuple(states) if len(states) > 1 else states[0]
