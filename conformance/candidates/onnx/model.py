"""ONNX's RNN, LSTM and GRU as candidates: models of one node, whoever evaluates them.

ONNX stacks gates along rows, keeps two biases, and orders a peephole's weights i o f. It names no
gradients, so there is no backward.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np
import onnx
from onnx import helper

from ...candidate import Unsupported
from ..described.conventions import ONNX_GRU, ONNX_LSTM
from ..recurrent.layer import Array, Named

Evaluator = Callable[[Any], Callable[[Named], list[Array]]]  # of a model: outputs from inputs
OPSET = 22
DIRECTIONS = ("reverse", "forward", "bidirectional")

INPUTS = {"RNN": "X W R B lengths h", "GRU": "X W R B lengths h", "LSTM": "X W R B lengths h c P"}
OUTPUTS = {"RNN": "Y Yh", "GRU": "Y Yh", "LSTM": "Y Yh Yc"}


@dataclass(frozen=True)
class Node:
    """A kind of node: its attributes besides its size and direction, and how the contract's weights become its own."""

    kind: str
    weights: Callable[[Named], tuple[Array, ...]]  # stacked gates on [a; x], biases, peepholes
    attributes: tuple[tuple[str, Any], ...] = ()
    opset: int = OPSET
    directions: tuple[str, ...] = DIRECTIONS


def rnn(p: Named) -> tuple[Array, ...]:
    return np.concatenate([p["Waa"], p["Wax"]], 1), np.concatenate([p["ba"], np.zeros_like(p["ba"])])


def lstm(p: Named) -> tuple[Array, ...]:
    p = {"Wf": np.zeros_like(p["Wi"]), "bf": np.zeros_like(p["bi"]), **p}  # where it is coupled, it has no weights
    gates, bias = (np.concatenate(ONNX_LSTM.gathered(p, kind)) for kind in "Wb")
    peepholes = [np.concatenate([p[f"P{gate}"] for gate in "iof"])] if "Pf" in p else []
    return gates, np.concatenate([bias, np.zeros_like(bias)]), *peepholes


def gru(p: Named) -> tuple[Array, ...]:
    # ONNX's z weights the old value, the contract's u the new one: z = 1 - u = sigmoid(-(Wu v + bu))
    none = np.zeros_like(p["bc"])
    bias = [*ONNX_GRU.gathered(p, "b"), none, none, p.get("bca", none)]
    return np.concatenate(ONNX_GRU.gathered(p, "W")), np.concatenate(bias)


NODES = {
    "rnn": Node("RNN", rnn),
    "rnn_relu": Node("RNN", rnn, (("activations", ("Relu",)),)),
    "lstm": Node("LSTM", lstm),
    "lstm_peephole": Node("LSTM", lstm),
    "lstm_coupled": Node("LSTM", lstm, (("input_forget", 1),)),
    "gru": Node("GRU", gru),
    "gru_reset_after": Node("GRU", gru, (("linear_before_reset", 1),)),
}
NETWORKS = ("rnn", "lstm", "lstm_peephole", "gru", "gru_reset_after")


@dataclass(frozen=True)
class Graphs:
    """Models of one node by what they compute, and the framework that the operations see."""

    evaluator: Evaluator
    xp: ClassVar[Any] = np

    def run(self, function: Any, leaves: Named, lengths: Array | None) -> Named:
        return function(leaves, lengths)

    def gradients(self, *_: Any) -> Named:
        raise Unsupported("ONNX defines no gradients")

    def head(self, weight: Array, bias: Array, a: Array) -> Array:
        return self.softmax(np.tensordot(weight, a, 1) + bias.reshape(-1, *[1] * (a.ndim - 1)))

    def softmax(self, logits: Array) -> Array:
        return self.elementwise("Softmax", logits, axis=0)

    def elementwise(self, kind: str, x: Array, **attributes: Any) -> Array:
        node = helper.make_node(kind, ["X"], ["Y"], **attributes)
        session = _session(self.evaluator, node.SerializeToString(), x.dtype, OPSET)
        return np.array(session({"X": np.ascontiguousarray(x)})[0])

    def node(self, node: Node, parameters: Sequence[Named], inputs: Mapping[str, Any], direction: str) -> list[Array]:
        """Outputs of a node in one direction or both, with the parameters of each."""
        if direction not in node.directions:
            raise Unsupported(f"the direction of this {node.kind} is {' or '.join(node.directions)}")
        stacked = [np.stack(parts) for parts in zip(*map(node.weights, parameters), strict=True)]
        gates, bias, *peepholes = stacked
        n = gates.shape[2] - inputs["X"].shape[2]
        given = {**inputs, "W": gates[:, :, n:], "R": gates[:, :, :n], "B": bias[:, :, 0]}
        given |= {"P": peepholes[0][:, :, 0]} if peepholes else {}
        named = [name if given.get(name) is not None else "" for name in INPUTS[node.kind].split()]
        attributes: dict[str, Any] = {k: list(v) if isinstance(v, tuple) else v for k, v in node.attributes}
        if "activations" in attributes:
            attributes["activations"] *= len(parameters)
        attributes |= {"hidden_size": n, "direction": direction}
        proto = helper.make_node(node.kind, named, OUTPUTS[node.kind].split(), **attributes)
        feeds = {name: np.ascontiguousarray(given[name]) for name in named if name}
        run = _session(self.evaluator, proto.SerializeToString(), inputs["X"].dtype, node.opset)
        return [np.array(output) for output in run(feeds)]


@lru_cache(maxsize=256)
def _session(evaluator: Evaluator, node: bytes, dtype: np.dtype[Any], opset: int) -> Callable[[Named], list[Array]]:
    proto, element = onnx.NodeProto.FromString(node), helper.np_dtype_to_tensor_dtype(dtype)
    kinds = {"lengths": onnx.TensorProto.INT32}
    inputs = [helper.make_tensor_value_info(n, kinds.get(n, element), None) for n in proto.input if n]
    outputs = [helper.make_tensor_value_info(name, element, None) for name in proto.output]
    graph = helper.make_graph([proto], "one_node", inputs, outputs)
    return evaluator(helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=10))
