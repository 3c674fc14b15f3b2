"""Mistakes of a layer that goes through one example after the other: what is not begun anew for each, or is another's."""

from pathlib import Path
from typing import Any

import pytest
from planted.ample import AMPLE
from planted.judging import loaded, ran
from rnnspec.conformance.explanation.naming import explain

TEXT = (Path(__file__).parents[2] / "writings" / "by_example.py").read_text(encoding="utf-8")
OPERATIONS = ("rnn_cell_forward", "rnn_cell_backward", "rnn_forward", "rnn_backward")
LAST = "d = np.zeros(len(da)) if da_last is None else da_last[:, i]\n"
FIRST = 'a = np.zeros(len(p["Waa"])) if a0 is None else a0[:, i]\n'
# a text, what somebody wrote there, words of its edit in a sequence, and in a step where that is wrong, too
MISTAKES = {
    "a state that is begun before the examples": (
        f"    for i in range(m):\n        {FIRST}",
        f"    {FIRST.replace(', i]', ', 0]')}    for i in range(m):\n        a = a if a0 is None else a0[:, i]\n",
        "+each example begins with what the one before it ends with, where none is given",
        "",
    ),
    "a gradient that is begun before the examples": (
        f"    for i in range(shape[1]):\n        {LAST}",
        f"    {LAST.replace(', i]', ', 0]')}    for i in range(shape[1]):\n        d = d if da_last is None else da_last[:, i]\n",
        "+what reaches an example from behind is what the one before it hands back, where none is given",
        "",
    ),
    "the history of the first": (
        "in reversed(histories[i]):",
        "in reversed(histories[0]):",
        "+the cache, the states and the lengths of the first example for all",
        "",
    ),
    "what is kept of the first": (
        "da_next[:, i], kept[i],",
        "da_next[:, i], kept[0],",
        "",
        "+all that is kept for the backward that of the first example",
    ),
    "a bias that is overwritten": (
        'g["dba"] += dz',
        'g["dba"] = dz',
        "+gradients into biases overwritten at each step of each example",
        "+the last of ",
    ),
    "gradients of each example anew": (
        "        d = np.zeros(len(da)) if",
        "        g = zeros(p)\n        d = np.zeros(len(da)) if",
        "+gradients into parameters are those of the last example",
        "",
    ),
}


@pytest.mark.drawn("id", MISTAKES)
def test_what_is_another_examples_is_told(id: str) -> None:
    old, new, of_sequence, of_step = MISTAKES[id]
    assert TEXT.count(old) == 1

    explanations, _ = explain(outcomes := run(TEXT.replace(old, new)), "float64", loaded, AMPLE)

    assert {e.operation for e in explanations} == {o.operation for o in outcomes if o.failed}
    told = {e.operation.partition("_")[2].startswith("cell"): "\n".join(e.difference) for e in explanations}
    assert {
        is_step: words in told[is_step] for is_step, words in ((True, of_step), (False, of_sequence)) if words
    } == dict.fromkeys(told, True)


def test_it_is_right() -> None:
    assert [outcome.id for outcome in run(TEXT) if outcome.failed] == []


def run(text: str) -> list[Any]:
    functions: dict[str, Any] = {"__name__": "by_example"}
    exec(compile(text, "by_example.py", "exec"), functions)
    own = {name: functions[name] for name in OPERATIONS}
    return [outcome for name in own for outcome in ran(own, name)]
