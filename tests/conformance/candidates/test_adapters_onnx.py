"""ONNX's adapters: what fails is what ONNX Runtime and ONNX's own evaluator get wrong, and each is judged."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from importlib import import_module
from importlib.metadata import version
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rnnspec.conformance import Report, check
from rnnspec.conformance.candidate import BrokenCandidate, UnknownCandidate
from rnnspec.conformance.finding import candidate_of
from rnnspec.conformance.run.runner import Runner
from rnnspec.golden import load
from rnnspec.reference import FAMILIES, OPERATIONS

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")
model = import_module("rnnspec.conformance.candidates.onnx.model")
operations = import_module("rnnspec.conformance.candidates.recurrent.operations")
layers = import_module("rnnspec.conformance.candidates.onnx.layers")
runtime = import_module("rnnspec.conformance.candidates.onnx.runtime")

ROOT = Path(__file__).parents[3]
PINS = (ROOT / ".ci" / "frameworks.txt").read_text().split()

REFUSED = {
    "lstm_projected": "ONNX LSTM has no projection",
    "lstm_clipped": "ONNX LSTM clips pre-activations, not its cell state",
    "pad": "ONNX has no packed sequences",
    "pack": "ONNX has no packed sequences",
}
NO_GRADIENTS = "ONNX defines no gradients"
NO_RELU = "ONNX's ReferenceEvaluator: Unknown activation function 'Relu'."
NO_DOUBLE = {
    "rnn": "ONNX Runtime: Could not find an implementation for RNN(22) node with name ''",
    "lstm": "ONNX Runtime: LSTM operator does not support double yet",
    "gru": "ONNX Runtime: GRU operator does not support double yet",
}
NO_LAYERS = {family.name for family in FAMILIES if not family.head}  # of which ONNX has no operator


def refusal(operation: str) -> str:
    if OPERATIONS[operation].family in NO_LAYERS:
        return "not defined"
    return next((why for name, why in REFUSED.items() if operation.startswith(name)), "")


def expected_of_runtime(operation: str, dtype: str) -> str:
    family = operation.split("_")[0]
    double = NO_DOUBLE.get(family, "") if dtype == "float64" else ""
    return refusal(operation) or double or (NO_GRADIENTS if OPERATIONS[operation].forward else "")


def expected_of_reference(operation: str, dtype: str) -> str:
    relu = NO_RELU if operation.startswith("rnn_relu") else ""
    return refusal(operation) or relu or (NO_GRADIENTS if OPERATIONS[operation].forward else "")


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    ("name", "expected"),
    [("onnxruntime", expected_of_runtime), ("onnx", expected_of_reference)],
    ids=["runtime", "reference"],
)
def test_what_is_not_offered_has_its_reason(name: str, expected: Callable[[str, str], str], dtype: str) -> None:
    asked = tuple(OPERATIONS) if dtype == "float32" else tuple(OPERATIONS)[::12]  # docs/frameworks.md has all of it

    report = of_all(name) if dtype == "float32" else check(name, dtype, cases=asked, explain_seconds=0)

    unasked = {f"{o.operation}/property/every-bit" for o in report.cases if o.id.endswith("/generic") and o.failed}
    said = {(o.operation, o.message if o.outcome == "unsupported" else "") for o in report.cases if o.id not in unasked}
    assert said == {(operation, expected(operation, dtype)) for operation in asked}
    failing = {o.id for o in report.cases if o.outcome not in ("pass", "unsupported")}
    assert failing == {o.id for o in report.cases if o.outcome != "unsupported" and is_known(name, o)}
    assert report.version.startswith(f"{name} ")


@pytest.mark.parametrize("name", ["onnxruntime", "onnx"])
def test_what_fails_at_the_versions_of_the_list_is_what_the_list_has(name: str) -> None:
    if not {f"{package}=={version(package)}" for package in ("onnx", "onnxruntime")} <= {*PINS}:
        pytest.skip("the list is of the versions in .ci/frameworks.txt")

    report = of_all(name)

    assert report.record.problems == []
    assert report.missing == []
    assert report.accepted


@cache
def of_all(name: str) -> Report:
    """A whole run in float32, held against the list of what is known to fail; why is in docs/frameworks.md."""
    return check(name, "float32", explain_seconds=0, known_failing=ROOT / "docs" / "known-failing" / f"{name}.json")


def is_known(name: str, outcome: Any) -> bool:
    """Whether it is one of the frameworks' own defects, see docs/frameworks.md."""
    _, _, tried = outcome.id.partition("/property/")
    if tried:  # ReferenceEvaluator takes sequence_lens and ignores it
        has_lengths = "lengths" in OPERATIONS[outcome.operation].options
        is_of_most = tried == OF_MOST_OPTIONS and ("network" in outcome.operation or "lstm" not in outcome.operation)
        return name == "onnx" and (tried in OF_LENGTHS or (has_lengths and (tried == OF_EACH_OPTION or is_of_most)))
    golden = load(outcome.id)
    inputs, T_x = golden.inputs, golden.entry.dims.get("T_x", 0)
    lengths = inputs["lengths"] if "lengths" in outcome.features else np.array([T_x])
    if name == "onnxruntime":  # the final state of an example without steps is zeros
        return "network" in outcome.operation and 0 in lengths and bool({"a0", "c0"} & {*inputs})
    coupled = outcome.operation.startswith("lstm_coupled") and outcome.id.partition("/")[2] not in INSENSITIVE
    begun = "c0" in inputs or T_x != 1  # a forget gate has something to forget
    return (coupled and begun) or bool((lengths < T_x).any())


