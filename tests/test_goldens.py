"""The goldens: independent evidence for each, inputs that every dtype holds, and what is refused as one."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import oracle
import pytest
from numpy.typing import NDArray
from rnnspec.conformance.budget import budget
from rnnspec.conformance.deviations import CATALOGUE, deviating
from rnnspec.golden import FOLDER, Entry, cases, load
from rnnspec.golden.cases import CASES, Case, Idea
from rnnspec.golden.drawing import draw
from rnnspec.golden.manifest import CASE_ID
from rnnspec.golden.proof import FIRST_PRECISION, certified, prove
from rnnspec.golden.refusal import Refused, refuse
from rnnspec.golden.verify import problems
from rnnspec.reference import rnn
from rnnspec.reference.noise import Source
from single import ENTRIES, SINGLE

Arrays = dict[str, NDArray[Any]]
by_case = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)


def given(entry: Entry) -> Arrays:
    golden = load(entry.id)
    return {**golden.inputs, **golden.parameters}


@by_case
def test_the_scalar_oracle_agrees(entry: Entry) -> None:
    golden = load(entry.id)

    scalar = oracle.evaluate(entry.operation.name, golden.inputs, golden.parameters)

    assert set(scalar) == set(golden.outputs)
    for name, want in golden.outputs.items():
        allowed = budget(golden.sensitivity[name], golden.underflow[name], want, "float64")
        assert np.all(np.abs(scalar[name] - want) <= allowed), name


@by_case
def test_the_manifest_says_who_corroborated(entry: Entry) -> None:
    derivatives = [words for words in entry.corroborated if "derivatives" in words]

    assert entry.corroborated[0] == "scalar oracle"
    assert len(derivatives) == (1 if entry.operation.forward else 0)
    assert len(entry.corroborated) == 1 + len(derivatives)


@by_case
def test_a_case_says_what_it_shows_in_the_indicative(entry: Entry) -> None:
    assert CASE_ID.fullmatch(entry.id)
    assert entry.shows
    assert not re.search(r"\b(should|shall|must|tests?|ensures?|verif(y|ies)|checks?)\b", entry.shows, re.IGNORECASE)
    assert not entry.shows.endswith(".")
    assert "\n" not in entry.shows


def test_every_operation_has_enough_cases() -> None:
    counts = Counter(entry.operation.name for entry in ENTRIES)

    assert set(counts) == set(SINGLE) == set(oracle.OPERATIONS)
    for name, operation in SINGLE.items():
        assert counts[name] >= (12 if "T_x" in str(operation.inputs) else 6)


def test_the_committed_goldens_are_sound_and_small() -> None:
    assert list(problems(FOLDER)) == []
    assert {entry.id for entry in cases()} == set(CASES)
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) < 6e6


@by_case
def test_inputs_are_exact_in_every_dtype_of_the_case(entry: Entry) -> None:
    for name, array in floats(entry).items():
        mantissa, exponent = np.frexp(array)
        if "float16" not in entry.dtypes:
            unequal = array.astype(np.float32) != array
            assert np.all(unequal | (array == 0)), name
            continue
        assert not np.any(mantissa * 2.0**8 % 1), name  # bfloat16 has 8 significant bits
        assert np.all(np.abs(exponent) < 120), name
        assert all(np.array_equal(array.astype(dtype), array) for dtype in (np.float16, np.float32)), name


@by_case
def test_lengths_differ_unless_the_case_is_labelled_symmetric(entry: Entry) -> None:
    if "symmetric" not in entry.labels:
        assert len(set(entry.dims.values())) == len(entry.dims)


def test_cases_break_the_symmetry_between_input_and_state() -> None:
    for operation in (o for o in SINGLE.values() if (o.forward or o).parameters):
        dims = [entry.dims for entry in ENTRIES if entry.operation is operation]

        assert any(d["n_x"] < d["n_a"] for d in dims)
        assert any(d["n_x"] > d["n_a"] for d in dims)
        assert operation.forward or any(d["n_a"] > 128 and d["n_a"] % 32 for d in dims)


def test_only_forward_and_backward_share_a_seed() -> None:
    owners = defaultdict(set)
    for entry in ENTRIES:
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
    entry = next(entry for entry in ENTRIES if entry.id == f"{operation}/notebook")

    got = given(entry)

    assert {name: array.shape for name, array in got.items()} == {name: array.shape for name, array in want.items()}
    assert [name for name in want if got[name].tobytes() != want[name].tobytes()] == []


LENGTHS = {"n_x": 3, "n_a": 5, "m": 7, "T_x": 4, "n_y": 2}
SYMMETRIC = np.arange(25.0).reshape(5, 5) + np.arange(25.0).reshape(5, 5).T + 1
Evidence = dict[str, Any]


def evidence(case: Case) -> Evidence:
    """What a fit case is judged by; the refusals below change one thing each."""
    inputs, parameters = draw(case)
    return {
        "arrays": {**inputs, **parameters},
        "outputs": {"a": np.ones(9)},
        "sensitivity": {"a": np.ones(9)},
        "preactivations": np.linspace(0.3, 3, 100),
    }


def with_arrays(**changed: Callable[[Arrays], NDArray[Any]]) -> Callable[[Evidence], Evidence]:
    return lambda e: {**e, "arrays": {**e["arrays"], **{name: make(e["arrays"]) for name, make in changed.items()}}}


UNFIT: dict[str, tuple[str, str, Callable[[Evidence], Evidence]]] = {
    "chaotic": ("rnn", "chaotic", lambda e: {**e, "sensitivity": {"a": np.full(9, 0.11 * 2**24)}}),
    "one element chaotic": ("lstm", "chaotic", lambda e: {**e, "sensitivity": {"a": np.eye(3).ravel() * 2**24}}),
    "saturated": ("rnn", "saturated", lambda e: {**e, "preactivations": np.linspace(-6, 6, 99)}),
    "tiny": ("rnn", "tiny", lambda e: {**e, "preactivations": np.linspace(-0.5, 0.5, 99)}),
    "equal weights": ("lstm", "symmetric", with_arrays(Wi=lambda a: a["Wf"].copy())),
    "equal biases": ("lstm", "symmetric", with_arrays(bo=lambda a: a["bc"].copy())),
    "equal states": ("lstm", "symmetric", with_arrays(c0=lambda a: a["a0"].copy())),
    "symmetric recurrent matrix": ("rnn", "symmetric", with_arrays(Waa=lambda a: SYMMETRIC)),
    "symmetric recurrent block": (
        "lstm",
        "symmetric",
        with_arrays(Wc=lambda a: np.hstack([SYMMETRIC, a["Wc"][:, 5:]])),
    ),
    "zero bias": ("rnn", "symmetric", with_arrays(ba=lambda a: 0 * a["ba"])),
    "a zero in a bias": ("rnn", "symmetric", with_arrays(ba=lambda a: a["ba"] * (np.arange(5) > 0)[:, None])),
    "a zero in a weight": ("rnn", "symmetric", with_arrays(Wax=lambda a: a["Wax"] * (np.arange(3) > 0))),
    "constant input": ("rnn", "symmetric", with_arrays(x=lambda a: np.full_like(a["x"], 0.5))),
    "constant weight": ("lstm", "symmetric", with_arrays(Wo=lambda a: np.full_like(a["Wo"], 0.5))),
}


@pytest.mark.parametrize("name", UNFIT)
def test_a_case_unfit_to_be_a_golden_is_refused_unless_it_says_so(name: str) -> None:
    family, label, change = UNFIT[name]
    operation = SINGLE[f"{family}_forward"]
    case = Case(operation, Idea("tried", "", LENGTHS, options=tuple(operation.options)))
    labelled = replace(case, idea=replace(case.idea, labels=(label,)))
    refuse(case, **evidence(case))

    refuse(labelled, **change(evidence(case)))
    with pytest.raises(Refused, match=rf"^is {label} \(.+\) and has no such label"):
        refuse(case, **change(evidence(case)))


DRAWN_UNFIT = {
    "saturated": Idea("tried", "", LENGTHS, {"weight": 3}),
    "tiny": Idea("tried", "", LENGTHS, {"data": -9, "state": -8, "bias": -8}),
    "symmetric": Idea("tried", "", {**LENGTHS, "m": 5}),
    "chaotic": Idea(
        "tried", "", {**LENGTHS, "n_a": 11, "T_x": 60}, {"weight": 1, "data": -4, "bias": -2}, labels=("saturated",)
    ),
}


@pytest.mark.parametrize("label", DRAWN_UNFIT)
def test_an_unfit_draw_is_refused_unless_it_says_so(label: str) -> None:
    case = Case(SINGLE["rnn_forward"], DRAWN_UNFIT[label])
    labelled = replace(case, idea=replace(case.idea, labels=(*case.idea.labels, label)))

    assert prove(labelled).outputs["a"].size
    with pytest.raises(Refused, match=f"^is {label} "):
        prove(case)


def test_cancellation_takes_more_precision() -> None:
    cancelling, plain = (CASES[f"rnn_cell_backward/{name}"] for name in ("huge", "generic"))

    assert certified(cancelling.operation, *draw(cancelling))[1] > FIRST_PRECISION
    assert certified(plain.operation, *draw(plain))[1] == FIRST_PRECISION


@pytest.mark.parametrize("deviation", ["no-da-carry", "no-dc-carry", "bias-gradient-accumulator-reused"])
@pytest.mark.parametrize("name", ["two-steps", "generic", "saturated", "tiny", "initial-cell"])
def test_a_wrong_backward_is_no_golden(deviation: str, name: str) -> None:
    case = CASES[f"lstm_backward/{name}"]

    with deviating(CATALOGUE[deviation]), pytest.raises(Refused, match="forward derivative differ"):
        prove(case)


def test_a_wrong_rnn_backward_is_no_golden() -> None:
    with deviating(CATALOGUE["no-da-carry"]), pytest.raises(Refused, match="forward derivative differ"):
        prove(CASES["rnn_backward/two-steps"])


def test_a_wrong_backward_is_no_golden_however_small_its_gradients(monkeypatch: pytest.MonkeyPatch) -> None:
    backward = rnn.FAMILY.backward
    monkeypatch.setattr(rnn.FAMILY, "backward", lambda dstate, *rest: backward((3 * dstate[0],), *rest))

    with pytest.raises(Refused, match="forward derivative differ"):
        prove(CASES["rnn_backward/huge"])
