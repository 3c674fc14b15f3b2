"""A layer of PyTorch to be described."""

from typing import Any

import pytest

torch = pytest.importorskip("torch")
WEIGHTS = {"Wx": "weight_ih", "Wh": "weight_hh", "b": "bias"}


class Layer(torch.nn.Module):  # type: ignore[misc]
    """Gates i f g o, batch first."""

    def __init__(self, n_x: int, n_a: int) -> None:
        super().__init__()
        for name, shape in {"weight_ih": (4 * n_a, n_x), "weight_hh": (4 * n_a, n_a), "bias": (4 * n_a,)}.items():
            setattr(self, name, torch.nn.Parameter(torch.zeros(shape)))

    def forward(self, x: Any, state: Any) -> Any:
        every, (h, c) = [], state
        for t in range(x.shape[1]):
            i, f, g, o = (x[:, t] @ self.weight_ih.T + h @ self.weight_hh.T + self.bias).chunk(4, dim=1)
            c = f.sigmoid() * c + i.sigmoid() * g.tanh()
            h = o.sigmoid() * c.tanh()
            every.append(h)
        return torch.stack(every, 1), (h, c)
