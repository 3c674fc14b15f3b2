"""How mistakes are told: in 80 columns, the most telling first, and none hides another."""

from pathlib import Path

import pytest
from planted.mistaken import CELL, HEAD, RNN, Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


OVERALL = "import numpy as np\n\ndef softmax(z):\n    return np.exp(z) / np.exp(z).sum()\n"
LOOSE = OVERALL + RNN + CELL


def test_lines_of_a_pipe_are_whole_in_80_columns_and_end_in_no_space(project: Project) -> None:
    said = project.check(LOOSE, "--verbose")
    lines = said.out.splitlines()
    assert [line for line in lines if line != line.rstrip()] == []
    assert [line for line in lines if len(line) > 80 and "reproduce: " not in line] == []
    assert "worst at" in said.out


def test_what_is_long_and_has_no_spaces_is_not_cut(project: Project) -> None:
    said = project.check(f"def sigmoid(x):\n    raise ValueError('{'x' * 150}')\n", "--case", "sigmoid/generic")
    assert "x" * 150 in said.out


def test_the_place_of_what_a_library_raises_is_in_the_file_that_calls_it(project: Project) -> None:
    said = project.check(
        "import numpy as np\n\ndef softmax(z):\n    return np.einsum('ij', z, z)\n", "--case", "softmax"
    )
    assert "(mine.py, line 4)" in said.flat
    assert "einsumfunc.py" not in said.flat


def test_what_an_operation_rests_on_that_was_not_run_is_told_where_nothing_explains_it(project: Project) -> None:
    text = (
        "import numpy as np\nfrom rnnspec.reference import FUNCTIONS\n\nrnn_cell_forward = FUNCTIONS['rnn_cell_forward']\n\n"
        "def rnn_forward(x, a0, parameters):\n    x = x + 0.1 * np.cos(60 * x[::-1])\n"
        "    a, y, cache = FUNCTIONS['rnn_forward'](x, a0, parameters)\n"
        "    return a * (1 + 0.1 * np.sin(70 * a[::-1])), y, cache\n"
    )
    told = "what is wrong in rnn_forward may have a name with rnn_cell_forward, on which it rests: add --case rnn_cell_forward"
    assert told in project.check(text, "--case", "rnn_forward").flat
    assert told not in project.check(text, "--case", "rnn_forward", "--case", "rnn_cell_forward").flat


def test_the_first_failure_is_the_smallest_case_of_what_others_rest_on(project: Project) -> None:
    said = project.check(LOOSE)
    first = said.out.splitlines()[0]
    assert first.startswith("softmax/one-row: p is outside its budget")
    heads = [line.partition(":")[0] for line in said.out.splitlines() if line.startswith(("softmax/", "rnn_"))]
    assert heads[:3] == ["softmax/one-row", "rnn_cell_forward/zero-state", "rnn_forward/levels-one-step-wide"]


def test_the_last_lines_say_where_to_begin(project: Project) -> None:
    said = project.check(LOOSE)
    assert "begin with softmax/one-row: `softmax-over-everything`" in " ".join(said.out.splitlines()[-3:])


def test_properties_that_fail_are_counted_apart(project: Project) -> None:
    said = project.check(OVERALL)
    assert (
        "explained by `softmax-over-everything`: 10 of 10 failing and 1 of 1 passing cases match within budget"
        in said.flat
    )
    assert "not tried on 2 properties that fail" in said.flat


BATCH_FIRST = "return np.stack(states, axis=2).transpose(1, 2, 0), np.stack(heads, axis=2).transpose(1, 2, 0), None"
AXES = RNN.replace("return np.stack(states, axis=2), np.stack(heads, axis=2), None", BATCH_FIRST)


