"""A policy of precision at any size: right writings pass, a mistake is named, drawn, and explained apart from the run."""

from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import rnnspec
from click.testing import CliRunner
from rnnspec.golden.precision import Precision
from rnnspec.golden.sized import Size
from rnnspec.reference import FUNCTIONS
from rnnspec.tools import main
from writings.legal import ORDERS, Pairwise, Summed
from writings.narrow import computed

SIZE = "n_a=24,n_x=5,m=6,T_x=9"
POLICIES = ("bf16", "amp-bf16", "tf32")
SOME = {policy: (policy, Pairwise, ["lstm_forward", "gru_backward"]) for policy in POLICIES}
EVERY = {f"{policy}-{order.__name__}": (policy, order, ["lstm", "gru"]) for policy, order in product(POLICIES, ORDERS)}
WRONG = """
from rnnspec.reference import FUNCTIONS


def lstm_forward(x, a0, parameters, **given):
    p = {**parameters, "Wf": parameters["Wi"], "Wi": parameters["Wf"]}
    return FUNCTIONS["lstm_forward"](x, a0, {**p, "bf": p["bi"], "bi": p["bf"]}, **given)
"""
ASKED = ["--at", SIZE, "--case", "lstm_forward", "--precision", "tf32"]


@pytest.mark.sampled("tried", SOME, EVERY)
def test_right_writings_of_a_policy_raise_no_alarm(tried: tuple[str, type[Summed], list[str]]) -> None:
    policy, order, cases = tried
    functions = computed(FUNCTIONS, Precision.named(policy), order)

    report = rnnspec.check(functions, precision=policy, at=Size.named(SIZE), cases=cases, explain_seconds=0)

    assert [(o.id, o.message) for o in report.failures] == []
    assert report.tested >= 2
    assert {outcome.budget for outcome in report if outcome.verdicts} == {"estimated"}


def test_what_computes_coarser_than_it_says_fails() -> None:
    functions = computed(FUNCTIONS, replace(Precision.named("amp-bf16"), arrays="f32"), Summed)

    report = rnnspec.check(functions, precision="tf32", at=Size.named(SIZE), cases=["lstm_forward"], explain_seconds=0)

    assert [o.outcome for o in report] == ["fail"]


@pytest.fixture
def wrong(tmp_path: Path) -> str:
    path = tmp_path / "wrong.py"
    path.write_text(WRONG, encoding="utf-8")
    return str(path)


def told(*arguments: str) -> Any:
    return CliRunner().invoke(main, ["check", *arguments])


def test_a_mistake_is_named_and_its_line_shows_it_again(wrong: str) -> None:
    first = told(wrong, *ASKED)
    again = next(line for line in first.output.splitlines() if "reproduce:" in line).partition("rnnspec check ")[2]
    second = told(*again.split())

    assert "gate-if-swapped" in first.output
    assert (first.exit_code, second.exit_code) == (1, 1)
    assert "gate-if-swapped" in second.output


@pytest.mark.parametrize("at", [["--precision", "tf32"], ["--dtype", "float32"]], ids=["tf32", "float32"])
def test_a_failure_at_a_size_is_drawn(wrong: str, at: list[str]) -> None:
    drawn = told(wrong, "--at", SIZE, "--case", "lstm_forward", "--map", *at)

    assert drawn.exit_code == 1, drawn.output
    assert f"a in lstm_forward/{SIZE},seed=0" in drawn.output
    assert "within the budget, 1-9" in drawn.output


@pytest.mark.parametrize("choices", [{"precision": "tf32"}, {"dtype": "float32"}], ids=["tf32", "float32"])
def test_a_failure_at_a_size_is_explained_apart_from_the_run(wrong: str, choices: dict[str, Any]) -> None:
    report = rnnspec.check(wrong, at=Size.named(SIZE), cases=["lstm_forward"], explain_seconds=0, **choices)

    found = rnnspec.explain(report)

    assert report.explanations == []
    assert [one.deviations for one in found.explanations] == [("gate-if-swapped",)]
