"""Layers without a head, or that return the last of a state alone: what they do not give is not tested, the rest is judged."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rnnspec import reference
from rnnspec.adapt import Last
from rnnspec.conformance import Report, check

SEQUENCE = ("lstm_forward", "lstm_backward")


def last(c: Any, lengths: Any, reverse: bool, c0: Any) -> Any:
    """The last c of each example, as a layer tells it."""
    m, steps = c.shape[1:]
    ends = np.full(m, steps) if lengths is None else lengths
    found = np.stack([c[:, j, 0 if reverse else max(n - 1, 0)] for j, n in enumerate(ends)], axis=1)
    return np.where(ends > 0, found, 0 if c0 is None else c0)


def layer(of_c: Callable[[Any], Any] = Last, swapped: bool = False, **gradients: Any) -> dict[str, Any]:
    """An LSTM without a head, whose c is what `of_c` makes of the last one."""

    turned = {f"{kind}{one}": f"{kind}{other}" for kind in "Wb" for one, other in ("fi", "if")}

    def own(parameters: Any) -> Any:
        return {name: parameters[turned.get(name, name) if swapped else name] for name in parameters}

    def lstm_forward(
        x: Any, a0: Any, parameters: Any, *, c0: Any = None, lengths: Any = None, reverse: bool = False
    ) -> Any:
        given = {name: value for name, value in {"c0": c0, "lengths": lengths}.items() if value is not None}
        a, _, c, cache = reference.lstm_forward(x, a0, own(parameters), reverse=reverse, **given)
        return a, None, of_c(last(c, lengths, reverse, c0)), cache

    def lstm_backward(da: Any, caches: Any, *, dc_last: Any = None) -> Any:
        return reference.lstm_backward(da, caches, dc_last=dc_last) | gradients

    return {"lstm_forward": lstm_forward, "lstm_backward": lstm_backward}


def ended(report: Report, outcome: str) -> set[str]:
    return {one.id for one in report.cases if one.outcome == outcome}


def test_what_is_given_is_judged_and_the_rest_is_not_tested() -> None:
    report = check(layer(), cases=SEQUENCE)

    assert report.conformant
    assert report["lstm_forward/generic"].left_out == ["y", "c"]
    assert [*report["lstm_forward/generic"].verdicts] == ["a", "c_last"]
    assert {"lstm_forward/ragged-reverse", "lstm_forward/property/split-sequence"} <= ended(report, "pass")
    reasons = ("dy", "da_last", "predictions are left out")
    assert all(any(reason in one.message for reason in reasons) for one in report.untested)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_last_state_that_is_wrong_fails(dtype: str) -> None:
    report = check(layer(lambda c: Last(c * c.dtype.type(1.001))), dtype, cases=["lstm_forward"])

    measured = [one for one in report.cases if "c_last" in one.verdicts]
    assert len(measured) > 20
    assert [one.id for one in measured if one.verdicts["c_last"].passed and np.any(one.arrays["c_last"])] == []


def test_a_last_state_of_the_last_column_is_wrong_where_lengths_differ() -> None:
    def lstm_forward(x: Any, a0: Any, parameters: Any, *, lengths: Any = None) -> Any:
        given = {} if lengths is None else {"lengths": lengths}
        a, _, c, cache = reference.lstm_forward(x, a0, parameters, **given)
        return a, None, Last(c[:, :, -1].copy()), cache

    report = check({"lstm_forward": lstm_forward}, cases=["lstm_forward"])

    assert report["lstm_forward/generic"].outcome == "pass"
    assert report["lstm_forward/ragged"].message == "c_last is outside its budget"


def test_without_c_nothing_can_be_carried() -> None:
    report = check(layer(lambda c: None), cases=SEQUENCE)

    assert report.conformant
    assert report["lstm_forward/property/split-sequence"].message == "c is left out, and cannot be carried"


def test_a_bug_is_named_from_what_is_given() -> None:
    report = check(layer(swapped=True), cases=SEQUENCE)

    named = {explanation.operation: explanation.deviations for explanation in report.explanations}
    assert named["lstm_forward"] == ("gate-if-swapped",)


def test_a_gradient_may_not_be_left_out() -> None:
    report = check(layer(dWf=None), cases=["lstm_backward"])

    assert report["lstm_backward/generic"].message.startswith("dWf is None, want an array")


@pytest.mark.parametrize(
    ("kept", "lacking"),
    [
        (lambda layers: [[{"dWf": p["dWf"]} for p in layer] for layer in layers], "dWi[0][0]"),
        (lambda layers: layers[:1], "dWf[1][0]"),
        (lambda layers: [[{}]], "dWf[0][0]"),
    ],
    ids=["names", "layers", "all"],
)
def test_nor_may_one_of_a_networks_parameters(kept: Callable[[Any], Any], lacking: str) -> None:
    def backward(*given: Any, **options: Any) -> Any:
        found = reference.lstm_network_backward(*given, **options)  # type: ignore[attr-defined]
        return {**found, "parameters": kept(found["parameters"])}

    forward = reference.lstm_network_forward  # type: ignore[attr-defined]
    functions = {"lstm_network_forward": forward, "lstm_network_backward": backward}

    (outcome,) = check(functions, cases=["lstm_network_backward/generic"]).cases

    assert outcome.outcome == "fail"
    assert outcome.message.startswith("returned parameters without ")
    assert f" {lacking}" in outcome.message


def test_a_layer_that_takes_no_state_leaves_out_the_gradient_into_it() -> None:
    report = check(layer(da0=None), cases=["lstm_backward"])

    assert report.conformant
    assert report["lstm_backward/generic"].left_out == ["da0"]
    assert report["lstm_backward/property/split-sequence"].message == "da0 is left out, and cannot be carried"


def test_what_gives_nothing_is_not_tested() -> None:
    def rnn_forward(x: Any, a0: Any, parameters: Any) -> Any:
        return None, None, None

    report = check({"rnn_forward": rnn_forward}, cases=["rnn_forward/generic"])

    assert report["rnn_forward/generic"].message.startswith("a is None, want an array")


def test_the_report_tells_what_is_left_out() -> None:
    report = check(layer(), cases=["lstm_forward/generic"])

    assert Report.of_json(report.as_json()).cases[0].left_out == ["y", "c"]


HEADLESS = """
from rnnspec import reference
from rnnspec.adapt import Last

def lstm_forward(x, a0, parameters):
    a, _, c, cache = reference.lstm_forward(x, a0, parameters)
    return a, None, Last(c[:, :, -1].copy()), cache
"""


def test_over_a_pipe_it_is_the_same(tmp_path: Path) -> None:
    (tmp_path / "headless.py").write_text(HEADLESS)

    one, other = (
        check(str(tmp_path / "headless.py"), cases=["lstm_forward"], isolate=isolate) for isolate in (False, True)
    )

    assert one.conformant
    assert [(o.id, o.outcome, o.left_out) for o in other.cases] == [(o.id, o.outcome, o.left_out) for o in one.cases]
