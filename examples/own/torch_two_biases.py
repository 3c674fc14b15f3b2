"""PyTorch, a GRU's cell with a matrix a gate and two biases each: `rnnspec check examples/own/torch_two_biases.py:candidate`."""

import torch
from rnnspec.adapt import torch_module
from torch import nn


class SplitGRUCell(nn.Module):
    def __init__(self, n_x: int, n_a: int) -> None:
        super().__init__()
        self.x = nn.ModuleDict({gate: nn.Linear(n_x, n_a) for gate in "rzn"})
        self.h = nn.ModuleDict({gate: nn.Linear(n_a, n_a) for gate in "rzn"})

    def forward(self, x, h):
        r = torch.sigmoid(self.x["r"](x) + self.h["r"](h))
        z = torch.sigmoid(self.x["z"](x) + self.h["z"](h))
        n = torch.tanh(self.x["n"](x) + r * self.h["n"](h))
        return (1 - z) * n + z * h


candidate = torch_module(
    SplitGRUCell,
    like="gru_reset_after",
    gates="rzn",
    layout="bf",
    weights={"Wx": "x.{gate}.weight", "Wh": "h.{gate}.weight", "bx": "x.{gate}.bias", "bh": "h.{gate}.bias"},
)
