"""Calls by which a module of PyTorch is looked at: by keyword, states first, what comes back by name or is the last alone; and why none fits."""

from dataclasses import dataclass
from typing import Any

import pytest
from planted.described import Layer
from rnnspec.conformance import check
from rnnspec.conformance.candidates.described.pattern import BadDescription

torch = pytest.importorskip("torch")
from rnnspec.conformance.candidates.torch.looking import looked  # noqa: E402  it imports torch


class Keyword(Layer):
    def forward(self, x: Any, *, state: Any) -> Any:
        return super().forward(x, state)


class Keywords(Layer):
    def forward(self, x: Any, *, h0: Any, c0: Any) -> Any:
        return super().forward(x, (h0, c0))


class Third(Layer):
    def forward(self, x: Any, scale: float = 1.0, hx: Any = None) -> Any:
        return super().forward(x * scale, hx)


class StateFirst(Layer):
    def forward(self, state: Any, x: Any) -> Any:
        return super().forward(x, state)


class InDict(Layer):
    def forward(self, x: Any, state: Any) -> Any:
        y, (h, c) = super().forward(x, state)
        return {"out": y, "c": c, "h": h, "steps": x.shape[1]}


@dataclass
class Output:
    y: Any
    state: Any


class InObject(Layer):
    def forward(self, x: Any, state: Any) -> Any:
        return Output(*super().forward(x, state))


class LastAlone(Layer):
    def forward(self, x: Any, state: Any) -> Any:
        return super().forward(x, state)[1]


class LastOfStateless(torch.nn.GRU):  # type: ignore[misc]
    def forward(self, x: Any) -> Any:
        return super().forward(x)[1][0]


class Unbiased(torch.nn.LSTM):  # type: ignore[misc]
    def __init__(self, n_x: int, n_a: int) -> None:
        super().__init__(n_x, n_a, bias=False)


LOOKED = {
    Keyword: ("btf", "x, state=(h, c)", "y, (h, c)"),
    Keywords: ("btf", "x, h0=h, c0=c", "y, (h, c)"),
    Third: ("btf", "x, hx=(h, c)", "y, (h, c)"),
    StateFirst: ("btf", "(h, c), x", "y, (h, c)"),
    InDict: ("btf", "x, (h, c)", "out=y, c=c, h=h"),
    InObject: ("btf", "x, (h, c)", "y=y, state=(h, c)"),
    LastAlone: ("btf", "x, (h, c)", "h, c"),
    LastOfStateless: ("tbf", "x", "h"),
    Unbiased: ("tbf", "x, (h, c)", "y, (h, c)"),
}


@pytest.mark.parametrize("module", LOOKED)
def test_a_call_is_found(module: type) -> None:
    candidate = looked(module)

    described = candidate.description
    assert (described.layout, described.takes, described.returns) == LOOKED[module]
    assert check(candidate, cases=[f"{described.like}_forward", f"{described.like}_backward/generic"]).conformant


class Elsewhere(Layer):
    def forward(self, x: Any, state: Any) -> Any:
        return super().forward(x.to("nowhere"), state)


class Steps(Layer):
    def forward(self, x: Any, state: Any) -> Any:
        y, last = super().forward(x, state)
        return list(y.unbind(1)), last


class Both(torch.nn.LSTM):  # type: ignore[misc]
    def __init__(self, n_x: int, n_a: int) -> None:
        super().__init__(n_x, n_a, batch_first=True, bidirectional=True)


class Deep(torch.nn.LSTM):  # type: ignore[misc]
    def __init__(self, n_x: int, n_a: int) -> None:
        super().__init__(n_x, n_a, 2)


class Projected(torch.nn.LSTM):  # type: ignore[misc]
    def __init__(self, n_x: int, n_a: int) -> None:
        super().__init__(n_x, n_a, proj_size=2)

    def forward(self, x: Any, state: Any) -> Any:
        return super().forward(x, state)


WHY = {
    Elsewhere: "no call gives what can be described: given x (4, 6, 3), h (1, 6, 5), c (1, 6, 5) as 'x, (h, c)' it raised RuntimeError: Expected one of cpu, cuda",
    Steps: "given x (6, 4, 3), h (6, 5), c (6, 5) as 'x, (h, c)' it gave (4 × (6, 5), ((6, 5), (6, 5)))",
    Both: "given x (4, 6, 3) as 'x' it gave ((4, 6, 10), ((2, 4, 5), (2, 4, 5)))",
    Deep: "the shapes of its parameters tell no layer but several: weight_ih_l0 (20, 3), weight_hh_l0 (20, 5), bias_ih_l0 (20,)",
    Projected: "given x (4, 6, 3), h (1, 6, 5), c (1, 6, 5) as 'x, (h, c)' it raised RuntimeError: Expected hidden[0] size (1, 6, 2), got [1, 6, 5]",
}  # fmt: skip


@pytest.mark.parametrize("module", WHY)
def test_why_no_call_fits_is_told(module: type) -> None:
    with pytest.raises(BadDescription) as error:
        looked(module)

    assert WHY[module] in str(error.value)


class Narrow(Layer):
    def forward(self, x: Any, state: Any) -> Any:
        assert x.dtype == torch.float32
        return super().forward(x, state)


def test_what_computes_in_float32_alone_is_found_by_that() -> None:
    candidate = looked(Narrow)

    assert "Narrow was looked at, and passes in float32 called as described here:" in candidate.notes
    assert check(candidate, "float32", cases=["lstm_forward"]).conformant
