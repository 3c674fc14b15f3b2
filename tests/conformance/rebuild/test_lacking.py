"""Of an answer that lacks an output that is suspected with which it has all."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from planted.rebuilding import tried
from rnnspec.conformance.rebuild.suspecting import suspects
from rnnspec.conformance.rebuild.trying import Trying

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "node" / "lstm.mjs"
MADE = "outputs: mapped(OPERATIONS[operation](mapped(inputs, unpack), mapped(parameters, unpack)), pack)"
CASE = "lstm_forward/batch-of-one"


@pytest.fixture
def lacking(folder: Path) -> Iterator[Trying]:
    """A layer in JavaScript that leaves out what it was to return for a number that it has."""
    if not shutil.which("node"):
        pytest.skip("Node is not installed")
    text = EXAMPLE.read_text()
    assert text.count(MADE) == 1
    leaving = "function without(outputs) {\n  const left = 0;\n  if (left < 1) {\n    delete outputs.a;\n  }\n  return outputs;\n}\n"
    text = text.replace(MADE, MADE.replace("mapped(OPER", "without(mapped(OPER").replace(", pack)", ", pack))"))
    (folder / "lstm.mjs").write_text(f"{leaving}{text}")
    yield from tried("lstm.mjs", None, "node", "lstm.mjs")


def test_what_makes_an_answer_whole_is_suspected_for_all_of_it(lacking: Trying) -> None:
    (text,) = lacking.texts.values()

    known = suspects(lacking, CASE, [])

    told = {text.whole[slot.start : slot.end]: one.outputs for (_, slot), one in known.items() if one.outputs}
    assert lacking.answers(CASE)
    assert not lacking.outputs(CASE)
    assert told["0"] == told["const left = 0"] == {"a", "y", "c"}
    assert not [value for value in told if "tanh" in value]
