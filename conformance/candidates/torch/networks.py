"""The operations of a network: torch's own layers and directions, without a head."""

from collections.abc import Callable
from typing import Any, NamedTuple

from .graph import Array, Graph, one_thread, tensor
from .layers import Layer, widths
from .unroll import unroll

Operations = tuple[Callable[..., Any], Callable[..., Any]]  # forward, backward


class Caches(NamedTuple):
    graph: Graph
    names: list[list[list[str]]]  # of the parameters, by layer and direction


def network_operations(layer: Layer) -> Operations:
    """Of a family whose one state is a."""

    def forward(x: Array, a0: Array | None, parameters: Any, *, lengths: Array | None = None) -> Any:
        return _forward(layer, x, {"a0": a0}, parameters, lengths)

    def backward(da: Array, caches: Caches, *, da_last: Array | None = None) -> Any:
        return _backward(caches, a=da, a_last=da_last)

    return forward, backward


def lstm_network_operations(layer: Layer) -> Operations:
    """Of a family whose states are a and c."""

    def forward(
        x: Array, a0: Array | None, parameters: Any, *, c0: Array | None = None, lengths: Array | None = None
    ) -> Any:
        return _forward(layer, x, {"a0": a0, "c0": c0}, parameters, lengths)

    def backward(da: Array, caches: Caches, *, da_last: Array | None = None, dc_last: Array | None = None) -> Any:
        return _backward(caches, a=da, a_last=da_last, c_last=dc_last)

    return forward, backward


def _place(name: str, k: int, d: int) -> str:
    return f"{name}[{k}][{d}]"


@one_thread()
def _forward(layer: Layer, x: Array, initial: dict[str, Any], parameters: Any, lengths: Array | None) -> Any:
    names = [[list(part) for part in directions] for directions in parameters]
    places = [(k, d, part) for k, directions in enumerate(parameters) for d, part in enumerate(directions)]
    g = Graph({"x": x, **{_place(name, k, d): part[name] for k, d, part in places for name in part}})
    weights = [
        [layer.weights({name: g[_place(name, k, d)] for name in part}) for d, part in enumerate(directions)]
        for k, directions in enumerate(names)
    ]
    steps = g["x"].permute(2, 1, 0)
    rows = zip(initial.items(), widths(weights[0][0]), strict=False)
    states = [g.state(name, given, len(places), n, steps.shape[1]).mT for (name, given), n in rows]
    a, finals = unroll(layer, weights, steps, states, None if lengths is None else tensor(lengths).long())
    last = {f"{name[0]}_last": final.mT for name, final in zip(initial, finals, strict=True)}
    *outputs, graph = g.returned(a=a.permute(2, 1, 0), **last)
    return (*outputs, Caches(graph, names))


def _backward(caches: Caches, **upstream: Any) -> dict[str, Any]:
    found = caches.graph.gradients(**upstream)
    parameters = [
        [{f"d{name}": found.pop(f"d{_place(name, k, d)}") for name in part} for d, part in enumerate(directions)]
        for k, directions in enumerate(caches.names)
    ]
    return {**found, "parameters": parameters}
