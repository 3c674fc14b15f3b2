"""A family of one file is explained with no line written for it: it is added, its goldens are proven, a mistake in it is told."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "planted" / "new_family.py"
OPERATIONS = {"light_cell_forward", "light_cell_backward", "light_forward", "light_backward"}
BACKWARD = {"light_cell_backward", "light_backward"}
MISTAKES = {
    "another gate": ("(1 - f) * g,)", "f * g,)", OPERATIONS - {"light_cell_backward"}, "-(1 - f) * g", "+f * g"),
    "a sign": ("da_next * (a_prev - g)", "da_next * (a_prev + g)", BACKWARD, "-a_prev - g", "+a_prev + g"),
    "an activation": ('tanh(affine("c"', 'sigmoid(affine("c"', OPERATIONS, "-tanh(Wc @ v + bc)", "+sigmoid(Wc @ v + bc)"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_new_family_is_told(mistake: str) -> None:
    old, new, operations, before, after = MISTAKES[mistake]

    run = subprocess.run([sys.executable, str(SCRIPT), old, new], capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stderr
    said = json.loads(run.stdout)
    assert said.keys() == operations
    assert all(lines[0].startswith("reference/families/light.py:") for lines in said.values())
    assert {tuple(lines[1:3]) for lines in said.values()} == {(before, after)}
