"""The operations of the contract over ONNX nodes."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from ..recurrent.layer import Array, Layer, Named, Operations, blank
from ..recurrent.operations import operations, refused
from .model import DIRECTIONS, NETWORKS, NODES, Evaluator, Graphs, Node


def layer(graphs: Graphs, family: str, node: Node) -> Layer:
    return Layer(
        family,
        partial(step, graphs, node),
        partial(run, graphs, node),
        partial(network, graphs, node) if family in NETWORKS else None,
    )


def built_in(evaluator: Evaluator, version: str) -> Operations:
    """A candidate with all that ONNX has, and reasons for what it has not."""
    graphs = Graphs(evaluator)
    return {
        "__version__": version,
        "sigmoid": partial(graphs.elementwise, "Sigmoid"),
        "softmax": partial(graphs.elementwise, "Softmax", axis=0),
        **operations(graphs, *(layer(graphs, family, node) for family, node in NODES.items())),
        **refused("lstm_projected", "ONNX LSTM has no projection"),
        **refused("lstm_clipped", "ONNX LSTM clips pre-activations, not its cell state"),
        **refused(
            "pad_sequence pack_sequence pack_padded_sequence pad_packed_sequence", "ONNX has no packed sequences"
        ),
    }


def initial(states: list[Array]) -> Named:
    return dict(zip("hc", states, strict=False))


def step(graphs: Graphs, node: Node, p: Named, xt: Array, states: list[Array]) -> list[Array]:
    _, *ended = graphs.node(node, [p], {"X": xt[None], **initial([s[None] for s in states])}, "forward")
    return [state[0] for state in ended]


def run(
    graphs: Graphs, node: Node, p: Named, x: Array, states: list[Array], lengths: Array | None, reverse: bool
) -> Any:
    direction = "reverse" if reverse else "forward"

    def part(x: Array, ends: Array | None) -> list[Array]:
        return graphs.node(node, [p], {"X": x, "lengths": ends, **initial([s[None] for s in states])}, direction)

    ends = None if lengths is None else lengths.astype(np.int32)
    y, *ended = part(x, ends)
    c = every_c(part, x, ends, reverse) if len(states) > 1 else None
    return y[:, 0], [state[0] for state in ended], c


def every_c(part: Callable[..., list[Array]], x: Array, lengths: Array | None, reverse: bool) -> Array:
    """c at every step, (T, m, n_a). ONNX returns no c but the last, so the sequence is run once to end at each step."""
    T = len(x)
    if reverse:
        parts = [(x[t:], None if lengths is None else np.maximum(lengths - t, 0)) for t in range(T)]
    else:
        parts = [(x[: t + 1], None if lengths is None else np.minimum(lengths, t + 1)) for t in range(T)]
    return blank(np, np.stack([part(*given)[2][0] for given in parts]), lengths)


def network(graphs: Graphs, node: Node, parameters: Any, x: Array, states: list[Array], lengths: Array | None) -> Any:
    """Node above node: each layer sees both directions of the one below, the forward first."""
    ends, n_d, ended = None if lengths is None else lengths.astype(np.int32), len(parameters[0]), []
    for k, directions in enumerate(parameters):
        own = initial([state[k * n_d : (k + 1) * n_d] for state in states])
        y, *last = graphs.node(node, directions, {"X": x, "lengths": ends, **own}, DIRECTIONS[n_d])
        x = np.moveaxis(y, 1, 2).reshape(*x.shape[:2], -1)
        ended.append(last)
    return x, [np.concatenate(parts) for parts in zip(*ended, strict=True)]
