"""Arrays between the contract's axes and a project's: their order, a decay's form, and a step as a sequence of one."""

from collections.abc import Callable

import torch
from rnnspec.reference import Operation
from rnnspec.reference.contract import MARKS

from ...candidate import Unsupported
from ..torch.framework import Tensor
from .kernel import Kernel, Tensors


def own(tensor: Tensor, axes: list[str], order: list[str]) -> Tensor:
    """With a project's order of axes, and without those of length 1 that no project has."""
    kept = [n for n, axis in enumerate(axes) if axis != "1"]
    without = tensor.reshape([tensor.shape[n] for n in kept])
    return turned(without, [axes[n] for n in kept], order).contiguous()


def turned(tensor: Tensor, axes: list[str], order: list[str]) -> Tensor:
    """With its axes in another order; of two of one name the first stays the first. What has other axes stays as it is."""
    if tensor.ndim != len(axes):
        return tensor
    places = sorted(range(len(axes)), key=lambda n: order.index(axes[n]))
    return tensor.permute(places) if order != axes else tensor


def ordered(axes: list[str], order: list[str]) -> list[str]:
    return sorted(axes, key=order.index)


def decaying(kernel: Kernel, given: Tensors, operation: Operation, sizes: dict[str, int]) -> None:
    """Put the decay in place that the project has: one a head without an axis of keys, or one a key; zeros for none."""
    name = "g" if "g" in operation.inputs else "gt"
    axes = ordered(operation.inputs[name].split(), kernel.axes.split())
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


def one_step(kernel: Kernel, operation: Operation) -> Callable[[Tensors], Tensors]:
    """A sequence of one step in place of a step that a project does not have."""
    names = kernel.axes.split()

    def step(given: Tensors) -> Tensors:
        assert kernel.run
        lasts = {f"{state}_prev": f"{state}0" for state in operation.states}
        every = {name: axes.split() for name, axes in {**operation.inputs, **operation.options}.items()}
        timed = {name: name.removesuffix("t") for name in operation.inputs if name not in lasts}
        timed |= {name: name for name in MARKS}
        longer = {}
        for name, value in given.items():
            if name in timed:
                there = [axis for axis in ordered(every[name], names) if axis != "n_g" or kernel.decay != "head"]
                value = value.unsqueeze(_place(there, names))
            longer[lasts.get(name, timed.get(name, name))] = value
        found = kernel.run(longer)
        out = {f"{state}_next": found.get(f"{state}_last") for state in operation.states}
        for name, axes in operation.outputs.items():
            if name not in out:
                own_axes = ordered(axes.split(), names)
                each = found[name.removesuffix("_t")].unbind(_place(own_axes, names))
                out[name] = (
                    each[0] if len(each) == 1 else torch.stack([turned(o, own_axes, axes.split()) for o in each], -1)
                )
        return out

    return step


def _place(axes: list[str], order: list[str]) -> int:
    """Where the axis of time goes among a project's axes."""
    return sum(order.index(axis) < order.index("T_x") for axis in axes)
