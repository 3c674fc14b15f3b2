"""A layer: a family with a head, under the contract that the notebook and its course have."""

from collections.abc import Callable
from typing import Any, NamedTuple

from . import unroll
from .arithmetics.primitives import Array, select
from .checking import checked, same_shape
from .contract import ContractError, Dims, Kind, Operation, described
from .family import Family, final_gradient, initial_state
from .replay import road
from .unroll import Cache, Outputs, Parameters, Walk


class Caches(NamedTuple):
    """What a sequence's backward needs."""

    family: str
    walk: Walk
    predictions: list[Array]
    parameters: Parameters
    options: frozenset[str]


def operations(family: Family) -> tuple[Callable[..., Any], ...]:
    """The four public functions: cell forward, cell backward, forward, backward."""
    cell, sequence = _cell(family), _sequence(family)
    return (
        checked(cell, lambda _, **given: _cell_forward(family, cell, given)),
        checked(_cell_gradient(family, cell), lambda **given: _cell_backward(family, cell, given)),
        checked(sequence, lambda dims, **given: _forward(family, sequence, dims, **given)),
        checked(_gradient(family, sequence), lambda **given: _backward(family, **given)),
    )


def _cell(family: Family) -> Operation:
    return Operation(
        name=f"{family.name}_cell_forward",
        kind=Kind.CELL,
        family=family.name,
        states=tuple(family.states),
        summary=f"One step of {family.summary}.",
        source=family.source,
        arguments={"xt": "n_x m", **{f"{s}_prev": axes for s, axes in family.states.items()}},
        outputs={**{f"{s}_next": axes for s, axes in family.states.items()}, "yt_pred": "n_y m"},
        parameters=family.parameters,
        has_cache=True,
    )


def _sequence(family: Family) -> Operation:
    first, *others = family.states
    return Operation(
        name=f"{family.name}_forward",
        kind=Kind.SEQUENCE,
        family=family.name,
        states=tuple(family.states),
        summary=f"A sequence of {family.summary}: one unroll over the cell.",
        source=family.source,
        arguments={"x": "n_x m T_x", f"{first}0": family.states[first]},
        outputs={
            first: f"{family.states[first]} T_x",
            family.y: "n_y m T_x",
            **{s: f"{family.states[s]} T_x" for s in others},
        },
        parameters=family.parameters,
        options={**{f"{s}0": family.states[s] for s in others}, "lengths": "m", "reverse": ""},
        omittable=(f"{first}0",),
        has_cache=True,
    )


def _cell_gradient(family: Family, cell: Operation) -> Operation:
    return Operation(
        name=f"{family.name}_cell_backward",
        kind=Kind.CELL,
        family=family.name,
        states=tuple(family.states),
        summary=f"Gradients of one step of {family.summary}.",
        source=family.source,
        arguments={f"d{s}_next": axes for s, axes in family.states.items()},
        outputs={"dxt": "n_x m", **{f"d{s}_prev": axes for s, axes in family.states.items()}, **family.gradients},
        forward=cell,
    )


def _gradient(family: Family, sequence: Operation) -> Operation:
    first, *others = family.states
    weight, bias = family.head
    return Operation(
        name=f"{family.name}_backward",
        kind=Kind.SEQUENCE,
        family=family.name,
        states=tuple(family.states),
        summary=f"Gradients through a sequence of {family.summary}, from gradients into a at every step and more.",
        source=family.source,
        arguments={f"d{first}": f"{family.states[first]} T_x"},
        outputs={"dx": "n_x m T_x", f"d{first}0": family.states[first], **family.gradients},
        options={"dy": "n_y m T_x", **{f"d{s}_last": axes for s, axes in family.states.items()}},
        optional_outputs={
            **{f"d{s}0": (f"{s}0", family.states[s]) for s in others},
            f"d{weight}": ("dy", family.parameters[weight]),
            f"d{bias}": ("dy", family.parameters[bias]),
        },
        forward=sequence,
    )


def predicted(family: Family, a: Array, parameters: Parameters) -> Array:
    weight, bias = family.head
    return unroll.head(a, parameters[weight], parameters[bias])


