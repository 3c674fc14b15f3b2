"""Bugs beyond a size, over many steps, with one option or from call to call: each is caught by the property that is for it."""

from collections.abc import Iterable
from inspect import signature

import pytest
from planted.families.situations import SITUATIONS
from planted.judging import checks
from planted.planting import Planted, candidate
from planted.sampling import by_id, some
from rnnspec.conformance import check
from rnnspec.conformance.checks import Checks
from rnnspec.conformance.finding import candidate_of
from rnnspec.conformance.properties.holding import with_options
from rnnspec.conformance.properties.table import PROPERTIES
from rnnspec.conformance.run.runner import Runner
from rnnspec.golden import cases
from rnnspec.reference import FUNCTIONS, OPERATIONS

CAUGHT_BY = {fault.id: name for name, faults in SITUATIONS.items() for fault in faults}
BEYOND_256 = {"many-examples", "embedded-widely", "many-sequences"}


@pytest.mark.sampled("fault", some(SITUATIONS), by_id(SITUATIONS))
def test_a_bug_of_a_situation_is_caught_in_each_operation_it_makes_wrong(fault: Planted) -> None:
    ids = [f"{operation}/property/{CAUGHT_BY[fault.id]}" for operation in fault.operations]

    outcomes = [checks(candidate(fault), fault.shows_in, [id]).run(id) for id in ids]  # each in a process like new

    assert [outcome.id for outcome in outcomes if not outcome.failed] == []
    assert [outcome.message for outcome in outcomes if "this kit" in outcome.message] == []


def test_there_are_many_and_each_finds_its_place() -> None:
    assert len(CAUGHT_BY) == len(by_id(SITUATIONS)) >= 75
    assert [
        fault.id for fault in by_id(SITUATIONS).values() if not set(fault.operations) <= set(candidate(fault))
    ] == []


def test_every_operation_is_tried_beyond_256_examples_or_units() -> None:
    ids = Checks(candidate_of("reference")).ids

    tried = {id.partition("/")[0] for id in ids if id.rpartition("/")[2] in BEYOND_256}
    assert tried == set(OPERATIONS)


def options_in_use(operation: str, lacking: Iterable[str] = ()) -> list[list[str]]:
    functions = {n: without(f, lacking) if lacking else f for n, f in FUNCTIONS.items()}
    runner = Runner(candidate_of(functions), "float64")
    return [entry.features for entry in with_options((e for e in cases() if e.operation.name == operation), runner)]


def options(features: list[str]) -> int:
    """How many are in use: what is left out, or of another type, is none."""
    return sum("=" not in feature for feature in features)


def without(function: object, lacking: Iterable[str]) -> object:
    """A function that does not take these keywords, as far as its signature says."""
    known = signature(function)  # type: ignore[arg-type]
    kept = [parameter for name, parameter in known.parameters.items() if name not in lacking]

    def call(*given: object, **options: object) -> object:
        return function(*given, **options)  # type: ignore[operator]

    call.__signature__ = known.replace(parameters=kept)  # type: ignore[attr-defined]
    return call


@pytest.mark.parametrize(
    "operation", ["rnn_forward", "lstm_backward", "gru_reset_after_network_backward", "pad_sequence"]
)
def test_every_option_is_in_use_and_where_a_case_has_it_alone_that_too(operation: str) -> None:
    chosen = options_in_use(operation)

    features = [e.features for e in cases() if e.operation.name == operation]
    assert {name for found in chosen for name in found} == {name for found in features for name in found}
    assert {tuple(f) for f in features if len(f) == 1} <= {tuple(f) for f in chosen}
    assert options(chosen[0]) == max(map(options, features))


def test_what_a_candidate_lacks_leaves_the_other_options_in_use() -> None:
    chosen = options_in_use("lstm_backward", ["lengths"])

    assert {name for found in chosen for name in found} == {"c0", "dy", "da_last", "dc_last", "reverse", "a0=None"}


def test_a_failure_with_an_option_says_with_which() -> None:
    (fault,) = (fault for fault in SITUATIONS["cache-reusable"] if fault.id == "dy-eats-the-predictions")

    report = check(candidate(fault), cases=["lstm_backward/property/cache-reusable"])

    assert report.cases[0].message.startswith("with c0, da_last, dc_last, dy, lengths, reverse: ")
    assert "backward a second time on one cache gives other bits in" in report.cases[0].message


def test_a_size_that_fails_is_named() -> None:
    (fault,) = (fault for fault in SITUATIONS["embedded"] if fault.id == "rows-of-a-buffer-of-64")

    report = check(candidate(fault), cases=["rnn_forward/property/embedded"])

    assert report.cases[0].message == "a differs in a larger problem (n_x 96, n_a 78, m 78, n_y 70)"


def test_a_property_of_options_says_so() -> None:
    named = {name for name, known in PROPERTIES.items() if known.with_options}

    of_recurrences = {"no-time", "any-order", "packed-is-separate", "chunked-is-stepwise"}
    of_more = {
        "many-examples",
        "embedded",
        "reverse-is-flip",
        "every-bit",
    }  # whose own options are all that goes wrong in them
    assert named == {name for name in SITUATIONS if name in named} | of_more | of_recurrences
    assert {"outputs-own-memory", "cache-reusable", "repeatable", "any-layout", "inputs-untouched"} <= named
