"""Of an answer that lacks an output that is suspected with which it has all."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from planted.rebuilding import tried_in_node
from rnnspec.conformance.rebuild.suspecting import suspects
from rnnspec.conformance.rebuild.trying import Trying

MADE = "mapped(OPERATIONS[operation](mapped(inputs, unpack), mapped(parameters, unpack)), pack)"
LEAVING = """function without(outputs) {
  const left = 0;
  if (left < 1) {
    delete outputs.a;
  }
  return outputs;
}
"""
CASE = "lstm_forward/batch-of-one"


@pytest.fixture
def lacking(folder: Path) -> Iterator[Trying]:
    """A layer in JavaScript that leaves out what it was to return for a number that it has."""
    yield from tried_in_node(folder, MADE, f"without({MADE})", LEAVING)


def test_what_makes_an_answer_whole_is_suspected_for_all_of_it(lacking: Trying) -> None:
    (text,) = lacking.texts.values()

    known = suspects(lacking, CASE, [])

    told = {text.whole[slot.start : slot.end]: one.outputs for (_, slot), one in known.items() if one.outputs}
    assert lacking.answers(CASE)
    assert not lacking.outputs(CASE)
    assert told["0"] == told["const left = 0"] == {"a", "y", "c"}
    assert not [value for value in told if "tanh" in value]


@pytest.fixture
def headless(folder: Path) -> Iterator[Trying]:
    yield from tried_in_node(folder, "return { a, y, c };", "return { a, c };", "")


def test_a_program_that_gives_less_than_it_did_does_not_pass(headless: Trying) -> None:
    """So that no change repairs a wrong output by leaving it out; what was left out from the beginning may be."""
    assert headless.passes(CASE)

    headless.lacking = {"lstm_forward": ["y"]}
    assert headless.passes(CASE)

    headless.lacking = {"lstm_forward": []}
    assert not headless.passes(CASE)
