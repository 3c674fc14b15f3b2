"""What is said of a layer and is not so is told before it is judged; what is so is judged in every variant."""

from typing import Any

import pytest
from planted.described import WEIGHTS, Layer
from rnnspec.conformance import check
from rnnspec.conformance.candidates.described.pattern import BadDescription

torch = pytest.importorskip("torch")
from rnnspec.adapt import torch_module  # noqa: E402  it imports torch


class Stateless(Layer):
    def forward(self, x: Any) -> Any:
        h = torch.zeros(x.shape[0], self.weight_hh.shape[1], dtype=x.dtype)
        return super().forward(x, (h, torch.zeros_like(h)))[0]


class Printing(Layer):
    def forward(self, x: Any, state: Any) -> Any:
        print(float(x.sum()))  # a break of the graph
        return super().forward(x, state)


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "family": ({"like": "ltsm"}, "like='ltsm' cannot be described, want one of rnn, rnn_relu, lstm"),
    "gates": ({"gates": "ifg"}, "gates='ifg' is no order of the gates of lstm, such as 'ifgo'"),
    "a gate twice": ({"gates": "ifgg"}, "gates='ifgg' is no order of the gates"),
    "layout": ({"layout": "btx"}, "layout='btx' is no order of tbf or of bf"),
    "pattern": ({"takes": "x, (h"}, "takes='x, (h' is no pattern such as 'x, (h, c)'"),
    "word": ({"takes": "x, (h, d)"}, "takes='x, (h, d)' has 'd', want some of x, h, c"),
    "an index": ({"takes": "x, (h[0], c)"}, "takes='x, (h[0], c)' has 'h[0]', want words in tuples, lists and keywords"),
    "a star": ({"takes": "x, *h"}, "takes='x, *h' has '*h', want words in tuples, lists and keywords"),
    "no output": ({"returns": "c"}, "returns='c' lacks y, the output at every step, and h, the last"),
    "fewer": ({"returns": "y, h, c"}, "the layer raised ContractError: returned 2 values where returns='y, h, c' has 3"),
    "time first": ({"layout": "tbf"}, "called as it is described, the layer raised RuntimeError"),
    "name": ({"weights": {**WEIGHTS, "Wx": "kernel"}}, "the layer has no 'kernel'; it has weight_ih, weight_hh, bias"),
    "turned": ({"weights": {**WEIGHTS, "Wh": "weight_hh.T"}}, "the layer's weight_hh is (20, 5), and what is described is (5, 20), turned: add a .T to its name, or drop it"),
    "swapped": ({"weights": {**WEIGHTS, "Wx": "weight_hh", "Wh": "weight_ih"}}, "the layer's weight_hh is (20, 5), and what is described is (20, 3)"),
    "no bias": ({"weights": {"Wx": "weight_ih", "Wh": "weight_hh"}}, "the layer's bias is not described"),
    "half a bias": ({"weights": {"Wx": "weight_ih", "Wh": "weight_hh", "bx": "bias"}}, "weights lacks b or bx with bh or bxh, the biases"),
    "half": ({"weights": {**WEIGHTS, "Wp": "p"}}, "weights has 'Wp', want some of Wx, Wh"),
    "variant": ({"variant": "fast"}, "variant='fast', want one of eager, compile, export"),
    "call": ({"takes": "x, h"}, "called as it is described, the layer raised"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_description_says_what_is_wrong(what: str) -> None:
    changed, words = WRONG[what]

    with pytest.raises(BadDescription) as error:
        torch_module(Layer, **{"like": "lstm", "gates": "ifgo", "weights": WEIGHTS, **changed})

    assert words in str(error.value)


def test_the_order_of_gates_that_would_pass_is_asked_for() -> None:
    report = check(torch_module(Layer, like="lstm", gates="ofgi", weights=WEIGHTS), cases=["lstm_forward"])

    assert "with gates='ifgo' all 24 failing cases of lstm_forward pass: is that your order?" in report.record.notes


def test_weights_may_be_a_function_of_the_contracts_parameters() -> None:
    def stacked(p: Any) -> Any:
        weight, bias = (torch.cat([p[f"{kind}{gate}"] for gate in "ifco"]) for kind in "Wb")
        n_a = weight.shape[0] // 4
        return {"weight_ih": weight[:, n_a:], "weight_hh": weight[:, :n_a], "bias": bias[:, 0]}

    assert check(torch_module(Layer, like="lstm", weights=stacked), cases=["lstm_forward", "lstm_backward"]).conformant


def test_no_order_is_asked_for_where_none_passes() -> None:
    class Squared(Layer):
        def forward(self, x: Any, state: Any) -> Any:
            return super().forward(x * x, state)

    report = check(torch_module(Squared, like="lstm", weights=WEIGHTS), cases=["lstm_forward"])

    assert report.failures
    assert report.record.notes == []


@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_every_dtype_is_judged(dtype: str) -> None:
    report = check(torch_module(Layer, like="lstm", weights=WEIGHTS), dtype, cases=["lstm_forward", "lstm_backward"])

    assert report.conformant
    assert report.totals["pass"] > 50


def test_a_layer_without_a_state_is_tried_from_zeros_alone() -> None:
    report = check(
        torch_module(Stateless, like="lstm", weights=WEIGHTS, takes="x", returns="y"),
        cases=["lstm_forward", "lstm_backward"],
    )

    assert report.conformant
    assert report["lstm_forward/generic"].message == "takes no a0"
    assert report["lstm_backward/zero-state"].left_out == ["da0"]


def test_exported_saved_and_loaded_it_is_the_same() -> None:
    cases = ["lstm_forward/generic", "lstm_backward/generic"]

    assert check(torch_module(Layer, like="lstm", weights=WEIGHTS, variant="export"), cases=cases).conformant


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # torch's own
def test_what_falls_back_to_eager_is_not_tested() -> None:
    report = check(
        torch_module(Printing, like="lstm", weights=WEIGHTS, variant="compile"), cases=["lstm_forward/generic"]
    )

    assert report["lstm_forward/generic"].message.startswith("torch.compile falls back to eager: ")


class OtherLast(Layer):
    def forward(self, x: Any, state: Any) -> Any:
        y, (h, c) = super().forward(x, state)
        return y, (h * 2, c)


class Halved(Layer):
    """Right but where gradients are on."""

    def forward(self, x: Any, state: Any) -> Any:
        y, last = super().forward(x, state)
        return (y + 1 if torch.is_grad_enabled() else y), last


class Inferring(Layer):
    """Right but where no gradient is asked for, as a kernel for inference may be."""

    def forward(self, x: Any, state: Any) -> Any:
        y, last = super().forward(x, state)
        return (y if x.requires_grad else y + 1), last


class Narrow(Layer):
    def forward(self, x: Any, state: Any) -> Any:
        return (
            super().forward(x + torch.zeros(1), tuple(s + torch.zeros(1) for s in state))
            if x.dtype == torch.float32
            else 1 / 0
        )


class Buffered(Layer):
    def __init__(self, n_x: int, n_a: int) -> None:
        super().__init__(n_x, n_a)
        self.register_buffer("calls", torch.zeros(1))

    def forward(self, x: Any, state: Any) -> Any:
        self.calls += 1
        return super().forward(x * self.calls, state)


class Dropping(Layer):
    def __init__(self, n_x: int, n_a: int) -> None:
        super().__init__(n_x, n_a)
        self.drop = torch.nn.Dropout(0.5)


@pytest.mark.parametrize("layer", [OtherLast, Halved, Inferring])
def test_a_wrong_layer_is_not_described_right(layer: type) -> None:
    report = check(torch_module(layer, like="lstm", weights=WEIGHTS), cases=["lstm_forward"])

    assert report["lstm_forward/generic"].outcome == "fail"


def test_a_last_state_that_no_gradient_reaches_fails() -> None:
    class Detached(Layer):
        def forward(self, x: Any, state: Any) -> Any:
            y, (h, c) = super().forward(x, state)
            return y, (h.detach(), c)

    report = check(torch_module(Detached, like="lstm", weights=WEIGHTS), cases=["lstm_backward"])

    assert report["lstm_backward/property/split-sequence"].outcome in ("fail", "error")


def test_a_layer_of_one_dtype_is_judged_in_that() -> None:
    candidate = torch_module(Narrow, like="lstm", weights=WEIGHTS)

    assert check(candidate, "float32", cases=["lstm_forward"]).conformant


def test_what_a_module_counts_it_forgets() -> None:
    assert check(torch_module(Buffered, like="lstm", weights=WEIGHTS), cases=["lstm_forward"]).conformant


def test_what_draws_is_told() -> None:
    with pytest.raises(BadDescription, match=r"Dropping has Dropout\(p=0.5.*\), which draws"):
        torch_module(Dropping, like="lstm", weights=WEIGHTS)


def test_what_is_made_already_is_told() -> None:
    with pytest.raises(BadDescription, match="Layer is made already"):
        torch_module(Layer(3, 5), like="lstm", weights=WEIGHTS)
