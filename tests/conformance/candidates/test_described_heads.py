"""Layers with a head of their own, without biases, and that return by name: described, judged, and caught where they are wrong."""

from typing import Any

import numpy as np
import pytest
from rnnspec.conformance import check
from rnnspec.conformance.candidates.described.pattern import BadDescription

torch = pytest.importorskip("torch")
from planted.headed import Biasless, Doubled, Fixed, Headed, HeadedCell, Named, OverTime, Probable  # noqa: E402  it imports torch
from rnnspec.adapt import numpy_function, torch_module  # noqa: E402

BOTH = ["lstm_forward", "lstm_backward"]
CELL = ["lstm_cell_forward", "lstm_cell_backward"]
WEIGHTS = {"Wx": "cell.weight_ih_l0", "Wh": "cell.weight_hh_l0"}
BIASES = {"bx": "cell.bias_ih_l0", "bh": "cell.bias_hh_l0"}
HEAD = {"Wy": "head.weight", "by": "head.bias"}


def described(module: Any, weights: Any, returns: str) -> Any:
    return torch_module(module, like="lstm", gates="ifgo", state="1bf", weights=weights, returns=returns)


def headed(module: Any, word: str) -> Any:
    return described(module, {**WEIGHTS, **BIASES, **HEAD}, f"{word}, y, (h, c)")


@pytest.mark.parametrize(("module", "word"), [(Headed, "logits"), (Probable, "p")])
def test_a_layers_own_head_is_judged(module: Any, word: str) -> None:
    report = check(headed(module, word), cases=BOTH)

    assert report.conformant
    cases = [o for o in report if o.id in ("lstm_forward/generic", "lstm_backward/predictions-gradient")]
    assert [("y" in o.left_out, o.outcome) for o in cases] == [(False, "pass")] * len(cases)
    assert report["lstm_forward/generic"].verdicts["y"].outside == 0


def test_a_wrong_head_is_caught() -> None:
    outside = check(headed(OverTime, "p"), cases=["lstm_forward/generic"])["lstm_forward/generic"]

    assert {name for name, verdict in outside.verdicts.items() if verdict.outside} == {"y"}
    assert {"a_last", "c_last"} < {*outside.verdicts}


def test_the_head_of_a_cell_is_judged() -> None:
    names = {key: name.removesuffix("_l0") for key, name in {**WEIGHTS, **BIASES, **HEAD}.items()}
    cell = torch_module(
        HeadedCell, like="lstm", gates="ifgo", layout="bf", weights=names, takes="x, (h, c)", returns="h, c, logits"
    )

    report = check(cell, cases=CELL)

    assert report.conformant
    assert "yt_pred" in report["lstm_cell_forward/generic"].verdicts


@pytest.mark.parametrize(
    ("module", "returns"), [(Biasless, "y, (h, c)"), (Biasless, "out=y, last=(h, c)"), (Named, "out=y, state=(h, c)")]
)
def test_a_layer_without_biases_is_judged_with_an_input_of_ones(module: Any, returns: str) -> None:
    report = check(described(module, WEIGHTS, returns), cases=BOTH)

    assert report.conformant
    assert "dbf" in report["lstm_backward/generic"].verdicts


def test_a_layer_without_biases_that_is_wrong_is_caught() -> None:
    assert check(described(Doubled, WEIGHTS, "y, (h, c)"), cases=["lstm_forward"]).failures


def plain(x: Any, h: Any, Wx: Any, Wh: Any) -> Any:
    kept, every = h, []
    for xt in x:
        h = np.tanh(xt @ Wx + h @ Wh)
        every.append(h)
    return np.array(every).reshape(*x.shape[:2], h.shape[1]), h, (x, kept, every, Wx, Wh)


def plain_backward(dy: Any, dh: Any, cache: Any) -> Any:
    x, h0, every, Wx, Wh = cache
    dx, dWx, dWh = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh)
    for t in reversed(range(len(x))):
        dz = (dh + dy[t]) * (1 - every[t] ** 2)
        dx[t], dh = dz @ Wx.T, dz @ Wh.T
        dWx += x[t].T @ dz
        dWh += (every[t - 1] if t else h0).T @ dz
    return dx, dh, dWx, dWh


def test_a_function_with_a_backward_of_its_own_needs_no_biases() -> None:
    weights = {"Wx": "Wx.T", "Wh": "Wh.T"}
    report = check(
        numpy_function(plain, plain_backward, like="rnn", takes="x, h, Wx, Wh", weights=weights),
        cases=["rnn_forward", "rnn_backward"],
    )

    assert report.conformant
    assert "dba" in report["rnn_backward/generic"].verdicts


def test_a_projected_layer_is_made_with_the_width_of_its_projection() -> None:
    class Projected(torch.nn.Module):  # type: ignore[misc]
        def __init__(self, n_x: int, n_a: int, n_p: int) -> None:
            super().__init__()
            self.cell = torch.nn.LSTM(n_x, n_a, proj_size=n_p, batch_first=True)

        def forward(self, x: Any, state: Any) -> Any:
            return self.cell(x, state)

    names = {**WEIGHTS, **BIASES, "Wp": "cell.weight_hr_l0"}
    layer = torch_module(Projected, like="lstm_projected", gates="ifgo", state="1bf", weights=names)

    whole = ["lstm_projected_forward/generic", "lstm_projected_backward/generic"]
    report = check(layer, cases=[*whole, "lstm_projected_forward/dims-equal"])

    assert report.conformant
    assert report.totals["pass"] == 2
    assert "proj_size has to be smaller than hidden_size" in report["lstm_projected_forward/dims-equal"].message


WRONG: dict[str, tuple[Any, str]] = {
    "a head by half": (lambda: described(Headed, {**WEIGHTS, **BIASES, "Wy": "head.weight"}, "logits, y, (h, c)"), "returns has logits: weights needs Wy and by, the head's"),
    "a head that gives nothing": (lambda: described(Headed, {**WEIGHTS, **BIASES, **HEAD}, "_, y, (h, c)"), "weights has Wy, of a head, and returns='_, y, (h, c)' neither p nor logits"),
    "a name that is not there": (lambda: described(Named, WEIGHTS, "output=y, state=(h, c)"), "has no output as returns='output=y, state=(h, c)' wants"),
    "names and places": (lambda: described(Named, WEIGHTS, "y, state=(h, c)"), "has parts with and without a name, want either"),
    "a state's bias that is none": (lambda: torch_module(torch.nn.GRU, like="gru_reset_after", weights={"Wx": "a", "Wh": "b"}), "weights lacks b or bx with bh, the biases: without them"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_does_not_fit_is_told(what: str) -> None:
    make, words = WRONG[what]

    with pytest.raises(BadDescription) as error:
        make()

    assert words in str(error.value)


def test_what_does_not_matter_to_the_states_is_left_aside() -> None:
    returns, told = "_, y, (h, c)", "the layer's head.weight, head.bias, norm.weight, norm.bias are not described;"

    report = check(described(Fixed, {**WEIGHTS, "_": "head.* norm.weight norm.bias"}, returns), cases=BOTH)
    with pytest.raises(BadDescription) as error:
        described(Fixed, WEIGHTS, returns)

    assert report.conformant
    assert report.totals["pass"] > 50
    assert f"{told} what does not matter to the states is left aside by '_'" in str(error.value)
