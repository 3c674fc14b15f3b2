"""Past the usual blocks: bugs that begin behind a size are caught, the right reference and legal writings of it are not."""

from functools import cache
from inspect import signature
from typing import Any

import numpy as np
import pytest
from planted.planting import Planted, candidate
from planted.sizes import LIMITS, OF_RECURRENCES, TIMED, Cut, checks, cuts
from rnnspec.conformance import Unsupported, check, sources
from rnnspec.conformance.checks import Checks
from rnnspec.conformance.deviations.copy import deviating
from rnnspec.conformance.finding import candidate_of
from rnnspec.conformance.sources import Estimated, at
from rnnspec.golden.blocks import past_blocks
from rnnspec.golden.sized import BadSize, Size
from rnnspec.reference import FUNCTIONS, OPERATIONS, Kind
from writings.legal import Backwards, Blocked, Pairwise, Summed, given, off_by

DTYPES = ("float64", "float32", "float16")
OVER_TIME = {name: name for name, operation in OPERATIONS.items() if operation.kind in TIMED}
FORWARD = {name: name for name in OVER_TIME if not OPERATIONS[name].forward}
SOME = ("rnn_forward", "gru_forward", "lstm_projected_backward", "gated_linear_forward", "selective_scan_backward")
SOME += ("slstm_forward", "min_gru_forward", "rnn_network_forward", "gru_backward")
MIDDLING = Size({"n_a": 40, "n_x": 24, "n_k": 40, "n_v": 20, "n_c": 40, "m": 12, "T_x": 24}, ("lengths",))
OFF = {"float64": 15.0, "float32": 15.0, "float16": 2.0}  # roundoffs


def some(names: tuple[str, ...]) -> dict[str, str]:
    return {name: name for name in names}


@pytest.mark.sampled("operation", some(SOME), OVER_TIME)
def test_a_bug_beyond_a_size_is_caught(operation: str) -> None:
    planted = cuts(OPERATIONS[operation])

    told = {cut: [outcome.message for outcome in outcomes(cut) if outcome.failed] for cut in planted}

    assert [cut for cut, messages in told.items() if not messages] == []
    assert [message for messages in told.values() for message in messages if "raised" in message] == []
    assert len(planted) >= 4


def outcomes(cut: Cut) -> list[Any]:
    asked = checks(cut.functions(), cut.operation)
    return [asked.run(id) for id in asked.ids]


@pytest.mark.sampled("operation", some(("lstm_forward", "wkv4_forward")), FORWARD)
def test_lengths_that_are_read_in_one_block_are_caught(operation: str) -> None:
    def forward(*given: Any, lengths: Any = None, **options: Any) -> Any:
        if lengths is not None:
            lengths = np.append(lengths[:32], np.full(len(lengths[32:]), given[0].shape[-1]))
        return FUNCTIONS[operation](*given, lengths=lengths, **options)

    forward.__signature__ = signature(FUNCTIONS[operation])  # type: ignore[attr-defined]
    asked = checks({**FUNCTIONS, operation: forward}, operation)

    assert [id for id in asked.ids if asked.run(id).failed] == [f"{operation}/m=36,T_x=68,lengths,seed=0"]


OF_LAYERS, OF_KEYS = "n_a=136,m=36,T_x=3", "n_k=68,n_v=66,n_h=5,m=3,T_x=10"
STATES = [
    ("lstm_forward", "c0", np.s_[128:], f"{OF_LAYERS},c0"),
    ("gru_backward", "da_last", np.s_[128:], f"{OF_LAYERS},da_last"),
    ("lstm_network_backward", "dc_last", np.s_[..., 128:, :], f"{OF_LAYERS},dc_last"),
    ("causal_conv_forward", "s0", np.s_[128:], "n_c=136,m=36,T_x=68,s0"),
    ("mlstm_backward", "dC_last", np.s_[:, 64:], f"{OF_KEYS},dC_last,dn_last,dm_last"),
]


@pytest.mark.parametrize(("operation", "option", "beyond", "size"), STATES)
def test_states_of_which_one_block_is_read_are_caught(operation: str, option: str, beyond: Any, size: str) -> None:
    def reading(*given: Any, **options: Any) -> Any:
        if options.get(option) is not None:
            state = np.array(options[option])
            state[beyond] = 0
            options[option] = state
        return FUNCTIONS[operation](*given, **options)

    reading.__signature__ = signature(FUNCTIONS[operation])  # type: ignore[attr-defined]
    asked = checks({**FUNCTIONS, operation: reading}, operation)

    assert [id for id in asked.ids if asked.run(id).failed] == [f"{operation}/{size},seed=0"]


def test_every_axis_that_grows_is_tried_behind_its_limit() -> None:
    tried = {
        (size.lengths[cut.axis] > cut.limit, cut.axis)
        for name in OVER_TIME
        for cut in cuts(OPERATIONS[name])
        for size in past_blocks(OPERATIONS[name])
        if cut.axis in size.lengths
    }

    assert {axis for beyond, axis in tried if beyond} == {axis for _, axis in tried} == {*LIMITS, *OF_RECURRENCES}
    assert [name for name, o in OPERATIONS.items() if not past_blocks(o) and o.kind is not Kind.CONTAINER] == []


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.sampled(
    "operation", some(("lstm_forward", "diagonal_backward", "mlstm_step_backward")), some((*FUNCTIONS,))
)
def test_the_right_reference_passes(operation: str, dtype: str) -> None:
    asked = checks(dict(FUNCTIONS), operation, dtype)

    assert [outcome.message for id in asked.ids if (outcome := asked.run(id)).failed] == []


