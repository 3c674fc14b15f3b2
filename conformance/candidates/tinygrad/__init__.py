"""tinygrad as a candidate: nn.LSTMCell, its one recurrent layer, on tinygrad's default device; gradients by Tensor.gradient."""

from functools import partial
from importlib.metadata import version
from typing import Any

import numpy as np
from tinygrad import Device, Tensor, nn

from ..described.conventions import TINYGRAD_LSTM
from ..recurrent.layer import Array, Function, Layer, Named
from ..recurrent.operations import operations, refused


class Shapes:
    """What the operations need under NumPy's names."""

    @staticmethod
    def transpose(tensor: Tensor) -> Tensor:
        return tensor.transpose()


class Tinygrad:
    xp = Shapes

    def run(self, function: Function, leaves: Named, lengths: Array | None) -> Named:
        return {name: output.numpy().copy() for name, output in function(_tensors(leaves), lengths).items()}

    def gradients(self, function: Function, leaves: Named, lengths: Array | None, upstream: Named) -> Named:
        given, into = _tensors(leaves), _tensors(upstream)
        outputs = function(given, lengths)
        weighted = [(outputs[name] * into[name]).sum() for name in upstream]
        reached = {
            name: leaf for name, leaf in given.items() if name not in ("Wy", "by")
        }  # the head's are not asked for
        found = sum(weighted[1:], weighted[0]).gradient(*reached.values())
        return {name: gradient.numpy().copy() for name, gradient in zip(reached, found, strict=True)}

    def head(self, weight: Any, bias: Any, a: Any) -> Any:
        return self.softmax(weight @ a + bias)

    def softmax(self, logits: Any) -> Any:
        return logits.softmax(axis=0)


def _tensors(arrays: Named) -> Named:
    return {name: Tensor(np.ascontiguousarray(array)) for name, array in arrays.items()}


def step(p: Named, xt: Any, states: list[Any]) -> list[Any]:
    n_a, n_x = states[0].shape[1], xt.shape[1]
    weights, bias = (Tensor.cat(*TINYGRAD_LSTM.gathered(p, kind)) for kind in "Wb")
    cell = nn.LSTMCell(n_x, n_a)
    cell.weight_ih, cell.weight_hh = weights[:, n_a:], weights[:, :n_a]
    cell.bias_ih, cell.bias_hh = bias[:, 0], bias[:, 0].zeros_like()
    return list(cell(xt, tuple(states)))


def _elementwise(x: Array, function: Any) -> Array:
    return function(Tensor(np.ascontiguousarray(x))).numpy().copy()


CANDIDATE = {
    "__version__": f"tinygrad {version('tinygrad')} on {Device.DEFAULT}",
    "sigmoid": partial(_elementwise, function=Tensor.sigmoid),
    "softmax": partial(_elementwise, function=partial(Tensor.softmax, axis=0)),
    **refused("lstm lstm_network", "tinygrad runs no sequences"),
    **operations(Tinygrad(), Layer("lstm", step)),
    **refused("rnn rnn_relu gru gru_reset_after", "tinygrad has no recurrent cell but nn.LSTMCell"),
    **refused("lstm_peephole lstm_coupled lstm_projected lstm_clipped", "tinygrad.nn.LSTMCell has no such variant"),
    **refused(
        "pad_sequence pack_sequence pack_padded_sequence pad_packed_sequence", "tinygrad has no packed sequences"
    ),
}
