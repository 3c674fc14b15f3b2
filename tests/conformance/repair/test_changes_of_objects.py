"""What is missing of a candidate's own objects: an attribute that nothing gives them, a call, what is in a dict; and a name of which the same is reached elsewhere."""

from pathlib import Path

import pytest
from planted.changing import changes_of, made

TEXT = """
class Tape:
    def __init__(self, n):
        self.order = np.arange(n)
        self.live = np.ones(n)
        self.slots = np.zeros(n)
        self.first = np.ones(1)

    def wide(self):
        return len(self.live)


def forward(x):
    tape = Tape(len(x))
    order, live = np.arange(len(x))[::-1], x > 0
    tape.first = x
    tape.live = live
    tape.slots[0] = 1
    return tape


def backward(da, tape):
    back = da[tape.order] * tape.slots + tape.wide() + tape.first.size
    return back * tape.live * da.mean()


def run():
    tape = forward(np.ones(3))
    return backward(np.ones(3), tape)
"""


GIVEN = {"tape.order = order", "tape.order = live", "tape.order = x"}
NOT_GIVEN = {
    "tape.live = order",  # given elsewhere, where it may be another name
    "tape.slots = order",  # written into
    "tape.wide = order",  # a method
    "tape.mean = order",  # an array's
    "tape.size = order",
    "tape.arange = order",  # a module's
    "tape.order = tape",  # itself
}


def test_what_a_class_begins_with_and_nothing_else_gives_is_given(tmp_path: Path) -> None:
    assert (GIVEN | NOT_GIVEN) & put_in(tmp_path, TEXT) == GIVEN


def put_in(folder: Path, text: str) -> set[str]:
    file, several = changes_of(folder, text)
    return {made(file, one) for one in several if isinstance(one.part, list)}


def test_what_is_given_by_nothing_is(tmp_path: Path) -> None:
    text = TEXT.replace("        self.order = np.arange(n)\n", "").replace("tape.order]", "getattr(tape, 'no', [0])]")
    lines = put_in(tmp_path, text + "\n\ndef never(tape):\n    return tape.order\n")

    assert {"tape.order = order", "self.order = n"} <= lines


def test_a_name_of_which_the_same_is_reached_elsewhere_is_likelier(tmp_path: Path) -> None:
    text = TEXT.replace("da[tape.order] *", "da[tape.order] * rest(da, len(tape.live), tape) *")
    text += "\n\ndef rest(one, other, tape):\n    assert len(one) == other\n    return tape.order\n\n\ndef last(other):\n    return other.order\n"
    file, several = changes_of(tmp_path, text)
    names = (one for one in several if getattr(one.part, "id", "") in ("one", "other"))
    ranks = {made(file, one): one.rank for one in names}

    assert ranks["return other.order"] < ranks["return one.order"]


def test_a_call_that_another_function_makes_for_what_it_does_is_made(tmp_path: Path) -> None:
    calls = ("tape.wide()", "tape.live.fill(0)", "home.append(tape)", "print(tape.live)", "np.save('x', tape.live)")
    other = "\n\ndef other(tape, home):\n" + "".join(f"    {call}\n" for call in calls)
    lines = put_in(tmp_path, TEXT + other)

    # no function that ran has a home, and what is no part of the file is not called for what it does
    assert {*calls} & lines == {"tape.wide()", "tape.live.fill(0)"}


DICTS = """
def run():
    more, kept = {}, {"a": 1}
    found = {"b": 2}
    more["c"] = 3
    found["b"] = kept["a"]
    return found
"""


def test_what_is_put_into_a_dict_that_nothing_reads_is_in_another(tmp_path: Path) -> None:
    lines = put_in(tmp_path, DICTS)

    assert {line for line in lines if "update" in line} == {"found.update(more)", "kept.update(more)"}


KEYS = """
def rnn_cell_backward(da, W):
    old = da @ W.T
    found = {"dWax": da, "dWaa": da, "dba": da}
    found["dxt"] = (da @ W).copy()
    return found


def run():
    return rnn_cell_backward(np.ones((2, 2)), np.ones((2, 2)))
"""


def test_an_output_that_no_key_has_is_what_nothing_reads(tmp_path_factory: pytest.TempPathFactory) -> None:
    one, other = (tmp_path_factory.mktemp("own") for _ in range(2))
    lines = {line for line in put_in(one, KEYS) if line.startswith("found[") and "old" in line}

    assert {"found['da_prev'] = old", "found['da_prev'] = old.copy()"} <= lines
    assert {line.partition(" =")[0] for line in lines} == {"found['da_prev']"}
    assert put_in(other, KEYS.replace("return found", "return found | {'da_prev': old}")).isdisjoint(lines)
