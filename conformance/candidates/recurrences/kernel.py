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
from rnnspec.reference.contract import Direction

from ...candidate import Unsupported
from ...run.local import Local
from ..recurrent.layer import Operations, offering
from ..torch.framework import Tensor, array, one_thread

Tensors = dict[str, Tensor]


@dataclass(frozen=True, kw_only=True)
class Kernel:
    """`run` takes and gives a sequence's tensors by the contract's names, None for what it does not tell, a scale and the like as numbers.

    `axes` is the order of the project's axes, of which each array has its own: a state is keys by values where n_k stands before
    n_v. Where there is no `step`, a step is a sequence of one.
    """

    family: str
    axes: str
    run: Callable[[Tensors], Tensors] | None = None
    step: Callable[[Tensors], Tensors] | None = None
    options: tuple[str, ...] = ()  # of a sequence; a step has those that are no states
    dtypes: tuple[str, ...] = ("float64", "float32")
    decay: str = ""  # "head" or "key": what has a g of its own; "none" where there is no g
    grouped: bool = True  # whether a head of keys may serve several of values
    untold: tuple[str, ...] = ()  # outputs that are not returned
    gradient: str = ""  # why there is none
    step_gradient: str = ""  # why there is none of a step


class Cache(NamedTuple):
    """What went in that has a gradient, and what came out."""

    leaves: Tensors
    outputs: Tensors


def candidate(project: str, *kernels: Kernel) -> Local:
    """A project's functions as a candidate, under the version that is installed."""
    functions: Operations = {name: function for kernel in kernels for name, function in _operations(kernel)}
    return Local(name=project, version=f"{project} {version(project)}, torch {torch.__version__}", functions=functions)


def _operations(kernel: Kernel) -> Iterator[tuple[str, Callable[..., Any]]]:
    for kind, is_step in (("_step", True), ("", False)):
        operation = OPERATIONS[f"{kernel.family}{kind}_forward"]
        carried = kernel.run and {f"{state}0" for state in operation.states} <= {*kernel.options}
        if not (kernel.step or carried if is_step else kernel.run):
            continue
        gradient = OPERATIONS[f"{kernel.family}{kind}_backward"]
        own = [name for name in kernel.options if not is_step or name in operation.options]
        yield operation.name, offering(_forward(kernel, operation, is_step), own)
        told = [name for name in gradient.options if name.removeprefix("d") not in kernel.untold]
        yield gradient.name, offering(_backward(kernel, gradient, is_step), told)


def _forward(kernel: Kernel, operation: Operation, is_step: bool) -> Callable[..., Any]:
    @one_thread()
    def forward(*arrays: Any, **options: Any) -> tuple[Any, ...]:
        given = dict(zip(operation.arguments, arrays, strict=False)) | (arrays[-1] if operation.parameters else {})
        given |= options
        leaves = {name: _leaf(kernel, value) for name, value in given.items() if np.ndim(value)}
        numbers = {name: value.item() for name, value in given.items() if value is not None and not np.ndim(value)}
        outputs = _called(kernel, operation, leaves, numbers, is_step)
        told = [None if outputs.get(name) is None else array(outputs[name]) for name in operation.outputs]
        return *told, Cache(leaves, outputs)

    return forward


def _leaf(kernel: Kernel, value: Any) -> Tensor:
    if value.dtype.kind == "f" and str(value.dtype) not in kernel.dtypes:
        raise Unsupported(f"computes in {' and '.join(kernel.dtypes)}: choose it by --dtype")
    return torch.tensor(np.ascontiguousarray(value)).requires_grad_()


def _called(kernel: Kernel, operation: Operation, leaves: Tensors, numbers: Any, is_step: bool) -> Tensors:
    """The outputs by the contract's names and axes, from the project's own."""
    every = {**operation.inputs, **operation.options, **operation.parameters}
    given = {name: _project(leaf, every[name].split(), kernel.axes.split()) for name, leaf in leaves.items()}
    sizes = {axis: n for name, leaf in leaves.items() for axis, n in zip(every[name].split(), leaf.shape, strict=True)}
    if kernel.decay:
        _decaying(kernel, given, operation, sizes)
    if not kernel.grouped and sizes.get("n_h") != sizes.get("n_hv", sizes.get("n_h")):
        raise Unsupported("has as many heads of keys as of values")
    function = kernel.step if is_step and kernel.step else _one_step(kernel, operation) if is_step else kernel.run
    assert function
    found = function({**given, **numbers})
    return {
        name: _turned(found[name], _sorted(axes.split(), kernel.axes.split()), axes.split())
        for name, axes in operation.outputs.items()
        if found.get(name) is not None
    }


