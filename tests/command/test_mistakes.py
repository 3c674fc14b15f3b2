"""Ordinary mistakes, and what the command says of each: once, what it is and what to do."""

from pathlib import Path

import pytest
from planted.mistaken import CELL, HEAD, RNN, Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


BY_TORCH = """
import torch

def rnn_forward(x, a0, parameters):
    p = {name: torch.nn.Parameter(torch.tensor(array)) for name, array in parameters.items()}
    a, states, heads = torch.tensor(a0), [], []
    for t in range(x.shape[2]):
        a = torch.tanh(p["Wax"] @ torch.tensor(x[:, :, t]) + p["Waa"] @ a + p["ba"])
        states.append(a)
        heads.append(torch.softmax(p["Wya"] @ a + p["by"], 0))
    return torch.stack(states, 2)%s, torch.stack(heads, 2)%s, None
"""


@pytest.mark.parametrize("isolate", [(), ("--isolate",)], ids=["here", "isolated"])
def test_a_tensor_that_requires_grad_is_told_to_be_detached(project: Project, isolate: tuple[str, ...]) -> None:
    pytest.importorskip("torch")
    said = project.check(BY_TORCH % ("", ""), "--case", "rnn_forward", *isolate)
    assert said.code == 1
    assert "is a torch.Tensor that requires grad: return `.detach().cpu().numpy()`" in said.flat
    assert "torch.Size" not in said.flat
    assert said.flat.count("requires grad") <= 3


def test_a_tensor_of_another_dtype_is_told_by_that(project: Project) -> None:
    pytest.importorskip("torch")
    said = project.check(BY_TORCH % (".detach().bfloat16()", ".detach()"), "--case", "rnn_forward/generic")
    assert "a has dtype bfloat16, want float64" in said.flat


def test_a_tensor_elsewhere_is_told_to_be_fetched(project: Project) -> None:
    pytest.importorskip("torch")
    said = project.check(BY_TORCH % (".to('meta')", ".detach()"), "--case", "rnn_forward/generic")
    assert "a is a torch.Tensor on meta that requires grad: return `.detach().cpu().numpy()`" in said.flat


def test_what_gives_no_array_says_why(project: Project) -> None:
    given = "class Far:\n    def __array__(self, *_, **__):\n        raise TypeError('use .get()')\n"
    said = project.check(f"{given}def sigmoid(x):\n    return Far()\n", "--case", "sigmoid/generic")
    assert "s is a Far that gives no array (TypeError: use .get()), want an array (5, 7)" in said.flat


def test_wrong_arguments_are_said_once_with_the_right_ones(project: Project) -> None:
    said = project.check("def rnn_forward(x): pass\ndef rnn_backward(da, caches): pass\n")
    assert said.code == 1
    assert "rnn_forward is called as rnn_forward(x, a0, parameters)" in said.flat
    assert said.flat.count("takes 1 positional argument but 3 were given") == 2  # and where to begin
    assert "fail by rnn_forward, as told above" in said.flat
    assert "contract.py" not in said.flat
    assert len(said.out.splitlines()) < 25


def test_a_backward_with_wrong_arguments_is_told_its_own(project: Project) -> None:
    said = project.check(HEAD + CELL.replace("(da_next, cache)", "(da_next)"), "--case", "rnn_cell_backward")
    assert "rnn_cell_backward is called as rnn_cell_backward(da_next, cache)" in said.flat


def test_a_type_error_inside_is_none_of_the_arguments(project: Project) -> None:
    said = project.check("def sigmoid(x):\n    return len(3)\n", "--case", "sigmoid/generic")
    assert "sigmoid raised TypeError: object of type 'int' has no len() (mine.py, line 2)" in said.flat
    assert "is called as" not in said.flat


def test_a_class_that_needs_arguments_says_which(project: Project) -> None:
    project.write("class FastLSTM:\n    def __init__(self, n_x, n_a, *, bias=True): pass\n")
    said = project.run("check", "mine.py:FastLSTM")
    assert said.code == 3
    assert "FastLSTM needs n_x, n_a, and a candidate is made without arguments" in said.flat
    assert "layer = FastLSTM(…)" in said.flat
    assert "mine.py:layer" in said.flat


