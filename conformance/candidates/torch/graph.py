"""What the torch adapter's forward keeps for its backward: tensors under the contract's names, and torch's own graph."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

Array = NDArray[Any]
Tensor = Any  # torch.Tensor: its stubs say too little to be worth a minute of checking


def tensor(array: Any) -> Tensor:
    return torch.tensor(np.ascontiguousarray(array))


def array(tensor: Tensor) -> Any:
    """A NumPy array that owns its memory."""
    return tensor.detach().numpy().copy()


@contextmanager
def one_thread() -> Iterator[None]:
    """Layers this small only wait for further threads, on a busy machine ten times as long as they compute."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


class Graph:
    """Leaves and outputs by contract name; the adapter's cache.

    Gradients are wanted of every leaf but the head's, which only the predictions' gradient asks for.
    """

    def __init__(self, leaves: Mapping[str, Any], head: Iterable[str] = ()) -> None:
        self.leaves = {name: tensor(given).requires_grad_() for name, given in leaves.items()}
        self.head = set(head)
        self.outputs: dict[str, Tensor] = {}

    def __getitem__(self, name: str) -> Tensor:
        return self.leaves[name]

    def state(self, name: str, given: Any, *shape: int) -> Tensor:
        """An initial state, zeros where none is given; the contract wants da0 even then, and dc0 not."""
        state = torch.zeros(shape, dtype=self["x"].dtype) if given is None else tensor(given)
        if given is not None or name == "a0":
            self.leaves[name] = state.requires_grad_()
        return state

    def returned(self, **outputs: Tensor) -> tuple[Any, ...]:
        """What a forward operation returns: the outputs in this order, and the graph behind them."""
        self.outputs |= outputs
        return (*map(array, outputs.values()), self)

    @one_thread()
    def gradients(self, **upstream: Any) -> dict[str, Any]:
        """Gradients by name from those into the outputs, None where there is none; a graph can be used again."""
        given = {name: tensor(d) for name, d in upstream.items() if d is not None}
        wanted = [name for name in self.leaves if "y" in given or name not in self.head]
        found = torch.autograd.grad(
            [self.outputs[name] for name in given],
            [self[name] for name in wanted],
            list(given.values()),
            retain_graph=True,
            allow_unused=True,  # nothing reaches a weight where every example has length 0
            materialize_grads=True,
        )
        return {f"d{name}": array(gradient) for name, gradient in zip(wanted, found, strict=True)}
