"""A family of one file is explained with no line written for it: it is added, its goldens are proven, a mistake in it is told."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[2] / "planted" / "new_family.py"
OPERATIONS = {"light_cell_forward", "light_cell_backward", "light_forward", "light_backward"}
BACKWARD = {"light_cell_backward", "light_backward"}
MISTAKES = {
    "another gate": ("(1 - f) * g,)", "f * g,)", OPERATIONS - {"light_cell_backward"}, "-(1 - f) * g", "+f * g"),
    "a sign": ("da_next * (a_prev - g)", "da_next * (a_prev + g)", BACKWARD, "-a_prev - g", "+a_prev + g"),
    "an activation": ('tanh(affine("c"', 'sigmoid(affine("c"', OPERATIONS, "-tanh(Wc @ v + bc)", "+sigmoid(Wc @ v + bc)"),
}  # fmt: skip
LOGS = {"logs_step_forward", "logs_step_backward", "logs_forward", "logs_backward"}
SHORT = "rsqrt(1 + contracted(q, q, 1))"
OF_LOGS = {
    "a root not turned": (SHORT, f"(1 / {SHORT})", "-rsqrt(", "+sqrt("),
    "a size with its sign": ("absolute(v)", "(v, v > 0)", "-vt where positive, else -vt", "+vt"),
    "a relu for a size": ("absolute(v)", "(select(v > 0, v, 0), v > 0)", "-vt where positive, else -vt", "+relu(vt)"),
    "a logarithm left out": ("log1p(size), -log1p(size)", "size, -size", "-log1p(size)", "+vt"),
    "a logarithm for a root": (SHORT, SHORT.replace("rsqrt", "log1p"), "-rsqrt(", "+log(1 + "),
    "another product": ("outer(k, write)", "outer(k, v)", "-write[:, None]", "+vt[:, None]"),
}  # fmt: skip


def told(*words: str) -> Any:
    run = subprocess.run([sys.executable, str(SCRIPT), *words], capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stderr
    said = json.loads(run.stdout)
    assert all(lines[0].startswith("reference/families/own.py:") for lines in said.values())
    return said


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_new_family_is_told(mistake: str) -> None:
    old, new, operations, before, after = MISTAKES[mistake]

    said = told("light.py", old, new)

    assert said.keys() == operations
    assert {tuple(lines[1:3]) for lines in said.values()} == {(before, after)}


@pytest.mark.parametrize("mistake", OF_LOGS)
def test_a_mistake_in_a_function_that_no_family_has_is_told(mistake: str) -> None:
    old, new, before, after = OF_LOGS[mistake]

    said = told("logs.py", old, new)

    assert said.keys() == LOGS
    for lines in said.values():
        assert (lines[1].startswith(before), lines[2].startswith(after)) == (True, True), lines
