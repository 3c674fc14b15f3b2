"""An export beside others, and beside what a person puts there: whole or absent, and nobody else's file is touched."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from rnnspec.conformance.remote import files

CASES = ("sigmoid/generic", "sigmoid/zero", "softmax/generic", "softmax/tall")
TOGETHER, ROUNDS = 4, 5


def found(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("existing", [False, True], ids=["a new folder", "an empty folder"])
def test_of_exports_at_once_into_one_folder_one_is_whole(existing: bool, tmp_path: Path) -> None:
    files.export(tmp_path / "alone", "float64", CASES)
    gate = Barrier(TOGETHER)

    def export(folder: Path) -> str:
        gate.wait()
        try:
            return f"{len(files.export(folder, 'float64', CASES))} cases"
        except files.BadExport as error:
            return str(error)

    for n in range(ROUNDS):
        folder = tmp_path / str(n)
        if existing:
            folder.mkdir()
        with ThreadPoolExecutor(TOGETHER) as pool:
            said = list(pool.map(export, [folder] * TOGETHER))

        assert sorted(words.startswith(str(folder)) for words in said) == [False, True, True, True], said
        assert found(folder) == found(tmp_path / "alone")


@pytest.mark.parametrize("name", ["notes.txt", "sigmoid/notes.txt", "sigmoid/generic/results/s.npy"])
def test_what_somebody_puts_there_meanwhile_stays(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "made" / "here"

    def interrupted(done: int, of_all: int) -> None:
        (folder / name).write_text("mine")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        files.export(folder, "float64", CASES, progress=interrupted)

    assert found(folder) == {name}
    assert (folder / name).read_text() == "mine"


def test_a_file_in_the_way_is_not_written_over(tmp_path: Path) -> None:
    in_the_way = tmp_path / "here" / "sigmoid" / "zero" / "case.json"

    def putting(done: int, of_all: int) -> None:
        if done == 1:
            in_the_way.parent.mkdir()
            in_the_way.write_text("mine")

    with pytest.raises(files.BadExport, match=r"case\.json: cannot be written: File exists"):
        files.export(tmp_path / "here", "float64", CASES, progress=putting)

    assert found(tmp_path / "here") == {"sigmoid/zero/case.json"}
    assert in_the_way.read_text() == "mine"


def test_a_folder_that_is_being_written_says_so(tmp_path: Path) -> None:
    said = []

    def again(done: int, of_all: int) -> None:
        if done == 1:
            with pytest.raises(files.BadExport) as refused:
                files.export(tmp_path / "here", "float64", CASES)
            said.append(str(refused.value))

    files.export(tmp_path / "here", "float64", CASES, progress=again)

    assert said == [
        f"{tmp_path / 'here'}: another export writes there, or was killed: take another folder, or remove this one"
    ]
