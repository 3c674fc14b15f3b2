"""Properties at a policy of precision: right writings have them, mistakes that no golden shows break them, and what cannot be told is no pass."""

from collections.abc import Callable
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from numpy.typing import NDArray
from planted.cut import CHUNK, PACKED, with_keyword
from planted.fakes import fake
from planted.of_recurrences import WRONG
from planted.over_calls import OVER_CALLS
from planted.planting import candidate
from planted.spellings import EACH, STYLES
from rnnspec.conformance.at_precision import AtPrecision
from rnnspec.conformance.checks import Checks
from rnnspec.conformance.finding import candidate_of
from rnnspec.conformance.run.outcome import UNFIT, Outcome
from rnnspec.conformance.verdict.chunks import in_chunks
from rnnspec.conformance.verdict.nearness import alike
from rnnspec.golden import FOLDER, load
from rnnspec.golden.precision import Precision
from rnnspec.reference import FUNCTIONS
from writings.legal import ORDERS, Pairwise, Shuffled, Summed
from writings.narrow import computed

Array = NDArray[Any]
KEPT = "inputs bf16, products f32, state f32, outputs bf16"  # whose outputs are coarser than the state that they carry
POLICIES = ("bf16", "amp-bf16", "f16-f32acc", "tf32", KEPT)
COARSE = ("bf16", "amp-bf16")
FEW = ["lstm_forward", "gru_backward", "gated_linear_forward", "pack_sequence"]


def checks(candidate: Any, policy: str, names: list[str] | None) -> Checks:
    precision = Precision.named(policy)
    return Checks(candidate_of(candidate), precision.carrier, names, AtPrecision(FOLDER, precision))


def properties(candidate: Any, policy: str, names: list[str] | None) -> list[Outcome]:
    asked = checks(candidate, policy, names)
    return [asked.run(id) for id in asked.ids if "/property/" in id]


SOME = {policy: (policy, Summed, [FEW[k % len(FEW)], FEW[(k + 1) % len(FEW)]]) for k, policy in enumerate(POLICIES)}
STEADY = [order for order in ORDERS if order is not Shuffled]  # whose bits are the same in each call
EVERY = {f"{policy}-{order.__name__}": (policy, order, None) for policy in POLICIES for order in STEADY}


@pytest.mark.sampled("tried", SOME, EVERY)
def test_a_right_writing_of_a_policy_has_every_property(tried: tuple[str, type[Summed], list[str] | None]) -> None:
    policy, order, names = tried

    found = properties(computed(FUNCTIONS, Precision.named(policy), order), policy, names)

    assert [(o.id, o.message) for o in found if o.failed] == []
    assert sum(o.outcome == "pass" for o in found) > 0.9 * len(found)


@pytest.mark.parametrize("policy", COARSE)
@pytest.mark.parametrize("name", {"chunked-is-stepwise": CHUNK, "packed-is-separate": PACKED})
def test_what_is_right_in_parts_has_the_property(name: str, policy: str) -> None:
    keyword, operation = {"chunked-is-stepwise": CHUNK, "packed-is-separate": PACKED}[name], "gated_linear_forward"
    (found,) = properties({operation: with_keyword(operation, keyword)}, policy, [f"{operation}/property/{name}"])

    assert (found.outcome, found.message) == ("pass", "")


UNSEEN = ("depends on the batch",)  # by less than the format's digits


@pytest.mark.parametrize("policy", COARSE)
@pytest.mark.parametrize("mistake", [name for name in OVER_CALLS if name not in UNSEEN])
def test_what_calls_do_to_one_another_is_caught(mistake: str, policy: str) -> None:
    operation, functions, name, words, right = OVER_CALLS[mistake]
    asked = checks(fake(**functions()), policy, [operation])
    found = asked.run(f"{operation}/property/{name}")

    assert found.outcome in ("fail", "error")
    assert found.message.startswith(words)
    assert not right or [id for id in asked.ids if "/property/" not in id and asked.run(id).failed] == []


# in fewer digits than the mistake has; of one golden nothing can be told in so few
TOO_FINE = ("no-beta-writes-nothing", "example-alone")


