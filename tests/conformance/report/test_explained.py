"""An explanation that several operations share is told once in a report, with what it explains and what it leaves."""

from functools import cache

from rnnspec.conformance import Report, check
from rnnspec.conformance.report.explained import around, explained
from rnnspec.conformance.report.reasons import Explanation
from rnnspec.conformance.report.wording import failures

STORY = "exp(x) / sum(exp(x)) with the sum over classes and examples"
CASES = ("sigmoid", "softmax", "rnn_cell_forward")


@cache
def of_notebook() -> Report:
    return check("notebook", cases=CASES)


def flat(text: str) -> str:
    return " ".join(text.split())


def test_what_is_told_already_is_the_same_of_the_next_operation() -> None:
    texts = {text.partition("/")[0]: flat(text) for text in failures(of_notebook())}

    assert STORY in texts["softmax"]
    assert "explained by `softmax-over-everything`, as softmax: 9 of 9 failing" in texts["rnn_cell_forward"]
    assert STORY not in texts["rnn_cell_forward"]


def test_it_is_told_with_what_it_explains_and_what_it_leaves() -> None:
    (text,) = (flat(text) for text in failures(of_notebook()) if text.startswith("softmax/"))

    assert "it explains rnn_cell_forward, too; with reasons of their own: sigmoid" in text


def test_what_nothing_explains_is_told_to_be_left() -> None:
    found = of_notebook().explanations
    reasons = {one.operation: one for one in found if one.operation != "sigmoid"}
    telling = [one.operation for one in found]

    told = around("softmax", [], reasons["softmax"], telling, reasons)

    assert (told.too, told.apart, told.left) == (("rnn_cell_forward",), (), ("sigmoid",))
    assert "it explains rnn_cell_forward, too; left: sigmoid" in flat("\n".join(explained(reasons["softmax"], told)))


def test_where_all_that_fails_has_one_cause_that_is_said() -> None:
    (text, _) = map(flat, failures(check("notebook", cases=CASES[1:])))

    assert "it explains rnn_cell_forward, too, and so every operation that fails" in text


def test_each_in_full_is_in_full() -> None:
    told = failures(of_notebook(), verbose=True)
    counted = [e for e in of_notebook().explanations if isinstance(e, Explanation) and "softmax" in e.deviations[0]]

    assert sum(STORY in flat(text) for text in told) == sum(len(e.cases) for e in counted)
