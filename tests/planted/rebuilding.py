"""A program whose source is looked at, built where one is, and what it answers."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from rnnspec.conformance.candidate import Raised
from rnnspec.conformance.rebuild.text import Text
from rnnspec.conformance.rebuild.trying import Trying
from rnnspec.conformance.rebuild.workshop import Workshop
from rnnspec.golden import FOLDER

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
IN_C = "cc -O0 lstm.c -lm -o lstm"


def in_two_files(folder: Path, part: str, *changes: tuple[str, str]) -> None:
    """The example in C with a function `part` of a number in part.h, and other texts in layer.h, built."""
    if not shutil.which("cc"):
        pytest.skip("cc is not installed")
    shutil.copytree(EXAMPLES / "c_only", folder, dirs_exist_ok=True)
    (folder / "part.h").write_text(f"static double part(double x) {{\n    return {part};\n}}\n")
    include = ("lstm.c", "#define REAL double", '#include "part.h"\n#define REAL double')
    for file, before, after in (include, *(("layer.h", *change) for change in changes)):
        text = (folder / file).read_text()
        assert text.count(before) == 1
        (folder / file).write_text(text.replace(before, after))
    subprocess.run(IN_C.split(), check=True)


def tried(source: str, build: str | None, *program: str) -> Iterator[Trying]:
    if build:
        subprocess.run(build.split(), check=True)
    workshop = Workshop([*program], [Path(source)], build, 10.0, None)
    try:
        trying = Trying(workshop, {Path(source): Text(Path(source))}, "float64", FOLDER)
        trying.copied()
        yield trying
    finally:
        workshop.close()


def tried_in_node(folder: Path, before: str, after: str, ahead: str) -> Iterator[Trying]:
    """The example in JavaScript with one text in another's place, and more ahead of it all."""
    if not shutil.which("node"):
        pytest.skip("Node is not installed")
    text = (EXAMPLES / "node" / "lstm.mjs").read_text()
    assert text.count(before) == 1
    (folder / "lstm.mjs").write_text(f"{ahead}{text.replace(before, after)}")
    yield from tried("lstm.mjs", None, "node", "lstm.mjs")


def asked(trying: Trying) -> str:
    """The error that it answers with."""
    with pytest.raises(Raised) as said:
        trying._workshop.candidate().peer.ask({"command": "run", "id": os.urandom(6).hex()}, "it")
    return str(said.value)
