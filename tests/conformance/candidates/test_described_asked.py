"""Of a layer that fails as it is described it is asked whether another description, with which it would pass, is meant."""

from typing import Any

import pytest
from planted.described import WEIGHTS, Layer
from rnnspec.conformance import check

torch = pytest.importorskip("torch")
from rnnspec.adapt import torch_module  # noqa: E402  it imports torch

TORCHS = {"Wx": "weight_ih_l0", "Wh": "weight_hh_l0", "bx": "bias_ih_l0", "bh": "bias_hh_l0"}


def notes(module: Any, operation: str, **said: Any) -> list[str]:
    report = check(torch_module(module, **said), cases=[operation])
    assert report.failures
    return report.record.notes


class CellFirst(Layer):
    """The states are c and h, given and returned."""

    def forward(self, x: Any, state: Any) -> Any:
        y, (h, c) = super().forward(x, state[::-1])
        return y, (c, h)


class TakesCellFirst(Layer):
    def forward(self, x: Any, state: Any) -> Any:
        return super().forward(x, state[::-1])


class GivesCellFirst(Layer):
    def forward(self, x: Any, state: Any) -> Any:
        y, (h, c) = super().forward(x, state)
        return y, (c, h)


@pytest.mark.parametrize(("module", "question"), [
    (GivesCellFirst, "with returns='y, (c, h)' all 24 failing cases of lstm_forward pass: is that what it returns?"),
    (TakesCellFirst, "with takes='x, (c, h)' all 22 failing cases of lstm_forward pass: is that what it takes?"),
    (CellFirst, "with returns='y, (c, h)' and takes='x, (c, h)' all 24 failing cases of lstm_forward pass: is that what it returns and takes?"),
])  # fmt: skip
def test_states_in_another_order_are_asked_for(module: type, question: str) -> None:
    assert question in notes(module, "lstm_forward", like="lstm", weights=WEIGHTS)


def test_what_comes_back_by_name_is_asked_for_by_name() -> None:
    class Named(GivesCellFirst):
        def forward(self, x: Any, state: Any) -> Any:
            y, (c, h) = super().forward(x, state)
            return {"out": y, "h": h, "c": c}

    said = notes(Named, "lstm_forward", like="lstm", weights=WEIGHTS, returns="out=y, h=c, c=h")

    assert any(note.startswith("with returns='out=y, h=h, c=c' all ") for note in said)


class ResetAfter(torch.nn.GRU):  # type: ignore[misc]
    def forward(self, x: Any, h: Any) -> Any:
        return super().forward(x, h)


def test_the_other_gru_is_asked_for() -> None:
    said = notes(ResetAfter, "gru_forward", like="gru", layout="tbf", state="1bf", weights=TORCHS)

    assert any(n.startswith("with like='gru_reset_after' all ") and n.endswith(": is that its family?") for n in said)


def test_nothing_is_asked_of_what_no_description_explains() -> None:
    class Squared(GivesCellFirst):
        def forward(self, x: Any, state: Any) -> Any:
            return super().forward(x * x, state)

    assert notes(Squared, "lstm_forward", like="lstm", weights=WEIGHTS) == []
