"""A layer of Keras by its class alone, or a cell: looked at, described, checked, and the lines that are printed are a candidate."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner
from planted.looking import looked_and_pasted, verdicts
from rnnspec.conformance import check
from rnnspec.tools import main

os.environ.setdefault("KERAS_BACKEND", "torch")
pytest.importorskip("torch")
pytest.importorskip("keras")
MINE = """
from keras import layers, ops

class Cell(layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.state_size, self.output_size = [units, units], units

    def build(self, shape):
        n = self.output_size
        self.kernel = self.add_weight(shape=(shape[-1] + n, 4 * n), name="kernel")
        self.bias = self.add_weight(shape=(4 * n,), name="bias")

    def call(self, x, states):
        h, c = states
        z = ops.matmul(ops.concatenate([x, h], axis=-1), self.kernel) + self.bias
        o, g, f, i = ops.split(z, 4, axis=-1)
        c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(g)
        h = ops.sigmoid(o) * ops.tanh(c)
        return h, [h, c]

class Over(layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.over = layers.RNN(Cell(units), return_sequences=True)

    def call(self, x):
        return self.over(x)

class Reset(layers.GRU):
    def __init__(self, units, **more):
        super().__init__(units, reset_after=False, **more)

class Loop(layers.Layer):
    def __init__(self, n_x, n_a):
        super().__init__()
        self.of_x, self.of_h = layers.Dense(n_a, use_bias=False, name="of_x"), layers.Dense(n_a, name="of_h")
        self.of_x.build((None, n_x))
        self.of_h.build((None, n_a))

    def call(self, x, h):
        every = []
        for t in range(x.shape[1]):
            h = ops.tanh(self.of_x(x[:, t]) + self.of_h(h))
            every.append(h)
        return ops.stack(every, axis=1), h

class Dense(layers.Dense):
    pass

class Three(layers.Layer):
    def __init__(self, units, layers, heads):
        super().__init__()
"""
LOOKED = {
    "Cell": "lambda n_x, n_a: keras.layers.RNN(Cell(n_a), return_sequences=True, return_state=True),"
    " like='lstm', gates='ogfi', layout='btf', state='bf', takes='x, initial_state=[h, c]', returns='y, h, c'",
    "Over": "lambda n_x, n_a: Over(n_a), like='lstm', gates='ogfi', layout='btf', state='bf', takes='x', returns='y'",
    "Reset": "lambda n_x, n_a: Reset(n_a, return_sequences=True, return_state=True), like='gru', gates='zrn',"
    " layout='btf', state='bf', takes='x, initial_state=[h]', returns='y, h'",
    "Loop": "lambda n_x, n_a: Loop(n_x, n_a), like='rnn', layout='btf', state='bf', takes='x, h', returns='y, h'",
}
NOT = {
    "Dense": "weights lacks Wx with Wh or Wxh or Whx",
    "Three": "Three(3, 5) raised TypeError: Three.__init__() missing 1 required positional argument: 'heads'",
}


def file(folder: Path, text: str = MINE) -> str:
    (folder / "mine.py").write_text(text)
    return f"{folder / 'mine.py'}"


@pytest.mark.parametrize("name", LOOKED)
def test_a_layer_is_described_as_it_looks_and_passes_as_it_does_by_the_lines_that_are_printed(
    name: str, tmp_path: Path
) -> None:
    report, pasted = looked_and_pasted(f"{file(tmp_path)}:{name}", [], "float32")

    assert report.conformant
    assert report.totals["pass"] > (50 if name != "Over" else 5)  # it begins with zeros
    assert LOOKED[name] in " ".join(" ".join(report.record.notes).split())
    assert verdicts(pasted) == verdicts(report)


def test_a_bug_is_named_and_the_lines_have_it_too(tmp_path: Path) -> None:
    text = MINE.replace("ops.sigmoid(o) * ops.tanh(c)", "ops.sigmoid(o) * c")

    report, pasted = looked_and_pasted(f"{file(tmp_path, text)}:Cell", ["lstm_forward"], "float32")

    assert [e.deviations for e in report.explanations] == [("missing-tanh-on-c",)]
    assert "gates='ogfi'" in " ".join(report.record.notes)
    assert verdicts(pasted) == verdicts(report)


def test_what_is_float32_inside_is_told_the_dtype(tmp_path: Path) -> None:
    report = check(f"{file(tmp_path)}:Cell", cases=["lstm_forward/generic"])

    assert "Cell was looked at, and passes in float32 called as described here:" in report.record.notes


@pytest.mark.parametrize("name", NOT)
def test_what_tells_too_little_says_why_and_what_to_do(name: str, tmp_path: Path) -> None:
    said = CliRunner().invoke(main, ["check", f"{file(tmp_path)}:{name}"])

    assert said.exit_code == 3
    assert NOT[name] in said.stderr
    assert "rnnspec.adapt.keras_layer; `rnnspec init --for keras` writes one that is" in said.stderr
    assert len(said.stderr.splitlines()) == 1


def test_what_a_layer_of_keras_is_made_with_is_told() -> None:
    import keras
    from rnnspec.adapt import keras_layer
    from rnnspec.conformance.candidates.described.pattern import BadDescription

    with pytest.raises(BadDescription, match=r"identifier: 5; it is made with \(n_x, n_a\), here \(3, 5\)"):
        keras_layer(keras.layers.LSTM, like="lstm", weights={"Wx": "kernel.T", "Wh": "recurrent.T", "b": "bias"})
