"""The operations of a family over its torch module."""

from collections.abc import Callable
from typing import Any

import torch

from .torch_graph import Graph, Tensor, tensor
from .torch_layers import Layer, Weights, step, unroll

Operations = tuple[Callable[..., Any], ...]  # cell forward, cell backward, forward, backward


def operations(layer: Layer) -> Operations:
    """Of a family whose one state is a."""

    def cell_forward(xt: Any, a_prev: Any, parameters: Any) -> Any:
        return _cell(layer, parameters, {"xt": xt, "a_prev": a_prev})

    def cell_backward(da_next: Any, cache: Graph) -> Any:
        return cache.gradients(a_next=da_next)

    def forward(x: Any, a0: Any, parameters: Any, *, lengths: Any = None, reverse: bool = False) -> Any:
        return _sequence(layer, parameters, x, {"a0": a0}, lengths, reverse)

    def backward(da: Any, caches: Graph, *, dy: Any = None, da_last: Any = None) -> Any:
        return caches.gradients(a=da, y=dy, a_last=da_last)

    return cell_forward, cell_backward, forward, backward


def lstm_operations(layer: Layer) -> Operations:
    """Of a family whose states are a and c."""

    def cell_forward(xt: Any, a_prev: Any, c_prev: Any, parameters: Any) -> Any:
        return _cell(layer, parameters, {"xt": xt, "a_prev": a_prev, "c_prev": c_prev})

    def cell_backward(da_next: Any, dc_next: Any, cache: Graph) -> Any:
        return cache.gradients(a_next=da_next, c_next=dc_next)

    def forward(x: Any, a0: Any, parameters: Any, *, c0: Any = None, lengths: Any = None, reverse: bool = False) -> Any:
        return _sequence(layer, parameters, x, {"a0": a0, "c0": c0}, lengths, reverse)

    def backward(da: Any, caches: Graph, *, dy: Any = None, da_last: Any = None, dc_last: Any = None) -> Any:
        return caches.gradients(a=da, y=dy, a_last=da_last, c_last=dc_last)

    return cell_forward, cell_backward, forward, backward


def _cell(layer: Layer, parameters: Any, given: dict[str, Any]) -> Any:
    g = Graph({**given, **parameters}, layer.head)
    xt, *states = (g[name].T for name in given)
    ended = {"a_next": None, "c_next": None}
    ended = {
        name: final.T for name, final in zip(ended, step(layer, layer.weights(g.leaves), xt, states), strict=False)
    }
    return g.returned(**ended, yt_pred=_head(layer, g, ended["a_next"]))


def _sequence(layer: Layer, parameters: Any, x: Any, initial: dict[str, Any], lengths: Any, reverse: bool) -> Any:
    g = Graph({"x": x, **parameters}, layer.head)
    weights, steps = layer.weights(g.leaves), g["x"].permute(2, 1, 0)
    states = [state.T[None] for state in g.states(initial, weights, steps.shape[1])]
    ends = None if lengths is None else tensor(lengths).long()
    a, finals = _directed(layer, weights, steps, states, ends, reverse)
    a = a.permute(2, 1, 0)
    y = _head(layer, g, a)
    over_time = {"a": a, "y": y if ends is None else torch.where(_valid(ends, len(steps)).T, y, 0)}
    if len(states) > 1:
        over_time["c"] = _every_c(layer, weights, steps, states, ends, reverse).permute(2, 1, 0)
    g.outputs = {f"{name[0]}_last": final[0].T for name, final in zip(initial, finals, strict=True)}
    return g.returned(**over_time)


def _head(layer: Layer, g: Graph, a: Tensor) -> Tensor:
    """Softmax over the classes of Wy a + by, for a (n_a, m) or (n_a, m, T)."""
    logits = torch.einsum("ya,a...->y...", g[layer.head[0]], a) + g["by"].reshape(-1, *[1] * (a.ndim - 1))
    return torch.softmax(logits, dim=0)


def _valid(lengths: Tensor, T: int) -> Tensor:
    """Which examples have which step, (T, m)."""
    return torch.arange(T)[:, None] < lengths


def _directed(
    layer: Layer, weights: Weights, x: Tensor, states: list[Tensor], lengths: Tensor | None, reverse: bool
) -> tuple[Tensor, list[Tensor]]:
    if not reverse:
        return unroll(layer, [[weights]], x, states, lengths)
    # torch runs backwards only beside a forward run, and knows there where each example ends. So the forward
    # run gets zero weights and is dropped, which leaves the reversal to torch and not to a flip of ours.
    idle = [torch.zeros_like(weight) for weight in weights]
    both = [torch.cat([torch.zeros_like(state), state]) for state in states]
    a, finals = unroll(layer, [[idle, weights]], x, both, lengths)
    return a[:, :, a.shape[2] // 2 :], [final[1:] for final in finals]


def _every_c(
    layer: Layer, weights: Weights, x: Tensor, states: list[Tensor], lengths: Tensor | None, reverse: bool
) -> Tensor:
    """c at every step. torch.nn.LSTM returns no c but the last, so each example becomes T of them, one to end at each step."""
    T, m = x.shape[:2]
    valid = _valid(torch.full((m,), T) if lengths is None else lengths, T)
    left, done = valid.sum(0) - torch.arange(T)[:, None], torch.arange(1, T + 1)[:, None].expand(T, m)
    ends = torch.where(valid, left if reverse else done, 0)
    with torch.no_grad():
        parts = torch.cat([x.roll(-t, 0) if reverse else x for t in range(T)], 1)
        again = [state.repeat(1, T, 1) for state in states]
        c = _directed(layer, weights, parts, again, ends.flatten(), reverse)[1][1].reshape(T, m, -1)
        return torch.where(valid[..., None], c, 0)
