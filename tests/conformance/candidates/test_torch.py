"""The torch adapter: it conforms, and it is judged. Gates, directions, layers or packing in another order are caught."""

import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from importlib import import_module
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from rnnspec import reference
from rnnspec.conformance import check
from rnnspec.conformance.checks import Checks
from rnnspec.conformance.finding import candidate_of
from rnnspec.reference import FAMILIES, OPERATIONS

torch = pytest.importorskip("torch")
rnn = pytest.importorskip("torch.nn.utils.rnn")
adapter = import_module("rnnspec.conformance.candidates.torch.candidate")
modules = import_module("rnnspec.conformance.candidates.torch.modules")
recurrent = import_module("rnnspec.conformance.candidates.recurrent.operations")
framework = import_module("rnnspec.conformance.candidates.torch.framework")

FUNCTIONS = adapter.CANDIDATE.functions
Function = Callable[..., Any]
Functions = Mapping[str, Any]

REFUSED = {
    "gru": "torch.nn.GRU resets after the product",
    "lstm_peephole": "torch.nn.LSTM has no peepholes",
    "lstm_coupled": "torch.nn.LSTM has no coupled gates",
    "lstm_clipped": "torch.nn.LSTM does not clip its cell state",
}
NO_LAYERS = {one.name for one in FAMILIES if not one.head}  # recurrences by themselves, of which torch has no module
UNPROJECTED = "torch.nn.LSTM wants proj_size below hidden_size, not 4 of 4"


def family(operation: str) -> str:
    return re.sub(r"(_cell|_step|_network)?_(forward|backward)$", "", operation)


def judged(functions: Functions, *ids: str) -> dict[str, str]:
    checks = Checks(candidate_of(functions), "float64", ids)
    return {name: checks.run(name).outcome for name in checks.ids}  # without what explains a failure


def all_generic(functions: Functions, outcome: str) -> bool:
    ids = [f"{name}/generic" for name in functions]
    return judged(functions, *ids) == dict.fromkeys(ids, outcome)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_torch_conforms_and_says_what_it_lacks(dtype: str) -> None:
    report = check("torch", dtype)

    assert {o.id: o.message for o in report.cases if o.outcome not in ("pass", "unsupported")} == {}
    assert {o.id: o.message for o in report.cases if o.outcome == "unsupported"} == {
        **{o.id: REFUSED[family(o.operation)] for o in report.cases if family(o.operation) in REFUSED},
        "lstm_projected_forward/dims-equal": UNPROJECTED,
        "lstm_projected_backward/dims-equal": UNPROJECTED,
        **{o.id: "not defined" for o in report.cases if family(o.operation) in NO_LAYERS},
    }
    assert {o.operation for o in report.cases} == set(OPERATIONS)
    assert report.version == f"torch {torch.__version__}"


def made(name: str, kind: Any) -> dict[str, Any]:
    """The operations of a family over a kind of the adapter's, its networks among them."""
    found = recurrent.operations(framework.Torch(), adapter.layer(name, kind))
    return {name: function for name, function in found.items() if name in OPERATIONS}


def in_blocks(order: tuple[int, ...], right: Function) -> Function:
    """The rows of torch's stacked weights and biases in another order of their gates; a projection has no gates."""

    def weights(p: Any) -> Any:
        return {
            name: w if "_hr" in name else torch.cat([w.chunk(len(order))[gate] for gate in order])
            for name, w in right(p).items()
        }

    return weights


def in_order(order: tuple[int, ...]) -> Functions:
    """All operations of an LSTM with and without projection, or of a GRU, by how many gates there are."""
    gated = {"lstm": modules.LSTM, "lstm_projected": modules.LSTM_PROJECTED, "gru_reset_after": modules.GRU}
    names = ("lstm", "lstm_projected") if len(order) == 4 else ("gru_reset_after",)
    moved = {name: replace(gated[name], weights=in_blocks(order, gated[name].weights)) for name in names}
    return {key: function for name, layer in moved.items() for key, function in made(name, layer).items()}


def letters(order: tuple[int, ...]) -> str:
    return "".join({3: "rzn", 4: "ifgo"}[len(order)][gate] for gate in order)


