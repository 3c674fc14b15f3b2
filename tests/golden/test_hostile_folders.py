"""Folders of goldens that hold too little, too much or the wrong names, and goldens with bytes changed at random."""

import json
import os
import re
import shutil
from itertools import count
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from planted.hostile import CASE, command, contents, few_goldens, said
from rnnspec.golden import GoldenError, load, manifest, store
from rnnspec.golden.verify import problems
from rnnspec.tools import main


@pytest.fixture
def goldens(tmp_path: Path) -> Path:
    return few_goldens(tmp_path / "deep" / "goldens")


def test_goldens_that_are_gone_are_a_line_each(goldens: Path) -> None:
    shutil.rmtree(goldens / "lstm_forward")
    (goldens / "lstm_forward").write_text("no folder")

    found = said(goldens)

    names = [store.path_of(goldens, name) for name in (CASE, "lstm_forward/initial-cell")]
    assert [line.partition(": ")[0] for line in found.problems] == [str(name) for name in names]
    assert found.verify == (1, "", [f"Error: {line}" for line in found.problems])
    assert found.check == (2, "", [f"Error: {found.problems[0]}"])


@pytest.mark.parametrize(
    "name", ["lstm_forward/another", "another", "other/lstm_forward/generic", ".hidden/x", "a\nb\x1b[2J"]
)
def test_a_file_without_a_case_is_named(goldens: Path, name: str) -> None:
    stray = goldens / f"{name}.npz"
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.write_bytes(b"")

    found = said(goldens)

    assert len(found.problems) == 1
    assert re.search(r"goldens/.*\.npz: is not in the manifest$", found.problems[0])
    assert found.problems[0].isprintable()
    assert found.verify == (1, "", [f"Error: {found.problems[0]}"])
    assert found.check[0] == 0


@pytest.mark.parametrize("target", ["-", "report.json"])
def test_a_file_name_that_is_no_text_can_be_reported(goldens: Path, tmp_path: Path, target: str) -> None:
    (goldens / os.fsdecode(b"\xff.npz")).write_bytes(b"")
    path = tmp_path / target

    words = ["verify", "--goldens", str(goldens), "--json", target if target == "-" else str(path)]
    result = CliRunner().invoke(main, words, catch_exceptions=False)

    report = json.loads(result.stdout if target == "-" else path.read_text(encoding="utf-8"))
    assert result.exit_code == 1
    assert len(report["problems"]) == 1


def test_folders_that_link_in_a_circle_are_no_trap(goldens: Path) -> None:
    (goldens / "lstm_forward" / "again").symlink_to(goldens)

    found = said(goldens)

    assert found.problems == []
    assert (found.verify[0], found.check[0]) == (0, 0)


TRICKS = [
    "../../etc/passwd",
    "/etc/passwd",
    f"./{CASE}",
    f"{CASE}.npz",
    f"lstm_forward/../{CASE}",
    f"{CASE}\0",
    f"{CASE}\n",
]


@pytest.mark.parametrize("case_id", ["", *TRICKS])
def test_an_id_is_looked_up_and_never_opened(goldens: Path, case_id: str) -> None:
    with pytest.raises(GoldenError, match=r"manifest\.json: has no case ") as error:
        load(case_id, goldens)

    assert str(error.value).isprintable()
    assert command(goldens, "check", "reference", "--case", case_id)[0] == 2


NUMBER = count()
PLACE = st.floats(0, 1, exclude_max=True)
EDITS = st.lists(st.tuples(PLACE, st.integers(0, 8), st.binary(max_size=8)), min_size=1, max_size=4)


def edited(data: bytes, edits: list[tuple[float, int, bytes]]) -> bytes:
    """At each place so many bytes are taken out and some put in."""
    for place, out, new in edits:
        at = int(place * len(data))
        data = data[:at] + new + data[at + out :]
    return data


@pytest.fixture(scope="session")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return few_goldens(tmp_path_factory.mktemp("fuzz") / "sound")


@pytest.mark.parametrize("name", [f"{CASE}.npz", manifest.NAME])
@settings(derandomize=True, max_examples=60, deadline=None)
@given(edits=EDITS)
def test_changed_bytes_are_noticed_or_change_nothing(
    few: Path, name: str, edits: list[tuple[float, int, bytes]]
) -> None:
    folder = few.with_name(f"spoilt-{next(NUMBER)}")  # a manifest is read once: each example has its own
    shutil.copytree(few, folder)
    (folder / name).write_bytes(edited((few / name).read_bytes(), edits))

    found = list(problems(folder))
    try:
        got: object = contents(load(CASE, folder))
    except GoldenError as error:
        got = str(error)

    assert got in (contents(load(CASE, few)), *found)
    assert all(line.isprintable() and line.startswith(str(folder)) for line in found)
