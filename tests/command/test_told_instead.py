"""What is said where users were told something else than what they had done."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rnnspec.conformance import check
from rnnspec.tools import main

OF_A_HEAD = """
from rnnspec.conformance import Unsupported
from rnnspec.reference import gated_delta_forward as right


def gated_delta_forward(q, k, v, g, beta, *, S0=None):
    if g is not None and g.shape[1] != 1:
        raise Unsupported("a decay of a head only")
    return right(q, k, v, g, beta, S0=S0)
"""
BY_SUMS = """
import numpy as np
from rnnspec.reference import gated_linear_forward as right


def gated_linear_forward(q, k, v, g, *, S0=None):
    sums = np.cumsum(g, axis=-1, dtype=g.dtype)
    return right(q, k, v, np.diff(sums, axis=-1, prepend=np.zeros_like(g[..., :1])), S0=S0)
"""
LAYER = """
import numpy as np
from rnnspec.adapt import numpy_function


def run(x, h, weights):
    return missing + x


candidate = numpy_function(run, like="rnn", layout="btf", weights={"Wx": "U", "Wh": "V", "b": "b"}, takes="x, h, weights", returns="y")
"""


def flat(result: Result) -> str:
    """What it says, as if no line had an end."""
    return " ".join(result.output.split())


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words, catch_exceptions=False)


@pytest.mark.parametrize(
    "line", ["from torch.nn.utils.rnn import pad_sequence", "from jax.nn import softmax", "from torch import sigmoid"]
)
def test_a_frameworks_function_that_a_file_imports_is_not_judged(tmp_path: Path, line: str) -> None:
    pytest.importorskip(line.split()[1].partition(".")[0])
    path = tmp_path / "mine.py"
    path.write_text(f"{line}\nfrom rnnspec.reference import rnn_cell_forward\n")

    report = check(str(path), explain_seconds=0)

    assert {outcome.operation for outcome in report.cases if outcome.outcome != "unsupported"} == {"rnn_cell_forward"}
    assert f"{line.split()[-1]}: imported from a framework, so not judged" in flat(run("check", str(path)))


def test_the_place_of_what_a_described_layer_raises_is_the_layers(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text(LAYER)

    said = flat(run("check", f"{path}:candidate"))

    assert "the layer raised NameError: name 'missing' is not defined" in said
    assert said.endswith("(mine.py, line 7)")


def test_what_sums_its_decays_is_told_to_declare_chunks(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text(BY_SUMS)
    asked = ("--no-explain", "--dtype", "float32", "--case", "gated_linear_forward/one-reset")

    undeclared = flat(run("check", str(path), *asked))
    path.write_text(f"{BY_SUMS}\n\nchunks = (64,)\n")
    declared = run("check", str(path), *asked)

    assert "gated_linear_forward/one-reset passes by budgets that allow for chunks" in undeclared
    assert "declares how many, as `chunks = (64,)`" in undeclared
    assert (declared.exit_code, "allow for chunks:" in flat(declared)) == (0, False)


def test_what_is_wrong_besides_is_not_told_to_declare_chunks(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text(BY_SUMS.replace("return right(q,", "return right(q * np.float32(1 + 2**-20),"))

    said = flat(run("check", str(path), "--no-explain", "--dtype", "float32", "--case", "gated_linear_forward"))

    assert "gated_linear_forward" in said
    assert "allow for chunks:" not in said


def test_a_recurrence_with_a_decay_of_a_head_alone_is_hunted(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text(OF_A_HEAD)

    done = run("hunt", str(path), "--count", "8", "-o", str(tmp_path / "found.json"))

    assert (done.exit_code, "8 problems of 1 operation" in flat(done)) == (0, True)


def test_what_is_offered_and_declined_has_its_reason(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text(OF_A_HEAD)

    done = run("check", str(path), "--case", "gated_delta_forward/generic")

    assert done.exit_code == 5
    assert "nothing tested: gated_delta_forward/generic: a decay of a head only" in flat(done)


def test_an_option_that_is_nearly_one_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text(OF_A_HEAD.replace("S0=None):", "S0=None, length=None, eps=1e-6):"))

    said = flat(run("check", str(path), "--case", "gated_delta_forward/decay-of-a-head"))

    assert "gated_delta_forward takes length, which nobody gives: did you mean lengths?" in said
    assert "eps" not in said


def test_an_option_behind_the_program_is_told_to_be_the_programs() -> None:
    program = [sys.executable, "-c", "", "--dtype", "float32"]

    done = subprocess.run(
        [sys.executable, "-m", "rnnspec", "check", "--", *program], capture_output=True, text=True, check=False
    )

    assert "--dtype: the program's own, as it stands behind --" in done.stderr


@pytest.mark.parametrize("kind", ["torch", "numpy", "onnx"])
def test_a_family_is_asked_of_a_skeleton_alone(tmp_path: Path, kind: str) -> None:
    done = run("init", str(tmp_path / kind), "--for", kind, "--family", "gru")

    assert (done.exit_code, (tmp_path / kind).exists()) == (2, False)
    assert f"--family is of a skeleton, for module or program: for {kind} an LSTM is written" in flat(done)
