"""A project's function of a recurrence as the operations of the contract, by a description of its conventions.

Its arrays are turned into the project's order of axes and back, gradients are autograd's: a cache is what went in and what
came out. What a project cannot be asked is refused with Unsupported, or its keyword is absent.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, NamedTuple

import numpy as np
import torch
from rnnspec.reference import OPERATIONS, Operation

from ...candidate import Unsupported
from ...run.local import Local
from ..recurrent.layer import Operations, offering
from ..torch.framework import Tensor, array, one_thread
from .axes import decaying, one_step, ordered, own, turned
from .calling import called, gradients
from .kernel import Kernel, Tensors


class Cache(NamedTuple):
    """What went in that has a gradient, and what came out."""

    leaves: Tensors
    outputs: Tensors


@dataclass(frozen=True)
class Shipped(Local):
    """A project's functions, with what there is to say of each."""

    kernels: tuple[Kernel, ...] = ()


def candidate(project: str, *kernels: Kernel, chunks: tuple[int, ...] = ()) -> Shipped:
    """A project's functions as a candidate, under the version that is installed, with the steps that they compute at once."""
    functions: Operations = {name: function for kernel in kernels for name, function in operations(kernel)}
    said = f"{project} {version(project)}, torch {torch.__version__}"
    return Shipped(name=project, version=said, functions=functions, chunks=chunks, kernels=kernels)


def operations(kernel: Kernel) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Of a step and of a sequence; a gate is neither, and has one forward."""
    for kind, is_step in (("_step", True), ("", False)):
        operation = OPERATIONS.get(f"{kernel.family}{kind}_forward")
        if operation is None:
            continue
        carried = kernel.run and {f"{state}0" for state in operation.states} <= {*kernel.options}
        if not (kernel.step or carried if is_step else kernel.run):
            continue
        gradient = OPERATIONS[f"{kernel.family}{kind}_backward"]
        offered = [name for name in kernel.options if not is_step or name in operation.options]
        yield operation.name, offering(_forward(kernel, operation, is_step), offered)
        told = [name for name in gradient.options if name.removeprefix("d") not in kernel.untold]
        yield gradient.name, offering(_backward(kernel, gradient, is_step), told)


def _forward(kernel: Kernel, operation: Operation, is_step: bool) -> Callable[..., Any]:
    @one_thread()
    def forward(*arrays: Any, **options: Any) -> tuple[Any, ...]:
        given = dict(zip(operation.arguments, arrays, strict=False)) | (arrays[-1] if operation.parameters else {})
        given |= options
        leaves = {name: _leaf(kernel, value) for name, value in given.items() if np.ndim(value)}
        numbers = {
            name: np.asarray(value).item() for name, value in given.items() if value is not None and not np.ndim(value)
        }
        outputs = _called(kernel, operation, leaves, numbers, is_step)
        told = [None if outputs.get(name) is None else array(outputs[name]) for name in operation.outputs]
        return *told, Cache({name: leaf for name, leaf in leaves.items() if leaf.requires_grad}, outputs)

    return forward


def _leaf(kernel: Kernel, value: Any) -> Tensor:
    is_float = value.dtype.kind == "f"
    if is_float and str(value.dtype) not in kernel.dtypes:
        raise Unsupported(f"computes in {' and '.join(kernel.dtypes)}: choose it by --dtype")
    return torch.tensor(np.ascontiguousarray(value)).requires_grad_(is_float)


def _called(kernel: Kernel, operation: Operation, leaves: Tensors, numbers: Any, is_step: bool) -> Tensors:
    """The outputs by the contract's names and axes, from the project's own."""
    every = {**operation.inputs, **operation.options, **operation.parameters}
    given = {name: own(leaf, every[name].split(), kernel.axes.split()) for name, leaf in leaves.items()}
    sizes = {axis: n for name, leaf in leaves.items() for axis, n in zip(every[name].split(), leaf.shape, strict=True)}
    if kernel.decay:
        decaying(kernel, given, operation, sizes)
    if not kernel.grouped and sizes.get("n_h") != sizes.get("n_hv", sizes.get("n_h")):
        raise Unsupported("has as many heads of keys as of values")
    function = kernel.step if is_step and kernel.step else one_step(kernel, operation) if is_step else kernel.run
    assert function
    found = called(function, {**given, **numbers}, sizes)
    return {
        name: turned(found[name], ordered(axes.split(), kernel.axes.split()), axes.split())
        for name, axes in operation.outputs.items()
        if found.get(name) is not None
    }


def _backward(kernel: Kernel, operation: Operation, is_step: bool) -> Callable[..., Any]:
    @one_thread()
    def backward(*arrays: Any, **options: Any) -> dict[str, Any]:
        if why := kernel.gradient or (is_step and kernel.step_gradient):
            raise Unsupported(why)
        *upstream, cache = arrays
        into = dict(zip(operation.arguments, upstream, strict=True)) | options
        given = {n.removeprefix("d"): d for n, d in into.items() if d is not None}
        if untold := [name for name in given if name not in cache.outputs]:
            raise Unsupported(f"does not tell {', '.join(untold)}")
        found = gradients(
            cache.leaves, cache.outputs, {n: torch.tensor(np.ascontiguousarray(d)) for n, d in given.items()}
        )
        return {f"d{name}": array(gradient) for name, gradient in found.items()}

    return backward
