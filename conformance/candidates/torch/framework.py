"""PyTorch under the adapters: tensors on one device, gradients by autograd, one thread."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from rnnspec.golden.precision import Precision

from ...run import formats
from ..described.pattern import BadDescription
from ..recurrent.layer import Function, Named

Array = NDArray[Any]
Tensor = Any  # torch.Tensor: its stubs say too little to be worth a minute of checking
CPU = "cpu"


def tensor(array: Any, device: str = CPU) -> Tensor:
    array = np.ascontiguousarray(array)
    if array.dtype.kind == "V":  # bfloat16, which NumPy and torch know apart
        return torch.tensor(array.view(np.int16), device=device).view(torch.bfloat16)
    return torch.tensor(array, device=device)


def array(tensor: Tensor) -> Any:
    """A NumPy array that owns its memory."""
    tensor = tensor.detach().cpu()
    if tensor.dtype is torch.bfloat16:
        return tensor.contiguous().view(torch.int16).numpy().copy().view(formats.dtype_of("bf16"))
    return tensor.numpy().copy()


def autocast(precision: Precision, device: str = CPU) -> AbstractContextManager[Any]:
    """Within which modules compute at a precision: torch's autocast, where arrays are wider than what products take in."""
    dtype = {"bf16": torch.bfloat16, "f16": torch.float16}.get(precision.inputs)
    if dtype is None or precision.arrays == precision.inputs:
        return nullcontext()
    return torch.autocast(device, dtype=dtype)


@contextmanager
def one_thread() -> Iterator[None]:
    """Layers this small only wait for further threads, on a busy machine ten times as long as they compute."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


class Axes:
    """PyTorch's functions under NumPy's names. Lengths, and what follows from them, are on the CPU, where packing wants them."""

    transpose = staticmethod(lambda array, axes=None: array.permute(axes or tuple(range(array.ndim))[::-1]))
    reshape, concatenate = staticmethod(torch.reshape), staticmethod(torch.cat)
    zeros_like, ones_like = staticmethod(torch.zeros_like), staticmethod(torch.ones_like)
    arange = staticmethod(torch.arange)
    where = staticmethod(lambda seen, a, b: torch.where(seen.to(a.device), a, b))


class Torch:
    """PyTorch as a framework, on one device. Raises BadDescription for one that is not there."""

    xp = Axes

    def __init__(self, device: str = CPU) -> None:
        try:
            torch.zeros(1, device=device).cpu()
        except Exception as error:  # each kind of device raises its own
            why = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            raise BadDescription(f"device {device!r} cannot be computed on: {why}") from None
        self.device = device

    @property
    def version(self) -> str:
        return f"torch {torch.__version__}{'' if self.device == CPU else f' on {self.device}'}"

    @one_thread()
    def run(self, function: Function, leaves: Named, lengths: Any) -> Named:
        found = function(self._tensors(leaves), _whole(lengths))  # as in training: gradients are on
        return {name: array(value) for name, value in found.items()}

    @one_thread()
    def gradients(self, function: Function, leaves: Named, lengths: Any, upstream: Named) -> Named:
        given = {name: leaf.requires_grad_() for name, leaf in self._tensors(leaves).items()}
        outputs = function(given, _whole(lengths))
        into = {name: one.to(outputs[name].dtype) for name, one in self._tensors(upstream).items()}
        found = torch.autograd.grad(
            [outputs[name] for name in into],
            [*given.values()],
            [*into.values()],
            allow_unused=True,  # nothing reaches a weight where every example has length 0
            materialize_grads=True,
        )
        return {name: array(gradient) for name, gradient in zip(given, found, strict=True)}

    def head(self, weight: Tensor, bias: Tensor, a: Tensor) -> Tensor:
        return self.softmax(torch.einsum("ya,a...->y...", weight, a) + bias.reshape(-1, *[1] * (a.ndim - 1)))

    def softmax(self, logits: Tensor) -> Tensor:
        return torch.softmax(logits, dim=0)

    def _tensors(self, arrays: Named) -> dict[str, Tensor]:
        return {name: tensor(one, self.device) for name, one in arrays.items()}


def _whole(lengths: Any) -> Tensor | None:
    return None if lengths is None else tensor(lengths).long()
