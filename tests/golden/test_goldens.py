"""The goldens: independent evidence for each, inputs that every dtype holds, lengths and seeds that tell cases apart."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from rnnspec.conformance.verdict.budget import budget
from rnnspec.golden import FOLDER, Entry, cases, load
from rnnspec.golden.case import CASES
from rnnspec.golden.ideas.idea import LABELS
from rnnspec.golden.manifest import CASE_ID
from rnnspec.golden.verify import problems
from rnnspec.reference import FUNCTIONS, OPERATIONS, Operation
from rnnspec.reference.containers import ContainerOperation
from writings import oracle

Arrays = dict[str, NDArray[Any]]
MANY = 16_000_000  # bytes that the arrays of all goldens may take
by_operation = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)


def entries(operation: Operation) -> list[Entry]:
    return [entry for entry in cases() if entry.operation is operation]


def given(entry: Entry) -> Arrays:
    golden = load(entry.id)
    return {**golden.inputs, **golden.parameters}


def floats(entry: Entry) -> Arrays:
    return {name: array for name, array in given(entry).items() if array.dtype.kind == "f"}


def is_moved(operation: Operation) -> bool:
    """Whether an operation moves values and computes none."""
    return isinstance(operation, ContainerOperation)


@by_operation
def test_the_scalar_oracle_agrees(operation: Operation) -> None:
    wrong = []
    for entry in entries(operation):
        golden = load(entry.id)
        scalar = oracle.evaluate(operation.name, golden.inputs, golden.parameters)
        assert set(scalar) == set(golden.outputs), entry.id
        for name, want in golden.outputs.items():
            allowed = budget(golden.sensitivity[name], golden.underflow[name], want, "float64")
            if scalar[name].shape != want.shape or not np.all(np.abs(scalar[name] - want) <= allowed):
                wrong.append(f"{entry.id}: {name}")

    assert wrong == []


def test_the_oracle_has_every_operation() -> None:
    assert set(oracle.OPERATIONS) == set(OPERATIONS)


def test_the_manifest_says_who_corroborated() -> None:
    for entry in cases():
        derivatives = [words for words in entry.corroborated if "derivatives" in words]

        assert len(derivatives) == (1 if entry.operation.forward else 0), entry.id
        assert entry.corroborated == derivatives, entry.id  # nobody else was asked when it was made


def test_a_case_says_what_it_shows_in_the_indicative() -> None:
    words = r"\b(should|shall|must|tests?|ensures?|verif(y|ies)|checks?)\b"
    for entry in cases():
        assert CASE_ID.fullmatch(entry.id)
        assert entry.shows, entry.id
        assert not re.search(words, entry.shows, re.IGNORECASE), entry.id
        assert not entry.shows.endswith("."), entry.id
        assert "\n" not in entry.shows, entry.id


def test_every_operation_has_enough_cases() -> None:
    counts = Counter(entry.operation.name for entry in cases())
    few = {n: counts[n] for n, o in OPERATIONS.items() if counts[n] < (12 if "T_x" in str(o.inputs.values()) else 6)}

    # a container has T_x too, and less to show; of networks of some families the others show the rest, of a layer its scan
    assert {name: n for name, n in few.items() if not (is_moved(OPERATIONS[name]) and n >= 6)} == {
        "lstm_peephole_network_forward": 9,
        "lstm_peephole_network_backward": 7,
        "gru_network_forward": 9,
        "gru_network_backward": 7,
        "selective_scan_layer_step_forward": 2,
        "selective_scan_layer_step_backward": 2,
    }


def test_the_committed_goldens_are_sound_and_small() -> None:
    assert list(problems(FOLDER)) == []
    assert {entry.id for entry in cases()} == set(CASES)
    assert sum(path.stat().st_size for path in FOLDER.rglob("*.npz")) <= MANY


def test_every_label_is_one_that_is_explained() -> None:
    assert {label for entry in cases() for label in entry.labels} <= set(LABELS)


def test_inputs_are_exact_in_every_dtype_of_the_case() -> None:
    for entry in cases():
        for name, array in floats(entry).items():
            where = f"{entry.id}: {name}"
            if entry.dtypes == ["float64"]:
                assert np.all((array.astype(np.float32) != array) | (array == 0)), where
                continue
            mantissa, exponent = np.frexp(array)
            assert not np.any(mantissa * 2.0**8 % 1), where  # bfloat16 has 8 significant bits
            assert np.all(np.abs(exponent) < 120), where
            assert all(np.array_equal(array.astype(dtype), array) for dtype in (np.float16, np.float32)), where


def test_a_dtype_is_lost_for_a_reason_alone() -> None:
    for entry in cases():
        wanted = CASES[entry.id].dtypes
        assert [dtype for dtype in wanted if dtype not in entry.refused] == entry.dtypes, entry.id
        assert set(entry.refused) <= {"float16"} & {*wanted}, entry.id


def test_what_float16_cannot_carry_is_counted() -> None:
    refused = [entry for entry in cases() if "float16" in entry.refused]
    close = [e for e in refused if "compared values" in e.refused["float16"]]

    comparing = {"rnn_relu", "lstm_clipped", "mlstm", "slstm", "min_gru", "min_lstm"}
    assert {e.operation.family for e in close} <= comparing
    assert len(refused) - len(close) < len(cases()) / 8


COMPARED = {
    "rnn_relu_cell_forward": lambda got, p: got["a_next"] > 0,
    "rnn_relu_forward": lambda got, p: got["a"] > 0,
    "lstm_clipped_cell_forward": lambda got, p: np.abs(got["c_next"]) == p["clip"].astype(got["c_next"].dtype),
    "lstm_clipped_forward": lambda got, p: np.abs(got["c"]) == p["clip"][..., None].astype(got["c"].dtype),
}


@pytest.mark.parametrize("name", COMPARED)
def test_a_comparison_falls_the_same_way_in_every_dtype_of_a_case(name: str) -> None:
    operation, compared, seen = OPERATIONS[name], COMPARED[name], set()
    for entry in entries(operation):
        golden = load(entry.id)
        want = compared(golden.outputs, golden.parameters)
        for dtype in entry.dtypes:
            inputs, parameters = (
                {n: a.astype(dtype) if a.dtype.kind == "f" else a for n, a in arrays.items()}
                for arrays in (golden.inputs, golden.parameters)
            )
            returned = operation.call(FUNCTIONS, inputs, parameters)
            got = compared(operation.named(returned, [*inputs, *parameters]), parameters)
            seen.add(dtype)

            assert np.array_equal(got, want), f"{entry.id} in {dtype}"

    assert seen >= {"float64", "float32"}


def test_lengths_differ_unless_the_case_is_labelled_symmetric() -> None:
    for entry in cases():
        free = ("n_g", "n_hv")  # n_g is 1 or n_k, n_hv a multiple of n_h
        dims = {axis: n for axis, n in entry.dims.items() if axis not in free and (n > 1 or axis not in ("n_l", "n_d"))}
        if "symmetric" not in entry.labels and not is_moved(entry.operation):
            assert len(set(dims.values())) == len(dims), entry.id


@by_operation
def test_cases_break_the_symmetry_between_input_and_state(operation: Operation) -> None:
    dims = [entry.dims for entry in entries(operation) if "n_a" in entry.dims]

    assert bool(dims) == ("n_a" in operation.dims)
    if dims:
        assert any(d["n_x"] < d["n_a"] for d in dims)
        assert any(d["n_x"] > d["n_a"] for d in dims)


@pytest.mark.parametrize("name", ["rnn_forward", "lstm_forward", "gru_reset_after_forward"])
def test_one_state_is_wider_than_a_tile_and_no_multiple_of_one(name: str) -> None:
    assert any(e.dims["n_a"] > 128 and e.dims["n_a"] % 32 for e in entries(OPERATIONS[name]))


def test_only_forward_and_backward_share_a_seed() -> None:
    owners = defaultdict(set)
    for entry in cases():
        forward = entry.operation.forward or entry.operation
        owners[entry.seed].add((forward.name, entry.id.split("/")[1]))

    assert [names for names in owners.values() if len(names) > 1] == []


RNN = "Wax:5,3 {} Waa:5,5 Wya:2,5 ba:5,1 by:2,1"
LSTM = "{} Wf:5,8 bf:5,1 Wi:5,8 bi:5,1 Wo:5,8 bo:5,1 Wc:5,8 bc:5,1 Wy:2,5 by:2,1"
# as the notebook draws them; it has no backward but that of the RNN cell, where the others go on alike
NOTEBOOK = {
    "rnn_cell_forward": f"xt:3,10 {RNN.format('a_prev:5,10')}",
    "rnn_cell_backward": f"xt:3,10 {RNN.format('a_prev:5,10')} da_next:5,10",
    "rnn_forward": f"x:3,10,4 {RNN.format('a0:5,10')}",
    "rnn_backward": f"x:3,10,4 {RNN.format('a0:5,10')} da:5,10,4",
    "lstm_cell_forward": LSTM.format("xt:3,10 a_prev:5,10 c_prev:5,10"),
    "lstm_cell_backward": f"{LSTM.format('xt:3,10 a_prev:5,10 c_prev:5,10')} da_next:5,10 dc_next:5,10",
    "lstm_forward": LSTM.format("x:3,10,7 a0:5,10"),
    "lstm_backward": f"{LSTM.format('x:3,10,7 a0:5,10')} da:5,10,7",
}


@pytest.mark.parametrize("operation", NOTEBOOK)
def test_the_notebook_case_has_the_notebooks_inputs_bit_for_bit(operation: str) -> None:
    random = np.random.RandomState(1)
    shapes = (item.split(":") for item in NOTEBOOK[operation].split())
    want = {name: random.randn(*map(int, shape.split(","))) for name, shape in shapes}
    entry = next(entry for entry in cases() if entry.id == f"{operation}/notebook")

    got = given(entry)

    assert {name: array.shape for name, array in got.items()} == {name: array.shape for name, array in want.items()}
    assert [name for name in want if got[name].tobytes() != want[name].tobytes()] == []


def test_goldens_that_are_asked_for_in_turn_are_read_once_each() -> None:
    first = [load(entry.id) for entry in cases()]

    assert all(load(entry.id) is golden for entry, golden in zip(cases(), first, strict=True))
