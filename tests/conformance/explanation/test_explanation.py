"""A known bug is named, from code that shares nothing with the reference; anything else is not."""

import inspect
import json
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator
from planted.ample import AMPLE
from planted.course import DEVIANTS, course_lstm_backward, course_lstm_forward
from rnnspec.conformance import Report, check
from rnnspec.conformance.deviations.catalogue import CATALOGUE
from rnnspec.conformance.properties.bits import OF_WRONG
from rnnspec.conformance.report.format import schema
from rnnspec.reference import OPERATIONS
from writings import apart_families as apart
from writings.course import Array, Function, Own

Names = dict[str, tuple[str, ...]]

NOTEBOOK: Names = {
    "sigmoid": ("sigmoid-summed",),
    "softmax": ("softmax-over-everything",),
    "rnn_cell_forward": ("softmax-over-everything",),
    "rnn_forward": ("softmax-over-everything",),
    "lstm_cell_forward": ("sigmoid-summed", "softmax-over-everything"),
    "lstm_forward": ("sigmoid-summed", "softmax-over-everything", "c-aliases-a"),
}
SEEDS = 3
OWN = tuple(name for name in OPERATIONS if hasattr(Own, name))
COURSE = ("no-da-carry", "no-dc-carry", "bias-gradient-accumulator-reused")
# within a sequence these are one where c_prev's gradient reaches nothing else, and a cell alone tells them apart
ALIKE = {"no-dc-carry", "dc-assigned-not-added", "dcprev-without-da"}


def named(report: Report) -> Names:
    return {explanation.operation: explanation.deviations for explanation in report.explanations}


def failing_values(report: Report, operation: str) -> tuple[str, ...]:
    ids = (o.id for o in report.by_operation()[operation] if o.outcome == "fail")
    return tuple(name for name in ids if "/property/" not in name)


def test_the_notebook_has_its_three_bugs_and_no_other() -> None:
    report = check("notebook", explain_seconds=AMPLE)

    assert named(report) == NOTEBOOK
    for explanation in report.explanations:
        assert explanation.cases == failing_values(report, explanation.operation)
        assert explanation.failing == len(explanation.cases) > 0


def test_the_courses_gradients_have_their_three_bugs() -> None:
    candidate = {"lstm_forward": course_lstm_forward, "lstm_backward": course_lstm_backward}

    report = check(candidate, cases=tuple(candidate), explain_seconds=AMPLE)

    assert list(named(report)) == ["lstm_backward"]
    found = report.explanations[0]
    assert found.cases == failing_values(report, "lstm_backward")
    candidates = [set(names) for names in (found.deviations, *found.alternatives)]
    assert set(COURSE) in candidates
    assert all(names - ALIKE == set(COURSE) - ALIKE and len(names & ALIKE) == 1 for names in candidates)


@pytest.mark.parametrize("name", DEVIANTS)
def test_a_deviation_in_the_courses_style_is_named_wherever_it_shows(name: str) -> None:
    report = check(DEVIANTS[name](), cases=OWN)

    failing = {o for o in OWN if o in report.by_operation() and failing_values(report, o)}
    assert failing
    assert failing <= set(CATALOGUE[name].affects)
    assert {e.operation for e in report.explanations} == failing
    for explanation in report.explanations:
        assert explanation.cases == failing_values(report, explanation.operation)
        candidates = {explanation.deviations, *explanation.alternatives}
        assert (name,) in candidates
        assert candidates == {(name,)} or {*candidates} <= {(one,) for one in ALIKE}


@pytest.mark.parametrize("candidate", [Own(), apart], ids=["own", "apart"])
def test_a_conformant_candidate_gets_no_explanation(candidate: Any) -> None:
    report = check(candidate, cases=OWN)

    assert report.conformant
    assert report.reasons == []


def each(change: Function, part: Any) -> Any:
    """The arrays in nested dicts, lists and tuples changed."""
    if isinstance(part, dict):
        return {name: each(change, one) for name, one in part.items()}
    return type(part)(each(change, one) for one in part) if isinstance(part, list | tuple) else change(part)


def changed(output: Function = np.copy, weights: Function = dict) -> dict[str, Function]:
    """apart, with what goes in as parameters or what comes out as arrays changed."""

    def of(name: str) -> Function:
        function = getattr(apart, name)

        def call(*args: Any, **options: Any) -> Any:
            returned = function(*(weights(a) if isinstance(a, dict) else a for a in args), **options)
            if name.endswith("_forward"):
                return *map(output, returned[:-1]), returned[-1]  # a cache stays as it is
            return each(output, returned)

        call.__signature__ = inspect.signature(function)  # type: ignore[attr-defined]
        return call

    return {name: of(name) for name in OPERATIONS}


# whose parameters are one dict, in which a weight is changed
FLAT = {name for name, o in OPERATIONS.items() if o.parameters and "network" not in name}


def random_like(array: Array, seed: int) -> Array:
    return np.random.default_rng([seed, array.size]).standard_normal(array.shape)


def one_weight(change: Function, seed: int) -> dict[str, Function]:
    def weights(parameters: dict[str, Array]) -> dict[str, Array]:
        inner = [name for name in sorted(parameters) if name[0] not in "bP" and "y" not in name]
        chosen = inner[seed % len(inner)]
        return {**parameters, chosen: change(parameters[chosen])}

    return changed(weights=weights)


