"""Mistakes of a layer whose reversed runs have each example reversed: in its masks, in what goes through the head, in sums over its own steps."""

from pathlib import Path
from typing import Any

import pytest
from planted.ample import AMPLE
from planted.judging import loaded, ran
from rnnspec.conformance.explanation.naming import explain

TEXT = (Path(__file__).parents[2] / "writings" / "each_reversed.py").read_text(encoding="utf-8")
OPERATIONS = ("rnn_cell_forward", "rnn_cell_backward", "rnn_forward", "rnn_backward")
# a text, what somebody wrote there, and words of its edit
MISTAKES = {
    "a gradient lost in the padding": (
        "d = np.where(live[t], before, d)",
        "d = before",
        "+the gradients into the last states added at t = T_x - 1",
    ),
    "a softmax over the examples": (
        '(s["y"] * dys[t]).sum(axis=0))',
        '(s["y"] * dys[t]).sum())',
        ".sum() of everything",
    ),
    "predictions less targets": (
        'dl = s["y"] * (dys[t] - (s["y"] * dys[t]).sum(axis=0))',
        'dl = s["y"] - dys[t]',
        "+y - dy for the gradient into the logits, dy and the states beyond the lengths, too, there what the step gives",
    ),
    "a factor outside of a sum": (
        '(dys[t] - (s["y"] * dys[t]).sum(axis=0))',
        '(dys[t] - s["y"] * dys[t].sum(axis=0))',
        "+y * dy - y * y * dy.sum(axis=0) for the gradient into the logits, dy beyond the lengths, too",
    ),
    "a matrix without the softmax": (
        '"dWya": dl @',
        '"dWya": dys[t] @',
        "+the gradient into the head's matrix of all dy and states, without the softmax, beyond the lengths what the step gives",
    ),
    "gradients that are overwritten": (
        "total[name] = total[name] + one if name in total else one",
        "total[name] = one",
        "+gradients into parameters, the head's too, are those of the first step",
    ),
    "all of a gradient turned": (
        "(turned(dx, n) if reverse else dx)",
        "(dx[::-1] if reverse else dx)",
        "+gradients into inputs are counted from the end of the padding, in reversed runs",
    ),
    "a backward that is cut": (
        "d = np.where(live[t], before, d)",
        "d = np.where(live[t], before, d) * (t % 3 != 0 or t == 0)",
        "+gradients from behind are 0 where t is a multiple of 3, but at t = 0",
    ),
    "a mask of one step more, of predictions alone": (
        'np.where(live[t], s[name], 0) for t, s in enumerate(tape)]) for name in ("after", "y")]',
        'np.where(t < n + (name == "y"), s[name], 0) for t, s in enumerate(tape)]) for name in ("after", "y")]',
        "+the predictions' mask of t - 1",
    ),
}


@pytest.mark.drawn("id", MISTAKES)
def test_what_is_mistaken_beside_turned_examples_is_told(id: str) -> None:
    old, new, words = MISTAKES[id]
    assert TEXT.count(old) == 1

    explanations, _ = explain(outcomes := run(TEXT.replace(old, new)), "float64", loaded, AMPLE)

    assert {e.operation for e in explanations} == {o.operation for o in outcomes if o.failed}
    assert [words for e in explanations if words not in "\n".join(e.difference)] == []


def test_it_is_right() -> None:
    assert [outcome.id for outcome in run(TEXT) if outcome.failed] == []


def run(text: str) -> list[Any]:
    functions: dict[str, Any] = {"__name__": "each_reversed"}
    exec(compile(text, "each_reversed.py", "exec"), functions)
    own = {name: functions[name] for name in OPERATIONS}
    return [outcome for name in own for outcome in ran(own, name)]
