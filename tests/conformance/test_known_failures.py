"""Known failures are strict: what passes, what fails otherwise and what does not exist each end the run."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from rnnspec.tools import main

HEAD = "from rnnspec.reference import sigmoid, softmax as right\n\n"
WRONG = HEAD + "def softmax(x):\n    return right(x){change}\n"
RAISING = HEAD + "def softmax(x):\n    raise ValueError('no')\n"


@pytest.fixture
def candidate(tmp_path: Path) -> Callable[[str], str]:
    def write(text: str) -> str:
        path = tmp_path / "candidate.py"
        path.write_text(text)
        return str(path)

    return write


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["check", *words])


def flat(result: Result) -> str:
    """What it says, as if no line had an end."""
    return " ".join(result.output.split())


def listed(path: Path) -> Any:
    return json.loads(path.read_text())["failing"]["float64"]


@pytest.fixture
def known(tmp_path: Path, candidate: Callable[[str], str]) -> Path:
    path = tmp_path / "known.json"
    written = run(candidate(WRONG.format(change=" + 1")), "--write-known-failing", str(path))
    assert written.exit_code == 1
    return path


def test_failures_as_they_were_recorded_pass(known: Path, candidate: Callable[[str], str]) -> None:
    result = run(candidate(WRONG.format(change=" + 1")), "--known-failing", str(known))

    assert result.exit_code == 0
    assert f"all {len(listed(known))} failures are those of {known}" in flat(result)
    assert set(listed(known)["softmax/generic"]) == {"reason", "why", "budgets"}


def test_a_listed_case_that_passes_fails_the_run(known: Path, candidate: Callable[[str], str]) -> None:
    result = run(candidate(WRONG.format(change="")), "--known-failing", str(known))

    assert result.exit_code == 1
    assert "softmax/generic: passes now; take it off the list" in result.output


@pytest.mark.parametrize(
    ("text", "now"),
    [(RAISING, "error: softmax raised ValueError: no"), (WRONG.format(change="[:-1]"), "fail: p has shape")],
)
def test_a_listed_case_that_fails_otherwise_fails_the_run(
    known: Path, candidate: Callable[[str], str], text: str, now: str
) -> None:
    result = run(candidate(text), "--known-failing", str(known))

    assert result.exit_code == 1
    assert f"softmax/generic: fails for another reason: was 'fail: p is outside its budget', is '{now}" in flat(result)


def test_another_mistake_in_the_same_output_fails_the_run(known: Path, candidate: Callable[[str], str]) -> None:
    other = candidate(WRONG.format(change=" + 2"))
    far = listed(known)["softmax/generic"]["budgets"]["p"]

    result = run(other, "--known-failing", str(known))

    assert result.exit_code == 1
    assert f"softmax/generic: fails for another reason: p was off by {far:.3g} budgets, is by " in flat(result)


@pytest.mark.parametrize(("was", "now"), [(" * (1 + 1e-14)", " * 1.5"), (" * 1.5", " * (1 + 1e-14)")])
def test_what_was_nearly_right_and_is_far_off_fails_the_run(
    tmp_path: Path, candidate: Callable[[str], str], was: str, now: str
) -> None:
    path = tmp_path / "known.json"
    run(candidate(WRONG.format(change=was)), "--write-known-failing", str(path), "--no-explain")

    result = run(candidate(WRONG.format(change=now)), "--known-failing", str(path), "--no-explain")

    assert result.exit_code == 1
    assert "softmax/generic: fails for another reason: p was off by " in flat(result)
    assert "fewer than 100 budgets, or by roundings" in flat(result)


def test_how_far_roundings_of_another_format_are_off_is_not_recorded(
    tmp_path: Path, candidate: Callable[[str], str]
) -> None:
    path = tmp_path / "known.json"
    narrow = WRONG.format(change=".astype('float32').astype(x.dtype)")

    run(candidate(narrow), "--write-known-failing", str(path), "--no-explain")

    assert listed(path)["softmax/generic"]["budgets"] == {}


@pytest.mark.parametrize(("was", "now"), [(1.02, 0.98), (0.98, 1.02)])
def test_at_the_edge_of_what_is_recorded_a_little_more_or_less_is_the_same(
    tmp_path: Path, candidate: Callable[[str], str], was: float, now: float
) -> None:
    path = tmp_path / "known.json"
    off = WRONG.format(change=" * (1 + {} * 1e-3)")
    run(candidate(off.format(was)), "--write-known-failing", str(path), "--no-explain")

    result = run(candidate(off.format(now)), "--known-failing", str(path), "--no-explain")

    assert bool(listed(path)["softmax/generic"]["budgets"]) == (was > 1)
    assert result.exit_code == 0, flat(result)


def test_a_list_without_sizes_goes_by_reasons(known: Path, candidate: Callable[[str], str]) -> None:
    data = json.loads(known.read_text())
    for entry in data["failing"]["float64"].values():
        entry.pop("budgets", None)
    known.write_text(json.dumps(data))

    result = run(candidate(WRONG.format(change=" + 2")), "--known-failing", str(known))

    assert result.exit_code == 0


@pytest.mark.parametrize(
    "sizes", [[], "far", {"p": "far"}, {"p": None}, {"p": True}, {"p": float("nan")}, {"p": 10**400}]
)
def test_sizes_that_are_no_numbers_are_refused(known: Path, candidate: Callable[[str], str], sizes: Any) -> None:
    data = json.loads(known.read_text())
    data["failing"]["float64"]["softmax/generic"]["budgets"] = sizes
    known.write_text(json.dumps(data))

    result = run(candidate(WRONG.format(change=" + 1")), "--known-failing", str(known))

    assert (result.exit_code, result.exception) == (2, None) or isinstance(result.exception, SystemExit)
    assert "softmax/generic has in `budgets` something else than numbers" in flat(result)


def test_a_failure_that_is_not_listed_fails_the_run(known: Path, candidate: Callable[[str], str]) -> None:
    data = json.loads(known.read_text())
    del data["failing"]["float64"]["softmax/generic"]
    known.write_text(json.dumps(data))

    result = run(candidate(WRONG.format(change=" + 1")), "--known-failing", str(known))

    assert result.exit_code == 1
    assert "failures are those of" not in result.output


def test_a_listed_id_that_matches_nothing_fails_the_run(known: Path, candidate: Callable[[str], str]) -> None:
    data = json.loads(known.read_text())
    data["failing"]["float64"]["softmax/generous"] = {"reason": "fail: c", "why": ""}
    known.write_text(json.dumps(data))

    result = run(candidate(WRONG.format(change=" + 1")), "--known-failing", str(known))

    assert result.exit_code == 1
    assert "softmax/generous: listed, but there is no such case or property" in result.output


def test_a_listed_case_that_is_tested_no_more_fails_the_run(known: Path, candidate: Callable[[str], str]) -> None:
    result = run(candidate(HEAD), "--known-failing", str(known))

    assert result.exit_code == 1
    assert "softmax/generic: is not tested any more: not defined" in result.output


def test_a_place_in_the_code_is_no_reason(tmp_path: Path, candidate: Callable[[str], str]) -> None:
    path = tmp_path / "raising.json"
    run(candidate(RAISING), "--write-known-failing", str(path))

    result = run(candidate("\n\n" + RAISING), "--known-failing", str(path))

    assert result.exit_code == 0


def test_writing_again_keeps_what_people_wrote_and_the_other_dtypes(
    known: Path, candidate: Callable[[str], str]
) -> None:
    data = json.loads(known.read_text())
    data["failing"]["float64"]["softmax/generic"]["why"] = "off by one, issue 12"
    known.write_text(json.dumps(data))
    name = candidate(WRONG.format(change=" + 1"))

    run(name, "--write-known-failing", str(known), "--dtype", "float32")
    run(name, "--write-known-failing", str(known))

    assert listed(known)["softmax/generic"]["why"] == "off by one, issue 12"
    assert set(json.loads(known.read_text())["failing"]) == {"float64", "float32"}


def test_a_partial_run_writes_no_list_and_is_held_to_its_own_cases(
    known: Path, candidate: Callable[[str], str]
) -> None:
    name, before = candidate(WRONG.format(change=" + 1")), known.read_bytes()

    refused = run(name, "--write-known-failing", str(known), "--case", "softmax")
    partial = run(name, "--known-failing", str(known), "--case", "softmax/generic")

    assert refused.exit_code == 2
    assert "writing the known failures needs a whole run: leave out the choice of cases" in refused.output
    assert known.read_bytes() == before
    assert partial.exit_code == 0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "cannot be read as JSON"),
        ("[]", "is no object with `failing`"),
        ('{"failing": {"float64": {"softmax/generic": "x"}}}', "softmax/generic has no texts"),
        ('{"failing": {"float64": 3}}', "has no texts"),
        ("[" * 100_000, "cannot be read as JSON"),
    ],
)
def test_a_list_that_is_none_is_refused_in_one_line(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "known.json"
    path.write_text(text)

    result = run("reference", "--case", "sigmoid", "--known-failing", str(path))

    assert result.exit_code == 2
    assert str(path) in result.output
    assert says in result.output
    assert result.output.count("\n") == 1


def test_no_list_is_refused_with_what_to_do(tmp_path: Path) -> None:
    result = run("reference", "--case", "sigmoid", "--known-failing", str(tmp_path / "none.json"))

    assert result.exit_code == 2
    assert "no such file; --write-known-failing writes it" in result.output
