"""Of two biases that a layer adds each is used, and once."""

from pathlib import Path

import pytest
from planted.ample import AMPLE
from rnnspec.conformance import check
from rnnspec.conformance.candidates.described.candidate import TWO

torch = pytest.importorskip("torch")
TEXT = """
import torch


class Own(torch.nn.Module):
    def __init__(self, n_x, n_a):
        super().__init__()
        self.weight_ih, self.weight_hh = torch.nn.Parameter(torch.rand(4 * n_a, n_x)), torch.nn.Parameter(torch.rand(4 * n_a, n_a))
        self.bias_ih, self.bias_hh = torch.nn.Parameter(torch.rand(4 * n_a)), torch.nn.Parameter(torch.rand(4 * n_a))

    def forward(self, x, state):
        (h, c), every = state, []
        for t in range(x.shape[1]):
            z = x[:, t] @ self.weight_ih.T + h @ self.weight_hh.T + self.bias_ih + self.bias_hh
            i, f, g, o = z.chunk(4, 1)
            c = f.sigmoid() * c + i.sigmoid() * g.tanh()
            h = o.sigmoid() * c.tanh()
            every.append(h)
        return torch.stack(every, 1), (h, c)
"""
RIGHT = "self.bias_ih + self.bias_hh"
WRONG = {
    "the first twice": "self.bias_ih + self.bias_ih",
    "the second twice": "self.bias_hh + self.bias_hh",
    "the first alone": "self.bias_ih",
    "the second alone": "self.bias_hh",
}


def written(folder: Path, biases: str) -> str:
    assert TEXT.count(RIGHT) == 1
    (folder / "own.py").write_text(TEXT.replace(RIGHT, biases), encoding="utf-8")
    return f"{folder / 'own.py'}:Own"


def test_both_of_them_are_right(tmp_path: Path) -> None:
    report = check(written(tmp_path, RIGHT), cases=["lstm_forward", "lstm_backward"])

    assert report.conformant
    assert TWO not in report.record.notes


@pytest.mark.parametrize("what", WRONG)
def test_one_alone_or_twice_is_wrong_forward_and_back(what: str, tmp_path: Path) -> None:
    report = check(written(tmp_path, WRONG[what]), cases=["lstm_forward", "lstm_backward"], explain_seconds=0)

    failed = {o.operation for o in report.failures}
    assert failed == {"lstm_forward", "lstm_backward"}
    assert TWO in report.record.notes


@pytest.mark.parametrize("what", WRONG)
def test_it_is_explained_by_the_equation_or_the_line(what: str, tmp_path: Path) -> None:
    report = check(written(tmp_path, WRONG[what]), cases=["lstm_forward"], explain_seconds=AMPLE)

    assert [one.operation for one in report.explanations] == ["lstm_forward"]
    assert not report.localisations