OF_LENGTHS = ("padding-ignored", "no-steps", "long-lengths")
OF_EACH_OPTION = "many-examples"
OF_MOST_OPTIONS = "embedded"  # of a case that has lengths in all that takes them, but for an lstm's sequences
INSENSITIVE = ("one-step", "saturated", "zero-state")  # where a forget gate of its own changes nothing


def judged(family: str, weights: Callable[[Any], Any]) -> set[str]:
    node = replace(model.NODES[family], weights=weights)
    graphs = model.Graphs(runtime.evaluator)
    functions = operations.operations(graphs, layers.layer(graphs, family, node))
    runner = Runner(candidate_of(functions), "float32")  # `check` would look for an explanation each time
    return {runner.case(load(f"{name}/generic")).outcome for name in functions if name.endswith("forward")}


def in_order(weights: Callable[[Any], Any], order: tuple[int, ...]) -> Callable[[Any], Any]:
    def moved(p: Any) -> Any:
        gates, bias, *peepholes = weights(p)
        rows = [np.split(gates, len(order))[gate] for gate in order]
        halves = [np.split(half, len(order)) for half in np.split(bias, 2)]
        return np.concatenate(rows), np.concatenate([half[gate] for half in halves for gate in order]), *peepholes

    return moved


ORDERS = {
    "lstm": list(permutations(range(4))),
    "lstm_peephole": list(permutations(range(4))),
    "gru": list(permutations(range(3))),
    "gru_reset_after": list(permutations(range(3))),
}


@pytest.mark.parametrize("family", ORDERS)
def test_gates_in_onnxs_own_order_pass_and_each_other_order_is_caught(family: str) -> None:
    right, *wrong = ORDERS[family]
    weights = model.NODES[family].weights

    assert judged(family, in_order(weights, right)) == {"pass"}
    assert [judged(family, in_order(weights, order)) for order in wrong] == [{"fail"}] * len(wrong)


def positive_update(p: Any) -> Any:
    return model.gru({**p, "Wu": -p["Wu"], "bu": -p["bu"]})


def one_bias(p: Any) -> Any:
    none = np.zeros_like(p["bca"])
    return model.gru({**p, "bc": p["bc"] + p["bca"], "bca": none})


def peepholes_by_file_order(p: Any) -> Any:
    return model.lstm({**p, "Po": p["Pf"], "Pf": p["Po"]})


