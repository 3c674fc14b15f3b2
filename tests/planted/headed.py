"""Modules of torch with a head, without biases, that return by name or their last state alone; two of them are wrong."""

from typing import Any, NamedTuple

import torch


class Headed(torch.nn.Module):  # type: ignore[misc]
    def __init__(self, n_x: int, n_a: int, n_y: int) -> None:
        super().__init__()
        self.cell, self.head = torch.nn.LSTM(n_x, n_a, batch_first=True), torch.nn.Linear(n_a, n_y)

    def forward(self, x: Any, state: Any) -> Any:
        y, (h, c) = self.cell(x, state)
        return self.head(y), y, (h, c)


class Probable(Headed):
    def forward(self, x: Any, state: Any) -> Any:
        logits, y, last = super().forward(x, state)
        return logits.softmax(-1), y, last


class OverTime(Headed):
    def forward(self, x: Any, state: Any) -> Any:
        logits, y, last = super().forward(x, state)
        return logits.softmax(1), y, last


class HeadedCell(torch.nn.Module):  # type: ignore[misc]
    def __init__(self, n_x: int, n_a: int, n_y: int) -> None:
        super().__init__()
        self.cell, self.head = torch.nn.LSTMCell(n_x, n_a), torch.nn.Linear(n_a, n_y)

    def forward(self, x: Any, state: Any) -> Any:
        h, c = self.cell(x, state)
        return h, c, self.head(h)


class Output(NamedTuple):
    out: Any
    last: Any


class Biasless(torch.nn.Module):  # type: ignore[misc]
    def __init__(self, n_x: int, n_a: int) -> None:
        super().__init__()
        self.cell = torch.nn.LSTM(n_x, n_a, batch_first=True, bias=False)

    def forward(self, x: Any, state: Any) -> Any:
        y, last = self.cell(x, state)
        return Output(y, last)


class Named(Biasless):
    def forward(self, x: Any, state: Any) -> Any:
        y, (h, c) = self.cell(x, state)
        return {"out": y, "state": [h, c], "attention": None}


class Doubled(Biasless):
    def forward(self, x: Any, state: Any) -> Any:
        y, (h, c) = self.cell(2 * x, state)
        return Output(y, (h, c))


class Fixed(Biasless):
    """A head whose classes are its own business."""

    def __init__(self, n_x: int, n_a: int) -> None:
        super().__init__(n_x, n_a)
        self.head, self.norm = torch.nn.Linear(n_a, 10), torch.nn.LayerNorm(10)

    def forward(self, x: Any, state: Any) -> Any:
        y, last = self.cell(x, state)
        return self.norm(self.head(y)), y, last


class ManyToOne(Headed):
    """As one writes it to classify sequences: the last state alone, and what the head makes of it."""

    def forward(self, x: Any) -> Any:
        _, (h, _) = self.cell(x)
        return self.head(h[-1]), h[-1]


class FromFirst(Headed):
    """The first step in place of the last."""

    def forward(self, x: Any) -> Any:
        y, _ = self.cell(x)
        return self.head(y[:, 0]), y[:, 0]