def test_a_missing_keepdims_is_told_and_hides_nothing(project: Project) -> None:
    flat = HEAD + CELL.replace(", keepdims=True", "")
    one, two = project.check(flat), project.check(flat.replace("(1 - a**2)", "(1 - a)"))

    assert (one.code, two.code) == (1, 1)
    assert "want (4, 1) (n_a 1): the same elements, without the last axis; the values are right" in one.flat
    assert "explained by" not in one.flat
    assert "no known deviation" not in one.flat
    assert "without the last axis; the values are wrong: dba is outside its budget" in two.flat
    assert "the values are explained by `tanh-derivative-not-squared`" in two.flat


def test_axes_in_another_order_are_told_and_a_second_mistake_is_named_beside(project: Project) -> None:
    assert "transpose" in AXES
    one, two = project.check(HEAD + AXES), project.check(OVERALL + AXES, "--case", "rnn_forward")

    assert (one.code, two.code) == (1, 1)
    assert "a is (m, T_x, n_a), want (n_a, m, T_x): the axes are in another order;" in one.flat
    assert "in the contract's, the values are right" in one.flat
    assert "explained by" not in one.flat
    assert "y_pred is (m, T_x, n_y), want (n_y, m, T_x): the axes are in another order;" in two.flat
    assert "in the contract's, the values are wrong: y_pred is outside its budget" in two.flat
    assert "the values are explained by `softmax-over-everything`" in two.flat


def test_an_order_of_axes_that_is_known_keeps_its_name(project: Project) -> None:
    swapped = RNN.replace(
        "np.stack(states, axis=2), np.stack(heads, axis=2)", "np.stack(states, 1), np.stack(heads, 1)"
    )
    said = project.check(HEAD + swapped)
    assert "follows another convention, `output-axes-transposed`" in said.flat


def test_a_forgotten_cache_is_told_and_its_backward_is_not_judged_apart(project: Project) -> None:
    said = project.check(HEAD + CELL.replace(", (xt, a_prev, a, p)\n", "\n"))
    assert said.code == 1
    assert said.flat.count("returned 2 values, want 3 (a_next, yt_pred, cache)") == 2  # and where to begin
    assert "rnn_cell_backward: 21 fail by rnn_cell_forward, as told above" in said.flat


def test_steps_that_are_not_stacked_are_a_list(project: Project) -> None:
    said = project.check(HEAD + RNN.replace("np.stack(states, axis=2)", "states"), "--case", "rnn_forward/generic")
    assert "a is a list, want an array (5, 7, 4)" in said.flat


def test_gates_in_another_order_are_named(project: Project) -> None:
    fused = (Path(__file__).parents[2] / "examples" / "fused_lstm.py").read_text()
    swapped = fused.replace("f, i, o = np.split(", "i, f, o = np.split(")
    assert swapped != fused
    said = project.check(swapped, "--case", "lstm_forward")
    assert "`gate-if-swapped`" in said.flat


def test_a_wrong_candidate_ends_with_1(project: Project) -> None:
    said = project.run("check", "notebook")

    assert said.code == 1
    assert "explained by `sigmoid-summed` with `softmax-over-everything` with `c-aliases-a`" in said.flat
    assert "notebook is not conformant [float64]: " in said.flat


def test_a_file_that_holds_a_candidate_says_its_name(project: Project) -> None:
    text = "import numpy as np\nfrom rnnspec.adapt import numpy_function\n\n\ndef sequence(x, h, Wx, Wh, b):\n    every = []\n"
    text += "    for xt in x:\n        h = np.tanh(Wx @ xt + Wh @ h + b[:, None])\n        every.append(h)\n"
    text += "    return np.stack(every), h\n\n\nlayer = numpy_function(sequence, like='rnn', layout='tfb', state='fb',"
    text += " takes='x, h, Wx, Wh, b', returns='y, h', weights={'Wx': 'Wx', 'Wh': 'Wh', 'b': 'b'})\n"

    said = project.check(text)

    assert said.code == 5
    assert "a candidate is given by its name: rnnspec check mine.py:layer" in said.flat
    assert project.run("check", "mine.py:layer").code == 0
