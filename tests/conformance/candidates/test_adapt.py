"""`rnnspec.adapt`: all that it has is seen, and what Keras needs besides is told in one line."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
import rnnspec.adapt

HELPERS = {"c_function", "jax_function", "keras_layer", "numpy_function", "torch_module"}


def test_every_helper_is_seen() -> None:
    assert {*rnnspec.adapt.__all__} >= HELPERS
    assert {*dir(rnnspec.adapt)} >= HELPERS
    assert [name for name in rnnspec.adapt.__all__ if name not in dir(rnnspec.adapt)] == []


@pytest.mark.parametrize("first", ["from rnnspec.adapt import keras_layer", "import keras"])
@pytest.mark.parametrize("backend", [{}, {"KERAS_BACKEND": "tensorflow"}], ids=["unsaid", "tensorflow"])
def test_a_backend_that_is_not_there_is_told_in_a_line(tmp_path: Path, first: str, backend: dict[str, str]) -> None:
    if not find_spec("keras") or find_spec("tensorflow"):
        pytest.skip("for Keras without TensorFlow")
    (tmp_path / "mine.py").write_text(f"{first}\n")
    environment = {name: value for name, value in os.environ.items() if name != "KERAS_BACKEND"}
    environment |= {"KERAS_HOME": str(tmp_path), **backend}

    command = [sys.executable, "-m", "rnnspec", "check", "mine.py"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    (line,) = done.stderr.strip().splitlines()
    there = " or ".join(name for name in ("jax", "torch") if find_spec(name))
    assert done.returncode == 3
    assert "tensorflow" in line
    assert f"Keras runs on it where KERAS_BACKEND does not say another: set KERAS_BACKEND to {there}" in line
