"""Where a candidate computes: `--device` reaches PyTorch by every road, and is refused where there is no choice."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from rnnspec.conformance import check
from rnnspec.conformance.choices import BadChoice
from rnnspec.conformance.finding import candidate_of
from rnnspec.conformance.report.wording import failures
from rnnspec.tools import main

torch = pytest.importorskip("torch")
from rnnspec.adapt import torch_module  # noqa: E402  it imports torch

CASES = [
    "sigmoid/generic",
    "lstm_forward/ragged-reverse",
    "lstm_backward/every-option",
    "lstm_network_forward/deep-ragged",
]
ON = "on cpu:0"
FILE = """
import torch
from rnnspec.adapt import torch_module

WEIGHTS = {"Wx": "weight_ih_l0", "Wh": "weight_hh_l0", "bx": "bias_ih_l0", "bh": "bias_hh_l0"}

def layer(n_x, n_a):
    return torch.nn.GRU(n_x, n_a, batch_first=True)

candidate = torch_module(layer, like="gru_reset_after", gates="rzn", state="1bf", weights=WEIGHTS)
"""
MISSING = {
    "cuda": "device 'cuda' cannot be computed on: ",
    "meta": "device 'meta' cannot be computed on: Cannot copy out of meta tensor",
    "cpux": "device 'cpux' cannot be computed on: Expected one of cpu, ",
}


def told(*words: Any) -> tuple[int, str]:
    done = CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)
    return done.exit_code, " ".join((done.stdout + done.stderr).split())


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "mine.py"
    path.write_text(FILE, encoding="utf-8")
    return path


@pytest.mark.parametrize("isolate", [False, True])
def test_a_registered_candidate_computes_where_it_is_told_to(isolate: bool) -> None:
    report = check("torch", cases=CASES, device="cpu:0", isolate=isolate)

    assert report.conformant
    assert report.totals["pass"] == len(CASES)
    assert report.version.endswith(ON)


def test_a_described_module_is_moved(mine: Path) -> None:
    report = check(f"{mine}:candidate", cases=["gru_reset_after_forward/generic"], device="cpu:0")

    assert report.conformant
    assert report.version.endswith(f"{ON}, one thread")


def test_a_failure_is_said_with_the_device_that_shows_it() -> None:
    def layer(n_x: int, n_a: int) -> Any:
        return torch.nn.GRU(n_x, n_a, batch_first=True)

    names = {"Wx": "weight_ih_l0", "Wh": "weight_hh_l0", "bx": "bias_ih_l0", "bh": "bias_hh_l0"}
    wrong = torch_module(layer, like="gru_reset_after", gates="zrn", state="1bf", weights=names)

    report = check(wrong, cases=["gru_reset_after_forward/generic"], device="cpu:0")

    assert report.version.endswith(f"{ON}, one thread")
    reproduce = f"rnnspec check --device cpu:0 --case gru_reset_after_forward/generic {report.candidate}"
    assert reproduce in " ".join("\n".join(failures(report)).split())


def test_the_command_and_pytest_hand_it_on(mine: Path) -> None:
    case = "gru_reset_after_forward/generic"
    code, said = told("check", f"{mine}:candidate", "--case", case, "--device", "cpu:0", "--json", "-")
    suite = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--pyargs", "rnnspec.conformance"]
    chosen = [f"--rnnspec-candidate={mine}:candidate", f"--rnnspec-case={case}", "--rnnspec-device=nowhere"]
    done = subprocess.run([*suite, *chosen], capture_output=True, text=True, cwd=mine.parent)

    assert (code, ON in said) == (0, True)
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "device 'nowhere' cannot be computed on: " in " ".join(done.stderr.split())


@pytest.mark.parametrize("device", [name for name in MISSING if not (name == "cuda" and torch.cuda.is_available())])
@pytest.mark.parametrize("isolate", [[], ["--isolate"]])
def test_a_device_that_is_not_there_is_said_before_the_run(device: str, isolate: list[str]) -> None:
    code, said = told("check", "torch", "--case", "sigmoid", "--device", device, *isolate)

    assert code == 2
    assert MISSING[device] in said


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["reference"], "device: reference does not choose among devices; torch and rnnspec.adapt.torch_module do"),
        (["--", sys.executable], "device: a program chooses its own"),
        (["torch", "--device", ""], "device is '', want a text that is not empty"),
    ],
)
def test_where_there_is_no_choice_it_is_refused(words: list[str], why: str) -> None:
    code, said = told("check", "--case", "sigmoid", "--device", "cpu:0", *words)

    assert code == 2
    assert why in said


def test_a_moved_candidate_keeps_its_name() -> None:
    assert candidate_of("torch").on("cpu:0").name == "torch"
    with pytest.raises(BadChoice, match="reference does not choose"):
        candidate_of("reference").on("cpu")