@pytest.mark.parametrize("gates", [3, 4])
def test_gates_in_torchs_own_order_pass(gates: int) -> None:
    assert all_generic(in_order(tuple(range(gates))), "pass")


@pytest.mark.parametrize("order", [*[*permutations(range(4))][1:], *[*permutations(range(3))][1:]], ids=letters)
def test_each_other_order_of_the_gates_is_caught_in_every_operation(order: tuple[int, ...]) -> None:
    assert all_generic(in_order(order), "fail")


def positive_update(p: Any) -> Any:
    return modules.GRU.weights({**p, "Wu": -p["Wu"], "bu": -p["bu"]})


def one_bias(p: Any) -> Any:
    weights = modules.GRU.weights(p)
    kept = weights["bias_hh"]
    return weights | {"bias_ih": weights["bias_ih"] + kept, "bias_hh": torch.zeros_like(kept)}


@pytest.mark.parametrize("weights", [positive_update, one_bias])
def test_a_gru_with_torchs_sign_or_a_single_bias_is_caught_in_every_operation(weights: Function) -> None:
    assert all_generic(made("gru_reset_after", replace(modules.GRU, weights=weights)), "fail")


def other_way(forward: Function, x: Any, a0: Any, parameters: Any, reverse: bool = False, **given: Any) -> Any:
    return forward(x, a0, parameters, reverse=not reverse, **given)


def never_back(forward: Function, x: Any, a0: Any, parameters: Any, reverse: bool = False, **given: Any) -> Any:
    return forward(x, a0, parameters, **given)


@pytest.mark.parametrize("name", ["rnn", "rnn_relu", "lstm", "lstm_projected", "gru_reset_after"])
@pytest.mark.parametrize("mistake", [other_way, never_back])
def test_a_sequence_run_the_wrong_way_is_caught(name: str, mistake: Function) -> None:
    functions = {**FUNCTIONS, f"{name}_forward": partial(mistake, FUNCTIONS[f"{name}_forward"])}
    ids = [f"{name}_{way}/{case}" for way in ("forward", "backward") for case in ("reverse", "ragged-reverse")]

    assert judged(functions, *ids) == dict.fromkeys(ids, "fail")


def by_direction(states: Any, n_l: int) -> Any:
    return states.reshape(n_l, -1, *states.shape[1:]).swapaxes(0, 1).reshape(states.shape)


# each mistake with a case that has to catch it: what the network is given, what it gives
MISTAKEN_INPUTS: dict[tuple[str, str], Function] = {
    ("directions swapped", "bidirectional"): lambda a0, p: (a0, [directions[::-1] for directions in p]),
    ("layers swapped", "dims-equal"): lambda a0, p: (a0, p[::-1]),  # elsewhere their shapes give it away
    ("upper layers swapped", "deep-ragged"): lambda a0, p: (a0, [p[0], *p[:0:-1]]),
    ("states by direction", "deep-ragged"): lambda a0, p: (by_direction(a0, len(p)), p),
}
MISTAKEN_OUTPUTS: dict[tuple[str, str], Function] = {
    ("backward direction first", "bidirectional"): lambda a, last, _: (np.concatenate(np.split(a, 2)[::-1]), last),
    ("final states by direction", "deep-ragged"): lambda a, last, n_l: (a, by_direction(last, n_l)),
}


@pytest.mark.parametrize("name", ["rnn", "lstm", "gru_reset_after"])
@pytest.mark.parametrize("mistake", [*MISTAKEN_INPUTS, *MISTAKEN_OUTPUTS], ids=lambda mistake: mistake[0])
def test_directions_layers_and_states_in_another_order_are_caught(name: str, mistake: tuple[str, str]) -> None:
    operation = f"{name}_network_forward"
    case, right = f"{operation}/{mistake[1]}", FUNCTIONS[operation]

    def forward(x: Any, a0: Any, parameters: Any, **given: Any) -> Any:
        a, last, *rest = right(x, *MISTAKEN_INPUTS.get(mistake, lambda *same: same)(a0, parameters), **given)
        return *MISTAKEN_OUTPUTS.get(mistake, lambda a, last, _: (a, last))(a, last, len(parameters)), *rest

    assert judged({operation: right}, case) == {case: "pass"}
    assert judged({operation: forward}, case) == {case: "fail"}


