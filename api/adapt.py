"""What makes a candidate of something that is none yet: a module of PyTorch, a program, a name for a process of its own.

from rnnspec.adapt import torch_module
rnnspec.check(torch_module(MyLSTM, like="lstm", gates="ifgo", weights={"Wx": "cell.weight_ih", "Wh": "cell.weight_hh", "b": "cell.bias"}))
"""

from typing import TYPE_CHECKING, Any

from rnnspec.conformance import Last, isolated, program

if TYPE_CHECKING:
    from rnnspec.conformance.candidates.functions.c_function import c_function
    from rnnspec.conformance.candidates.functions.numpy_function import numpy_function
    from rnnspec.conformance.candidates.jax.function import jax_function
    from rnnspec.conformance.candidates.keras.layer import keras_layer
    from rnnspec.conformance.candidates.torch.module import torch_module

_HOMES = {
    "c_function": "functions.c_function",
    "jax_function": "jax.function",
    "keras_layer": "keras.layer",
    "numpy_function": "functions.numpy_function",
    "torch_module": "torch.module",
}  # each imports its framework when it is asked for


if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        from importlib import import_module

        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        try:
            return getattr(import_module(f"rnnspec.conformance.candidates.{_HOMES[name]}"), name)
        except ModuleNotFoundError as error:
            from rnnspec.conformance.candidates.keras.backend import instead

            if not (words := instead(error)):
                raise
            raise ImportError(f"No module named {error.name!r}{words}") from None


def __dir__() -> list[str]:
    return sorted(__all__)


__all__ = [
    "Last",
    "c_function",
    "isolated",
    "jax_function",
    "keras_layer",
    "numpy_function",
    "program",
    "torch_module",
]