@cache
def middling(operation: str, dtype: str) -> Estimated:
    return at(MIDDLING.of(OPERATIONS[operation]), [operation], dtype)


LEGAL = ("lstm_forward", "rnn_relu_backward", "gated_delta_forward")


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.sampled("operation", some(LEGAL), OVER_TIME)
def test_legal_writings_raise_no_alarm(operation: str, dtype: str) -> None:
    functions = {name: FUNCTIONS[name] for name in pair(operation)}
    failed = [
        f"{order.__name__}: {outcome.message}"
        for order in (Summed, Backwards, Pairwise, Blocked)
        for outcome in judged(given(functions, lambda array, order=order: array.view(order)), operation, dtype)  # type: ignore[misc]
    ]
    for sign in ("up", "down"):
        with deviating(off_by(OFF[dtype], sign)) as edited:
            failed += [f"{sign}: {o.message}" for o in judged({n: edited[n] for n in functions}, operation, dtype)]

    assert failed == []


def pair(operation: str) -> list[str]:
    forward = OPERATIONS[operation].forward
    return [operation, *([forward.name] if forward else [])]


def judged(functions: Any, operation: str, dtype: str) -> list[Any]:
    """What fails."""
    for name, function in functions.items():
        function.__signature__ = signature(FUNCTIONS[name])
    asked = Checks(candidate_of(dict(functions)), dtype, None, middling(operation, dtype))
    found = [asked.run(id) for id in asked.ids]
    assert [outcome.message for outcome in found if outcome.outcome == "unsupported" and dtype != "float16"] == []
    return [outcome for outcome in found if outcome.failed]


def test_what_a_candidate_declines_is_not_estimated(monkeypatch: pytest.MonkeyPatch) -> None:
    def declining(*given: Any, **options: Any) -> Any:
        raise Unsupported("no steps at all")

    def estimating(*_: Any) -> Any:
        raise AssertionError("it is estimated")

    monkeypatch.setattr(sources, "estimate", estimating)
    report = check({"lstm_forward": declining}, at=Size({"n_a": 64}), cases=["lstm"])

    told = {outcome.id: outcome.message for outcome in report.cases}
    assert told["lstm_forward/n_a=64,seed=0"] == "no steps at all"
    assert {outcome.outcome for outcome in report.cases} == {"unsupported"}


def test_a_small_size_is_explained_by_an_edit_as_goldens_are() -> None:
    wrong = candidate(Planted("sum", ("lstm_forward",), (("i * g + f * c_prev", "(i + g) + f * c_prev"),)))

    report = check(wrong, at=Size({"n_a": 6, "m": 3}), cases=["lstm_forward"])

    (explanation,) = report.explanations
    assert report.failures
    assert "+i + g" in str(explanation)


def test_a_large_size_is_not_searched() -> None:
    wrong = candidate(Planted("sum", ("lstm_forward",), (("i * g + f * c_prev", "(i + g) + f * c_prev"),)))

    report = check(wrong, at=Size({"n_a": 200, "n_x": 90}), cases=["lstm_forward"])

    assert report.failures
    assert report.explanations == []


def test_a_report_says_that_it_is_estimated_and_which_output_has_no_verdict() -> None:
    report = check(dict(FUNCTIONS), "float16", at=Size({"T_x": 40, "n_a": 20}, seed=1), cases=["gru_forward"])

    assert any(note.startswith("estimated at this size, not proven") for note in report.record.notes)
    assert report.partial


def test_what_is_asked_is_the_same_numbers_whatever_else_is() -> None:
    one, other = (at(Size({"n_a": 9}, seed=seed), ["rnn_forward"], "float64") for seed in (1, 2))
    (first,), (second,) = ([s.load(id) for id in s.known] for s in (one, other))

    assert first.id == "rnn_forward/n_a=9,seed=1"
    assert not np.array_equal(first.inputs["x"], second.inputs["x"])


def test_the_json_says_of_each_case_whether_its_budgets_are_proven() -> None:
    pytest.importorskip("flint")
    large, small = (
        check("reference", cases=["sigmoid"], at=Size({"n": n, "m": 9}), explain_seconds=0).as_json()["cases"]
        for n in (400, 3)
    )

    assert [case["budget"] for case in large] == ["estimated"]
    assert [case["budget"] for case in small] == ["proven"]


@pytest.mark.parametrize(
    ("size", "told"),
    [
        (Size({"n_a": 1.5}), "n_a is 1.5, want a whole number"),  # type: ignore[dict-item]
        (Size({"n_a": "3"}), "n_a is '3', want a whole number"),  # type: ignore[dict-item]
        (Size({"n_a": 0}), "n_a is 0, want 1 or more"),
        (Size(seed=-1), "seed is -1, want a whole number of up to 9 digits"),
        (Size(seed=10**9), "seed is 1000000000, want a whole number of up to 9 digits"),
        (Size(regime="lukewarm"), "regime is 'lukewarm': the regimes are sparse, "),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_a_size_that_no_text_gives_is_refused(size: Size, told: str) -> None:
    with pytest.raises(BadSize, match=told):
        check("reference", at=size, cases=["lstm_forward"])


@pytest.mark.parametrize("size", ["n_a=64", {"n_a": 64}], ids=["a text", "a dict"])
def test_what_is_no_size_is_told_what_is_one(size: Any) -> None:
    with pytest.raises(TypeError, match=r"want a Size, as rnnspec\.golden\.sized\.Size\({'n_a': 64}\)"):
        check("reference", at=size)
