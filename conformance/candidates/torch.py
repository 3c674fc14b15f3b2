"""PyTorch as a candidate: torch.nn.RNN, LSTM and their cells, gradients by autograd.

Gates keep their names: the stacked matrices that torch wants are built from the contract's arrays
inside the graph, so autograd hands the gradients back gate by gate.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch.func import functional_call

Tensor = Any  # torch.Tensor: its stubs say too little to be worth a minute of checking

__version__ = f"torch {torch.__version__}"

LSTM_GATES = ("i", "f", "c", "o")  # torch stacks its rows i f g o
LSTM_PARAMETERS = [f"{kind}{gate}" for kind in "Wb" for gate in LSTM_GATES]


def _tensor(array: Any) -> Tensor:
    return torch.tensor(np.ascontiguousarray(array))


class Graph:
    """Leaves by contract name and outputs by contract name; the adapter's cache."""

    def __init__(self, arrays: Mapping[str, Any], parameters: Mapping[str, Any]) -> None:
        self.leaves = {name: _tensor(a).requires_grad_() for name, a in {**arrays, **parameters}.items()}
        self.outputs: dict[str, Tensor] = {}

    def __getitem__(self, name: str) -> Tensor:
        return self.leaves[name]

    def returned(self, *names: str) -> tuple[Any, ...]:
        return (*(self.outputs[name].detach().numpy().copy() for name in names), self)

    def gradients(self, upstream: Mapping[str, Any], wanted: list[str]) -> dict[str, Any]:
        """d name of each wanted leaf; the graph is kept, so a cache can be used again."""
        ends, into = [self.outputs[name] for name in upstream], [_tensor(d) for d in upstream.values()]
        found = torch.autograd.grad(ends, [self[name] for name in wanted], into, retain_graph=True)
        return {f"d{name}": gradient.numpy().copy() for name, gradient in zip(wanted, found, strict=True)}


def sigmoid(x: Any) -> Any:
    return torch.sigmoid(_tensor(x)).numpy()


def softmax(x: Any) -> Any:
    return torch.softmax(_tensor(x), dim=0).numpy()


def _rnn_weights(g: Graph) -> list[Tensor]:
    return [g["Wax"], g["Waa"], g["ba"][:, 0], torch.zeros_like(g["ba"][:, 0])]


def _lstm_weights(g: Graph) -> list[Tensor]:
    n_a = g["bf"].shape[0]
    stacked = torch.cat([g[f"W{gate}"] for gate in LSTM_GATES])
    bias = torch.cat([g[f"b{gate}"] for gate in LSTM_GATES])[:, 0]
    return [stacked[:, n_a:], stacked[:, :n_a], bias, torch.zeros_like(bias)]


def _run(kind: Callable[..., torch.nn.Module], weights: list[Tensor], x: Tensor, state: Any, suffix: str = "") -> Any:
    """torch's own module with these weights in place of its own."""
    n_a, n_x = weights[1].shape[1], weights[0].shape[1]
    module = kind(n_x, n_a, dtype=x.dtype)
    names = [f"{name}{suffix}" for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
    return functional_call(module, dict(zip(names, weights, strict=True)), (x, state))


def _head(g: Graph, a: Tensor, weight: str) -> Tensor:
    """Softmax over the classes of Wy a + by, for a (n_a, m) or (n_a, m, T)."""
    logits = torch.einsum("ya,a...->y...", g[weight], a) + g["by"].reshape(-1, *[1] * (a.ndim - 1))
    return torch.softmax(logits, dim=0)


def rnn_cell_forward(xt: Any, a_prev: Any, parameters: Any) -> Any:
    g = Graph({"xt": xt, "a_prev": a_prev}, parameters)
    a_next = _run(torch.nn.RNNCell, _rnn_weights(g), g["xt"].T, g["a_prev"].T).T
    g.outputs = {"a_next": a_next, "yt_pred": _head(g, a_next, "Wya")}
    return g.returned("a_next", "yt_pred")


def rnn_forward(x: Any, a0: Any, parameters: Any) -> Any:
    g = Graph({"x": x, "a0": a0}, parameters)
    a, _ = _run(torch.nn.RNN, _rnn_weights(g), g["x"].permute(2, 1, 0), g["a0"].T[None], "_l0")
    a = a.permute(2, 1, 0)
    g.outputs = {"a": a, "y_pred": _head(g, a, "Wya")}
    return g.returned("a", "y_pred")


def lstm_cell_forward(xt: Any, a_prev: Any, c_prev: Any, parameters: Any) -> Any:
    g = Graph({"xt": xt, "a_prev": a_prev, "c_prev": c_prev}, parameters)
    a_next, c_next = (s.T for s in _run(torch.nn.LSTMCell, _lstm_weights(g), g["xt"].T, (g["a_prev"].T, g["c_prev"].T)))
    g.outputs = {"a_next": a_next, "c_next": c_next, "yt_pred": _head(g, a_next, "Wy")}
    return g.returned("a_next", "c_next", "yt_pred")


def lstm_forward(x: Any, a0: Any, parameters: Any, c0: Any = None) -> Any:
    g = Graph({"x": x, "a0": a0} | ({} if c0 is None else {"c0": c0}), parameters)
    initial = g["a0"].T[None], (torch.zeros_like(g["a0"]) if c0 is None else g["c0"]).T[None]
    steps, weights = g["x"].permute(2, 1, 0), _lstm_weights(g)
    a, _ = _run(torch.nn.LSTM, weights, steps, initial, "_l0")
    # torch.nn.LSTM returns no c but the last, so every c is the last of a shorter sequence
    c = [_run(torch.nn.LSTM, weights, steps[: t + 1], initial, "_l0")[1][1][0] for t in range(len(steps))]
    a, c = a.permute(2, 1, 0), torch.stack(c).permute(2, 1, 0)
    g.outputs = {"a": a, "c": c, "y": _head(g, a, "Wy")}
    return g.returned("a", "y", "c")


def rnn_cell_backward(da_next: Any, cache: Graph) -> Any:
    return cache.gradients({"a_next": da_next}, ["xt", "a_prev", "Wax", "Waa", "ba"])


def rnn_backward(da: Any, caches: Graph) -> Any:
    return caches.gradients({"a": da}, ["x", "a0", "Wax", "Waa", "ba"])


def lstm_cell_backward(da_next: Any, dc_next: Any, cache: Graph) -> Any:
    return cache.gradients({"a_next": da_next, "c_next": dc_next}, ["xt", "a_prev", "c_prev", *LSTM_PARAMETERS])


def lstm_backward(da: Any, caches: Graph) -> Any:
    states = [name for name in ("a0", "c0") if name in caches.leaves]
    return caches.gradients({"a": da}, ["x", *states, *LSTM_PARAMETERS])
