"""Hunts at a policy of precision: right writings of it are not found, a mistake is, made small, named and played again."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import rnnspec
from rnnspec.conformance.choices import BadChoice
from rnnspec.conformance.hunting import problem as problems
from rnnspec.conformance.hunting import spreading
from rnnspec.conformance.hunting.hunted import Hunted, hunt
from rnnspec.conformance.hunting.problem import BadProblem, Problem
from rnnspec.conformance.hunting.replaying import replayed
from rnnspec.golden.precision import Precision
from rnnspec.golden.sized import Size
from rnnspec.reference import FUNCTIONS
from writings.legal import Backwards, Summed
from writings.narrow import computed

FAMILIES = ["lstm", "gru_reset_after", "gated_delta"]
COUNT = 80
WORDS = Precision.named("amp-bf16").words


def written(policy: str) -> dict[str, Any]:
    return computed(FUNCTIONS, Precision.named(policy), Backwards)


def swapped() -> dict[str, Any]:
    right = written("bf16")["lstm_forward"]

    def lstm_forward(x: Any, a0: Any, parameters: Any, **given: Any) -> Any:
        p = {**parameters, "Wf": parameters["Wi"], "Wi": parameters["Wf"]}
        return right(x, a0, {**p, "bf": p["bi"], "bi": p["bf"]}, **given)

    return {"lstm_forward": lstm_forward}


@pytest.mark.drawn("policy", ["bf16", "amp-bf16", "f16-f32acc"])
def test_a_right_writing_of_a_policy_is_not_found(policy: str) -> None:
    found = hunt(written(policy), precision=policy, cases=FAMILIES, seconds=None, count=COUNT)

    assert [(find.problem.case.id, find.outcome.message) for find in found.finds] == []
    assert (found.judged, found.at) == (COUNT, policy)


@pytest.fixture(scope="module")
def wrong() -> Hunted:
    return hunt(swapped(), precision="bf16", seconds=60.0)


def test_a_mistake_is_found_small_and_named(wrong: Hunted) -> None:
    (find,) = wrong.finds

    assert max(find.problem.size.lengths.values()) <= 3
    assert wrong.report is not None
    assert [one.deviations for one in wrong.report.explanations] == [("gate-if-swapped",)]
    assert wrong.report.precision == Precision.named("bf16").words


def test_what_was_found_is_played_again_at_its_precision(wrong: Hunted, tmp_path: Path) -> None:
    problems.save(wrong.finds[0].problem, tmp_path / "found.json")

    read = problems.read(tmp_path / "found.json")
    report = replayed(swapped(), read)

    assert read == wrong.finds[0].problem
    assert [outcome.message for outcome in report.failures] == [wrong.finds[0].outcome.message]
    assert replayed(written("bf16"), read).conformant


def test_what_computes_coarser_than_it_says_is_found() -> None:
    coarse = computed(FUNCTIONS, replace(Precision.named("bf16"), arrays="f32"), Summed)

    assert hunt(coarse, precision="tf32", cases=["lstm_cell_forward"], seconds=60.0, explain_seconds=0).finds


@pytest.mark.parametrize("choices", [{"dtype": "float32"}, {"isolate": True}], ids=["dtype", "isolate"])
def test_what_does_not_go_with_a_policy_is_told(choices: dict[str, Any]) -> None:
    with pytest.raises(BadChoice, match="leave out"):
        hunt("reference", precision="bf16", **choices)


def test_many_processes_hunt_at_no_policy() -> None:
    with pytest.raises(BadChoice, match="leave out"):
        spreading.hunt("reference", precision="bf16", jobs=2)


@pytest.mark.parametrize("precision", ["bf17", 3, "f64"])
def test_a_file_of_a_precision_that_is_none_is_told(precision: Any, tmp_path: Path) -> None:
    path, of = tmp_path / "found.json", Problem("sigmoid", Size({"n": 1}), "float32", precision=WORDS)
    path.write_text(json.dumps({**of.as_json(), "precision": precision}), encoding="utf-8")

    with pytest.raises(BadProblem, match=r"found\.json: precision"):
        problems.read(path)


@rnnspec.hunt(written("bf16"), precision="bf16", cases=["rnn"], seconds=None, count=30)
def test_a_hunt_at_a_policy_is_a_test() -> None: ...
