"""The share of the catalogue of deviations that ONNX's node tests of RNN, GRU and LSTM notice, beside our goldens.

    python benchmarks/against_onnx.py [--write docs/against-onnx.md]          # needs the extra `dev` for onnx

Each node test of the installed `onnx` becomes a call of the reference, which must pass it. Then the reference deviates,
in each deviation's first way, and the outputs go through ONNX's own comparison at the tests' own tolerance.
"""

import warnings
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import click
import numpy as np
import onnx
from onnx.backend.test.case.node import collect_testcases
from onnx.backend.test.runner import Runner
from rich.console import Console
from rich.table import Table
from rnnspec.conformance import deviant
from rnnspec.conformance.deviations import CATALOGUE, Deviation, Way, deviating, orders
from rnnspec.conformance.deviations.gate_order import NAMED
from rnnspec.conformance.deviations.gru_form import FLIPPED
from rnnspec.golden import Golden, cases, load
from rnnspec.reference import FAMILIES, FUNCTIONS, OPERATIONS
from rnnspec.reference.network import network_operations

GATES = {"rnn": "a", "lstm": "iofc", "lstm_peephole": "iofc", "gru": "urc", "gru_reset_after": "urc"}  # in ONNX's order
TAKEN = ("direction", "hidden_size", "layout", "linear_before_reset")
SHARED = {"rnn_network_forward", "lstm_network_forward"}  # what affects both stands in the code of every family
CAPTIONS = ("noticed by ONNX's node tests", "noticed by our goldens")

HEAD = "the operators have no head that predicts"
ONE_LAYER = "the operators are one layer"
SILENT = "the operators' text says neither what stands beyond an example's length nor what a length of 0 gives"
APART = "the operators hold W and R apart"
NOT_COUNTED = {
    **dict.fromkeys(("softmax-over-everything", "softmax-axis", "head-bias-missing", "pad-prediction-not-masked"), HEAD),
    **dict.fromkeys(("layers-share-init-state", "hn-layer-dir-order", "layer-input-not-chained"), ONE_LAYER),
    **dict.fromkeys(("pad-output-zero-vs-carry", "pad-output-not-masked"), SILENT),
    **dict.fromkeys(("zero-length", "zero-length-runs-a-step"), SILENT),
    "concat-order": APART,
}

Arrays = dict[str, Any]
FAMILY = {family.name: family for family in FAMILIES}
NETWORK = {name: network_operations(FAMILY[name])[0] for name in GATES}
RIGHT = Deviation("", "", "", (), "", ())


class Node(NamedTuple):
    """A node test: inputs and wanted outputs by ONNX's names, in the layout of its attributes."""

    name: str
    op: str
    attributes: dict[str, Any]
    inputs: Arrays
    wanted: Arrays
    rtol: float
    atol: float

    @property
    def families(self) -> tuple[str, ...]:
        """A test without P is one of the peephole LSTM too: there P is zero."""
        if self.op == "LSTM":
            return ("lstm_peephole",) if "P" in self.inputs else ("lstm", "lstm_peephole")
        return ("rnn",) if self.op == "RNN" else ("gru_reset_after" if "linear_before_reset" in self.attributes else "gru",)

    @property
    def direction(self) -> str:
        return self.attributes.get("direction", b"forward").decode()

    def moved(self, array: Any) -> Any:
        """Between ONNX's two layouts: batch first or not."""
        if not self.attributes.get("layout"):
            return array
        return np.moveaxis(array, 2, 0) if array.ndim == 4 else np.swapaxes(array, 0, 1)


@cache
def node_tests() -> tuple[Node, ...]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # other operators' cases overflow on purpose
        found = collect_testcases(None)  # a second call with another operator gives what the first gave
    return tuple(_node(test) for test in found if test.model.graph.node[0].op_type in ("RNN", "GRU", "LSTM"))


def _node(test: Any) -> Node:
    node, ((inputs, outputs),) = test.model.graph.node[0], test.data_sets
    attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
    if unknown := set(attributes) - set(TAKEN):
        raise NotImplementedError(f"{test.name} sets {', '.join(unknown)}")
    named = (
        dict(zip(filter(None, names), arrays, strict=True))
        for names, arrays in ((node.input, inputs), (node.output, outputs))
    )
    return Node(test.name, node.op_type, attributes, *named, test.rtol, test.atol)


