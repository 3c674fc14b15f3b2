"""The recurrent node of an ONNX model as a candidate: `onnx:FILE`.

The node is taken out of its graph with its attributes and opset, and given the weights, states and lengths of a case
instead of its own.
"""

import os
from typing import Any

import onnx

from ...candidate import BrokenCandidate, UnknownCandidate
from ..recurrent.layer import Operations
from ..recurrent.operations import operations
from .layers import layer
from .model import NODES, OPSET, Evaluator, Graphs, Node

DEFAULTS = {"RNN": (b"Tanh",), "GRU": (b"Sigmoid", b"Tanh"), "LSTM": (b"Sigmoid", b"Tanh", b"Tanh")}
PLAIN = ("hidden_size", "direction", "layout", "linear_before_reset", "input_forget", "activations")
PEEPHOLES = 7  # their place among an LSTM's inputs


def candidate(file: str) -> Operations:
    """Raises UnknownCandidate where there is no such file, BrokenCandidate where it holds no node that can be judged."""
    if not os.path.isfile(file):
        raise UnknownCandidate(f"{file}: no such file")
    model = _model(file)
    found = [node for node in model.graph.node if node.op_type in DEFAULTS and node.domain in ("", "ai.onnx")]
    if len(found) != 1:
        kinds = ", ".join(node.op_type for node in found)
        raise BrokenCandidate(
            f"{file}: want one RNN, GRU or LSTM node, found {f'{len(found)} ({kinds})' if found else 'none'}"
        )
    opset = next((one.version for one in model.opset_import if one.domain in ("", "ai.onnx")), OPSET)
    try:
        family, node = _node(found[0], opset)
    except ValueError as error:
        raise BrokenCandidate(f"{file}: {error}") from error
    evaluator, version = _evaluator()
    graphs = Graphs(evaluator)
    return {
        "__version__": f"{node.kind} of opset {opset}, on {version}",
        **operations(graphs, layer(graphs, family, node)),
    }


def _model(file: str) -> onnx.ModelProto:
    try:
        return onnx.load(file, load_external_data=False)
    except Exception as error:  # what a decoder raises on foreign bytes is its own business
        raise BrokenCandidate(f"{file} is not an ONNX model ({type(error).__name__})") from error


def _node(proto: onnx.NodeProto, opset: int) -> tuple[str, Node]:
    """Family and node. Raises ValueError for what no family of the contract does."""
    attributes = {one.name: onnx.helper.get_attribute_value(one) for one in proto.attribute}
    for name, value in attributes.items():
        if name not in PLAIN or (name == "layout" and value):
            raise ValueError(f"{proto.op_type} with {name}={value} is in no family of the contract")
    family = _family(proto, attributes)
    direction = attributes.get("direction", b"forward").decode()
    kind = NODES[family]
    return family, Node(kind.kind, kind.weights, kind.attributes, opset, (direction,))


def _family(proto: onnx.NodeProto, attributes: dict[str, Any]) -> str:
    kind, peepholes = proto.op_type, any(proto.input[PEEPHOLES:])
    activations = tuple(attributes.get("activations", ())) or DEFAULTS[kind]
    if kind == "RNN" and set(activations) == {b"Relu"}:
        return "rnn_relu"
    if activations not in (DEFAULTS[kind], 2 * DEFAULTS[kind]):
        raise ValueError(
            f"{kind} with activations {', '.join(a.decode() for a in activations)} is in no family of the contract"
        )
    if kind == "RNN":
        return "rnn"
    if kind == "GRU":
        return "gru_reset_after" if attributes.get("linear_before_reset") else "gru"
    if attributes.get("input_forget") and peepholes:
        raise ValueError("LSTM with input_forget and peepholes is in no family of the contract")
    return "lstm_coupled" if attributes.get("input_forget") else "lstm_peephole" if peepholes else "lstm"


def _evaluator() -> tuple[Evaluator, str]:
    """ONNX Runtime's where it is installed, else ONNX's own."""
    try:
        from . import runtime as installed
    except ModuleNotFoundError:
        from . import evaluator as installed  # type: ignore[no-redef]
    return installed.evaluator, installed.CANDIDATE["__version__"]