# no two lengths are equal where torch sorts: among equals its order is its own
LENGTHS = [[1], [5], [6, 4, 3, 1], [4, 4, 4], [7, 2, 1], [3, 1, 5, 2], [1, 2, 3, 4, 5], [2, 9, 4]]


def same_bits(ours: tuple[Any, ...], theirs: tuple[Any, ...]) -> bool:
    pairs = list(zip(ours, map(np.asarray, theirs), strict=True))
    return all((a.dtype, a.shape, a.tobytes()) == (b.dtype, b.shape, b.tobytes()) for a, b in pairs)


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
@pytest.mark.parametrize("lengths", LENGTHS, ids=str)
@pytest.mark.parametrize("first", [False, True], ids=["time-first", "batch-first"])
def test_padding_and_packing_are_torchs_bit_for_bit(dtype: str, lengths: list[int], first: bool) -> None:
    draw, falling = np.random.default_rng(len(lengths)).standard_normal, lengths == sorted(lengths, reverse=True)
    arrays = [draw((length, 3)).astype(dtype) for length in lengths]
    options = {"batch_first": first, "padding_value": -0.7, "total_length": 11}

    padded = reference.pad_sequence(arrays, batch_first=first, padding_value=0.3)
    packed = reference.pack_padded_sequence(padded, np.array(lengths), batch_first=first, enforce_sorted=falling)
    theirs = rnn.pad_sequence([torch.tensor(a) for a in arrays], first, 0.3)
    batch = rnn.pack_padded_sequence(theirs, torch.tensor(lengths), first, enforce_sorted=falling)
    orders = [torch.arange(len(lengths)) if o is None else o for o in (batch.sorted_indices, batch.unsorted_indices)]

    assert same_bits((padded,), (theirs,))
    assert same_bits(packed, (batch.data, batch.batch_sizes, *orders))
    assert same_bits(packed, reference.pack_sequence(arrays, enforce_sorted=falling))
    assert same_bits(reference.pad_packed_sequence(packed, **options), rnn.pad_packed_sequence(batch, **options))


def example_by_example(padded: Any, lengths: Any, **given: Any) -> Any:
    rows = padded.swapaxes(0, 1)
    packed = FUNCTIONS["pack_padded_sequence"](padded, lengths, **given)
    return np.concatenate([row[:length] for row, length in zip(rows, lengths, strict=True)]), *packed[1:]


def orders_exchanged(padded: Any, lengths: Any, **given: Any) -> Any:
    data, sizes, there, back = FUNCTIONS["pack_padded_sequence"](padded, lengths, **given)
    return data, sizes, back, there


def anything_goes(padded: Any, lengths: Any, **given: Any) -> Any:
    return FUNCTIONS["pack_padded_sequence"](padded, np.maximum(lengths, 1), **{**given, "enforce_sorted": False})


@pytest.mark.parametrize(
    ("pack", "case"),
    [
        (example_by_example, "generic"),
        (orders_exchanged, "unsorted"),
        (anything_goes, "property/refuses-unsorted"),
        (anything_goes, "property/refuses-empty"),
    ],
)
def test_packing_otherwise_or_what_torch_refuses_is_caught(pack: Function, case: str) -> None:
    case = f"pack_padded_sequence/{case}"

    assert judged({"pack_padded_sequence": pack}, case) == {case: "fail"}


def test_the_number_of_torchs_threads_is_left_as_it_was() -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(before + 1)
    try:
        judged(FUNCTIONS, "lstm_backward/every-option", "lstm_projected_forward/dims-equal", "gru_forward/generic")

        assert torch.get_num_threads() == before + 1
    finally:
        torch.set_num_threads(before)


def test_the_kit_itself_does_not_import_torch() -> None:
    code = "import sys, rnnspec.tools, rnnspec.conformance as c; c.check('reference', cases=['sigmoid']); print('torch' in sys.modules)"

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert told.stdout.split() == ["False"]
