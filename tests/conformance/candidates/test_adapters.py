"""Every registered adapter: it starts, or says in one line what it needs; and the kit itself imports no framework."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from rnnspec.conformance.candidate import BrokenCandidate
from rnnspec.conformance.finding import candidate_of, registered

FRAMEWORKS = {
    "torch": ["torch"],
    "onnx": ["onnx"],
    "onnxruntime": ["onnx", "onnxruntime"],
    "flax_linen": ["flax"],
    "flax_nnx": ["flax"],
    "haiku": ["haiku"],
    "equinox": ["equinox"],
    "tinygrad": ["tinygrad"],
    "keras_tensorflow": ["tensorflow"],
    "keras_jax": ["keras", "jax"],
    "keras_torch": ["keras", "torch"],
}
# what ships recurrences has a candidate for each of its forms, by the beginning of their names
PROJECTS = {
    "fla_": "fla",
    "mambapy": "mambapy",
    "min_gru_pytorch": "minGRU_pytorch",
    "mlstm_kernels_": "mlstm_kernels",
    "transformers_": "transformers",
    "xlstm_": "xlstm",
}
FRAMEWORKS |= {
    name: [package, "torch"] for name in registered() for start, package in PROJECTS.items() if name.startswith(start)
}


def installed(name: str) -> bool:
    return all(find_spec(framework) for framework in FRAMEWORKS[name])


def test_every_registered_adapter_is_named_here() -> None:
    assert {*registered()} - {"reference", "notebook"} == {*FRAMEWORKS}


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_an_adapter_without_its_framework_says_what_it_needs(name: str) -> None:
    if installed(name):
        pytest.skip("it is installed")

    with pytest.raises(BrokenCandidate) as raised:
        candidate_of(name)

    assert "which is not installed" in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("name", ["keras_tensorflow", "keras_jax", "keras_torch", "tinygrad"])
def test_what_needs_a_process_of_its_own_conforms_in_float32(name: str, tmp_path: Path) -> None:
    if not installed(name):
        pytest.skip("it is not installed")
    cases = ["lstm_cell_forward/generic", "lstm_cell_backward/generic"]
    cases += [] if name == "tinygrad" else ["gru_forward/ragged-reverse", "lstm_network_backward/deep-ragged"]
    given = [part for case in cases for part in ("--case", case)]

    command = [
        sys.executable,
        "-c",
        "from rnnspec.tools import main; main()",
        "check",
        name,
        "--dtype",
        "float32",
        *given,
    ]
    environment = {**os.environ, "DEV": "PYTHON"}  # a device of tinygrad's that needs no compiler
    subprocess.run([*command, "--json", tmp_path / "report.json"], capture_output=True, check=True, env=environment)

    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report["totals"]["pass"] == len(cases)
    assert report["candidate"]["version"].startswith(name.split("_")[0])


def test_the_kit_itself_imports_no_framework() -> None:
    names = sorted({framework for needed in FRAMEWORKS.values() for framework in [*needed, "jax", "keras"]})
    code = f"import sys, rnnspec.tools, rnnspec.conformance as c; c.check('reference', cases=['sigmoid']); print([n for n in {names} if n in sys.modules])"

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "[]"
