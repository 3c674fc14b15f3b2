"""A recurrence by itself: named inputs, no head, and of its states the last alone, as kernels have it."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from . import unroll
from .arithmetics.primitives import Array
from .checking import Dimensions, checked, same_shape
from .contract import Axes, ContractError, Dims, Kind, Operation, described
from .family import Family, final_gradient, initial_state, zeros
from .unroll import Cache, Inputs, Parameters, Walk


class Caches(NamedTuple):
    """What a sequence's backward needs."""

    family: str
    walk: Walk
    states: frozenset[str]  # whose initial ones were given
    shapes: tuple[tuple[int, ...], ...]  # of the outputs over time
    untouched: Mapping[str, Array]  # zeros: the gradients of a sequence without steps


def operations(family: Family) -> tuple[Callable[..., Any], ...]:
    """The four public functions: step forward, step backward, forward, backward."""
    step, sequence = _step(family), _sequence(family)
    return (
        checked(step, lambda dims, **given: _step_forward(family, step, dims, given)),
        checked(_step_gradient(family, step), lambda **given: _step_backward(family, given)),
        checked(sequence, lambda dims, **given: _forward(family, sequence, dims, given)),
        checked(_gradient(family, sequence), lambda **given: _backward(family, **given)),
    )


def _seen(family: Family) -> Axes:
    """What the loss sees of a step: its outputs, or where it has none of its own its first state."""
    return family.outputs or dict([next(iter(family.states.items()))])


def _over_time(arrays: Axes) -> Axes:
    return {name: f"{axes} T_x" for name, axes in arrays.items()}


def _step(family: Family) -> Operation:
    return Operation(
        name=f"{family.name}_step_forward",
        kind=Kind.CELL,
        family=family.name,
        states=tuple(family.states),
        summary=f"One step of {family.summary}.",
        source=family.source,
        arguments={
            **{f"{name}t": axes for name, axes in family.inputs.items()},
            **{f"{s}_prev": axes for s, axes in family.states.items()},
        },
        outputs={
            **{f"{name}_t": axes for name, axes in family.outputs.items()},
            **{f"{s}_next": axes for s, axes in family.states.items()},
        },
        parameters=family.parameters,
        options={**family.options, **family.marks},
        omittable=tuple(f"{name}t" for name in family.omittable),
        has_cache=True,
    )


def _sequence(family: Family) -> Operation:
    return Operation(
        name=f"{family.name}_forward",
        kind=Kind.SEQUENCE,
        family=family.name,
        states=tuple(family.states),
        summary=f"A sequence of {family.summary}: one unroll over the step.",
        source=family.source,
        arguments=_over_time(family.inputs),
        outputs={**_over_time(_seen(family)), **{f"{s}_last": axes for s, axes in family.states.items()}},
        parameters=family.parameters,
        options={
            **{f"{s}0": axes for s, axes in family.states.items()},
            **family.options,
            **_over_time(family.marks),
            "lengths": "m",
        },
        omittable=family.omittable,
        may_be_empty=("T_x",),
        has_cache=True,
    )


def _step_gradient(family: Family, step: Operation) -> Operation:
    required = {name: axes for name, axes in family.inputs.items() if name not in family.omittable}
    return Operation(
        name=f"{family.name}_step_backward",
        kind=Kind.CELL,
        family=family.name,
        states=tuple(family.states),
        summary=f"Gradients of one step of {family.summary}.",
        source=family.source,
        arguments={f"d{name}": axes for name, axes in step.outputs.items()},
        outputs={
            **{f"d{name}t": axes for name, axes in required.items()},
            **{f"d{s}_prev": axes for s, axes in family.states.items()},
            **family.gradients,
        },
        optional_outputs={
            **{f"d{name}t": (f"{name}t", family.inputs[name]) for name in family.omittable},
            **_gradients_of_options(family),
        },
        forward=step,
    )


def _gradient(family: Family, sequence: Operation) -> Operation:
    required = {name: axes for name, axes in family.inputs.items() if name not in family.omittable}
    return Operation(
        name=f"{family.name}_backward",
        kind=Kind.SEQUENCE,
        family=family.name,
        states=tuple(family.states),
        summary=f"Gradients through a sequence of {family.summary}.",
        source=family.source,
        arguments={f"d{name}": axes for name, axes in _over_time(_seen(family)).items()},
        outputs={**{f"d{name}": axes for name, axes in _over_time(required).items()}, **family.gradients},
        options={f"d{s}_last": axes for s, axes in family.states.items()},
        optional_outputs={
            **{f"d{name}": (name, f"{family.inputs[name]} T_x") for name in family.omittable},
            **{f"d{s}0": (f"{s}0", axes) for s, axes in family.states.items()},
            **_gradients_of_options(family),
        },
        forward=sequence,
    )


def _gradients_of_options(family: Family) -> dict[str, tuple[str, str]]:
    """No gradient flows into a number."""
    return {f"d{name}": (name, axes) for name, axes in family.options.items() if axes}


