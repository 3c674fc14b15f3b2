"""What the equations explain is not in the way of what they do not, where a line is asked for as well."""

from pathlib import Path

import pytest
import rnnspec
from planted.rebuilding import IN_C, in_two_files
from rnnspec.conformance.rebuild.choice import Rebuild

BOTH = ["lstm_forward", "lstm_backward"]


@pytest.mark.parametrize("line", [False, True])
def test_what_nothing_explains_is_repaired_all_the_same(folder: Path, line: bool) -> None:
    """The forward's mistake stands in layer.h, which is not looked at, and that of the backward alone in part.h, which is."""
    forward, backward = ("= g->by[r];", "= -g->by[r];"), ("dc[k] = d * f;", "dc[k] = part(d * f);")
    in_two_files(folder, "x > 0.0137 ? x : 0", forward, backward)

    report = rnnspec.check(["./lstm"], cases=BOTH, rebuild=Rebuild(["part.h"], IN_C), line=line)

    assert {one.operation: one.is_change for one in report.explanations} == {
        "lstm_forward": False,
        "lstm_backward": True,
    }
    told = [note for note in report.record.notes if note.startswith("--source")]
    assert len(told) == 1
    assert all("all that failed of lstm_forward passes" in note for note in told)
