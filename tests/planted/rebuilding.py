"""A program whose source is looked at, built where one is, and what it answers."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from rnnspec.conformance.candidate import Raised
from rnnspec.conformance.rebuild.text import Text
from rnnspec.conformance.rebuild.trying import Trying
from rnnspec.conformance.rebuild.workshop import Workshop
from rnnspec.golden import FOLDER


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


def asked(trying: Trying) -> str:
    """The error that it answers with."""
    with pytest.raises(Raised) as said:
        trying._workshop.candidate().peer.ask({"command": "run", "id": os.urandom(6).hex()}, "it")
    return str(said.value)