@pytest.mark.parametrize("policy", COARSE)
@pytest.mark.parametrize("name", [name for name in WRONG if name not in TOO_FINE])
def test_a_mistake_in_a_recurrence_breaks_its_property(name: str, policy: str) -> None:
    operation, function = WRONG[name]
    (found,) = properties({operation: function}, policy, [f"{operation}/property/{name}"])

    assert found.outcome == "fail"


def scaled_by_the_largest(x: Array, a0: Any, parameters: Any, lengths: Any = None, **options: Any) -> Any:
    """Through numbers that are shares of the largest one, as where they are quantised: what stands in the padding is one of them."""
    largest = abs(x).max() or x.dtype.type(1)
    return FUNCTIONS["rnn_forward"](x / largest * largest, a0, parameters, lengths=lengths, **options)


def ignoring_lengths_in_the_state(x: Array, a0: Any, parameters: Any, lengths: Any = None, **options: Any) -> Any:
    """What is shown is masked; a network's last state is that behind the padding."""
    right = FUNCTIONS["gru_network_forward"](x, a0, parameters, lengths=lengths, **options)
    past = FUNCTIONS["gru_network_forward"](x, a0, parameters, **options)
    return right[0], past[1], *right[2:]


def mixing_the_last_of_many(x: Array, a0: Any, parameters: Any, **options: Any) -> Any:
    """Behind the last whole tile of 32 examples the first one's row is read."""
    tile = x.shape[1] // 32 * 32
    rows = np.where(np.arange(x.shape[1]) < tile, np.arange(x.shape[1]), 0) if tile else np.arange(x.shape[1])
    return FUNCTIONS["lstm_forward"](x[:, rows], a0[:, rows], parameters, **options)


def beginning_anew(x: Array, a0: Any, parameters: Any, **options: Any) -> Any:
    """What is behind 128 steps begins from zeros: no golden is so long."""
    parts = [x[:, :, at : at + 128] for at in range(0, x.shape[2], 128)]
    if len(parts) == 1 or options:
        return FUNCTIONS["rnn_forward"](x, a0, parameters, **options)
    found = [FUNCTIONS["rnn_forward"](part, a0 * (not at), parameters) for at, part in enumerate(parts)]
    return (*(np.concatenate([one[k] for one in found], axis=2) for k in range(2)), None)


def counting_in_eight_bits(x: Array, a0: Any, parameters: Any, lengths: Any = None, **options: Any) -> Any:
    short = None if lengths is None else np.where(lengths > 255, lengths % 256, lengths)
    return FUNCTIONS["rnn_forward"](x, a0, parameters, lengths=short, **options)


def losing_units_of_many(x: Array, a0: Any, parameters: Any, **options: Any) -> Any:
    """The units behind the last whole block of 64 are 0."""
    a, *others = FUNCTIONS["lstm_forward"](x, a0, parameters, **options)
    blocks = len(a) // 64 * 64
    return (np.concatenate([a[:blocks], 0 * a[blocks:]]) if blocks else a), *others


def beginning_from_halves(x: Array, a0: Array, parameters: Any, c0: Any = None, **options: Any) -> Any:
    begun = np.full_like(a0, 0.5) if c0 is None else c0
    return FUNCTIONS["lstm_forward"](x, a0, parameters, c0=begun, **options)


# operation, mistake, the property that it breaks, and whether every golden passes
ONCE: dict[str, tuple[str, Callable[..., Any], str, bool]] = {
    "padding that leaks": ("rnn_forward", scaled_by_the_largest, "padding-ignored", True),
    "lengths ignored in a state": ("gru_network_forward", ignoring_lengths_in_the_state, "padding-ignored", False),
    "rows that are mixed": ("lstm_forward", mixing_the_last_of_many, "many-examples", True),
    "a state that is not carried": ("rnn_forward", beginning_anew, "long-sequence", True),
    "lengths of eight bits": ("rnn_forward", counting_in_eight_bits, "long-lengths", True),
    "a state left out that is no zeros": ("lstm_forward", beginning_from_halves, "left-out-is-zeros", False),
    "units that are lost": ("lstm_forward", losing_units_of_many, "embedded", False),
}


