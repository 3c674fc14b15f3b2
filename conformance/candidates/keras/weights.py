"""The contract's named gates as Keras has them: kernels (n_x, gates*n_a) with gates along columns."""

from collections.abc import Callable

from keras import ops

from ..described.conventions import KERAS_GRU, KERAS_GRU_RESET_AFTER, KERAS_LSTM, Convention
from ..recurrent.layer import Array, Named

Weights = Callable[[Named], list[Array]]  # kernel, recurrent kernel, bias


def rnn(p: Named) -> list[Array]:
    return [ops.transpose(p["Wax"]), ops.transpose(p["Waa"]), p["ba"][:, 0]]


def lstm(p: Named) -> list[Array]:
    return _gated(p, KERAS_LSTM)


def gru(p: Named) -> list[Array]:
    return _gated(p, KERAS_GRU)


def gru_reset_after(p: Named) -> list[Array]:
    kernel, recurrent, seen = _gated(p, KERAS_GRU_RESET_AFTER)
    none = ops.zeros_like(p["bca"])
    return [kernel, recurrent, ops.stack([seen, ops.concatenate([none, none, p["bca"]])[:, 0]])]


def _gated(p: Named, kept: Convention) -> list[Array]:
    weights, bias = (ops.concatenate(kept.gathered(p, kind)) for kind in "Wb")
    return [*_split(weights, len(kept.gates)), bias[:, 0]]


def _split(weights: Array, gates: int) -> tuple[Array, Array]:
    n_a = weights.shape[0] // gates
    return ops.transpose(weights[:, n_a:]), ops.transpose(weights[:, :n_a])
