"""The folder that is copied: a report that is written to it, or a log of another program, is not what a build writes there."""

import shutil
import subprocess
from pathlib import Path

import pytest
import rnnspec
from rnnspec.conformance.rebuild import copying
from rnnspec.conformance.rebuild.choice import Rebuild
from rnnspec.conformance.rebuild.copying import stamps, written

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
CC = "cc -O0 lstm.c -lm -o lstm"


def wrong(folder: Path) -> None:
    """The example in C with a mistake, built."""
    if not shutil.which("cc"):
        pytest.skip("cc is not installed")
    shutil.copytree(EXAMPLES / "c_only", folder, dirs_exist_ok=True)
    layer = (folder / "layer.h").read_text()
    (folder / "layer.h").write_text(layer.replace("dc[k] = d * f;", "dc[k] += d * f;"))
    subprocess.run(CC.split(), check=True)


def test_a_text_that_grows_meanwhile_is_not_what_the_build_writes(folder: Path) -> None:
    wrong(folder)
    (folder / "out.txt").write_text("checking: 1 of 2\n")
    build = f"sh -c '{CC} && echo more >> {folder}/out.txt'"

    report = rnnspec.check(["./lstm"], cases=["lstm_backward"], explain_seconds=0, rebuild=Rebuild(["layer.h"], build))

    (repaired,) = (one.difference for one in report.explanations)
    assert ("dc[k] += d * f;" in repaired[0], "dc[k] = d * f;" in repaired[1]) == (True, True)
    assert (folder / "out.txt").read_text().startswith("checking: 1 of 2\nmore\n")


@pytest.mark.parametrize(
    ("name", "before", "now", "is_written"),
    [
        ("out.txt", b"one", b"one, two", False),
        ("lstm", b"\0one", b"\0one, two", True),
        ("lstm.d", b"one, two", b"one", True),
        ("lstm.d", None, b"one", True),
    ],
)
def test_what_a_build_writes_to_the_folder_is_seen(
    folder: Path, name: str, before: bytes | None, now: bytes, is_written: bool
) -> None:
    if before is not None:
        (folder / name).write_bytes(before)
    known = stamps(folder)
    (folder / name).write_bytes(now)

    assert written(folder, known) == [name] * is_written


def test_a_folder_that_is_too_large_is_not_copied(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong(folder)
    monkeypatch.setattr(copying, "LARGEST", 1000)

    report = rnnspec.check(["./lstm"], cases=["lstm_backward"], explain_seconds=0, rebuild=Rebuild(["layer.h"], CC))

    assert "run this from the program's own" in " ".join(report.record.notes)
