"""Mistakes in an implementation that masks by multiplying, runs every step, and adds what steps beyond the lengths hand back."""

import gc
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from planted.ample import AMPLE
from rnnspec.conformance import check
from rnnspec.conformance.edits.generated.texts.blends import of_blends
from rnnspec.conformance.edits.trace.trace import Trace
from rnnspec.conformance.report.report import Report

TEXT = (Path(__file__).parents[2] / "writings" / "blended.py").read_text(encoding="utf-8")
# the text, what stands there, and words of what has to be said of each operation that goes wrong
MISTAKES: dict[str, tuple[str, str, str]] = {
    "a state that is added to": (
        "a_next * alive + a_state * (1 - alive)",
        "a_next * alive + a_state",
        r"\+a handed on is new \* m \+ old, not",
    ),
    "a cell that is added to": (
        "c_next * alive + c_state * (1 - alive)",
        "c_next * alive + c_state",
        r"\+c handed on is new \* m \+ old, not",
    ),
    "a gradient into the other state": (
        "if da_last is None else da_last\n    dc_state = np.zeros_like(da[:, :, 0]) if dc_last is None else dc_last",
        "if da_last is None else da_last\n    da_state, dc_state = da_state + (0 if dc_last is None else dc_last), 0 * da_state",
        r"\+dc_last added to da_last, 0 in its own",
    ),
    "an output squared": ("a[:, :, t] = a_next * alive", "a[:, :, t] = a_next * a_next", r"\+a returned is new \* new"),
    "predictions added to": (
        "predicted * alive",
        "predicted + alive",
        r"\+what is predicted of all that steps give is new \+ m",
    ),
    "dy squared": ("dy[:, :, t] * alive", "dy[:, :, t] * dy[:, :, t]", r"\+dy \* dy"),
    "a gradient that is added to": (
        'found.pop("da_prev") + da_state * (1 - alive)',
        'found.pop("da_prev") + da_state',
        r"a's gradient handed back is new (\* m )?\+ old",
    ),
    "another number": (
        'found.pop("dc_prev") + dc_state * (1 - alive)',
        'found.pop("dc_prev") + dc_state * (0 - alive)',
        r"c's gradient handed back is new (\* m )?\+ old \* \(0 - m\)",
    ),
    "a product taken apart": (
        "dc_next + da_next * o * (1 - tanh_c**2)",
        "dc_next + da_next + o * (1 - tanh_c**2)",
        r"\+o \* \(1 - tanh_c \* tanh_c\) \+ da_next",
    ),
    "two factors left out": ("dc * c_prev * f * (1 - f)", "f * (1 - f)", r"\+f \* \(1 - f\)"),
    "another value for two factors": ("dc * c_prev * f * (1 - f)", "a * f * (1 - f)", r"a_next \* \(?f \* \(1 - f\)"),
    "two terms multiplied": (
        '+ p["Wo"][:, n:].T @ dz["o"]',
        '* (p["Wo"][:, n:].T @ dz["o"])',
        r"\(Wc\.T @ dzc\) \* \(Wo\.T @ dzo\).* in what goes back to the input",
    ),
    "a sum of what is joined": (
        'p["Wc"][:, n:] @ xt + p["bc"]',
        'p["Wc"][:, n:] @ xt * p["bc"]',
        r"\(Wc @ xt alone\) \* bc",
    ),
    "one branch of a sigmoid": ("e / (1 + e))", "e / (1 - e))", r"exp\(-abs\(.*\)\) / \(1 - exp\(-abs"),
    "ones for zeros": (
        "np.zeros_like(da[:, :, 0]) if dc_last",
        "np.ones_like(da[:, :, 0]) if dc_last",
        "into the last states 1, not 0, where none is given",
    ),
    "one gradient a mean": (
        "d @ v.T, d.sum(axis=1, keepdims=True)\n    return",
        "d @ v.T, d.mean(axis=1, keepdims=True)\n    return",
        "mean|/ m",
    ),
}


def test_what_is_mistaken_here_is_right() -> None:
    assert written(TEXT).conformant


@pytest.mark.drawn("mistake", MISTAKES)
def test_a_mistake_is_said_of_every_operation_that_it_makes_wrong(mistake: str) -> None:
    old, new, words = MISTAKES[mistake]
    assert TEXT.count(old) == 1

    report = written(TEXT.replace(old, new))

    failing = {o.operation for o in report.failures if "/property/" not in o.id and o.verdicts}
    said = {e.operation: "\n".join((*e.difference, *(told.summary for told in e.told))) for e in report.explanations}
    assert failing
    assert failing <= set(said)
    assert [name for name in failing if not re.search(words, said[name])] == []


def test_of_a_report_no_run_of_the_reference_is_kept_nor_waits_for_a_collector() -> None:
    gc.collect()
    gc.disable()
    try:
        report = written(TEXT.replace("c_next * alive + c_state", "c_next * alive - c_state"))
        assert not report.conformant
        assert report.explanations

        del report

        assert not any(type(one) is Trace for one in gc.get_objects())
    finally:
        gc.enable()


def written(text: str) -> Report:
    functions: dict[str, Any] = {"__name__": "blended"}
    exec(compile(text, "blended.py", "exec"), functions)
    candidate = SimpleNamespace(**{name: functions[name] for name in functions if name.startswith("lstm")})
    return check(candidate, explain_seconds=AMPLE)


def test_what_a_step_gives_has_the_name_that_it_is_returned_by() -> None:
    """Of a recurrence that is no state."""
    words = [words for words, _ in of_blends(True, ("h",), ["y"])]

    assert {one.partition(" ")[0] for one in words if " as a step gives it is " in one} == {"y"}
    assert {one.partition(" ")[0] for one in words if " handed on is " in one} == {"h"}
