"""flax.nnx as a candidate: its cells, RNN and Bidirectional, gradients by JAX.

One step of an LSTM is LSTMCell's, sequences are OptimizedLSTMCell's. Flax promises nothing of outputs past an example's
length, so they are blanked.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import flax
import jax
import jax.numpy as jnp
from flax import nnx

from ..described.conventions import FLAX_LSTM
from ..recurrent.layer import Array, Named
from ..recurrent.operations import operations, refused
from .flax_layers import Cell, layer
from .graph import JAX, elementwise

Dense = Mapping[str, tuple[Array, Array | None]]  # kernel and bias of each of a cell's linear maps
GATES = FLAX_LSTM.named


class SeenLSTM(nnx.OptimizedLSTMCell):  # type: ignore[misc]
    """What nnx.RNN does not return, every c, is part of the output."""

    def __call__(self, carry: Any, inputs: Any) -> Any:
        carry, _ = super().__call__(carry, inputs)
        return carry, carry


def rnn(p: Named) -> Dense:
    return {"dense_i": (p["Wax"].T, p["ba"][:, 0]), "dense_h": (p["Waa"].T, None)}


def lstm(p: Named) -> Dense:
    n_a = len(p["Wc"])
    seen = {f"i{gate}".replace("if", "if_"): (p[f"W{ours}"][:, n_a:].T, None) for gate, ours in GATES.items()}
    kept = {f"h{gate}": (p[f"W{ours}"][:, :n_a].T, p[f"b{ours}"][:, 0]) for gate, ours in GATES.items()}
    return seen | kept


def lstm_in_one(p: Named) -> Dense:
    n_a = len(p["Wc"])
    weights, bias = (jnp.concatenate([p[f"{kind}{gate}"] for gate in GATES.values()]) for kind in "Wb")
    return {"dense_i": (weights[:, n_a:].T, None), "dense_h": (weights[:, :n_a].T, bias[:, 0])}


Make = Callable[[Named, Array], Any]  # a module from parameters, and what its sizes are read from


def made(kind: Callable[..., Any], weights: Callable[[Named], Dense], **options: Any) -> Make:
    """A cell with given weights; it draws none of its own."""
    zeros = nnx.initializers.zeros_init()

    def make(p: Named, x: Array) -> Any:
        n_a = len(p["Waa"] if "Waa" in p else p["Wc"])
        options.update(kernel_init=zeros, recurrent_kernel_init=zeros, dtype=x.dtype, param_dtype=x.dtype)
        module = kind(x.shape[-1], n_a, rngs=nnx.Rngs(0), **options)
        for name, (kernel, bias) in weights(p).items():
            dense = getattr(module, name)
            dense.kernel[...] = kernel
            if bias is not None:
                dense.bias[...] = bias
        return module

    return make


def cell(one: Make, many: Make | None = None) -> Cell:
    """Over a module, and for sequences one whose every output is its carry."""

    def over(p: Named, x: Array, **options: Any) -> Any:
        return nnx.RNN((many or one)(p, x), time_major=True, return_carry=True, **options)

    def step(p: Named, carry: Any, xt: Array) -> Any:
        return one(p, xt)(carry, xt)[0]

    def run(p: Named, x: Array, carry: Any, lengths: Array | None, reverse: bool) -> Any:
        return over(p, x, reverse=reverse, keep_order=True)(x, initial_carry=carry, seq_lengths=lengths)

    def both(pair: Any, x: Array, carries: Any, lengths: Array | None) -> Any:
        module = nnx.Bidirectional(*(over(p, x) for p in pair), time_major=True, return_carry=True)
        return module(x, initial_carry=carries, seq_lengths=lengths)

    return Cell(step, run, both)


CANDIDATE = {
    "__version__": f"flax {flax.__version__} (nnx), jax {jax.__version__}",
    "sigmoid": partial(elementwise, function=nnx.sigmoid),
    "softmax": partial(elementwise, function=partial(nnx.softmax, axis=0)),
    **operations(
        JAX,
        layer("rnn", cell(made(nnx.SimpleCell, rnn))),
        layer("rnn_relu", cell(made(nnx.SimpleCell, rnn, activation_fn=nnx.relu)), network=False),
        layer("lstm", cell(made(nnx.LSTMCell, lstm), made(SeenLSTM, lstm_in_one))),
    ),
    **refused("gru", "flax.nnx.GRUCell resets after the product"),
    **refused("gru_reset_after", "flax.nnx.GRUCell has no bias inside what the reset gate weights"),
    **refused("lstm_peephole lstm_coupled lstm_projected lstm_clipped", "flax.nnx has no such LSTM"),
    **refused("pad_sequence pack_sequence pack_padded_sequence pad_packed_sequence", "Flax has no packed sequences"),
}