def test_a_typo_in_an_operations_name_gets_the_near_one(project: Project) -> None:
    nothing = project.check("def lstm_foward(x, a0, parameters): pass\n")
    assert nothing.code == 5
    assert "mine.py defines lstm_foward: did you mean lstm_forward?" in nothing.flat

    something = project.check(HEAD + "def rnn_cell_backwards(da_next, cache): pass\ndef sigmoid0(x): pass\n")
    assert something.code == 0
    assert "mine.py defines sigmoid0: did you mean sigmoid?" in something.flat
    assert "mine.py defines rnn_cell_backwards: did you mean rnn_cell_backward?" in something.flat


def test_a_name_that_is_no_typo_gets_no_hint(project: Project) -> None:
    helpers = "def _own(x): sigmoid0(x)\ndef sigmoid0(x): pass\ndef mg_forward(x): pass\ndef cell_forward(x): pass\n"
    helpers += "class Own:\n  def of(x): slstm_forwards(x)\ndef slstm_forwards(x): pass\ndef dsoftmax(x): pass\n"
    said = project.check(HEAD + f"{helpers}from os.path import join\nrnn_forwards = 3\n")
    assert (said.code, "did you mean" in said.flat) == (0, False)


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("refrence", "did you mean reference?"),
        ("mien", "did you mean mine?"),
        ("mien.py", "did you mean mine.py?"),
        ("mine:FastLSMT", "mine has no 'FastLSMT'; did you mean FastLSTM?"),
        ("mine.py:FastLSMT", "mine.py has no 'FastLSMT'; did you mean FastLSTM?"),
    ],
)
def test_a_typo_in_a_candidates_name_gets_the_near_one(project: Project, name: str, near: str) -> None:
    project.write("class FastLSTM: pass\n")
    said = project.run("check", name)
    assert said.code == 2
    assert near in said.flat


def test_a_typo_in_a_verb_gets_the_near_one(project: Project) -> None:
    said = project.run("chek", "reference")
    assert said.code == 2
    assert "No such command 'chek'" in said.flat
    assert "check" in said.flat.partition("'chek'")[2]


def test_a_weight_by_another_name_is_told_the_names_there_are(project: Project) -> None:
    said = project.check(HEAD + RNN.replace('"Wax"', '"Wxh"'), "--case", "rnn_forward")
    assert "rnn_forward raised KeyError: 'Wxh'; parameters holds Wax, Waa, Wya, ba, by (mine.py, line 10)" in said.flat
    assert "repaired by one change of the source, at mine.py:10" in said.flat
    assert """+ a = np.tanh(p['Wax'] @ x[:, :, t]""" in said.flat
    assert "begin with rnn_forward/levels-one-step-wide: `a change at mine.py:10`, to `a = np.tanh(" in said.flat


def test_an_inner_key_is_no_weight(project: Project) -> None:
    said = project.check("def sigmoid(x):\n    return {}['mode']\n", "--case", "sigmoid/generic")
    assert "parameters holds" not in said.flat


@pytest.mark.parametrize(
    ("right", "wrong", "is_told"),
    [("", "", False), ("axis=0)", "axis=-1)", True), ("dz = da_next", "dz = 2 * da_next", False)],
    ids=["right", "a helper over another axis", "a layer"],
)
def test_a_helper_of_a_layers_own_that_has_a_name_of_the_contract_is_told(
    project: Project, right: str, wrong: str, is_told: bool
) -> None:
    own = HEAD.replace(right, wrong) if right in HEAD else HEAD
    cell = CELL.replace("softmax(p", "softmax_of(p") + HEAD.partition("\n\n")[2].replace("softmax", "softmax_of")
    said = project.check(f"{own}{cell.replace(right, wrong) if right not in HEAD else cell}", "--no-explain")
    assert ("softmax: asked as the contract has it" in said.flat) == is_told
    assert ("has another name, as _softmax" in said.flat) == is_told


def test_nothing_tested_says_what_to_do(project: Project) -> None:
    said = project.check("def forward(x): return x\n\nclass FastLSTM:\n    def lstm_forward(self, x): pass\n")
    assert said.code == 5
    assert "nothing tested: mine.py offers none of the operations asked for" in said.flat
    assert "it defines FastLSTM, forward" in said.flat
    assert "a class is given by its name: rnnspec check mine.py:FastLSTM" in said.flat
    assert "`rnnspec show rnn_forward`" in said.flat
    assert "`rnnspec init`" in said.flat


