"""What cannot be built or looked for is told before the run."""

import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rnnspec.conformance.choices import BadChoice
from rnnspec.conformance.rebuild.choice import Rebuild
from rnnspec.tools import main

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"


def asked(*words: str) -> Result:
    return CliRunner().invoke(main, ["check", *words], catch_exceptions=False)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--build", "make", "--", "./lstm"), "--build and --source-seconds go with --source"),
        (("--source", "notes.txt", "--", "./lstm"), "notes.txt is of no language that is known here"),
        (
            ("--source", "lstm.c", "--build", "make", "reference"),
            "a Python candidate's own files are looked at without",
        ),
        (("--source", "none.c", "--", "./lstm"), "does not exist"),
        (("--source", "lstm.c", "--build", "cc 'lstm.c", "--", "./lstm"), "No closing quotation"),
        (("--source", "lstm.c", "--source-seconds", "0", "--", "./lstm"), "0"),
        (("--source", "lstm.c", "--", "./lstm"), "say by which command the program is built of lstm.c"),
        (("--source", "lstm.c", "--build", "", "--", "./lstm"), "say by which command the program is built of lstm.c"),
    ],
)
def test_what_cannot_be_is_told_before_the_run(folder: Path, words: tuple[str, ...], why: str) -> None:
    for name in ("lstm.c", "notes.txt", "lstm", "../other.c"):
        (folder / name).touch()

    done = asked(*words)

    assert (done.exit_code, why in " ".join(done.output.replace("│", " ").split())) == (2, True)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (
            ("--source", "lstm.c", "--build", "make", "--at", "n_a=8", "--case", "lstm_forward", "--", "./lstm"),
            "leave it out at a size",
        ),
        (("--source", "lstm.c", "--build", "make", "--", "../lstm"), "names no file in the current folder"),
        (("--source", "../other.c", "--build", "make", "--", "./lstm"), "does not lie in the current folder"),
    ],
)
def test_what_cannot_be_built_here_is_told_before_the_run(folder: Path, words: tuple[str, ...], why: str) -> None:
    if not shutil.which("cc"):
        pytest.skip("cc is not installed")
    shutil.copytree(EXAMPLES / "c_only", folder, dirs_exist_ok=True)
    subprocess.run(["cc", "-O0", "lstm.c", "-lm", "-o", "lstm"], check=True)
    shutil.copy("lstm", "../lstm")
    (folder / "../other.c").touch()

    done = asked(*words)

    assert (done.exit_code, why in " ".join(done.output.split())) == (2, True)


def test_a_rebuild_needs_a_source() -> None:
    with pytest.raises(BadChoice, match="name a file of which the program is built"):
        Rebuild([])
