"""Checks at a policy of precision: right writings of it pass, wrong ones are named, and the report says what was judged."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
import rnnspec
from click.testing import CliRunner
from planted.goldens import altered, generic
from rnnspec.conformance.choices import BadChoice
from rnnspec.conformance.report.report import Report
from rnnspec.golden.precision import BadPrecision, Precision
from rnnspec.golden.replacing import write
from rnnspec.reference import FUNCTIONS
from rnnspec.tools import main
from writings.legal import ORDERS, Backwards, Shuffled, Summed
from writings.narrow import asked_of, computed, rounded

FUSED = "inputs bf16, products f32, state f32, outputs bf16"
POLICIES = ("bf16", "bf16-f32acc", "f16-f32acc", "amp-bf16", "tf32", FUSED)
FEW = ["lstm_cell_forward", "gru_cell_backward", "gated_delta_step_backward"]


def written(policy: str, order: type[Summed] = Summed) -> dict[str, Callable[..., Any]]:
    return computed(FUNCTIONS, Precision.named(policy), order)


def judged(candidate: Any, policy: str, cases: list[str] | None) -> Report:
    return rnnspec.check(candidate, precision=policy, cases=cases, explain_seconds=0)


SOME = {f"{policy}-{order.__name__}": (policy, order, FEW) for policy in POLICIES for order in (Summed, Backwards)}
EVERY = {f"{policy}-{order.__name__}": (policy, order, None) for policy in POLICIES for order in ORDERS}


@pytest.mark.sampled("tried", SOME, EVERY)
def test_right_writings_of_a_policy_raise_no_alarm(tried: tuple[str, type[Summed], list[str] | None]) -> None:
    policy, order, cases = tried

    report = judged(written(policy, order), policy, asked_of(order, cases))

    assert [(o.id, o.message) for o in report.failures] == []
    assert report.tested >= 20


@pytest.mark.parametrize("policy", ["tf32", "inputs f32, products f32, state f32, outputs f32"])
@pytest.mark.parametrize("coarser", ["bf16", "amp-bf16", FUSED])
def test_what_computes_coarser_than_it_says_fails(policy: str, coarser: str) -> None:
    functions = computed(FUNCTIONS, replace(Precision.named(coarser), arrays="f32"), Summed)

    assert len(judged(functions, policy, FEW[:1]).failures) > 5


def swapped(p: Any) -> Any:
    return {**p, "Wf": p["Wi"], "Wi": p["Wf"], "bf": p["bi"], "bi": p["bf"]}


def test_a_mistake_is_named_at_a_precision_too() -> None:
    right = written("bf16")["lstm_cell_forward"]

    def lstm_cell_forward(xt: Any, a_prev: Any, c_prev: Any, parameters: Any) -> Any:
        return right(xt, a_prev, c_prev, swapped(parameters))

    report = rnnspec.check({"lstm_cell_forward": lstm_cell_forward}, precision="bf16")

    assert [e.deviations for e in report.explanations] == [("gate-if-swapped",)]


def sigmoid_as(dtype: Any, seen: list[Any]) -> dict[str, Callable[..., Any]]:
    def sigmoid(x: Any) -> Any:
        seen.append(x.dtype)
        return (1 / (1 + np.exp(-x.astype(np.float64)))).astype(dtype)

    return {"sigmoid": sigmoid}


@pytest.mark.parametrize(
    ("policy", "given", "may_return"),
    [
        ("bf16", ml_dtypes.bfloat16, [ml_dtypes.bfloat16]),
        ("f16-f32acc", np.float16, [np.float16]),
        ("amp-bf16", np.float32, [np.float32, ml_dtypes.bfloat16]),
        (FUSED, ml_dtypes.bfloat16, [np.float32, ml_dtypes.bfloat16]),
    ],
)
def test_arrays_are_given_as_a_policy_says_and_come_back_in_a_format_of_it(
    policy: str, given: Any, may_return: list[Any]
) -> None:
    for dtype in (ml_dtypes.bfloat16, np.float16, np.float32, np.float64):
        seen = list[Any]()
        report = judged(sigmoid_as(dtype, seen), policy, asked_of(Shuffled, ["sigmoid"]))

        assert set(seen) == {np.dtype(given)}
        if dtype in may_return or dtype is np.float32:  # which holds all of it
            assert report.conformant
        else:
            assert report.failures
            assert all("has dtype" in outcome.message for outcome in report.failures)


@pytest.mark.parametrize("choice", [{"dtype": "float32"}, {"isolate": True}])
def test_what_does_not_go_with_a_policy_is_told(choice: dict[str, Any]) -> None:
    with pytest.raises(BadChoice, match="leave out"):
        rnnspec.check("reference", precision="bf16", **choice)


def test_jax_in_bfloat16_passes() -> None:
    pytest.importorskip("haiku")
    report = judged("haiku", "bf16", [f"lstm_{name}/generic" for name in ("cell_forward", "cell_backward", "forward")])

    assert report.tested == 3
    assert [(o.id, o.message) for o in report.failures] == []


def test_a_policy_that_is_none_is_told() -> None:
    with pytest.raises(BadPrecision, match="did you mean bf16"):
        rnnspec.check("reference", precision="bf")
    result = CliRunner().invoke(main, ["check", "reference", "--precision", "bf"])

    assert (result.exit_code, result.output.count("Traceback")) == (2, 0)
    assert "did you mean bf16" in result.output


def test_torch_under_autocast_passes_and_computes_in_bfloat16() -> None:
    torch = pytest.importorskip("torch")
    from rnnspec.conformance.candidates.torch.framework import autocast

    report = judged("torch", "amp-bf16", ["lstm_cell_forward", "lstm_cell_backward", "rnn_backward/generic"])
    assert [(o.id, o.message) for o in report.failures] == []
    assert report.tested >= 17
    assert report.closest is not None
    assert report.closest.worst > 0.01  # which float32 is not
    with autocast(Precision.named("amp-bf16")):
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype is torch.bfloat16


def test_a_processor_on_which_torch_has_no_such_lstm_is_told_and_fails_nothing(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    environment = {**os.environ, "ONEDNN_MAX_CPU_ISA": "AVX2"}
    command = [sys.executable, "-m", "rnnspec", "check", "torch", "--precision", "amp-bf16", "--json", "-"]
    chosen = ["--case", "lstm_cell_forward/generic", "--case", "lstm_forward/generic"]

    done = subprocess.run([*command, *chosen], capture_output=True, text=True, env=environment, cwd=tmp_path)

    cell, layer = json.loads(done.stdout)["cases"]
    assert (done.returncode, cell["outcome"], layer["outcome"]) == (0, "pass", "unsupported")
    assert layer["message"] == "oneDNN, which torch calls, has no LSTM at this precision for this processor"


def test_torch_in_bfloat16_passes() -> None:
    pytest.importorskip("torch")
    report = judged("torch", "bf16", ["lstm_cell_forward", "lstm_cell_backward", "gru_reset_after_backward/generic"])

    assert [(o.id, o.message) for o in report.failures] == []
    assert report.tested >= 17


@pytest.mark.parametrize("text", ["", " ", 5, ["bf16"]])
def test_what_is_no_text_of_a_policy_is_told(text: Any) -> None:
    with pytest.raises(BadPrecision, match="precision"):
        rnnspec.check("reference", precision=text)


def test_a_dtype_as_a_policy_is_that_dtype() -> None:
    report = judged("reference", "float16", ["sigmoid/generic"])

    assert (report.dtype, report.precision, report.at) == ("float16", "", "float16")
    assert [case["budget"] for case in report.as_json()["cases"]] == ["proven"]


def test_a_tensor_in_bfloat16_is_taken_as_it_is() -> None:
    torch = pytest.importorskip("torch")

    def sigmoid(x: Any) -> Any:
        return torch.sigmoid(torch.tensor(x.astype(np.float32), dtype=torch.bfloat16))

    assert judged({"sigmoid": sigmoid}, "bf16", ["sigmoid"]).conformant
    (failure,) = rnnspec.check({"sigmoid": sigmoid}, "float32", cases=["sigmoid/generic"]).failures
    assert failure.message == "s has dtype bfloat16, want float32"


def test_what_comes_back_coarser_than_outputs_are_is_told_by_its_dtype() -> None:
    policy = "inputs bf16, products f32, state f32, outputs f32"
    report = judged(sigmoid_as(ml_dtypes.bfloat16, []), policy, ["sigmoid/generic"])

    assert [o.message for o in report.failures] == ["s has dtype bfloat16, want float32"]


def test_explaining_apart_is_at_the_precision_of_the_report() -> None:
    right = written("bf16")["lstm_cell_forward"]

    def lstm_cell_forward(xt: Any, a_prev: Any, c_prev: Any, parameters: Any) -> Any:
        return right(xt, a_prev, c_prev, swapped(parameters))

    report = judged({"lstm_cell_forward": lstm_cell_forward}, "bf16", ["lstm_cell_forward"])

    assert [e.deviations for e in rnnspec.explain(report).explanations] == [("gate-if-swapped",)]


def test_goldens_of_other_inputs_say_nothing_at_a_precision(tmp_path: Path) -> None:
    made = generic()
    made["sigmoid/generic"] = altered(made["sigmoid/generic"], "inputs/x", lambda x: x * 2)
    write(tmp_path / "other", made)
    report = rnnspec.check("reference", precision="bf16", cases=["sigmoid", "softmax"], goldens=tmp_path / "other")

    assert (report["softmax/generic"].outcome, report["sigmoid/generic"].outcome) == ("pass", "unsupported")
    assert "not those that this rnnspec draws" in report["sigmoid/generic"].message


def test_rounding_is_that_of_ml_dtypes() -> None:
    numbers = np.random.default_rng(0).standard_normal(1000) * 8
    ties = 1 + np.arange(64) * 2.0**-9

    for array in (numbers, ties):
        np.testing.assert_array_equal(rounded(array, "bf16"), array.astype(ml_dtypes.bfloat16).astype(np.float64))
    assert rounded(np.array([1e5, -1e5, 65504.0, 1e-5]), "f16").tolist() == [np.inf, -np.inf, 65504.0, 0.0]
