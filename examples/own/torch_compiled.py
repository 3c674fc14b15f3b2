"""PyTorch, compiled, time first, state and input in one matrix: `rnnspec check examples/own/torch_compiled.py:candidate`."""

import torch
from rnnspec.adapt import torch_module
from torch import nn


class PlainRNN(nn.Module):
    def __init__(self, n_x: int, n_a: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(n_a, n_a + n_x))
        self.bias = nn.Parameter(torch.zeros(n_a))

    def forward(self, x, h):
        every = []
        for xt in x:
            h = torch.tanh(torch.cat([h, xt], dim=1) @ self.weight.T + self.bias)
            every.append(h)
        return torch.stack(every), h


candidate = torch_module(
    PlainRNN,
    like="rnn",
    layout="tbf",
    weights={"Whx": "weight", "b": "bias"},
    variant="compile",
)
