"""In a program that cannot begin anew a change meets what others have left in memory: that is noticed, and what was tried meanwhile is tried once more."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from planted.rebuilding import tried_in_node
from rnnspec.conformance.rebuild.changes.change import Change
from rnnspec.conformance.rebuild.remembering import OFTEN, Remembering
from rnnspec.conformance.rebuild.trying import Trying

RIGHT, WRONG = "const d = dc[k] + da[k] * o[k]", "const d = ONE[0] * dc[k] - da[k] * o[k]"
FAILING, PASSING = ["lstm_backward/batch-of-one"], ["lstm_forward/batch-of-one"]
LEAVING = "(ONE[0] = 2)"  # what is read by all that follows


@pytest.fixture
def trying(folder: Path) -> Iterator[Trying]:
    """A layer in JavaScript that is wrong in one place, with a table that all calls read."""
    yield from tried_in_node(folder, RIGHT, WRONG, "const ONE = [1];\n")


def _put(trying: Trying, new: str) -> tuple[Path, Change]:
    (path,) = trying.texts
    start = trying.texts[path].whole.index(WRONG) + len("const d = ")
    end = start + len(WRONG) - len("const d = ")
    return path, Change(start, end, new, 0.0)


@pytest.mark.parametrize("before", [0, 1, OFTEN - 2, OFTEN + 3])
def test_a_change_is_not_held_against_what_another_has_done(trying: Trying, before: int) -> None:
    nothing = [_put(trying, f"{n} * da[k]") for n in range(before)]
    leaving, meant = _put(trying, f"{LEAVING} * da[k]"), _put(trying, "ONE[0] * dc[k] + da[k] * o[k]")
    changes = dict(enumerate((*nothing, leaving, meant), 1))
    assert trying.built(changes) == {*changes}
    ids = [*FAILING, *PASSING]

    assert not any(trying.repairs(number, ids) for number in changes)  # the last one meets what that before it left
    trying.begin_again()

    assert Remembering(trying, FAILING, PASSING).first([*changes], ids) == len(changes)


def test_what_repairs_nothing_is_told(trying: Trying) -> None:
    changes = {1: _put(trying, f"{LEAVING} * da[k]"), 2: _put(trying, "da[k]")}
    assert trying.built(changes) == {*changes}

    assert Remembering(trying, FAILING, PASSING).first([*changes], [*FAILING, *PASSING]) is None