def test_nothing_tested_of_what_was_asked_for_says_what_there_is(project: Project) -> None:
    said = project.check(HEAD, "--case", "lstm_forward")
    assert said.code == 5
    assert "mine.py offers softmax: leave out --case, or ask for one of these" in said.flat


def test_nothing_tested_at_a_size_is_not_told_to_leave_out_what_it_has_not(project: Project) -> None:
    said = project.check(HEAD, "--at", "n_hv=3")
    assert said.code == 5
    assert "mine.py offers softmax: ask for one of these, at a size it has" in said.flat
    assert "--case" not in said.flat


def test_nothing_tested_for_a_dtype_says_which_holds_it(project: Project) -> None:
    said = project.check(HEAD, "--case", "softmax/full-precision", "--dtype", "float32")
    assert said.code == 5
    assert "float32 cannot hold the cases asked for: --dtype float64 does" in said.flat


NARROW = HEAD.replace("e = ", "z = z.astype(np.float32); e = ")
REFUSING = HEAD.replace(
    "    e = ", "    if z.dtype != np.float32:\n        raise TypeError('want floats')\n    e = ", 1
)


@pytest.mark.parametrize("text", [NARROW, REFUSING], ids=["gives float32", "takes float32"])
def test_a_kernel_in_float32_alone_is_told_the_dtype(project: Project, text: str) -> None:
    wide, narrow = project.check(text), project.check(text, "--dtype", "float32")
    assert (wide.code, narrow.code) == (1, 0)
    assert "softmax passes in float32: where that is the dtype of the candidate, give --dtype float32" in wide.flat
    assert "passes in float32" not in narrow.flat


def test_a_case_whose_like_passes_in_float64_is_not_told_the_dtype(project: Project) -> None:
    said = project.check(HEAD.replace("e = ", "z = z / 2 if z.max() > 9 else z; e = "), "--case", "softmax/saturated")
    assert said.code == 1
    assert "passes in float32" not in said.flat


def test_what_is_wrong_in_float32_too_is_not_told_the_dtype(project: Project) -> None:
    said = project.check(NARROW.replace("axis=0", "axis=None"))
    assert said.code == 1
    assert "passes in float32" not in said.flat


def test_a_missing_list_is_noticed_before_the_run(project: Project) -> None:
    (project.folder / "ran").unlink(missing_ok=True)
    said = project.check(
        "def sigmoid(x):\n    open('ran', 'w')\n    return x\n",
        *("--known-failing", "none.json", "--write-known-failing", "other.json"),
    )
    assert said.code == 2
    assert "none.json: no such file" in said.flat
    assert not (project.folder / "ran").exists()


@pytest.mark.parametrize("option", ["--json", "--write-known-failing"])
def test_a_folder_that_is_missing_is_noticed_before_the_run(project: Project, option: str) -> None:
    said = project.check("def sigmoid(x):\n    open('ran', 'w')\n    return x\n", option, "no/such/folder.json")
    assert said.code == 2
    assert "no/such/folder.json: cannot be written" in said.flat
    assert not (project.folder / "ran").exists()


def test_known_failures_are_one_line_each(project: Project) -> None:
    wrong = HEAD.replace("e.sum(axis=0)", "e.sum()")
    project.check(wrong, "--write-known-failing", "known.json")
    known = project.check(wrong + "def sigmoid(x): return x\n", "--known-failing", "known.json")

    assert known.code == 1
    lines = [line for line in known.out.splitlines() if line.startswith("known: ")]
    assert "known: softmax/generic: p is outside its budget" in lines
    assert len(lines) == len({*lines}) > 5
    assert "reproduce: rnnspec check mine.py --case softmax" not in known.out
    assert "reproduce: rnnspec check mine.py --case sigmoid" in known.out


def test_a_baseline_says_by_how_much(project: Project) -> None:
    project.check(HEAD, "--baseline", "kept")
    said = project.check(
        HEAD + "right = softmax\ndef softmax(z): return right(z) * (1 + 2**-52)\n", "--baseline", "kept"
    )
    assert said.code == 1
    assert "moved since they were recorded, by up to 0." in said.flat
    assert "of the budget (p of softmax/" in said.flat
