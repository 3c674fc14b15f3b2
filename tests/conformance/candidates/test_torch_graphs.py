"""Gradients go by the graph of the forward that was called, once, as in training."""

from typing import Any

import pytest
from planted.described import WEIGHTS, Layer
from rnnspec.conformance import check

torch = pytest.importorskip("torch")
from rnnspec.adapt import torch_module  # noqa: E402  it imports torch


def outcomes(module: type, *cases: str) -> list[str]:
    candidate = torch_module(module, weights=WEIGHTS, like="lstm")
    Counted.calls = 0  # which describing it takes, too
    return [str(outcome.outcome) for outcome in check(candidate, cases=cases, explain_seconds=0).cases]


class Once(torch.autograd.Function):  # type: ignore[misc]
    """As it is, and what it has kept for its backward is spoilt by that."""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.scale = torch.ones_like(x)
        return x.clone()

    @staticmethod
    def backward(ctx: Any, dx: Any) -> Any:
        found = dx * ctx.scale
        ctx.scale.zero_()
        return found


class Spoiling(Layer):
    def forward(self, x: Any, states: Any) -> Any:
        return super().forward(Once.apply(x), states)


class Counted(Layer):
    calls = 0

    def forward(self, x: Any, states: Any) -> Any:
        type(self).calls += 1
        return super().forward(x, states)


def test_a_graph_serves_once_and_each_further_backward_has_its_own() -> None:
    assert outcomes(Spoiling, "lstm_backward/generic", "lstm_backward/property/cache-reusable") == ["pass", "pass"]


def test_a_backward_runs_its_forward_once() -> None:
    assert outcomes(Counted, "lstm_backward/generic") == ["pass"]
    assert Counted.calls == 1
