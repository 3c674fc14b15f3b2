"""The contract's named gates as Keras has them: kernels (n_x, gates*n_a) with gates along columns, i f c o and z r h."""

from collections.abc import Callable

from keras import ops

from ..recurrent.layer import Array, Named

Weights = Callable[[Named], list[Array]]  # kernel, recurrent kernel, bias


def rnn(p: Named) -> list[Array]:
    return [ops.transpose(p["Wax"]), ops.transpose(p["Waa"]), p["ba"][:, 0]]


def lstm(p: Named) -> list[Array]:
    weights, bias = (ops.concatenate([p[f"{kind}{gate}"] for gate in "ifco"]) for kind in "Wb")
    return [*_split(weights, 4), bias[:, 0]]


def gru(p: Named) -> list[Array]:
    # Keras's z weights the old value, the contract's u the new one: z = 1 - u = sigmoid(-(Wu v + bu))
    weights = ops.concatenate([-p["Wu"], p["Wr"], p["Wc"]])
    return [*_split(weights, 3), ops.concatenate([-p["bu"], p["br"], p["bc"]])[:, 0]]


def gru_reset_after(p: Named) -> list[Array]:
    kernel, recurrent, seen = gru(p)
    none = ops.zeros_like(p["bca"])
    return [kernel, recurrent, ops.stack([seen, ops.concatenate([none, none, p["bca"]])[:, 0]])]


def _split(weights: Array, gates: int) -> tuple[Array, Array]:
    n_a = weights.shape[0] // gates
    return ops.transpose(weights[:, n_a:]), ops.transpose(weights[:, :n_a])