def _project(tensor: Tensor, axes: list[str], order: list[str]) -> Tensor:
    """With a project's order of axes, and without those of length 1 that no project has."""
    own = [axis for axis in axes if axis != "1"]
    return _turned(
        tensor.reshape([n for n, axis in zip(tensor.shape, axes, strict=True) if axis != "1"]), own, order
    ).contiguous()


def _turned(tensor: Tensor, axes: list[str], order: list[str]) -> Tensor:
    """With its axes in another order; of two of one name the first stays the first. What has other axes stays as it is."""
    if tensor.ndim != len(axes):
        return tensor
    places = sorted(range(len(axes)), key=lambda n: order.index(axes[n]))
    return tensor.permute(places) if order != axes else tensor


def _sorted(axes: list[str], order: list[str]) -> list[str]:
    return sorted(axes, key=order.index)


def _decaying(kernel: Kernel, given: Tensors, operation: Operation, sizes: dict[str, int]) -> None:
    """Put the decay in place that the project has: one a head without an axis of keys, or one a key; zeros for none."""
    name = "g" if "g" in operation.inputs else "gt"
    axes = _sorted(operation.inputs[name].split(), kernel.axes.split())
    at = axes.index("n_g")
    if kernel.decay == "none":
        if name in given:
            raise Unsupported("has no decay")
        return
    if name not in given:
        shape = [1 if axis == "n_g" else sizes[axis] for axis in axes]
        given[name] = torch.zeros(shape, dtype=next(iter(given.values())).dtype)
    if kernel.decay == "key":
        given[name] = given[name].expand(*(sizes["n_k"] if n == at else -1 for n in range(len(axes))))
    elif given[name].shape[at] > 1:
        raise Unsupported("decays a head, not each key by itself")
    else:
        given[name] = given[name].squeeze(at)


def _one_step(kernel: Kernel, operation: Operation) -> Callable[[Tensors], Tensors]:
    """A sequence of one step in place of a step that a project does not have."""
    names = kernel.axes.split()

    def step(given: Tensors) -> Tensors:
        assert kernel.run
        lasts = {f"{state}_prev": f"{state}0" for state in operation.states}
        every = {name: axes.split() for name, axes in operation.inputs.items()}
        timed = {name for name in every if name not in lasts}
        longer = {}
        for name, value in given.items():
            if name in timed:
                value = value.unsqueeze(_place(_sorted(every[name], names), names))
            longer[lasts.get(name, name.removesuffix("t") if name in timed else name)] = value
        found = kernel.run(longer)
        seen = {
            name.removesuffix("_t"): (name, axes) for name, axes in operation.outputs.items() if name.endswith("_t")
        }
        out = {f"{state}_next": found.get(f"{state}_last") for state in operation.states}
        for name, (own, axes) in seen.items():
            out[own] = found[name].squeeze(_place(_sorted(axes.split(), names), names))
        return out

    return step


def _place(axes: list[str], order: list[str]) -> int:
    """Where the axis of time goes among a project's axes."""
    return sum(order.index(axis) < order.index("T_x") for axis in axes)


def _backward(kernel: Kernel, operation: Operation, is_step: bool) -> Callable[..., Any]:
    assert operation.direction is Direction.BACKWARD

    @one_thread()
    def backward(*arrays: Any, **options: Any) -> dict[str, Any]:
        if why := kernel.gradient or (is_step and kernel.step_gradient):
            raise Unsupported(why)
        *upstream, cache = arrays
        into = dict(zip(operation.arguments, upstream, strict=True)) | options
        given = {n.removeprefix("d"): d for n, d in into.items() if d is not None}
        if untold := [name for name in given if name not in cache.outputs]:
            raise Unsupported(f"does not tell {', '.join(untold)}")
        found = torch.autograd.grad(
            [cache.outputs[name] for name in given],
            [*cache.leaves.values()],
            [torch.tensor(np.ascontiguousarray(d)) for d in given.values()],
            allow_unused=True,
            materialize_grads=True,
            retain_graph=True,  # twice, if asked
        )
        return {f"d{name}": array(gradient) for name, gradient in zip(cache.leaves, found, strict=True)}

    return backward
