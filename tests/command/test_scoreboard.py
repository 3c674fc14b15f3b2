"""`rnnspec scoreboard`: a folder of pages from stored reports, or one line that says why not."""

import gzip
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


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stored")
    check("notebook", cases=["softmax"], explain_seconds=0).save(folder / "notebook.json")
    check("reference", "float32", cases=["softmax"]).save(folder / "single.json")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_board_is_an_index_and_a_page_a_report(here: Path) -> None:
    result = run("scoreboard", "notebook.json", "single.json", "notebook.json", "-o", "new/board")

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"{Path('new/board/index.html')}: 2 reports\n"
    found = contents(here / "new/board")
    assert len(found) == 3
    for name in found:
        assert name == "index.html" or name.startswith(("reports/notebook-float64-", "reports/reference-float32-"))
    page = next(data for name, data in found.items() if "notebook" in name)
    run("report", "notebook.json", "--html", "alone.html")
    assert page == (here / "alone.html").read_bytes()


def test_a_packed_report_is_read_as_it_is_by_every_verb(here: Path) -> None:
    (here / "packed.json.gz").write_bytes(gzip.compress((here / "notebook.json").read_bytes()))

    plain, packed = run("scoreboard", "notebook.json", "-o", "one"), run("scoreboard", "packed.json.gz", "-o", "two")

    assert (plain.exit_code, packed.exit_code) == (0, 0)
    assert contents(here / "one") == contents(here / "two")
    assert run("compare", "notebook.json", "packed.json.gz").stdout.endswith("nothing has changed\n")


def test_a_board_takes_the_place_of_an_earlier_one(here: Path) -> None:
    run("scoreboard", "notebook.json", "-o", "board")
    (here / "fresh.json").write_text((here / "single.json").read_text())

    again = run("scoreboard", "notebook.json", "single.json", "-o", "board")

    assert again.exit_code == 0
    run("scoreboard", "notebook.json", "single.json", "-o", "other")
    assert contents(here / "board") == contents(here / "other")
    run("scoreboard", "single.json", "-o", "board")
    run("scoreboard", "single.json", "-o", "third")
    assert contents(here / "board") == contents(here / "third")


def test_files_that_are_no_boards_are_left_alone(here: Path) -> None:
    (here / "mine" / "reports").mkdir(parents=True)
    (here / "mine" / "reports" / "own.html").write_text("mine")

    said = run("scoreboard", "notebook.json", "-o", "mine")

    assert said.exit_code == 2
    assert "has files that are no scoreboard's; choose another folder" in said.stderr
    assert contents(here / "mine") == {"reports/own.html": b"mine"}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "Missing argument 'REPORT...'"),
        (("notebook.json",), "Missing option '-o'"),
        (("nothing.json", "-o", "x"), "nothing.json: no such file"),
        (("notebook.json", "wrong.json", "-o", "x"), "wrong.json: cannot be read as JSON"),
        (("half.json.gz", "-o", "x"), "half.json.gz: cannot be read as gzip: it has no end"),
        (("more.json.gz", "-o", "x"), "more.json.gz: cannot be read as gzip: something follows its end"),
        (("odd.json.gz", "-o", "x"), "odd.json.gz: cannot be read as gzip: "),
        (("notebook.json", "other.json", "-o", "x"), "reports of different goldens cannot stand on one board: "),
        (("notebook.json", "-o", "notebook.json"), "is a file"),
        (("notebook.json", "-o", "notebook.json/x"), "notebook.json/x: cannot be written: Not a directory"),
        (("notebook.json", "-o", "taken"), "is there, and is no scoreboard; choose another folder"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_in_one_line_and_nothing_is_written(
    here: Path, words: tuple[str, ...], says: str
) -> None:
    data = (here / "notebook.json").read_bytes()
    packed = gzip.compress(data)
    (here / "wrong.json").write_text("{")
    (here / "half.json.gz").write_bytes(packed[:-200])
    (here / "more.json.gz").write_bytes(packed + packed)
    (here / "odd.json.gz").write_bytes(packed[:50] + b"\xff" * 50 + packed[100:])
    (here / "other.json").write_text(json.dumps({**json.loads(data), "goldens": "abc"}))
    (here / "taken").mkdir()
    (here / "taken" / "index.html").write_text("<title>a page of mine</title>")
    before = contents(here)

    result = run("scoreboard", *words)

    assert result.exit_code == 2
    assert says in " ".join(result.stderr.split())
    assert "Traceback" not in result.stderr
    assert result.stdout == ""
    assert contents(here) == before


def test_a_report_that_grows_without_an_end_is_refused(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rnnspec.conformance.report.format.LARGEST", 1 << 20)
    (here / "bomb.json.gz").write_bytes(gzip.compress(b" " * (2 << 20)))

    result = run("scoreboard", "bomb.json.gz", "-o", "x")

    assert result.exit_code == 2
    assert "bomb.json.gz: cannot be read as gzip: it is larger than 1048576 bytes, once unpacked" in result.stderr
