"""What stands in front of a recurrence: raw numbers made into decays, steps and keys, without a state and without time."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .checking import checked, same_shape
from .contract import ContractError, Dims, Kind, Operation, described
from .family import Family
from .recurrence import constant
from .unroll import Cache


def operations(family: Family) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The two public functions: forward and backward."""
    gate = _gate(family)
    return (
        checked(gate, lambda dims, **given: _forward(family, dims, given)),
        checked(_gradient(family, gate), lambda **given: _backward(family, **given)),
    )


def _gate(family: Family) -> Operation:
    return Operation(
        name=f"{family.name}_forward",
        kind=Kind.CELL,
        family=family.name,
        summary=f"{family.summary[0].upper()}{family.summary[1:]}.",
        source=family.source,
        arguments=family.inputs,
        outputs=family.outputs,
        parameters=family.parameters,
        options=family.options,
        has_cache=True,
    )


def _gradient(family: Family, gate: Operation) -> Operation:
    return Operation(
        name=f"{family.name}_backward",
        kind=Kind.CELL,
        family=family.name,
        summary=f"Gradients of {family.summary}.",
        source=family.source,
        arguments={f"d{name}": axes for name, axes in family.outputs.items()},
        outputs={**{f"d{name}": axes for name, axes in family.inputs.items()}, **family.gradients},
        forward=gate,
    )


def _forward(family: Family, _: Dims, given: Mapping[str, Any]) -> tuple[Any, ...]:
    raw = tuple(given[name] for name in family.inputs)
    outputs, _state, cache = family.step(raw, (), constant(family, _in_format_of(raw[0], given)))
    return (*outputs, cache)


def _in_format_of(raw: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """Python's numbers in the format of an array: NumPy chooses between them and bfloat16 in float64."""
    is_plain = isinstance(raw, np.ndarray) and raw.dtype != object
    return {n: raw.dtype.type(x) if is_plain and isinstance(x, float) else x for n, x in given.items()}


def _backward(family: Family, cache: object, **given: Any) -> dict[str, Any]:
    name = f"{family.name}_backward"
    if not isinstance(cache, Cache) or cache.family != family.name:
        raise ContractError(f"{name}: cache is {described(cache)}, want what {family.name}_forward returned")
    for (array, d), axes, shape in zip(given.items(), family.outputs.values(), cache.shapes, strict=True):
        same_shape(name, array, d, axes, shape)
    dgiven, _state, gradients = family.step_backward(tuple(given.values()), cache)
    return {**{f"d{name}": d for name, d in zip(family.inputs, dgiven, strict=True)}, **gradients}
