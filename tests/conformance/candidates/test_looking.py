"""A module of PyTorch by its class alone: looked at, described, checked, and the lines to paste are printed."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from planted.looking import looked_and_pasted, verdicts
from rnnspec.conformance import check
from rnnspec.tools import main

pytest.importorskip("torch")
OWN = Path(__file__).parents[3] / "examples" / "own"
PLAIN = """
import torch
from torch import nn

class Fewer(nn.Module):
    def __init__(self, n):
        super().__init__()

class Dense(nn.Module):
    def __init__(self, n_x, n_a):
        super().__init__()
        self.layer = nn.Linear(n_x, n_a)

    def forward(self, x):
        return self.layer(x)

class Tutorial(nn.Module):
    # weights of each gate, (columns, units)

    def __init__(self, n_x, n_a):
        super().__init__()
        for gate in "ifco":
            setattr(self, f"W_{gate}", nn.Parameter(torch.zeros(n_x, n_a)))
            setattr(self, f"U_{gate}", nn.Parameter(torch.zeros(n_a, n_a)))
            setattr(self, f"b_{gate}", nn.Parameter(torch.zeros(n_a)))

    def forward(self, x, state):
        every, (h, c) = [], state
        for t in range(x.shape[1]):
            z = {g: x[:, t] @ getattr(self, f"W_{g}") + h @ getattr(self, f"U_{g}") + getattr(self, f"b_{g}") for g in "ifco"}
            c = z["f"].sigmoid() * c + z["i"].sigmoid() * z["c"].tanh()
            h = z["o"].sigmoid() * c.tanh()
            every.append(h)
        return torch.stack(every, 1), (h, c)

class Stateless(nn.LSTM):
    def forward(self, x):
        return super().forward(x)[0]

class Both(nn.LSTM):
    def __init__(self, n_x, n_a):
        super().__init__(n_x, n_a, bidirectional=True)

class Wrong(nn.LSTM):
    def forward(self, x, state):
        return super().forward(x * x, state)

class Ignoring(nn.GRU):
    def forward(self, x, state=None):
        return super().forward(x)

class Coupled(nn.Module):
    # one gate forgets, and its complement lets in

    def __init__(self, n_x, n_a):
        super().__init__()
        self.both = nn.Linear(n_x + n_a, 3 * n_a)

    def forward(self, x, state):
        h, c = state
        g, o, f = self.both(torch.cat([x, h], 1)).chunk(3, 1)
        c = f.sigmoid() * c + (1 - f.sigmoid()) * g.tanh()
        h = o.sigmoid() * c.tanh()
        return h, (h, c)

class Linear(nn.RNN):
    def __init__(self, n_x, n_a):
        super().__init__(n_x, n_a, nonlinearity="relu")

    def forward(self, x):
        return super().forward(x)[0]

class Odd(nn.LSTM):
    pass

Odd.__name__ = "print('said')"

class Mine(nn.LSTM):
    pass

class First(nn.GRU):
    def __init__(self, n_x, n_a):
        super().__init__(n_x, n_a, batch_first=True)