def _cell_forward(family: Family, cell: Operation, given: dict[str, Any]) -> tuple[Any, ...]:
    xt, *previous = (given[name] for name in cell.arguments)
    _, state, cache = family.step((xt,), tuple(previous), given["parameters"])
    return (*state, predicted(family, state[0], given["parameters"]), cache)


def _cell_backward(family: Family, cell: Operation, given: dict[str, Any]) -> dict[str, Array]:
    cache = given.pop("cache")
    if not isinstance(cache, Cache) or cache.family != family.name:
        raise ContractError(f"{family.name}_cell_backward: cache is {described(cache)}, want what {cell.name} returned")
    for (name, gradient), axes, shape in zip(given.items(), family.states.values(), cache.shapes, strict=True):
        same_shape(f"{family.name}_cell_backward", name, gradient, axes, shape)
    (dxt,), dprevious, gradients = family.step_backward(tuple(given.values()), cache)
    return {"dxt": dxt, **{f"d{s}_prev": d for s, d in zip(family.states, dprevious, strict=True)}, **gradients}


def _forward(
    family: Family, sequence: Operation, dims: Dims, x: Array, parameters: Parameters, **given: Any
) -> tuple[Any, ...]:
    initial = initial_state(family, dims, x, given)
    walk = road.forward(family, (x,), initial, parameters, given.get("lengths"), given.get("reverse", False))
    predictions = road.predictions(walk, lambda a: predicted(family, a, parameters)) or [
        select(v, predicted(family, s[0], parameters), 0) for v, s in zip(walk.valid, walk.outputs, strict=True)
    ]
    named = {family.y: unroll.stacked(predictions), **collected(family, walk.outputs)}
    options = frozenset(name for name, value in given.items() if value is not None)
    return (*(named[name] for name in sequence.outputs), Caches(family.name, walk, predictions, parameters, options))


def collected(family: Family, states: list[Outputs]) -> dict[str, Array]:
    """Each state's array over time, by the state's name."""
    return {name: unroll.stacked(arrays) for name, arrays in zip(family.states, zip(*states, strict=True), strict=True)}


def _backward(family: Family, caches: object, **given: Any) -> dict[str, Array]:
    name = f"{family.name}_backward"
    if not isinstance(caches, Caches) or caches.family != family.name:
        raise ContractError(f"{name}: caches is {described(caches)}, want what {family.name}_forward returned")
    walk, (first, *others) = caches.walk, family.states
    T_x = len(walk.outputs)
    same_shape(name, f"d{first}", given[f"d{first}"], f"{family.states[first]} T_x", (*walk.final[0].shape, T_x))
    da, head = list(unroll.steps(given[f"d{first}"])), dict[str, Array]()
    if "dy" in given:
        same_shape(name, "dy", given["dy"], "n_y m T_x", (*caches.predictions[0].shape, T_x))
        da, head = through_head(family, caches, da, given["dy"])
    dfinal = final_gradient(name, family, walk, given, given[f"d{first}"])
    (dx,), (da0, *dothers), gradients = road.backward(family, walk, [(d,) for d in da], dfinal)
    more = {f"d{s}0": d for s, d in zip(others, dothers, strict=True) if f"{s}0" in caches.options}
    return {"dx": dx, f"d{first}0": da0, **gradients, **head, **more}


def through_head(family: Family, caches: Caches, da: list[Array], dy: Array) -> tuple[list[Array], dict[str, Array]]:
    """Gradients into a at every step, those through the predictions added, and into the head's parameters."""
    walk, (weight, bias) = caches.walk, family.head
    total: dict[str, Array] = {}
    for t, dy_t in enumerate(unroll.steps(dy)):
        into = select(walk.valid[t], dy_t, 0)
        back, dW, db = unroll.head_backward(into, caches.predictions[t], walk.outputs[t][0], caches.parameters[weight])
        da[t] = da[t] + back
        total = unroll.accumulated(total, {f"d{weight}": dW, f"d{bias}": db})
    return da, total