def one_element_moved(W: Array, seed: int) -> Array:
    return W + 1e-4 * (np.arange(W.size).reshape(W.shape) == seed % W.size)


def permuted(y: Array, seed: int) -> Array:
    """Along the first axis that has an order, into another."""
    axis = next((axis for axis, n in enumerate(y.shape) if n > 2), 0)
    order = np.random.default_rng(seed).permutation(y.shape[axis])
    return y.take(order if np.any(order != np.arange(len(order))) else order[::-1], axis)


WRONG: dict[str, Callable[[int], dict[str, Function]]] = {
    "noise": lambda seed: changed(lambda y: y * (1 + 1e-6 * random_like(y, seed))),
    "weight-moved": lambda seed: one_weight(partial(one_element_moved, seed=seed), seed),
    "weight-random": lambda seed: one_weight(partial(random_like, seed=seed), seed),
    "scaled": lambda seed: changed(lambda y: y * (1 + (seed + 1) * 1e-9)),
    "permuted": lambda seed: changed(partial(permuted, seed=seed)),
}


def share(name: str, seed: int) -> tuple[str, ...]:
    """A part of the operations; those of all kinds and seeds together are all of them."""
    return tuple(OPERATIONS)[list(WRONG).index(name) + len(WRONG) * seed :: len(WRONG) * SEEDS]


@pytest.mark.parametrize("seed", range(SEEDS))
@pytest.mark.drawn("name", WRONG)
def test_an_unknown_mistake_gets_no_explanation(name: str, seed: int) -> None:
    asked = share(name, seed)

    report = check(WRONG[name](seed), cases=asked, explain_seconds=2)

    failing = {operation for operation in asked if failing_values(report, operation)}
    assert failing >= {o for o in asked if "weight" not in name or FLAT & {o, o.replace("backward", "forward")}}
    assert report.explanations == []


def test_every_operation_has_an_unknown_mistake() -> None:
    assert {operation for name in WRONG for seed in range(SEEDS) for operation in share(name, seed)} == set(OPERATIONS)


def test_a_known_mistake_beside_an_unknown_one_gets_no_explanation() -> None:
    summed = DEVIANTS["sigmoid-summed"]()

    report = check({"sigmoid": lambda x: summed.sigmoid(x) * (1 + 1e-9)}, cases=("sigmoid",))

    assert report.totals["fail"] > 10
    assert report.explanations == []


OUTPUTS: dict[str, Function] = {
    "nan": lambda y: y * np.nan,
    "infinite": lambda y: y / 0.0,
    "some-infinite": lambda y: np.where(np.arange(y.size).reshape(y.shape) % 2, -np.inf, y),
    "largest-float": lambda y: np.full_like(y, -np.finfo(float).max),
    "complex": lambda y: y * 1j,
    "objects": lambda y: y.astype(object),
    "none": lambda y: None,
}


@pytest.mark.parametrize("name", OUTPUTS)
def test_whatever_a_candidate_gives_can_be_judged_and_written_as_json(name: str) -> None:
    report = check(changed(OUTPUTS[name]), cases=("sigmoid", "lstm_forward", "rnn_backward"))

    text = json.dumps(report.as_json(), allow_nan=False)

    unasked = [o.message for o in report.cases if o.outcome not in ("pass", "fail")]
    assert unasked == [OF_WRONG] * (0 if name in ("complex", "objects", "none") else 3)  # every-bit, of each operation
    assert report.totals["fail"] > 50
    assert json.loads(text) == report.as_json()
    assert not report.conformant


ASKED: dict[str, tuple[Any, tuple[str, ...]]] = {
    "explained": ("notebook", ("rnn_forward", "lstm_forward")),
    "localised": (WRONG["scaled"](0), ("sigmoid",)),
    "infinite": (changed(OUTPUTS["infinite"]), ("rnn_forward",)),
    "conformant": (Own(), ("softmax",)),
}


@pytest.mark.parametrize("name", ASKED)
def test_a_report_follows_its_schema(name: str) -> None:
    candidate, asked = ASKED[name]

    report = check(candidate, cases=asked).as_json()

    Draft202012Validator.check_schema(schema())
    assert [error.message for error in Draft202012Validator(schema()).iter_errors(report)] == []
    assert set(report) == set(schema()["properties"])  # it says nothing that the schema does not tell of
    assert bool(report["explanations"]) == (name == "explained")
    assert bool(report["localisations"]) == (name in ("localised", "infinite"))


def test_a_reports_explanations_are_those_of_the_report() -> None:
    report = check("notebook", cases=("rnn_forward",))

    (explanation,) = report.as_json()["explanations"]
    assert explanation["operation"] == "rnn_forward"
    assert explanation["deviations"] == list(NOTEBOOK["rnn_forward"])
    assert explanation["cases"] == list(failing_values(report, "rnn_forward"))
    assert explanation["failing"] == len(explanation["cases"])
    assert [told["id"] for told in explanation["told"]] == explanation["deviations"]


def test_a_mistake_that_has_no_name_is_localised_in_the_report() -> None:
    report = check(WRONG["scaled"](0), cases=("sigmoid",)).as_json()

    (place,) = report["localisations"]
    assert list(place) == ["operation", "cases", "lines"]
    assert place["operation"] == "sigmoid"
    assert place["cases"] == [case["id"] for case in report["cases"] if case["outcome"] == "fail"]
    assert any("off by the factor 1 + 1e-09 in every case" in line for line in place["lines"])
