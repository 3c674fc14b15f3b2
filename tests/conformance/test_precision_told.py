"""What is said of a check at a policy of precision: by the report, its page, the map, and the line that reproduces a failure."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rnnspec
from click.testing import CliRunner
from planted.programs import written as written_program
from rnnspec.conformance.report.report import Report, ReportError
from rnnspec.conformance.report.wording import failures
from rnnspec.golden.precision import Precision
from rnnspec.tools import main

FUSED = "inputs bf16, products f32, state f32, outputs bf16"


def judged(candidate: Any, policy: str, cases: list[str]) -> Report:
    return rnnspec.check(candidate, precision=policy, cases=cases, explain_seconds=0)


def test_the_report_says_which_and_that_budgets_are_estimated(tmp_path: Path) -> None:
    report = judged("reference", "bf16", ["lstm_cell_forward", "pad_sequence"])
    data = report.as_json()

    assert data["precision"] == "arrays bf16, inputs bf16, products bf16, state bf16, outputs bf16"
    assert {case["budget"] for case in data["cases"] if case["operation"] == "lstm_cell_forward"} == {"estimated"}
    assert {case["budget"] for case in data["cases"] if case["operation"] == "pad_sequence"} == {"proven"}
    assert "[bf16]" in repr(report)
    assert any(note.startswith(data["precision"]) for note in report.record.notes)
    report.save(tmp_path / "report.json")
    assert Report.load(tmp_path / "report.json").as_json() == data
    with pytest.raises(ReportError, match="bf16 and one at tf32"):
        report.compare(judged("reference", "tf32", ["lstm_cell_forward/generic"]))


def test_the_line_that_reproduces_a_failure_has_the_policy() -> None:
    wrong = {"sigmoid": lambda x: np.zeros(x.shape, x.dtype)}
    (text,) = failures(judged(wrong, FUSED, ["sigmoid/generic"]))

    assert f"check --precision '{Precision.named(FUSED).words}' --case sigmoid/generic" in text


def written_as(path: Path, body: str) -> str:
    path.write_text(f"import numpy as np\n\n\ndef sigmoid(x):\n{body}", encoding="utf-8")
    return str(path)


PART = """    y = (1 / (1 + np.exp(-x.astype(np.float64))))
    y[0, 0] = 0.0
    return y.astype(x.dtype)
"""


def told(*arguments: str) -> Any:
    return CliRunner().invoke(main, ["check", "--no-explain", *arguments])


def test_a_map_draws_what_the_policy_does_not_allow(tmp_path: Path) -> None:
    wrong = written_as(tmp_path / "part.py", PART)
    result = told(wrong, "--precision", "bf16", "--case", "sigmoid/generic", "--map")

    assert "outside first at example 0, in 1 of 7 examples" in " ".join(result.output.split())


def test_a_page_has_the_policy_and_not_what_carries_it(tmp_path: Path) -> None:
    told("reference", "--precision", "bf16", "--case", "sigmoid", "--html", str(tmp_path / "page.html"))
    page = (tmp_path / "page.html").read_text(encoding="utf-8")

    assert '"dtype":"bf16"' in page.replace(": ", ":")
    assert '"dtype":"float32"' not in page.replace(": ", ":")


def test_a_failure_where_doubles_carry_it_gets_no_advice_of_another_dtype(tmp_path: Path) -> None:
    wrong = written_as(tmp_path / "part.py", PART)
    result = told(wrong, "--precision", "inputs f32, products f64, state f32, outputs f32", "--case", "sigmoid")

    assert result.exit_code == 1
    assert "give --dtype" not in result.output
    assert "Traceback" not in result.output


def test_a_program_is_asked_at_the_dtype_of_its_arrays_and_told_how_to_run_it_again(tmp_path: Path) -> None:
    command = written_program(tmp_path, 'say({"id": message["id"], "error": "no luck"})')
    Path(command[-1]).write_text(Path(command[-1]).read_text().replace("float64", "float32"))
    result = told("--precision", "tf32", "--case", "sigmoid/generic", "--", *command)
    half = told("--precision", "f16-f32acc", "--case", "sigmoid/generic", "--", *command)

    assert "no luck" in result.output
    assert f"check --precision tf32 --case sigmoid/generic -- {' '.join(command)}" in " ".join(result.output.split())
    assert (half.exit_code, "nothing tested" in half.output) == (5, True)