"""
LOOKED = {
    "torch_one_bias.py:FastLSTM": "like='lstm', gates='ifgo', layout='btf', state='bf', takes='x, (h, c)', returns='y, (h, c)'",
    "torch_two_biases.py:SplitGRUCell": "like='gru_reset_after', gates='rzn', layout='bf', state='bf', takes='x, h', returns='h'",
    "torch_compiled.py:PlainRNN": "like='rnn', layout='tbf', state='bf', takes='x, h', returns='y, h'",
    "plain.py:Mine": "like='lstm', gates='ifgo', layout='tbf', state='1bf', takes='x, (h, c)', returns='y, (h, c)'",
    "plain.py:Tutorial": "like='lstm', gates='ifco', layout='btf', state='bf', takes='x, (h, c)', returns='y, (h, c)'",
    "plain.py:Stateless": "like='lstm', gates='ifgo', layout='tbf', state='bf', takes='x', returns='y'",
    "plain.py:Coupled": "like='lstm_coupled', gates='gof', layout='bf', state='bf', takes='x, (h, c)', returns='_, (h, c)'",
    "plain.py:Linear": "like='rnn_relu', layout='tbf', state='bf', takes='x', returns='y'",
    "plain.py:First": "like='gru_reset_after', gates='rzn', layout='btf', state='1bf', takes='x, h', returns='y, h'",
}
NOT = {
    "Fewer": "Fewer(3, 5) raised TypeError: Fewer.__init__() takes 2 positional arguments but 3 were given; give"
    " rnnspec.adapt.torch_module a function of n_x and n_a that makes one",
    "Dense": "weights lacks Wx with Wh or Wxh or Whx",
    "Both": "by 'bias_hh_l0_reverse' it runs in two directions: that is a network, as `rnnspec show lstm_network_forward` has it",
    "Odd": "\"print('said')\" is no name in Python",
}


def file(name: str, folder: Path) -> str:
    (folder / "plain.py").write_text(PLAIN)
    return f"{OWN / name}" if name.startswith("torch") else f"{folder / name}"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # torch's own
@pytest.mark.parametrize("name", LOOKED)
def test_a_module_is_described_as_it_looks_and_passes(name: str, tmp_path: Path) -> None:
    report = check(file(name, tmp_path))

    assert report.conformant
    assert LOOKED[name] in " ".join(" ".join(report.record.notes).split())


@pytest.mark.parametrize("name", ["Mine", "Coupled"])
def test_the_lines_that_are_printed_are_a_candidate(name: str, tmp_path: Path) -> None:
    report, pasted = looked_and_pasted(file(f"plain.py:{name}", tmp_path), [])

    assert verdicts(pasted) == verdicts(report)
    assert pasted.conformant


@pytest.mark.parametrize("name", NOT)
def test_what_tells_too_little_says_what_to_do(name: str, tmp_path: Path) -> None:
    said = CliRunner().invoke(main, ["check", file(f"plain.py:{name}", tmp_path)])

    assert said.exit_code == 3
    assert NOT[name] in said.stderr
    assert "rnnspec.adapt.torch_module; `rnnspec init --for torch` writes one that is" in said.stderr
    assert said.stdout == ""


def test_a_wrong_module_is_described_and_it_is_said_that_no_guess_passes(tmp_path: Path) -> None:
    report = check(file("plain.py:Wrong", tmp_path), cases=["lstm_forward"])

    assert report.failures
    assert "Wrong was looked at; no guess passes, and this is the nearest:" in report.record.notes


def test_a_state_that_can_be_given_is_not_left_out(tmp_path: Path) -> None:
    report = check(file("plain.py:Ignoring", tmp_path), cases=["gru_reset_after_forward"])

    assert ["a0-ignored"] in [[*e.deviations] for e in report.explanations]
    assert "layout='tbf', state='1bf', takes='x, h', returns='y, h'" in " ".join(" ".join(report.record.notes).split())


@pytest.mark.parametrize(("before", "after", "named"), [
    ("torch.sigmoid(o) * torch.tanh(c)", "torch.sigmoid(o) * c", "missing-tanh-on-c"),
    ("torch.sigmoid(f)", "torch.sigmoid(f + 1)", "forget-bias-offset"),
])  # fmt: skip
def test_a_bug_is_named_whatever_the_order_of_gates(before: str, after: str, named: str, tmp_path: Path) -> None:
    text = (OWN / "torch_one_bias.py").read_text().replace("i, f, g, o =", "o, g, f, i =").replace(before, after)
    (tmp_path / "mine.py").write_text(text)

    report = check(f"{tmp_path / 'mine.py'}:FastLSTM", cases=["lstm_forward"])

    assert "gates='ogfi'" in " ".join(report.record.notes)
    assert named in [name for e in report.explanations for name in e.deviations]


@pytest.mark.parametrize("gates", ["ifgo", "ogfi"])
def test_what_is_mistaken_between_steps_is_described_by_what_is_right_of_one(gates: str, tmp_path: Path) -> None:
    """Where no guess passes, one that is nearer by chance is not taken for the order of gates."""
    text = (OWN / "torch_one_bias.py").read_text().replace("i, f, g, o =", f"{', '.join(gates)} =")
    (tmp_path / "mine.py").write_text(
        text.replace(" c = torch", " new = torch").replace("torch.tanh(c)", "torch.tanh(new)")
    )

    notes = " ".join(check(f"{tmp_path / 'mine.py'}:FastLSTM", cases=["lstm_forward"], explain_seconds=0).record.notes)

    assert "no guess passes" in notes
    assert f"gates='{gates}'" in notes


@pytest.mark.parametrize(
    ("text", "name", "instead"),
    [
        ("import torch\nlayer = torch.nn.LSTM(3, 5)\n", "LSTM", "torch.nn.modules.rnn:LSTM"),
        (f"{PLAIN}\nlayer = Tutorial(3, 5)\n", "Tutorial", "{file}:Tutorial"),
    ],
)
def test_a_module_that_is_made_already_is_asked_for_by_its_class(
    text: str, name: str, instead: str, tmp_path: Path
) -> None:
    file = tmp_path / "made.py"
    file.write_text(text)

    said = " ".join(CliRunner().invoke(main, ["check", f"{file}:layer"]).stdout.split())

    assert f"it is a {name} of one size, made already" in said
    assert f"rnnspec check {instead.format(file=file)}" in said
    assert "an operation is a function" not in said


@pytest.mark.parametrize(("name", "passes"), [("Tutorial", True), ("Wrong", False)])
def test_what_passes_is_not_asked_to_be_corrected(name: str, passes: bool, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(PLAIN)

    said = (
        CliRunner().invoke(main, ["check", f"{tmp_path / 'mine.py'}:{name}", "--case", "lstm_forward/generic"]).stdout
    )

    assert ("correct what is not so, and check the candidate" in said) != passes
    assert ("these lines are a candidate: keep them beside your tests" in said) == passes


def test_what_is_nearly_as_near_is_told(tmp_path: Path) -> None:
    """Of a wrong layer the nearest guess may not be what is meant."""
    text = (OWN / "torch_one_bias.py").read_text().replace("torch.sigmoid(i) * torch.tanh(g)", "0.1 * torch.tanh(g)")
    (tmp_path / "mine.py").write_text(text)

    report = check(f"{tmp_path / 'mine.py'}:FastLSTM", cases=["lstm_forward/generic"], explain_seconds=0)

    (told,) = [note for note in report.record.notes if note.startswith("nearly as near: ")]
    assert "like='lstm', gates='" in told


def test_where_nothing_is_near_nothing_is_nearly_so(tmp_path: Path) -> None:
    text = (OWN / "torch_one_bias.py").read_text().replace("torch.sigmoid(i) * torch.tanh(g)", "float('nan')")
    (tmp_path / "mine.py").write_text(text)

    report = check(f"{tmp_path / 'mine.py'}:FastLSTM", cases=["lstm_forward/generic"], explain_seconds=0)

    assert report.failures
    assert [note for note in report.record.notes if note.startswith("nearly as near: ")] == []
