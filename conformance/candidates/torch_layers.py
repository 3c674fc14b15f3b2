"""torch's own recurrent modules, run with weights stacked from the contract's named gates.

Gates keep their names: what torch wants stacked is stacked inside the graph, so autograd hands the
gradients back gate by gate. Time, batch and units are in torch's order here: x is (T, m, n_x).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch.func import functional_call
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from .torch_graph import Tensor

LSTM_GATES = ("i", "f", "c", "o")  # torch stacks its rows i f g o, and its GRU's r z n
NAMES = ("weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr")

Weights = list[Tensor]  # in the order of NAMES


@dataclass(frozen=True)
class Layer:
    """torch's module of a family, and of one step where it has one."""

    module: Callable[..., torch.nn.Module]
    cell: Callable[..., torch.nn.Module] | None
    weights: Callable[[Mapping[str, Tensor]], Weights]
    head: str = "Wy"


def rnn_weights(p: Mapping[str, Tensor]) -> Weights:
    bias = p["ba"][:, 0]
    return [p["Wax"], p["Waa"], bias, torch.zeros_like(bias)]


def lstm_weights(p: Mapping[str, Tensor]) -> Weights:
    stacked, bias = (torch.cat([p[f"{kind}{gate}"] for gate in LSTM_GATES]) for kind in "Wb")
    projection = [p["Wp"]] if "Wp" in p else []
    n = len(projection[0] if projection else p["bf"])  # of the output, which is what flows back
    return [stacked[:, n:], stacked[:, :n], bias[:, 0], torch.zeros_like(bias[:, 0]), *projection]


def gru_weights(p: Mapping[str, Tensor]) -> Weights:
    # torch's z weights the old value, the contract's u the new one: z = 1 - u = sigmoid(-(Wu v + bu))
    stacked, none = torch.cat([p["Wr"], -p["Wu"], p["Wc"]]), torch.zeros_like(p["bc"])
    seen, kept = torch.cat([p["br"], -p["bu"], p["bc"]]), torch.cat([none, none, p["bca"]])
    n_a = len(none)
    return [stacked[:, n_a:], stacked[:, :n_a], seen[:, 0], kept[:, 0]]


RNN = Layer(torch.nn.RNN, torch.nn.RNNCell, rnn_weights, "Wya")
RNN_RELU = Layer(
    partial(torch.nn.RNN, nonlinearity="relu"), partial(torch.nn.RNNCell, nonlinearity="relu"), rnn_weights, "Wya"
)
LSTM = Layer(torch.nn.LSTM, torch.nn.LSTMCell, lstm_weights)
LSTM_PROJECTED = Layer(torch.nn.LSTM, None, lstm_weights)
GRU = Layer(torch.nn.GRU, torch.nn.GRUCell, gru_weights)


def step(layer: Layer, weights: Weights, xt: Tensor, states: list[Tensor]) -> list[Tensor]:
    """The next states, by the cell module or else by a sequence of one step."""
    if layer.cell is None:
        return [final[0] for final in unroll(layer, [[weights]], xt[None], [s[None] for s in states])[1]]
    cell = layer.cell(xt.shape[1], states[-1].shape[1], device="meta", dtype=xt.dtype)
    out = functional_call(cell, dict(zip(NAMES, weights, strict=False)), (xt, _as_torch(states)), strict=True)
    return list(out) if len(states) > 1 else [out]


def unroll(
    layer: Layer,
    weights: Sequence[Sequence[Weights]],
    x: Tensor,
    states: list[Tensor],
    lengths: Tensor | None = None,
) -> tuple[Tensor, list[Tensor]]:
    """The outputs (T, m, directions*n) of weights[layer][direction], and the final states (layers*directions, m, n)."""
    named = {
        f"{name}_l{k}{'_reverse' if d else ''}": weight
        for k, directions in enumerate(weights)
        for d, one in enumerate(directions)
        for name, weight in zip(NAMES, one, strict=False)
    }
    sizes = {"num_layers": len(weights), "bidirectional": len(weights[0]) == 2}
    if len(weights[0][0]) == len(NAMES):
        sizes["proj_size"] = states[0].shape[2]
    # of the module only its forward is used: on "meta" its own weights take no memory and draw no random numbers
    module = layer.module(x.shape[2], states[-1].shape[2], **sizes, device="meta", dtype=x.dtype)
    run = partial(_run, module, named)
    if lengths is None:
        return run(x, states)
    return _ragged(run, x, states, lengths, len(weights[0]) * states[0].shape[2])


def _run(module: torch.nn.Module, named: dict[str, Tensor], x: Any, states: list[Tensor]) -> tuple[Any, list[Tensor]]:
    out, final = functional_call(module, named, (x, _as_torch(states)), strict=True)
    return out, list(final) if len(states) > 1 else [final]


def _as_torch(states: list[Tensor]) -> Any:
    return tuple(states) if len(states) > 1 else states[0]


def _ragged(run: Any, x: Tensor, states: list[Tensor], lengths: Tensor, n: int) -> tuple[Tensor, list[Tensor]]:
    """torch refuses to pack an example of length 0: it is left out, its outputs are zeros, its states stay."""
    kept = lengths.nonzero()[:, 0]
    out = torch.zeros(*x.shape[:2], n, dtype=x.dtype, requires_grad=True)
    if len(kept) == 0:
        return out, states
    packed = pack_padded_sequence(x[:, kept], lengths[kept], enforce_sorted=False)
    some, finals = run(packed, [state[:, kept] for state in states])
    some, _ = pad_packed_sequence(some, total_length=len(x))
    ended = zip(states, finals, strict=True)
    return out.index_copy(1, kept, some), [state.index_copy(1, kept, final) for state, final in ended]
