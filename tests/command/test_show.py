"""`rnnspec show`: all that one asks of an operation, and where a deviation shows best."""

import ast
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from rnnspec.conformance.deviations.catalogue import CATALOGUE
from rnnspec.conformance.properties.table import PROPERTIES, applies
from rnnspec.golden import cases
from rnnspec.reference import FAMILIES, OPERATIONS, Kind
from rnnspec.tools import main

ROOT = Path(__file__).resolve().parents[2]


def show(*words: str) -> str:
    result = CliRunner().invoke(main, ["show", *words], env={"FORCE_COLOR": None})
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize(
    ("operation", "lines"),
    [
        ("sigmoid", ["return np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))"]),
        ("softmax", ["return e / e.sum(axis=0)"]),
        ("rnn_cell_forward", ['return p["Waa"] @ a_prev + p["Wax"] @ xt + p["ba"]', "return softmax(W @ a + b)"]),
        ("lstm_forward", ["for t in order:", "return f * c_prev + i * g, Remembered(f, i, g, c_prev)"]),
        ("lstm_forward", ["v = np.concatenate([a_prev, xt])", 'return p[f"W{gate}"] @ v + p[f"b{gate}"]']),
        ("lstm_backward", ["for t in reversed(walk.order):", "dzo, dc = expose_backward(da_next, exposed)"]),
        ("lstm_network_forward", ["for layer, directions in enumerate(parameters):", "a_prev, c_prev = state"]),
        ("lstm_network_backward", ["for layer in reversed(range(len(caches.walks))):"]),
        ("pack_sequence", ["def pack_sequence("]),
    ],
)
def test_an_operation_is_shown_with_its_equation_and_that_of_its_cell(operation: str, lines: list[str]) -> None:
    said = show(operation)

    assert [line for line in lines if line not in said] == []


@pytest.mark.parametrize("name", [name for name, operation in OPERATIONS.items() if operation.forward])
def test_what_a_program_is_given_for_a_gradient_is_told(name: str) -> None:
    operation = OPERATIONS[name]
    assert operation.forward is not None

    told = show(name).partition("A program gets no cache")[2].partition("docs/protocol.md")[0]

    options = {f"{option}=" for option in operation.forward.options}
    assert {*re.split(r"[\s,]+", told)} >= {*operation.forward.inputs, *operation.forward.parameters, *options}


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("gru_forward", "a, y, cache = gru_forward(x, a0, parameters, *, lengths=, reverse=)"),
        ("gru_backward", "gradients = gru_backward(da, cache, *, dy=, da_last=), a dict"),
        ("lstm_cell_backward", "gradients = lstm_cell_backward(da_next, dc_next, cache), a dict"),
        ("l2norm_forward", "y, cache = l2norm_forward(x, *, eps=)"),
    ],
)
def test_it_is_told_how_a_function_is_called(name: str, call: str) -> None:
    assert call in " ".join(show(name).split())


@pytest.mark.parametrize("family", [family.name for family in FAMILIES if not family.head])
def test_what_predicts_nothing_has_no_head_in_its_equation(family: str) -> None:
    own = [name for name, operation in OPERATIONS.items() if operation.family == family]

    assert [name for name in own if "def head" in show(name)] == []


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_is_shown_with_all_that_is_known_of_it(name: str) -> None:
    operation, said, data = OPERATIONS[name], show(name), json.loads(show(name, "--json", "-"))

    assert data["cases"] == [e.id for e in cases() if e.operation.name == name]
    assert data["properties"] == [p for p in PROPERTIES if applies(p, operation)]
    assert data["deviations"] == [d.id for d in CATALOGUE.values() if name in d.affects]
    assert f"{len(data['cases'])} cases" in said
    words = {*re.split(r"[\s,]+", said)}
    assert words >= {id.partition("/")[2] for id in data["cases"]} | {*data["properties"], *data["deviations"]}
    assert [file for file in data["files"] if not (ROOT / file).exists()] == []
    for text in data["equation"].values():
        ast.parse(text)
    assert [axis for axis in operation.dims if not data["axes"].get(axis)] == []
    assert [line for line in said.splitlines() if line != line.rstrip()] == []


def test_the_order_in_front_of_a_matrix_is_told() -> None:
    told = {name for name in OPERATIONS if "[a_prev; xt]" in show(name).partition("the equation")[0]}

    assert told == {n for n, o in OPERATIONS.items() if "n_x" in o.dims and o.family not in ("rnn", "rnn_relu")}
    assert "the first n_p columns meet a_prev, the last n_x meet xt" in " ".join(show("lstm_projected_forward").split())


def test_only_what_has_a_layer_rests_on_a_cell() -> None:
    for name, operation in OPERATIONS.items():
        families = [file for file in json.loads(show(name, "--json", "-"))["files"] if "families" in file]
        assert bool(families) == (operation.kind not in (Kind.ELEMENTWISE, Kind.CONTAINER)), name


def test_a_deviation_has_its_fingerprint_from_what_others_rest_on() -> None:
    assert "in softmax/one-row" in show("softmax-over-everything")
    first = {
        "sigmoid-summed": "sigmoid/",
        "no-da-carry": "rnn_backward/",
        "peephole-o-uses-cprev": "lstm_peephole_cell",
    }
    for name, place in first.items():
        assert f"its fingerprint\n\n    in {place}" in show(name)


NAMES = [*OPERATIONS, *CATALOGUE, *PROPERTIES, "lstm", "rnn", "lstm_forward/generic", "lstm_forward/property/embedded"]


@pytest.mark.parametrize("name", NAMES)
def test_words_are_folded_at_80_columns_and_code_is_not(name: str) -> None:
    said, data = show(name), json.loads(show(name, "--json", "-"))
    texts = [*data.get("equation", {}).values(), *data.get("differences", [])]
    code = {line.strip() for text in texts for line in text.splitlines()}

    wide = [line for line in said.splitlines() if len(line) > 80 and "https://" not in line]

    assert [line for line in wide if line.strip() not in code] == []
    assert [line for line in code if line not in said] == []


def test_a_property_named_without_its_kind_is_meant() -> None:
    done = CliRunner().invoke(main, ["show", "lstm_forward/no-steps"])

    assert (done.exit_code, done.output.partition("; ")[2].strip()) == (
        2,
        "did you mean lstm_forward/property/no-steps?",
    )
