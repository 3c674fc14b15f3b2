"""ONNX's node tests of RNN, GRU and LSTM as calls of the reference, deviating or not."""

import warnings
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import onnx
from onnx.backend.test.case.node import collect_testcases
from onnx.backend.test.runner import Runner
from rnnspec.conformance.deviations.copy import deviating, own_copy
from rnnspec.conformance.deviations.deviant import BROKEN
from rnnspec.conformance.deviations.deviation import Clash, Deviation, Way
from rnnspec.conformance.deviations.gru_form import FLIPPED
from rnnspec.reference import FAMILIES

GATES = {"rnn": "a", "lstm": "iofc", "lstm_peephole": "iofc", "gru": "urc", "gru_reset_after": "urc"}  # in ONNX's order
TAKEN = ("direction", "hidden_size", "layout", "linear_before_reset")
FAMILY = {family.name: family for family in FAMILIES}

Arrays = dict[str, Any]
States = tuple[Any, ...]  # a over time, then each final state, all (direction, n_a, m, ...)


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
        """A test without P is one of the LSTM with peepholes too: there P is zero."""
        if self.op == "LSTM":
            return ("lstm_peephole",) if "P" in self.inputs else ("lstm", "lstm_peephole")
        return ("gru_reset_after",) if self.attributes.get("linear_before_reset") else (self.op.lower(),)

    @property
    def routes(self) -> list[Callable[["Node", str, str], States]]:
        """A network of one direction has none that goes backwards."""
        return [by_sequences] if self.attributes.get("direction") == b"reverse" else [by_sequences, by_network]

    @property
    def drawn(self) -> bool:
        """Whether its weights are drawn; else all of a direction are one number."""
        return any(np.ptp(matrix) > 0 for name in "WR" for matrix in self.inputs[name])

    @property
    def ragged(self) -> bool:
        T = self.inputs["X"].shape[1 if self.attributes.get("layout") else 0]
        return bool(np.any(self.inputs.get("sequence_lens", T) != T))

    @property
    def started(self) -> bool:
        """Whether an initial state is other than zero."""
        return any(np.any(self.inputs.get(name, 0)) for name in ("initial_h", "initial_c"))

    def moved(self, array: Any) -> Any:
        """Between ONNX's two layouts: batch first or not."""
        if not self.attributes.get("layout"):
            return array
        return np.moveaxis(array, 2, 0) if array.ndim == 4 else np.swapaxes(array, 0, 1)


@cache
def node_tests() -> tuple[Node, ...]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # other operators' cases overflow on purpose
        found: list[Any] = collect_testcases(
            None
        )  # a second call gives what the first gave, whatever operator it names
    return tuple(_node(test) for test in found if test.model.graph.node[0].op_type in ("RNN", "GRU", "LSTM"))


def _node(test: Any) -> Node:
    node, ((inputs, outputs),) = test.model.graph.node[0], test.data_sets
    attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
    if unknown := set(attributes) - set(TAKEN):
        raise NotImplementedError(f"{test.name} sets {', '.join(unknown)}")
    given, wanted = (
        dict(zip(filter(None, names), arrays, strict=True))
        for names, arrays in ((node.input, inputs), (node.output, outputs))
    )
    return Node(test.name, node.op_type, attributes, given, wanted, test.rtol, test.atol)


def parameters(node: Node, family: str, d: int) -> Arrays:
    """One direction's parameters under the kit's names, u for ONNX's z and c for its h."""
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
    groups = [{"x": node.moved(node.inputs["X"]).transpose(2, 1, 0)}, options]
    groups += [parameters(node, family, d) for d in range(len(node.inputs["W"]))]
    x, options, *p = ({k: a.astype(dtype or a.dtype) for k, a in group.items()} for group in groups)
    if "sequence_lens" in node.inputs:
        options["lengths"] = node.inputs["sequence_lens"]
    return x["x"], p, options


def by_sequences(node: Node, family: str, dtype: str) -> States:
    """A run a direction. A final state is the loop's own: an operator hands it out, whatever Y shows."""
    x, ps, options = called(node, family, dtype)
    runs, (W, b) = [], FAMILY[family].head
    for d, p in enumerate(ps):
        given = {name: array if name == "lengths" else array[d] for name, array in options.items()}
        n_a = len(p["ba" if family == "rnn" else "bc"])
        head = {W: np.zeros((1, n_a), x.dtype), b: np.zeros((1, 1), x.dtype)}
        given["reverse"] = d == 1 or node.attributes.get("direction") == b"reverse"
        run = own_copy().functions[f"{family}_forward"](x, given.pop("a0", None), p | head, **given)
        runs.append((run[0], *run[-1].walk.final))
    return tuple(np.stack(arrays) for arrays in zip(*runs, strict=True))


@cache
def network(family: str) -> Callable[..., Any]:
    """A network's forward, of families too that the contract has no networks of; of the copy that deviates."""
    reference = own_copy().reference
    return reference.network.network_operations(next(f for f in reference.FAMILIES if f.name == family))[0]


def by_network(node: Node, family: str, dtype: str) -> States:
    """One layer of one direction or two."""
    x, p, options = called(node, family, dtype)
    a, *finals, _ = network(family)(x, options.pop("a0", None), [p], **options)
    return (np.stack(np.split(a, len(p))), *finals)


def on_onnx_terms(family: str, way: Way) -> Way:
    """ONNX's z weighs the old value: there the flipped update gate is right, and one that is not flipped deviates."""
    if not family.startswith("gru"):
        return way
    return (*(edit for edit in way if edit not in FLIPPED), *(edit for edit in FLIPPED if edit not in way))


def notices(node: Node, family: str, deviation: Deviation) -> bool:
    """Whether a test fails: ONNX's own comparison of shapes, dtypes and values."""
    try:
        for route in node.routes:
            with deviating(on_onnx_terms(family, deviation.ways[0])), np.errstate(all="ignore"):
                a, *finals = route(node, family, deviation.dtype)
            named = dict(zip(("Y_h", "Y_c"), (f.transpose(0, 2, 1) for f in finals), strict=False))
            named["Y"] = a.transpose(3, 0, 2, 1)
            got = [node.moved(named[n]).astype(w.dtype if deviation.dtype else a.dtype) for n, w in node.wanted.items()]
            Runner.assert_similar_outputs(list(node.wanted.values()), got, node.rtol, node.atol)
    except Clash:
        raise
    except (AssertionError, *BROKEN):
        return True
    return False
