"""Where nothing names a mistake, and no change of the source repairs it, the lines are told on which just that rests that is wrong."""

import json
from pathlib import Path

import numpy as np
import pytest
from planted.ample import AMPLE
from rnnspec.conformance import check
from rnnspec.conformance.candidate import Origin
from rnnspec.conformance.remote.encoding import Malformed
from rnnspec.conformance.repair.accusing import Accusing, Line, Value
from rnnspec.conformance.repair.asking import Job, _meant
from rnnspec.conformance.repair.overlapping import overlap, wrong_in
from rnnspec.golden import load

CASES = ["rnn_cell_backward"]
CELL = """import numpy as np

def rnn_cell_forward(xt, a_prev, p):
    a = np.tanh(p["Wax"] @ xt + p["Waa"] @ a_prev + p["ba"])
    e = np.exp(p["Wya"] @ a + p["by"])
    return a, e / e.sum(axis=0), (xt, a_prev, a, p)

def rnn_cell_backward(da_next, cache):
    xt, a_prev, a, p = cache
    dz = da_next * (1 - a**2)
    grads = {"dxt": p["Wax"].T @ dz}
    grads["da_prev"] = p["Waa"].T @ dz
    grads["dWax"] = dz @ xt.T
    grads["dWaa"] = dz @ a_prev.T
    grads["dba"] = dz.sum(axis=1, keepdims=True)
    return grads
"""
RIGHT = 'grads["dba"] = dz.sum(axis=1, keepdims=True)'
COMPOUND = 'grads["dba"] = np.sin(3 * dz).sum(axis=1, keepdims=True) ** 3 * 1.7'


def lines(folder: Path, before: str, after: str) -> list[str]:
    assert CELL.count(before) == 1
    (folder / "layer.py").write_text(CELL.replace(before, after), encoding="utf-8")
    report = check(str(folder / "layer.py"), cases=CASES, explain_seconds=AMPLE)
    return [line for one in report.localisations for line in one.lines]


def test_the_line_of_a_mistake_that_no_change_repairs_is_told(tmp_path: Path) -> None:
    (told,) = (line for line in lines(tmp_path, RIGHT, COMPOUND) if line.startswith("in the source"))

    assert told.startswith("in the source look at layer.py:15, `np.sin(3 * dz)")
    assert "with another value there just what is wrong changes, in " in told
    assert told.endswith("a hint, not a name")


def test_what_all_outputs_rest_on_is_told_apart_from_what_some_do(tmp_path: Path) -> None:
    told = " ".join(lines(tmp_path, "da_next * (1 - a**2)", "np.sin(da_next) ** 3 * (2 - np.cos(a))"))

    assert "layer.py:10, `" in told
    assert not any(f"layer.py:{number}," in told for number in (11, 12, 13, 14, 15))


def test_what_is_repaired_is_not_accused(tmp_path: Path) -> None:
    assert lines(tmp_path, "dz @ a_prev.T", "dz @ a.T") == []


GOLDEN = "rnn_cell_backward/generic"


def accused(*moved: tuple[int, str]) -> list[int]:
    """The lines that are told where dWaa is wrong, of values with each of which one output moves."""
    want = load(GOLDEN).outputs
    gave = {**want, "dWaa": want["dWaa"] + 1}
    asking = Accusing(load, lambda _: gave, "float64", [GOLDEN], [], [])
    values = [Value(Line("x.py", n), name, lambda _, name=name: {**gave, name: gave[name] + 1}) for n, name in moved]
    return [one.line.number for one in asking.accused(values)]


def test_of_what_moves_that_is_told_with_which_what_is_wrong_does() -> None:
    assert accused((1, "dxt"), (2, "dWaa"), (3, "dba")) == [2]


def test_where_many_lines_are_as_likely_none_is_told() -> None:
    assert accused(*((n, "dWaa") for n in range(3))) == [0, 1, 2]
    assert accused(*((n, "dWaa") for n in range(4))) == []


def test_where_nothing_moves_that_is_wrong_no_line_is_told() -> None:
    assert accused((1, "dxt"), (2, "dba")) == []


def test_what_comes_to_no_number_any_more_says_nothing() -> None:
    want = load(GOLDEN).outputs
    gave = {**want, "dWaa": want["dWaa"] + 1}
    asking = Accusing(load, lambda _: gave, "float64", [GOLDEN], [], [])
    broken = {**gave, "dWaa": np.full_like(want["dWaa"], np.nan)}

    assert asking.accused([Value(Line("x.py", 1), "n", lambda _: broken)]) == []


def test_of_what_is_as_likely_that_is_told_on_which_nothing_rests_that_passes() -> None:
    want, other = load(GOLDEN).outputs, "rnn_cell_backward/tiny"
    gave = {GOLDEN: {**want, "dWaa": want["dWaa"] + 1}, other: load(other).outputs}
    asking = Accusing(load, gave.__getitem__, "float64", [GOLDEN], [other], [])

    def moving(*ids: str) -> Value:
        return Value(
            Line("x.py", len(ids)),
            "v",
            lambda id: {**gave[id], "dWaa": gave[id]["dWaa"] + 1} if id in ids else gave[id],
        )

    assert [one.line.number for one in asking.accused([moving(GOLDEN, other), moving(GOLDEN)])] == [1]


def test_of_a_last_state_and_of_whole_numbers_what_is_right_is_not_wrong() -> None:
    cells, packed = load("lstm_forward/generic"), load("pack_padded_sequence/all-shorter")
    states = {"a": cells.outputs["a"], "c_last": cells.outputs["c"][..., -1] + 1}

    assert {name: bool(mask.all()) for name, mask in wrong_in(cells, states, "float64").items()} == {
        "a": False,
        "c_last": True,
    }
    assert not any(mask.any() for mask in wrong_in(packed, packed.outputs, "float64").values())


def test_an_overlap_is_of_elements() -> None:
    half, whole = np.array([True, False]), np.array([True, True])

    assert overlap({"a": whole, "b": ~whole}, {"a": half, "b": ~whole}) == 0.5
    assert overlap({"a": whole}, {"a": whole, "b": half}) == 1.0
    assert overlap({"a": half}, {"a": ~half}) == overlap({}, {}) == 0.0


@pytest.mark.parametrize(
    "accused",
    [[7], ["x"], [{"place": "a:1", "value": "v", "share": "1", "cases": 2}], [{"place": 3}], [{}]],
    ids=json.dumps,
)
def test_what_a_mender_says_is_checked(accused: object) -> None:
    job = Job(Origin("c", "."), "float64", ".", {"rnn_cell_backward": []}, {}, {}, 1.0)

    with pytest.raises(Malformed):
        _meant({"found": {"operation": "rnn_cell_backward", "accused": accused}}, job)
    with pytest.raises(Malformed):
        _meant({"found": {"operation": "no_such", "accused": [{}]}}, job)