def _step_forward(family: Family, step: Operation, dims: Dims, given: Mapping[str, Any]) -> tuple[Any, ...]:
    _check_lengths(family, step.name, dims)
    inputs = (*(given[f"{name}t"] for name in family.inputs), *(given.get(name) for name in family.marks))
    previous = tuple(given[f"{s}_prev"] for s in family.states)
    outputs, state, cache = family.step(inputs, previous, constant(family, given))
    return (*(outputs if family.outputs else ()), *state, cache)


def _check_lengths(family: Family, operation: str, dims: Dims) -> None:
    if why := family.limits(dims):
        raise ContractError(f"{operation}: {why}")


def constant(family: Family, given: Mapping[str, Any]) -> Parameters:
    """What is the same at every step: parameters, and options that are given."""
    options = {name: given[name] for name in family.options if given.get(name) is not None}
    return {**given.get("parameters", {}), **options}


def _step_backward(family: Family, given: dict[str, Any]) -> dict[str, Array]:
    name, cache = f"{family.name}_step_backward", given.pop("cache")
    if not isinstance(cache, Cache) or cache.family != family.name:
        raise ContractError(f"{name}: cache is {described(cache)}, want what {family.name}_step_forward returned")
    axes = (*family.outputs.values(), *family.states.values())
    for (array, gradient), own, shape in zip(given.items(), axes, cache.shapes, strict=True):
        same_shape(name, array, gradient, own, shape)
    dgiven, dprevious, gradients = family.step_backward(tuple(given.values()), cache)
    states = {f"d{s}_prev": d for s, d in zip(family.states, dprevious, strict=True)}
    return {**_named(family, dgiven, "t"), **states, **gradients}


def _named(family: Family, dgiven: Inputs, when: str = "") -> dict[str, Array]:
    """The gradient into each input that was given."""
    return {f"d{name}{when}": d for name, d in zip(family.inputs, dgiven, strict=True) if d is not None}


def _forward(family: Family, sequence: Operation, dims: Dims, given: Mapping[str, Any]) -> tuple[Any, ...]:
    _check_lengths(family, sequence.name, dims)
    inputs = tuple(given[name] for name in family.inputs)
    initial = initial_state(family, dims, inputs[0], given)
    marks = tuple(given.get(name) for name in family.marks)
    walk = unroll.forward(family, (*inputs, *marks), initial, constant(family, given), given.get("lengths"))
    outputs = _over_steps(family, sequence, dims, walk, inputs[0])
    states = frozenset(s for s in family.states if given.get(f"{s}0") is not None)
    untouched = {} if walk.outputs else _untouched(family, inputs, given)
    return (*outputs, *walk.final, Caches(family.name, walk, states, tuple(o.shape for o in outputs), untouched))


def _over_steps(family: Family, sequence: Operation, dims: Dims, walk: Walk, like: Array) -> list[Array]:
    """What the loss sees of each step, empty where there is none."""
    if not walk.outputs:
        shape = Dimensions(sequence.name, dims).shape
        return [zeros(like, *shape(axes)) for axes in _over_time(_seen(family)).values()]
    seen = [outputs[: len(_seen(family))] for outputs in walk.outputs]
    return [unroll.stacked(arrays) for arrays in zip(*seen, strict=True)]


def _untouched(family: Family, inputs: Inputs, given: Mapping[str, Any]) -> dict[str, Array]:
    """The gradients into all but the states where no step is taken: zeros."""
    options = {name: given.get(name) for name, axes in family.options.items() if axes}  # none flows into a number
    weights = {name: given["parameters"][name] for name in family.cell_parameters if f"d{name}" in family.gradients}
    into = {**dict(zip(family.inputs, inputs, strict=True)), **weights, **options}
    return {f"d{name}": zeros(array, *array.shape) for name, array in into.items() if array is not None}


def _backward(family: Family, caches: object, **given: Any) -> dict[str, Array]:
    name = f"{family.name}_backward"
    if not isinstance(caches, Caches) or caches.family != family.name:
        raise ContractError(f"{name}: caches is {described(caches)}, want what {family.name}_forward returned")
    walk, upstream = caches.walk, list[Array]()
    for (array, axes), shape in zip(_over_time(_seen(family)).items(), caches.shapes, strict=True):
        same_shape(name, f"d{array}", given[f"d{array}"], axes, shape)
        upstream.append(given[f"d{array}"])
    doutputs = list(zip(*(unroll.steps(d) for d in upstream), strict=True))
    dfinal = final_gradient(name, family, walk, given, upstream[0])
    dinputs, dinitial, gradients = unroll.backward(family, walk, doutputs, dfinal)
    initial = {f"d{s}0": d for s, d in zip(family.states, dinitial, strict=True) if s in caches.states}
    return {**(caches.untouched or _named(family, dinputs)), **initial, **gradients}
