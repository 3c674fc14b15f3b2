"""Where no change repairs a program it is said how many were tried, and that time was up where it was."""

import re
from pathlib import Path

import pytest
import rnnspec
from planted.rebuilding import IN_C, in_two_files
from rnnspec.conformance.rebuild.changes.every import changes
from rnnspec.conformance.rebuild.changes.source import Source
from rnnspec.conformance.rebuild.choice import Rebuild
from rnnspec.conformance.rebuild.text import Text

NONE = "--source: no one change of %s repairs all that has no explanation: "


@pytest.fixture
def in_another_file(folder: Path) -> None:
    """Two mistakes at once in layer.h, and a function that has none in part.h."""
    in_two_files(folder, "x + 0", ("dc[k] = d * f;", "dc[k] = part(d * f) * 0.75 + 0.125;"))


def said(source: str, seconds: float) -> str:
    rebuild = Rebuild([source], IN_C, seconds=seconds)
    report = rnnspec.check(["./lstm"], cases=["lstm_backward"], explain_seconds=0, rebuild=rebuild)
    assert not report.explanations
    (note,) = (note for note in report.record.notes if note.startswith(NONE % source))
    return note.removeprefix(NONE % source)


@pytest.mark.usefixtures("in_another_file")
def test_that_all_were_tried() -> None:
    found = re.fullmatch(r"all (\d+) that can be built were tried", said("part.h", 60))

    source = Source(Text(Path("part.h")))
    made = [one for row in source.text.rows if row.is_inside for one in changes(source, row)]
    assert found
    assert 1 < int(found[1]) <= len(made)


@pytest.mark.usefixtures("in_another_file")
def test_that_time_was_up() -> None:
    found = re.fullmatch(
        r"(\d+) of (\d+) were tried when time was up: more of --source-seconds may find one", said("layer.h", 5)
    )

    assert found
    assert int(found[1]) < int(found[2])
