"""An LSTM over time in PyTorch, whose backward is what automatic differentiation makes of it."""

from typing import Any

import numpy as np
import torch


def tensor(array: Any) -> Any:
    return torch.tensor(array, requires_grad=True)


def lstm_forward(
    x: Any, a0: Any, parameters: Any, reverse: bool = False, lengths: Any = None, c0: Any = None
) -> tuple[Any, ...]:
    zeros = np.zeros((parameters["bf"].shape[0], x.shape[1]), x.dtype)
    given = {"x": x, "a0": zeros if a0 is None else a0, "c0": c0, **parameters}
    leaves = {name: tensor(array) for name, array in given.items() if array is not None}
    W = torch.cat([leaves[f"W{gate}"] for gate in "fico"])
    b = torch.cat([leaves[f"b{gate}"] for gate in "fico"])
    a, c = leaves["a0"], leaves.get("c0", torch.tensor(zeros))
    every = [None] * x.shape[2]
    for t in range(x.shape[2])[:: -1 if reverse else 1]:
        alive = torch.tensor(True) if lengths is None else torch.tensor(t < lengths)
        f, i, g, o = (W @ torch.cat([a, leaves["x"][:, :, t]]) + b).chunk(4)
        c_next = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        a_next = torch.sigmoid(o) * torch.tanh(c_next)
        a, c = torch.where(alive, a_next, a), torch.where(alive, c_next, c)
        y = torch.softmax(leaves["Wy"] @ a_next + leaves["by"], dim=0)
        every[t] = tuple(torch.where(alive, one, 0.0) for one in (a_next, y, c_next))
    outputs = tuple(torch.stack(one, dim=2) for one in zip(*every, strict=True))
    return *(one.detach().numpy() for one in outputs), (outputs, a, c, leaves)


def lstm_backward(da: Any, cache: Any, dy: Any = None, da_last: Any = None, dc_last: Any = None) -> dict[str, Any]:
    (every_a, every_y, _), a, c, leaves = cache
    pairs = [(every_a, da), (every_y, dy), (a, da_last), (c, dc_last)]
    ends, into = zip(*((one, torch.tensor(d)) for one, d in pairs if d is not None), strict=True)
    own = {name: leaf for name, leaf in leaves.items() if dy is not None or name not in ("Wy", "by")}
    found = torch.autograd.grad(ends, [*own.values()], into, retain_graph=True, allow_unused=True)
    zeros = (torch.zeros_like(leaf) if d is None else d for leaf, d in zip(own.values(), found, strict=True))
    return {f"d{name}": d.numpy() for name, d in zip(own, zeros, strict=True)}
