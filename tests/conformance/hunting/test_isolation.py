"""What ends or holds up the process of a candidate is found all the same, and made small."""

import time
from pathlib import Path

import pytest
from rnnspec.conformance.hunting.hunted import Hunted, hunt
from rnnspec.conformance.run.outcome import Ending

WRONG = """
import os, time
from rnnspec.reference import rnn_forward as right

def rnn_forward(x, a0, parameters, *, lengths=None, reverse=False):
    if x.shape[{axis}] >= {least}:
        {what}
    return right(x, a0, parameters, lengths=lengths, reverse=reverse)
"""
TIMEOUT = 2.0
LONG = 60.0


def hunted(folder: Path, axis: int, least: int, what: str) -> Hunted:
    path = folder / "wrong.py"
    path.write_text(WRONG.format(axis=axis, least=least, what=what), encoding="utf-8")
    return hunt(str(path), isolate=True, timeout=TIMEOUT, seconds=LONG, count=10, explain_seconds=0.0)


@pytest.mark.parametrize(
    ("axis", "least", "what", "ending"),
    [(2, 3, "os.abort()", Ending.CRASH), (1, 2, "time.sleep(3600)", Ending.TIMEOUT)],
    ids=["crashes at three steps", "hangs at two examples"],
)
def test_it_is_found_and_made_small(tmp_path: Path, axis: int, least: int, what: str, ending: Ending) -> None:
    begun = time.monotonic()

    (find,) = hunted(tmp_path, axis, least, what).finds

    assert find.outcome.outcome is ending
    lengths = find.problem.size.lengths
    assert lengths.pop("T_x" if axis == 2 else "m") == least  # type: ignore[attr-defined]
    assert set(lengths.values()) == {1}
    assert find.problem.size.options == ()
    assert find.problem.circumstances == ""
    assert time.monotonic() - begun < LONG


def test_over_a_pipe_no_layouts_are_drawn(tmp_path: Path) -> None:
    given = hunted(tmp_path, 0, 2, "x = x.ravel('K').reshape(x.shape)")

    assert given.judged > 0
    assert given.finds == []
