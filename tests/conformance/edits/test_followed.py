"""A backward by automatic differentiation has its forward's mistake, also where that is the loop's: it follows from it."""

import numpy as np
import pytest
from planted import by_hand
from planted.judging import loaded
from rnnspec.conformance import check
from rnnspec.conformance.edits.trace.differentiating import differentiated
from rnnspec.conformance.edits.trace.tracing import traced

pytest.importorskip("torch")
WRITING = "by_autograd"
BOTH = ["lstm_forward", "lstm_backward"]
FOLLOWS = " and the backward follows from that"


def told(*changes: tuple[str, str]) -> dict[str, tuple[str, ...]]:
    """Of both operations, of which both fail."""
    failing, explanations = by_hand.told(by_hand.alone(WRITING, *changes), BOTH)
    assert failing == {*BOTH}
    return {one.operation: one.difference for one in explanations}


def test_the_writing_is_right() -> None:
    assert check(by_hand.alone(WRITING), explain_seconds=0).conformant


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        (
            "torch.where(alive, a_next, a), torch.where(alive, c_next, c)",
            "torch.where(alive, a, a_next), torch.where(alive, c, c_next)",
            "each state stays as it was where an example has the step, and is another behind its length",
        ),
        (
            "a, c = torch.where",
            "c = torch.where(alive, c_next, c)\n        a = 1 * a_next\n        _ = torch.where",
            "the first state goes on changing beyond the lengths",
        ),
    ],
    ids=["states", "a state beyond the lengths"],
)
def test_a_mistaken_mask_is_told_of_both(right: str, wrong: str, words: str) -> None:
    found = told((right, wrong))

    assert {*found} == {*BOTH}
    assert FOLLOWS in found["lstm_backward"]
    assert f"+{words}" in found["lstm_forward"]


def test_inputs_that_are_turned_round_are_told_of_both() -> None:
    """And neither what is made of them, nor the masks."""
    order, read = "[:: -1 if reverse else 1]", 'leaves["x"][:, :, t]'
    turned = read.replace("t]", "(x.shape[2] - 1 - t) if reverse else t]")

    found = told((order, ""), (read, turned))

    words = "+a reversed run has its inputs turned round, and nothing else"
    assert {name: lines[1] for name, lines in found.items()} == {"lstm_forward": words, "lstm_backward": words}


def test_a_quotient_is_told_of_both_where_roundings_are_large() -> None:
    """What is divided by is near 0 in many steps, where a rounding of it is a million."""
    found = told(("torch.sigmoid(i) * torch.tanh(g)", "torch.sigmoid(i) / torch.tanh(g)"))

    assert {name: lines[1:3] for name, lines in found.items()} == {
        "lstm_forward": ("-i * g", "+i / g"),
        "lstm_backward": ("-i * g", "+i / g"),
    }
    assert FOLLOWS in found["lstm_backward"]


@pytest.mark.parametrize("id", ["lstm_backward/saturated", "gru_network_backward/ragged", "rnn_cell_backward/generic"])
def test_what_is_off_by_roundings_has_gradients_that_are_off_by_roundings(id: str) -> None:
    trace = traced(loaded(id))

    plain, noisy = (differentiated(trace, (), noisy) for noisy in (False, True))

    assert plain is not None
    assert noisy is not None
    for name, array in plain.items():
        assert np.allclose(noisy[name], array, rtol=1e-9, atol=1e-11 * np.max(np.abs(array)))
    assert any(not np.array_equal(noisy[name], array) for name, array in plain.items())