@pytest.mark.parametrize(
    ("family", "weights"),
    [("gru", positive_update), ("gru_reset_after", one_bias), ("lstm_peephole", peepholes_by_file_order)],
)
def test_weights_converted_otherwise_are_caught(family: str, weights: Callable[[Any], Any]) -> None:
    assert judged(family, weights) == {"fail"}


def saved(path: Path, *kinds: str, inputs: tuple[str, ...] = ("X", "W", "R"), **attributes: Any) -> str:
    helper = onnx.helper
    nodes = [helper.make_node(kind, inputs, [f"Y{i}"], hidden_size=3, **attributes) for i, kind in enumerate(kinds)]
    info = [helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in (*filter(None, inputs), "Y0")]
    graph = helper.make_graph(nodes, "a user's", info[:-1], info[-1:])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)]), path)
    return f"onnx:{path}"


@pytest.mark.parametrize(
    ("kind", "given", "family"),
    [
        ("RNN", {}, "rnn"),
        ("RNN", {"activations": ["Relu"]}, "rnn_relu"),
        ("LSTM", {"activations": ["Sigmoid", "Tanh", "Tanh"]}, "lstm"),
        ("LSTM", {"input_forget": 1}, "lstm_coupled"),
        ("LSTM", {"inputs": ("X", "W", "R", "", "", "", "", "P")}, "lstm_peephole"),
        ("GRU", {}, "gru"),
        ("GRU", {"linear_before_reset": 1}, "gru_reset_after"),
    ],
)
def test_the_node_of_a_users_model_is_run(tmp_path: Path, kind: str, given: dict[str, Any], family: str) -> None:
    name = saved(tmp_path / "m.onnx", kind, **given)

    report = check(name, "float32", cases=[f"{family}_forward/generic", f"{family}_cell_forward/generic"])

    assert report.totals["pass"] == 2
    assert report.version.startswith(f"{kind} of opset 14, on onnxruntime")
    assert {n.split("_cell")[0] for n in candidate_of(name).functions if "_cell_" in n} == {family}


def test_a_node_is_run_in_its_own_direction_alone(tmp_path: Path) -> None:
    back = saved(tmp_path / "back.onnx", "LSTM", direction="reverse")
    both = saved(tmp_path / "both.onnx", "LSTM", direction="bidirectional")

    assert check(back, "float32", cases=["lstm_forward/reverse"]).totals["pass"] == 1
    assert (
        check(back, "float32", cases=["lstm_forward/generic"]).cases[0].message
        == "the direction of this LSTM is reverse"
    )
    assert check(both, "float32", cases=["lstm_network_forward/bidirectional"]).totals["pass"] == 1
    assert check(both, "float32", cases=["lstm_network_forward/one-layer"]).totals["unsupported"] == 1


@pytest.mark.parametrize(
    ("kinds", "attributes", "said"),
    [
        (("Add",), {}, "want one RNN, GRU or LSTM node, found none"),
        (("RNN", "LSTM"), {}, "want one RNN, GRU or LSTM node, found 2 (RNN, LSTM)"),
        (("LSTM",), {"clip": 1.0}, "LSTM with clip=1.0 is in no family of the contract"),
        (("GRU",), {"layout": 1}, "GRU with layout=1 is in no family of the contract"),
        (("GRU",), {"activations": ["HardSigmoid", "Tanh"]}, "GRU with activations HardSigmoid, Tanh is in no family"),
    ],
    ids=str,
)
def test_a_model_that_cannot_be_judged_says_why(tmp_path: Path, kinds: Any, attributes: Any, said: str) -> None:
    name = saved(tmp_path / "m.onnx", *kinds, **attributes)

    with pytest.raises(BrokenCandidate) as raised:
        candidate_of(name)
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)


def test_what_is_no_model_or_no_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "text.onnx").write_text("no model at all, " * 9)

    with pytest.raises(BrokenCandidate, match=r"text\.onnx is not an ONNX model"):
        candidate_of(f"onnx:{tmp_path / 'text.onnx'}")
    with pytest.raises(UnknownCandidate, match=r"missing\.onnx: no such file"):
        candidate_of(f"onnx:{tmp_path / 'missing.onnx'}")
