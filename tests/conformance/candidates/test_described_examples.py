"""Layers of many styles, each described in a few lines: judged forward and backward, and a mistake in each is named."""

import re
import shutil
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

import pytest
from rnnspec.conformance import BrokenCandidate, Report, check

OWN = Path(__file__).parents[3] / "examples" / "own"
SHORT = "generic", "one-step", "zero-state"  # where each shape is compiled anew
SHORTEST = ("generic",)  # where that takes a compiler of C++ half a minute


@dataclass(frozen=True)
class Example:
    """A file, what it needs, and a mistake in it with the operation and the name that it is known by."""

    file: str
    needs: str
    family: str
    mistake: tuple[str, str]
    named: tuple[str, str]
    dtype: str = "float64"
    compiled: tuple[str, ...] = ()

    @property
    def cases(self) -> list[str]:
        step = "_cell" if "biases" in self.file else ""
        both = [f"{self.family}{step}_{direction}" for direction in ("forward", "backward")]
        return (
            [
                f"{name}/{case}"
                for name in both
                for case in self.compiled
                if (name, case) != ("rnn_backward", "zero-state")
            ]
            if self.compiled
            else both
        )


EXAMPLES = [
    Example("torch_one_bias", "torch", "lstm", ("torch.sigmoid(o) * torch.tanh(c)", "torch.sigmoid(o) * c"), ("lstm_forward", "missing-tanh-on-c")),
    Example("torch_two_biases", "torch", "gru_reset_after", ("r * self.h", "self.h"), ("gru_reset_after_cell_forward", "gru-no-reset")),
    Example("torch_compiled", "torch", "rnn", (" + self.bias", ""), ("rnn_forward", "bias-ignored"), compiled=SHORTEST),
    Example("jax_scan", "jax", "lstm", ("jnp.tanh(c)", "c"), ("lstm_forward", "missing-tanh-on-c"), compiled=SHORT),
    Example("flax_module", "flax", "lstm", ("nn.sigmoid(f)", "nn.sigmoid(f + 1)"), ("lstm_forward", "forget-bias-offset"), compiled=SHORT),
    Example("equinox_scan", "equinox", "gru_reset_after", ("scan(step, h, x)", "scan(step, 0 * h, x)"), ("gru_reset_after_forward", "a0-ignored"), compiled=SHORT),
    Example("keras_cell", "keras", "lstm", ("i, f, g, o = ops", "f, i, g, o = ops"), ("lstm_forward", "gate-if-swapped"), "float32"),
    Example("c_fused", "", "lstm", ("dC * c_prev[j * n + u] * f", "dC * every_c[at] * f"), ("lstm_backward", "df-uses-cnext"), "float32"),
    Example("numpy_time_first", "", "lstm", ("dv[:, -n_a:], dc * f", "dv[:, -n_a:], dc"), ("lstm_backward", "dcprev-partial")),
]  # fmt: skip
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # what frameworks say of themselves
each = pytest.mark.sampled(
    "example",
    {example.file: example for example in EXAMPLES},
    {example.file: replace(example, compiled=SHORT if example.compiled else ()) for example in EXAMPLES},
)


def checked(example: Example, folder: Path, cases: list[str]) -> Report:
    if example.needs and not find_spec(example.needs):
        pytest.skip(f"{example.needs} is not installed")
    if example.file == "c_fused" and not shutil.which("cc"):
        pytest.skip("cc is not installed")
    return check(f"{folder / example.file}.py:candidate", example.dtype, cases=cases)


@each
def test_a_described_layer_is_judged_forward_and_backward(example: Example) -> None:
    report = checked(example, OWN, example.cases)

    assert report.conformant
    passed = {outcome.operation for outcome in report.cases if outcome.outcome == "pass"}
    assert passed == {case.partition("/")[0] for case in example.cases}


@each
def test_a_mistake_in_it_is_named(example: Example, tmp_path: Path) -> None:
    shutil.copytree(OWN, tmp_path / "own")
    before, after = example.mistake
    for file in (tmp_path / "own").glob(f"{example.file}.py" if example.file != "c_fused" else "fused_lstm.c"):
        assert file.read_text().count(before) == 1
        file.write_text(file.read_text().replace(before, after))

    operation, deviation = example.named
    # a mistake is one of its forward: what is compiled is compiled for that alone
    cases = [case for case in example.cases if not example.compiled or case.startswith(f"{operation}/")]
    report = checked(example, tmp_path / "own", cases)

    found = [(e.deviations, *e.alternatives) for e in report.explanations if e.operation == operation]
    assert (deviation,) in [names for sets in found for names in sets]


@each
def test_eight_lines_describe_it(example: Example) -> None:
    description = re.search(r"^candidate = .*?^\)", (OWN / f"{example.file}.py").read_text(), re.DOTALL | re.MULTILINE)

    assert description
    assert len(description.group().splitlines()) <= 8


def test_what_c_writes_beyond_its_room_is_told(tmp_path: Path) -> None:
    if not shutil.which("cc"):
        pytest.skip("cc is not installed")
    shutil.copytree(OWN, tmp_path / "own")
    source = tmp_path / "own" / "fused_lstm.c"
    source.write_text(
        source.read_text().replace("    memcpy(h, h_prev,", "    y[T * m * n + 1] = 0;\n    memcpy(h, h_prev,")
    )

    with pytest.raises(BrokenCandidate, match="lstm wrote beyond y"):
        check(f"{tmp_path / 'own' / 'c_fused.py'}:candidate", "float32", cases=["lstm_forward"])
