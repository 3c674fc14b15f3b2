"""Mistakes in a function that several families share: each is found once, and told of all of them in the same words."""

import re
import time
from itertools import chain
from pathlib import Path
from textwrap import dedent
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from planted.ample import AMPLE
from planted.judging import loaded, ran
from rnnspec.conformance import check
from rnnspec.conformance.edits.search.analogous import analogous
from rnnspec.conformance.edits.search.searching import Search
from rnnspec.conformance.explanation.evidence import Evidence
from rnnspec.conformance.report.report import Report
from rnnspec.reference import OPERATIONS
from writings import apart_families, apart_gates, apart_lstms, apart_mamba, apart_scans, apart_xlstm

WRITINGS = Path(__file__).parents[2] / "writings"
TOOLBOX = (WRITINGS / "toolbox.py").read_text(encoding="utf-8")
# decays of which the backward has one of its own: what stands there, and words of what has to be said of each operation that goes wrong
OF_DECAYS: dict[str, tuple[str, str, str]] = {
    "a decay less 1": ("else np.exp(g)", "else np.expm1(g)", r"^\+.*exp\(gt\) - 1"),
    "no decay": ("else np.exp(g)[:, :, None, :] * S", "else S", r"^\+(0|1|.*S if g is None else S)$"),
    "a decay by a rate": ("else np.exp(g)", "else np.exp(-np.exp(g))", r"^\+(-exp\(gt\)|.*exp\(-exp\(g\)\).*)$"),
}  # fmt: skip
# and of all
MISTAKES: dict[str, tuple[str, str, str]] = {
    "divided along keys": ("S * k[:, :, None, :]", "S / k[:, :, None, :]", "/.*over the keys of a state"),
    "a sum without its vector": ("S * v[:, None, :, :]", "S", r"^\+S.*, in all sums over the values of a state"),
    "an outer quotient": ("None, :] * v[:, None", "None, :] / v[:, None", r"^\+kt.* / .*, in all outer products"),
    "a vector alone": ("return k[:, :, None, :] * v[:, None, :, :]", "return k[:, :, None, :] + 0 * v[:, None, :, :]", r"^\+kt\S* \S* \S*, in all outer products"),
    "another sign": ("else np.exp(g)", "else -np.exp(g)", r"^\+exp\(gt\)\[:, :, None\] \* -S_prev$"),
    **OF_DECAYS,
}  # fmt: skip
SOFTPLUSES: dict[str, tuple[Any, str]] = {
    "what is above 0 left out": (lambda z: np.log1p(np.exp(-np.abs(z))), r"\+log1p\(exp\(-abs\("),
    "of 1 more": (lambda z: np.logaddexp(z, 1), r"\+logaddexp\(.*, 1\)"),
}


OF_BACK = ("lstm", "lstm_projected", "lstm_clipped")  # whose cells have that method


def said(report: Report) -> dict[str, str]:
    """The lines that are told of each operation which goes wrong, "" of one of which nothing is."""
    told = {e.operation: "\n".join(e.difference) for e in report.explanations}
    return {outcome.operation: told.get(outcome.operation, "") for outcome in report.failures}


def of_toolbox(text: str) -> Report:
    functions: dict[str, Any] = {}
    exec(compile(text, "toolbox", "exec"), functions)
    return check(SimpleNamespace(**functions), cases=["gated_linear", "gated_delta"], explain_seconds=AMPLE)


def test_the_toolbox_is_right() -> None:
    assert of_toolbox(TOOLBOX).conformant


@pytest.mark.drawn("mistake", MISTAKES)
def test_a_mistake_of_the_toolbox_is_told_of_all_that_use_it(mistake: str) -> None:
    old, new, words = MISTAKES[mistake]
    assert TOOLBOX.count(old) == 1

    told = said(of_toolbox(TOOLBOX.replace(old, new)))

    assert {"gated_linear_step_backward", "gated_delta_step_backward"} <= told.keys()
    assert [name for name, lines in told.items() if not re.search(words, lines, re.MULTILINE)] == []


@pytest.mark.parametrize("mistake", OF_DECAYS)
def test_a_decay_that_the_backward_has_of_its_own_is_told_of_the_forward_alone(mistake: str) -> None:
    old, new, _ = OF_DECAYS[mistake]

    told = said(of_toolbox(TOOLBOX.replace(old, new)))

    assert {name: "in the forward alone" in lines for name, lines in told.items()} == {
        name: name.endswith("backward") for name in told
    }


@pytest.mark.parametrize("mistake", SOFTPLUSES)
def test_a_softplus_is_told_by_how_it_is_written(monkeypatch: pytest.MonkeyPatch, mistake: str) -> None:
    function, words = SOFTPLUSES[mistake]
    for module in (apart_gates, apart_mamba, apart_scans, apart_xlstm):
        monkeypatch.setattr(module, "softplus", function)

    told = said(check(apart_families, cases=["rg_lru", "mlstm", "time_step_gate"], explain_seconds=AMPLE))

    assert {"rg_lru_backward", "mlstm_forward", "time_step_gate_forward"} <= told.keys()
    assert [name for name, lines in told.items() if not re.search(words, lines)] == []


def wrong_back(monkeypatch: pytest.MonkeyPatch) -> None:
    names: dict[str, Any] = dict(vars(apart_lstms))
    exec(method("Lstm", "back").replace("dc * g * bump(i)", "dc * g * bump(f)"), names)
    monkeypatch.setattr(apart_lstms.Lstm, "back", names["back"])


def test_a_method_that_three_families_have_is_told_of_all_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong_back(monkeypatch)

    told = said(check(apart_families, cases=list(OF_BACK), explain_seconds=AMPLE))

    assert {f"{family}_cell_backward" for family in OF_BACK} <= told.keys()
    assert [name for name, lines in told.items() if "-i * (1 - i)\n+f * (1 - f)" not in lines] == []


def test_what_is_found_in_one_family_is_known_in_another(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong_back(monkeypatch)
    one, other, forth = (
        searching(name) for name in ("lstm_cell_backward", "lstm_clipped_cell_backward", "lstm_backward")
    )
    (found, *_) = one.found()

    moved, worded = (list(batch) for batch in analogous(other, [(one, found)]))

    assert [other.fits(analogue) for analogue in worded] == [True]
    assert {analogue.edits[0].group.place[0] for analogue in moved} == {found.edits[0].group.place[0]}
    assert all(analogue.edits != found.edits for analogue in (*moved, *worded))
    assert [*chain(*analogous(forth, [(one, found)]))] == []  # which is of the same family


def searching(operation: str) -> Search:
    functions = {name: f for name, f in vars(apart_families).items() if name in OPERATIONS}
    evidence = Evidence([outcome for outcome in ran(functions, operation) if outcome.arrays], "float64", loaded)
    return Search(evidence, time.thread_time() + 60.0)


def method(of: str, name: str) -> str:
    """The text of a method of a class of apart_lstms.py."""
    whole = (WRITINGS / "apart_lstms.py").read_text(encoding="utf-8").partition(f"class {of}:")[2]
    own = re.search(rf"    def {name}\(.*?(?=\n\n)", whole, re.DOTALL)
    assert own
    return dedent(own[0])