def parameters(node: Node, family: str, d: int) -> Arrays:
    """One direction's parameters under the kit's names, u for ONNX's z, c for its h."""
    gates, (W, R) = GATES[family], (node.inputs[name][d] for name in "WR")
    bias = node.inputs["B"][d] if "B" in node.inputs else np.zeros(2 * len(W), W.dtype)
    W, R, Wb, Rb = (dict(zip(gates, np.split(a, len(gates)), strict=True)) for a in (W, R, *np.split(bias, 2)))
    p = {f"b{gate}": (Wb[gate] + Rb[gate])[:, None] for gate in gates}
    if family == "rnn":
        return p | {"Wax": W["a"], "Waa": R["a"]}
    p |= {f"W{gate}": np.concatenate([R[gate], W[gate]], axis=1) for gate in gates}
    if family == "gru_reset_after":
        p |= {"bc": Wb["c"][:, None], "bca": Rb["c"][:, None]}
    if family == "lstm_peephole":
        P = node.inputs["P"][d] if "P" in node.inputs else np.zeros(3 * len(Wb["i"]), bias.dtype)
        p |= {f"P{gate}": part[:, None] for gate, part in zip("iof", np.split(P, 3), strict=True)}
    return p


def called(node: Node, family: str, dtype: str) -> tuple[Any, list[Arrays], Arrays]:
    """x, each direction's parameters, and options of which states are (direction, n_a, m)."""
    states = {"a0": "initial_h", "c0": "initial_c"}
    options = {s: node.moved(node.inputs[n]).transpose(0, 2, 1) for s, n in states.items() if n in node.inputs}
    p = [parameters(node, family, d) for d in range(len(node.inputs["W"]))]
    x = np.swapaxes(node.inputs["X"], 0, 1) if node.attributes.get("layout") else node.inputs["X"]
    cast = [{k: a.astype(dtype or a.dtype) for k, a in group.items()} for group in (*p, options)]
    if "sequence_lens" in node.inputs:
        cast[-1]["lengths"] = node.inputs["sequence_lens"]
    return x.transpose(2, 1, 0).astype(dtype or x.dtype), cast[:-1], cast[-1]


def by_sequences(node: Node, family: str, dtype: str) -> tuple[Any, ...]:
    """A run a direction. The final state is the loop's own: operators hand it out, whatever Y shows."""
    x, ps, options = called(node, family, dtype)
    (weight, bias), runs = FAMILY[family].head, []
    for d, p in enumerate(ps):
        given = {name: a if name == "lengths" else a[d] for name, a in options.items()}
        head = {weight: np.zeros((1, len(p["Waa" if family == "rnn" else "bc"])), x.dtype), bias: np.zeros((1, 1), x.dtype)}
        backwards = d == 1 or node.direction == "reverse"
        run = FUNCTIONS[f"{family}_forward"](x, given.pop("a0", None), p | head, **given, reverse=backwards)
        runs.append((run[0], *run[-1].walk.final))
    return tuple(np.stack(arrays) for arrays in zip(*runs, strict=True))


def by_network(node: Node, family: str, dtype: str) -> tuple[Any, ...]:
    """One layer of one direction or two."""
    x, p, options = called(node, family, dtype)
    a, *finals, _ = NETWORK[family](x, options.pop("a0", None), [p], **options)
    return (np.stack(np.split(a, len(p))), *finals)


def outputs(node: Node, run: Callable[..., tuple[Any, ...]], family: str, deviation: Deviation) -> list[Any]:
    """What a test compares, in its layout and dtype."""
    way = on_onnx_terms(family, deviation.ways[0])
    with deviating(way), np.errstate(all="ignore"):
        a, *finals = run(node, family, deviation.dtype)
    arrays = {"Y": a.transpose(3, 0, 2, 1), **{f"Y_{s}": f.transpose(0, 2, 1) for s, f in zip("hc", finals)}}
    if node.attributes.get("layout"):
        arrays["Y"] = arrays["Y"].transpose(2, 0, 1, 3)
        arrays |= {n: np.swapaxes(arrays[n], 0, 1) for n in arrays if n != "Y"}
    return [arrays[n].astype("float32") if deviation.dtype else arrays[n] for n in node.wanted]


def on_onnx_terms(family: str, way: Way) -> Way:
    """ONNX's z weighs the old value: there, the flipped update gate is right, and to flip it again is to deviate."""
    if not family.startswith("gru"):
        return way
    return (*(edit for edit in way if edit not in FLIPPED), *(edit for edit in FLIPPED if edit not in way))
