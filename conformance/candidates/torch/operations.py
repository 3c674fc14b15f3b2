"""The four operations of a family over its torch module."""

from collections.abc import Callable
from typing import Any

import torch

from .graph import Array, Graph, Tensor, one_thread, tensor
from .layers import Layer, widths
from .unroll import directed, every_c, step, valid

Operations = tuple[Callable[..., Any], ...]  # cell forward, cell backward, forward, backward


def operations(layer: Layer) -> Operations:
    """Of a family whose one state is a."""

    def cell_forward(xt: Array, a_prev: Array, parameters: Any) -> Any:
        return _cell(layer, parameters, {"xt": xt, "a_prev": a_prev})

    def cell_backward(da_next: Array, cache: Graph) -> Any:
        return cache.gradients(a_next=da_next)

    def forward(
        x: Array, a0: Array | None, parameters: Any, *, lengths: Array | None = None, reverse: bool = False
    ) -> Any:
        return _sequence(layer, parameters, x, {"a0": a0}, lengths, reverse)

    def backward(da: Array, caches: Graph, *, dy: Array | None = None, da_last: Array | None = None) -> Any:
        return caches.gradients(a=da, y=dy, a_last=da_last)

    return cell_forward, cell_backward, forward, backward


def lstm_operations(layer: Layer) -> Operations:
    """Of a family whose states are a and c."""

    def cell_forward(xt: Array, a_prev: Array, c_prev: Array, parameters: Any) -> Any:
        return _cell(layer, parameters, {"xt": xt, "a_prev": a_prev, "c_prev": c_prev})

    def cell_backward(da_next: Array, dc_next: Array, cache: Graph) -> Any:
        return cache.gradients(a_next=da_next, c_next=dc_next)

    def forward(
        x: Array,
        a0: Array | None,
        parameters: Any,
        *,
        c0: Array | None = None,
        lengths: Array | None = None,
        reverse: bool = False,
    ) -> Any:
        return _sequence(layer, parameters, x, {"a0": a0, "c0": c0}, lengths, reverse)

    def backward(
        da: Array, caches: Graph, *, dy: Array | None = None, da_last: Array | None = None, dc_last: Array | None = None
    ) -> Any:
        return caches.gradients(a=da, y=dy, a_last=da_last, c_last=dc_last)

    return cell_forward, cell_backward, forward, backward


@one_thread()
def _cell(layer: Layer, parameters: Any, given: dict[str, Any]) -> Any:
    g = Graph({**given, **parameters}, layer.head)
    xt, *states = (g[name].T for name in given)
    ended = [state.T for state in step(layer, layer.weights(g.leaves), xt, states)]
    named = dict(zip(("a_next", "c_next"), ended, strict=False))
    return g.returned(**named, yt_pred=_head(layer, g, ended[0]))


@one_thread()
def _sequence(
    layer: Layer, parameters: Any, x: Array, initial: dict[str, Any], lengths: Array | None, reverse: bool
) -> Any:
    g = Graph({"x": x, **parameters}, layer.head)
    weights, steps = layer.weights(g.leaves), g["x"].permute(2, 1, 0)
    rows = zip(initial.items(), widths(weights), strict=False)
    states = [g.state(name, given, n, steps.shape[1]).T[None] for (name, given), n in rows]
    ends = None if lengths is None else tensor(lengths).long()
    a, finals = directed(layer, weights, steps, states, ends, reverse)
    a = a.permute(2, 1, 0)
    y = _head(layer, g, a)
    over_time = {"a": a, "y": y if ends is None else torch.where(valid(ends, len(steps)).T, y, 0)}
    if "c0" in initial:
        over_time["c"] = every_c(layer, weights, steps, states, ends, reverse).permute(2, 1, 0)
    g.outputs = {f"{name[0]}_last": final[0].T for name, final in zip(initial, finals, strict=True)}
    return g.returned(**over_time)


def _head(layer: Layer, g: Graph, a: Tensor) -> Tensor:
    """Softmax over the classes, for a (n_a, m) or (n_a, m, T)."""
    weight, bias = (g[name] for name in layer.head)
    logits = torch.einsum("ya,a...->y...", weight, a) + bias.reshape(-1, *[1] * (a.ndim - 1))
    return torch.softmax(logits, dim=0)
