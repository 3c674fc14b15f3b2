"""Mistakes where somebody keeps 1 by a divisor, a product of two, a number, or one value for an axis: what each is told as."""

from types import SimpleNamespace
from typing import Any

import pytest
from planted.ample import AMPLE
from planted.judging import loaded, ran
from rnnspec.conformance import check
from rnnspec.conformance.deviations.copy import deviating
from rnnspec.conformance.deviations.deviation import Edit
from rnnspec.conformance.explanation.naming import explain
from rnnspec.reference import FUNCTIONS, OPERATIONS
from rnnspec.reference.families import bounded_decay_gate, l2norm, mlstm, slstm, wkv4

# a function of the reference, a text of it, what somebody wrote, and the line that says so
MISTAKES: dict[str, tuple[Any, str, str, str]] = {
    "added where it is multiplied with": (l2norm.forward, "x / norm", "x + 1 / norm", "+x + 1 / norm"),
    "another value where it is multiplied with": (
        wkv4.backward,
        "dsum = dy / total",
        "dsum = dy * now",
        "+dy * now",
    ),
    "a product of two in a sum, divided by": (
        mlstm.backward,
        "write[:, None] * into_n",
        "contracted(dC, 1 / (write[:, None, None] * k[:, :, None]), 1)",
        "+(dC / (write[:, None] * k[:, :, None])).sum(axis=1)",
    ),
    "squares that are not summed": (
        l2norm.forward,
        'contracted(x, x, 1) + p.get("eps", 0))[:, None]',
        'x * x + p.get("eps", 0))',
        "+sqrt(….sum(axis=1) + 0)[:, None] with the sum over no axis in its place",
    ),
    "another power in a slope": (slstm.backward, "tanh_slope(g)", "(1 - g * g * g)", "+1 - g ** 3"),
    "another value for a product of two in a sum": (
        mlstm.backward,
        "write[:, None] * into_n",
        "contracted(dC, C_prev, 1)",
        "+(dC * C_prev).sum(axis=1)",
    ),
    "a number of the equations for an input": (
        bounded_decay_gate.forward,
        'alpha + p["b"]',
        '0 * alpha + p.get("low", LOW) + p["b"]',
        "+-5 + b",
    ),
    "one value of a head for each of its keys": (
        bounded_decay_gate.forward,
        'p.get("low", LOW) * share',
        'p.get("low", LOW) * rate',
        "+-5 * rate",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_it_is_told(mistake: str) -> None:
    function, old, new, line = MISTAKES[mistake]
    way = "" if "keys" not in mistake else "forward"  # behind an output of another shape there is no backward
    family = function.__module__.rpartition(".")[2]
    names = [name for name in OPERATIONS if OPERATIONS[name].family == family and name.endswith(way)]
    with deviating([Edit(function, old, new)]) as functions:
        outcomes = [outcome for name in names for outcome in ran(functions, name)]

    explanations, _ = explain(outcomes, "float64", loaded, AMPLE)

    assert explanations
    assert {one.operation for one in explanations} == {outcome.operation for outcome in outcomes if outcome.failed}
    assert [
        one.difference
        for one in explanations
        if not {line, line.replace("k[", "kt["), line.replace("dy ", "dy_t ")} & {*one.difference}
    ] == []


def test_an_output_of_fewer_axes_whose_numbers_are_right_has_no_name() -> None:
    right = FUNCTIONS["selective_scan_backward"]

    def selective_scan_backward(dy: Any, caches: Any, *, dh_last: Any = None) -> Any:
        found = dict(right(dy, caches, dh_last=dh_last))
        return found if found["dC"].any() else found | {"dC": found["dC"][:1]}

    functions = {"selective_scan_forward": FUNCTIONS["selective_scan_forward"]}
    candidate = SimpleNamespace(**functions, selective_scan_backward=selective_scan_backward)
    report = check(candidate, cases=["selective_scan_backward"], explain_seconds=AMPLE)

    assert any("dC has shape (1, " in one.message for one in report.failures)
    assert report.explanations == []
