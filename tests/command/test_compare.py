"""Two stored reports held against each other: what changed, and the exit code that a job asks for it by."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rnnspec.conformance import check
from rnnspec.tools import main


def run(*words: str) -> Result:
    result = CliRunner().invoke(main, words, prog_name="rnnspec", env={"FORCE_COLOR": None})
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of stored reports, and in it."""
    monkeypatch.chdir(tmp_path)
    check("notebook", cases=["softmax", "sigmoid"]).save("notebook.json")
    check("reference", cases=["softmax"]).save("reference.json")
    check("reference", "float32", cases=["softmax"]).save("single.json")
    return tmp_path


@pytest.fixture
def worse(here: Path) -> Path:
    """The reference's report, and one in which a case fails, one is gone and one is nearer to its budget."""
    data = json.loads((here / "reference.json").read_text())
    cases = {case["id"]: case for case in data["cases"]}
    cases["softmax/zero"]["outcome"] = "fail"
    cases["softmax/tall"]["outcome"] = "unsupported"
    cases["softmax/generic"]["outputs"]["p"]["worst"] = 0.9
    (here / "worse.json").write_text(json.dumps(data))
    return here / "worse.json"


@pytest.mark.parametrize(
    ("old", "new", "kinds", "code"),
    [
        ("reference.json", "reference.json", [], 0),
        ("reference.json", "worse.json", [], 0),
        ("reference.json", "reference.json", ["new", "gone", "fixed", "added", "nearer", "farther"], 0),
        ("reference.json", "worse.json", ["new"], 1),
        ("reference.json", "worse.json", ["gone"], 1),
        ("reference.json", "worse.json", ["nearer"], 1),
        ("reference.json", "worse.json", ["fixed", "added", "farther"], 0),
        ("reference.json", "worse.json", ["fixed", "new"], 1),
        ("worse.json", "reference.json", ["new", "gone", "nearer"], 0),
        ("worse.json", "reference.json", ["fixed"], 1),
        ("worse.json", "reference.json", ["added"], 1),
        ("worse.json", "reference.json", ["farther"], 1),
        ("reference.json", "single.json", [], 2),
        ("reference.json", "single.json", ["new"], 2),
        ("nothing.json", "reference.json", ["new"], 2),
        ("reference.json", "wrong.json", ["new"], 2),
    ],
)
def test_two_reports_are_compared_by_what_is_asked(
    here: Path, worse: Path, old: str, new: str, kinds: list[str], code: int
) -> None:
    (here / "wrong.json").write_text("[]")

    result = run("compare", old, new, *(word for kind in kinds for word in ("--fail-on", kind)))

    assert result.exit_code == code
    assert (result.stdout == "") == (code == 2)
    assert ("Error: " in result.stderr) == (code == 2)


def test_a_comparison_names_what_changed(here: Path, worse: Path) -> None:
    text = run("compare", "reference.json", "worse.json").stdout.splitlines()
    back = run("compare", "worse.json", "reference.json").stdout.splitlines()
    same = run("compare", "reference.json", "reference.json").stdout.splitlines()

    near = check("reference", cases=["softmax/generic"])["softmax/generic"].worst
    assert text == [
        "reference.json: reference [float64], 19 passed, 0 failed, a part",
        "worse.json: reference [float64], 17 passed, 1 failed, a part",
        "1 newly failing: softmax/zero",
        "1 tested no more: softmax/tall",
        f"1 nearer to the budget: softmax/generic ({near:.2g} to 0.9 of it)",
    ]
    assert back[2:] == [
        "1 fixed: softmax/zero",
        "1 newly tested: softmax/tall",
        f"1 farther from the budget: softmax/generic (0.9 to {near:.2g} of it)",
    ]
    assert same[2:] == ["nothing has changed"]


def test_a_case_that_fails_by_another_size_fails_otherwise(here: Path) -> None:
    for name, change in (("one.py", "+ 1"), ("two.py", "+ 2")):
        text = f"from rnnspec.reference import softmax as right\n\ndef softmax(x):\n    return right(x) {change}\n"
        (here / name).write_text(text)
        run("check", name, "--case", "softmax/generic", "--no-explain", "--json", f"{name}.json")

    again = run("compare", "one.py.json", "one.py.json", "--fail-on", "otherwise")
    other = run("compare", "one.py.json", "two.py.json", "--fail-on", "otherwise")

    assert (again.exit_code, again.stdout.splitlines()[2:]) == (0, ["nothing has changed"])
    assert (other.exit_code, other.stdout.splitlines()[2:]) == (1, ["1 failing otherwise: softmax/generic"])


def test_a_comparison_says_where_two_reports_rest_on_different_things(here: Path) -> None:
    data = json.loads((here / "reference.json").read_text())
    data["goldens"], data["candidate"]["name"] = "0" * 32, "another\u009b31m"
    (here / "other.json").write_text(json.dumps(data))

    result = run("compare", "reference.json", "other.json")

    assert result.exit_code == 0
    assert "of different goldens: a case may have changed, not the candidate" in result.stdout
    assert "another\\x9b31m [float64]" in result.stdout


def test_a_comparison_as_data(here: Path, worse: Path) -> None:
    result = run("compare", "reference.json", "worse.json", "--json", "-", "--fail-on", "new")

    found = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (found["newly_failing"], found["gone"], found["fixed"]) == (["softmax/zero"], ["softmax/tall"], [])
    assert found["nearer"][0]["id"] == "softmax/generic"


def test_many_changes_are_counted_and_some_are_named(here: Path) -> None:
    result = run("compare", "reference.json", "notebook.json", "--fail-on", "new")

    whole = result.stdout.replace("\n      ", " ")
    (line,) = [line for line in whole.splitlines() if "newly failing" in line]
    count = int(line.split()[0])
    assert result.exit_code == 1
    assert count == 27
    assert line.endswith(f" and {count - 8} more")
    assert len(line.split(", ")) == 8


def test_lines_are_folded_at_80_columns(here: Path) -> None:
    said = run("compare", "notebook.json", "reference.json").stdout

    assert [line for line in said.splitlines() if len(line) > 80] == []
    assert len(said.splitlines()) > 4
    assert "1 newly tested: softmax/property/every-bit" in said  # which is not asked of what is wrong


def test_a_number_that_moved_less_than_it_shows_is_told_apart(here: Path) -> None:
    data = json.loads((here / "reference.json").read_text())
    cases = {case["id"]: case for case in data["cases"]}
    cases["softmax/generic"]["outputs"]["p"]["worst"] = 0.0271
    (here / "one.json").write_text(json.dumps(data))
    cases["softmax/generic"]["outputs"]["p"]["worst"] = 0.02714
    (here / "two.json").write_text(json.dumps(data))

    said = run("compare", "one.json", "two.json").stdout

    assert "softmax/generic (0.0271 to 0.02714 of it)" in " ".join(said.split())
