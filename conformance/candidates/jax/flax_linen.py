"""flax.linen as a candidate: its cells, RNN and Bidirectional, gradients by JAX.

One step of an LSTM is LSTMCell's, sequences are OptimizedLSTMCell's, which takes the same parameters. Flax promises
nothing of outputs past an example's length, so they are blanked.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import flax
import jax
from flax import linen as nn

from ..described.conventions import FLAX_GRU, FLAX_LSTM
from ..recurrent.layer import Array, Named
from ..recurrent.operations import operations, refused
from .flax_layers import Cell, layer
from .graph import JAX, elementwise

Weights = Callable[[Named], Named]


class SeenLSTM(nn.OptimizedLSTMCell):  # type: ignore[misc]
    """What nn.RNN does not return, every c, is part of the output."""

    def __call__(self, carry: Any, inputs: Any) -> Any:
        carry, _ = super().__call__(carry, inputs)
        return carry, carry


def rnn(p: Named) -> Named:
    return {"i": {"kernel": p["Wax"].T, "bias": p["ba"][:, 0]}, "h": {"kernel": p["Waa"].T}}


def lstm(p: Named) -> Named:
    seen, kept = _split(p, FLAX_LSTM.named)
    return seen | {name: {**dense, "bias": p[f"b{_gate(name)}"][:, 0]} for name, dense in kept.items()}


def gru(p: Named) -> Named:
    # Flax's z weights the old value, the contract's u the new one: z = 1 - u = sigmoid(-(Wu v + bu))
    p = {**p, "Wu": -p["Wu"], "bu": -p["bu"]}
    seen, kept = _split(p, FLAX_GRU.named)
    seen = {name: {**dense, "bias": p[f"b{_gate(name)}"][:, 0]} for name, dense in seen.items()}
    return seen | kept | {"hn": {**kept["hn"], "bias": p["bca"][:, 0]}}


def _gate(name: str) -> str:
    return {**FLAX_LSTM.named, **FLAX_GRU.named}[name[1]]


def _split(p: Named, gates: dict[str, str]) -> tuple[Named, Named]:
    """Kernels on x and on the state."""
    n_a = len(p["Wc"])
    seen = {f"i{gate}": {"kernel": p[f"W{ours}"][:, n_a:].T} for gate, ours in gates.items()}
    return seen, {f"h{gate}": {"kernel": p[f"W{ours}"][:, :n_a].T} for gate, ours in gates.items()}


def cell(weights: Weights, kind: Callable[[int], Any], seen: Callable[[int], Any] | None = None) -> Cell:
    """Over a module of n_a units, and for sequences one whose every output is its carry."""

    def over(carry: Any, **options: Any) -> Any:
        return nn.RNN((seen or kind)(_units(carry)), time_major=True, return_carry=True, **options)

    def step(p: Named, carry: Any, xt: Array) -> Any:
        return kind(_units(carry)).apply({"params": weights(p)}, carry, xt)[0]

    def run(p: Named, x: Array, carry: Any, lengths: Array | None, reverse: bool) -> Any:
        given = {"initial_carry": carry, "seq_lengths": lengths}
        return over(carry, reverse=reverse, keep_order=True).apply({"params": {"cell": weights(p)}}, x, **given)

    def both(pair: Any, x: Array, carries: Any, lengths: Array | None) -> Any:
        module = nn.Bidirectional(over(carries[0]), over(carries[1]), time_major=True, return_carry=True)
        names = ("forward_rnn", "backward_rnn")
        params = {name: {"cell": weights(p)} for name, p in zip(names, pair, strict=True)}
        return module.apply({"params": params}, x, initial_carry=carries, seq_lengths=lengths)

    return Cell(step, run, both)


def _units(carry: Any) -> int:
    return int(jax.tree.leaves(carry)[0].shape[-1])


RELU = partial(nn.SimpleCell, activation_fn=jax.nn.relu)

CANDIDATE = {
    "__version__": f"flax {flax.__version__} (linen), jax {jax.__version__}",
    "sigmoid": partial(elementwise, function=nn.sigmoid),
    "softmax": partial(elementwise, function=partial(nn.softmax, axis=0)),
    **operations(
        JAX,
        layer("rnn", cell(rnn, nn.SimpleCell)),
        layer("rnn_relu", cell(rnn, RELU), network=False),
        layer("lstm", cell(lstm, nn.LSTMCell, SeenLSTM)),
        layer("gru_reset_after", cell(gru, nn.GRUCell)),
    ),
    **refused("gru", "flax.linen.GRUCell resets after the product"),
    **refused("lstm_peephole lstm_coupled lstm_projected lstm_clipped", "flax.linen has no such LSTM"),
    **refused("pad_sequence pack_sequence pack_padded_sequence pad_packed_sequence", "Flax has no packed sequences"),
}
