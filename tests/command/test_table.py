"""What is printed to a pipe is whole: names of operations in the table, and one line for failures that differ in a number."""

from pathlib import Path

from click.testing import CliRunner
from rnnspec.reference import OPERATIONS
from rnnspec.tools import main

RAISING = """
def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    raise IndexError(f"index {xt.shape[0]} is out of bounds for axis 0 with size {a_prev.shape[0]}")
"""


def test_names_of_operations_are_whole() -> None:
    said = (
        CliRunner()
        .invoke(main, ["check", "reference", "--case", "selective_scan_layer"], env={"FORCE_COLOR": None})
        .output
    )

    names = [name for name in OPERATIONS if name.startswith("selective_scan_layer")]
    assert len(names) == 4
    assert [name for name in names if not any(line.startswith(f"{name} ") for line in said.splitlines())] == []


def test_what_is_raised_with_another_number_in_each_case_is_one_cause(tmp_path: Path) -> None:
    candidate = tmp_path / "mine.py"
    candidate.write_text(RAISING, encoding="utf-8")

    said = CliRunner().invoke(main, ["check", str(candidate), "--no-explain"], env={"FORCE_COLOR": None}).output

    assert said.count("is out of bounds for axis 0") <= 2  # the first, and where to begin
    assert " like it: " in said
