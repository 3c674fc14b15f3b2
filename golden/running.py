"""Running an operation over whatever number type its arrays are made of."""

from collections.abc import Callable
from typing import Any

from rnnspec.reference import FUNCTIONS, Operation

from .patterns import Arrays

Array = Any  # floats, objects that are balls or duals, Noise or Perturbed: whatever a lift makes


def run(operation: Operation, inputs: Any, parameters: Any) -> dict[str, Array]:
    """The reference's outputs by name, over whatever number type the arrays hold."""
    return operation.named(operation.call(FUNCTIONS, inputs, parameters), [*inputs, *parameters])


def lifted(lift: Callable[[Array], Array], arrays: Arrays) -> dict[str, Array]:
    """Arrays of floats in another number type; lengths and flags stay what they are."""
    return {name: lift(array) if array.dtype.kind == "f" else array for name, array in arrays.items()}
