"""PyTorch, batch first, gates i f g o in one matrix each, one bias: `rnnspec check examples/own/torch_one_bias.py:candidate`."""

import torch
from rnnspec.adapt import torch_module
from torch import nn


class FastLSTM(nn.Module):
    def __init__(self, n_x: int, n_a: int) -> None:
        super().__init__()
        self.weight_ih = nn.Parameter(torch.randn(4 * n_a, n_x))
        self.weight_hh = nn.Parameter(torch.randn(4 * n_a, n_a))
        self.bias = nn.Parameter(torch.zeros(4 * n_a))

    def forward(self, x, state):
        h, c = state
        every, seen = [], x @ self.weight_ih.T + self.bias
        for t in range(x.shape[1]):
            i, f, g, o = (seen[:, t] + h @ self.weight_hh.T).chunk(4, dim=1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(c)
            every.append(h)
        return torch.stack(every, dim=1), (h, c)


candidate = torch_module(
    FastLSTM,
    like="lstm",
    gates="ifgo",
    layout="btf",
    weights={"Wx": "weight_ih", "Wh": "weight_hh", "b": "bias"},
    returns="y, (h, c)",
)
