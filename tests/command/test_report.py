"""`rnnspec report`, and what `check` writes besides JSON."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rnnspec.tools import main


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    assert run("check", "notebook", "--case", "softmax", "--json", tmp_path / "notebook.json").exit_code == 1
    return tmp_path / "notebook.json"


def reports_in(page: Path) -> list[str]:
    text = page.read_text(encoding="utf-8").partition('id="data">')[2].partition("</script>")[0]
    return [f"{report['candidate']['name']} {report['dtype']}" for report in json.loads(text)["reports"]]


def test_a_check_writes_its_page_beside_all_else(tmp_path: Path) -> None:
    result = run("check", "notebook", "--case", "softmax", "--html", tmp_path / "page.html")

    assert result.exit_code == 1
    assert "notebook is not conformant [float64]" in result.output
    assert reports_in(tmp_path / "page.html") == ["notebook float64"]


def test_a_saved_report_gives_the_page_that_its_check_gives(tmp_path: Path) -> None:
    files = ["--json", tmp_path / "r.json", "--html", tmp_path / "one.html"]
    assert run("check", "notebook", "--case", "softmax", *files).exit_code == 1

    result = run("report", tmp_path / "r.json", "--html", tmp_path / "other.html")

    assert (result.exit_code, result.output) == (0, "")
    assert (tmp_path / "other.html").read_bytes() == (tmp_path / "one.html").read_bytes()


def test_several_reports_stand_side_by_side_in_one_page(saved: Path, tmp_path: Path) -> None:
    run("check", "reference", "--case", "softmax", "--dtype", "float32", "--json", tmp_path / "reference.json")

    result = run("report", saved, tmp_path / "reference.json", "--html", tmp_path / "page.html")

    assert result.exit_code == 0
    assert reports_in(tmp_path / "page.html") == ["notebook float64", "reference float32"]


def test_what_cannot_be_read_written_or_guessed_is_one_line(saved: Path, tmp_path: Path) -> None:
    (tmp_path / "odd.json").write_text("[]")

    for words, said in {
        ("report", tmp_path / "none.json", "--html", tmp_path / "page.html"): "none.json: no such file",
        ("report", saved, tmp_path / "odd.json", "--html", tmp_path / "page.html"): "odd.json: is no report",
        ("report", saved, "--html", tmp_path / "none" / "page.html"): "page.html: cannot be written: No such file",
        ("report", saved): "say which page to write: --html",
        ("report",): "Missing argument 'FILE...'",
    }.items():
        result = run(*words)
        assert result.exit_code == 2
        (line,) = [line for line in result.output.splitlines() if line.startswith("Error: ")]
        assert said in line
    assert not (tmp_path / "page.html").exists()


def test_a_page_is_written_into_what_is_no_file(saved: Path, tmp_path: Path) -> None:
    result = run("report", saved, "--html", os.devnull)

    assert result.exit_code == 0