@pytest.mark.parametrize("policy", COARSE)
@pytest.mark.parametrize("mistake", ONCE)
def test_what_no_golden_shows_is_caught(mistake: str, policy: str) -> None:
    operation, function, name, right = ONCE[mistake]
    asked = checks({**FUNCTIONS, operation: function}, policy, [operation])

    assert asked.run(f"{operation}/property/{name}").outcome == "fail"
    assert not right or [id for id in asked.ids if "/property/" not in id and asked.run(id).failed] == []


def test_a_state_that_is_handed_on_in_fewer_digits_than_it_is_kept_in_is_no_mistake() -> None:
    precision = Precision.named(KEPT)
    right = computed(FUNCTIONS, precision, Pairwise)

    assert precision.handed_on.state == "bf16"
    assert Precision.named("bf16").handed_on == Precision.named("bf16")
    assert {o.outcome for o in properties(right, KEPT, ["lstm_forward/property/split-sequence"])} == {"pass"}


def test_arrays_are_those_that_the_candidate_has_in_its_hands() -> None:
    seen = set[Any]()

    def sigmoid(x: Array) -> Array:
        seen.add((x.dtype, x.flags.writeable, x.flags.f_contiguous))
        return np.array(FUNCTIONS["sigmoid"](x))

    assert properties({"sigmoid": sigmoid}, "bf16", ["sigmoid/property/any-layout"])[0].outcome == "pass"
    assert {dtype for dtype, *_ in seen} == {np.dtype(ml_dtypes.bfloat16)}
    assert {(writeable, turned) for _, writeable, turned in seen} >= {(False, False), (True, True)}


def test_what_cannot_be_told_is_not_tested_and_no_pass() -> None:
    """Of a rectifier near its kink nothing is known in eight bits; what needs no budget is judged all the same."""
    found = {o.id.rpartition("/")[2]: o for o in properties("reference", "bf16", ["rnn_relu_backward"])}

    assert found["split-sequence"].outcome == "unsupported"
    assert found["split-sequence"].message.startswith(UNFIT)
    assert {found[name].outcome for name in ("repeatable", "inputs-untouched", "padding-ignored")} == {"pass"}


@pytest.mark.parametrize(("policy", "ended"), [("bf16", "unsupported"), ("tf32", "pass")])
def test_what_is_given_beside_a_golden_has_budgets_of_its_own(policy: str, ended: str) -> None:
    """With every state given an sLSTM is more sensitive than the golden that has none: two right roads to a stabiliser of zeros part by more."""
    written = computed(candidate(*(EACH[id] for id in STYLES["three"])), Precision.named(policy), Pairwise)
    (found,) = properties(written, policy, ["slstm_backward/property/left-out-is-zeros"])

    assert found.outcome == ended


@pytest.mark.parametrize("operation", ["decay_gate_backward", "rnn_cell_backward"])
def test_a_sum_over_hundreds_of_examples_may_be_beyond_a_format(operation: str) -> None:
    """Of 257 examples in float16; one sum is of infinities of both signs."""
    asked = checks("reference", "f16-f32acc", [operation])

    assert asked.run(f"{operation}/property/many-examples").outcome == "pass"


def test_of_an_infinite_room_nothing_is_outside() -> None:
    numbers = np.array([1.0, np.nan, np.inf, 2.0])

    assert alike(numbers, np.zeros(4), np.full(4, np.inf)).all()
    assert alike(numbers, np.zeros(4), np.array([1.0, 1.0, 1.0, np.inf])).tolist() == [True, False, False, True]


def test_chunks_of_one_candidate_are_allowed_for_at_each_precision_by_itself() -> None:
    """In one process: what was known of a case at a dtype is not what it may be off by at a precision."""
    plain = load("gated_linear_forward/generic")
    coarse = AtPrecision(FOLDER, Precision.named("bf16")).load(plain.id)
    one, two = (in_chunks(golden, (4,), times).sensitivity["o"] for golden, times in ((plain, 1.0), (coarse, 2.0**16)))

    assert (two > one).all()
    assert (two - coarse.sensitivity["o"]).max() > (one - plain.sensitivity["o"]).max()
