"""A family: one cell's equations, from which its four operations are made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from . import unroll
from .arithmetic import Array
from .contract import Axes, ContractError, Operation, checked, described

State = tuple[Array, ...]
Parameters = Mapping[str, Array]


class Cache(NamedTuple):
    """What one step's backward needs: its new state, its intermediates, its parameters."""

    family: str
    state: State
    intermediates: Any
    parameters: Parameters


class Caches(NamedTuple):
    family: str
    steps: list[Cache]
    options: frozenset[str]


@dataclass
class Family:
    """A cell kind.

    forward   (xt, state, parameters) -> (next state, intermediates)
    backward  (gradient into the next state, intermediates, parameters) -> (dxt, gradient into the state,
              gradients by name)

    The first state is the output that the head sees; a further one starts at zero unless its option is given.
    """

    name: str
    summary: str
    source: str
    states: Axes
    parameters: Axes
    head: tuple[str, str]
    y: str
    forward: Callable[[Array, State, Parameters], tuple[State, Any]]
    backward: Callable[[State, Any, Parameters], tuple[Array, State, dict[str, Array]]]

    def step(self, xt: Array, state: State, parameters: Parameters) -> tuple[State, Array, Cache]:
        state, intermediates = self.forward(xt, state, parameters)
        weight, bias = self.head
        yt = unroll.head(state[0], parameters[weight], parameters[bias])
        return state, yt, Cache(self.name, state, intermediates, parameters)

    def step_backward(self, dstate: State, cache: Cache) -> tuple[Array, State, dict[str, Array]]:
        return self.backward(dstate, cache.intermediates, cache.parameters)

    @property
    def gradients(self) -> Axes:
        """The head takes no part: nothing flows back into it from the states."""
        return {f"d{name}": axes for name, axes in self.parameters.items() if name not in self.head}


def operations(family: Family) -> tuple[Callable[..., Any], ...]:
    """The four public functions: cell forward, cell backward, forward, backward."""
    cell, sequence = _cell(family), _sequence(family)
    return (
        checked(cell, lambda **given: _cell_forward(family, cell, given)),
        checked(_cell_gradient(family, cell), lambda *given: _cell_backward(family, cell, *given)),
        checked(sequence, lambda **given: _forward(family, sequence, given)),
        checked(_gradient(family, sequence), lambda da, caches: _backward(family, da, caches)),
    )


def _cell(family: Family) -> Operation:
    return Operation(
        name=f"{family.name}_cell_forward",
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
        summary=f"A sequence of {family.summary}: one unroll over the cell.",
        source=family.source,
        arguments={"x": "n_x m T_x", f"{first}0": family.states[first]},
        outputs={
            first: f"{family.states[first]} T_x",
            family.y: "n_y m T_x",
            **{s: f"{family.states[s]} T_x" for s in others},
        },
        parameters=family.parameters,
        options={f"{s}0": family.states[s] for s in others},
        has_cache=True,
    )


def _cell_gradient(family: Family, cell: Operation) -> Operation:
    return Operation(
        name=f"{family.name}_cell_backward",
        summary=f"Gradients of one step of {family.summary}.",
        source=family.source,
        arguments={f"d{s}_next": axes for s, axes in family.states.items()},
        outputs={"dxt": "n_x m", **{f"d{s}_prev": axes for s, axes in family.states.items()}, **family.gradients},
        forward=cell,
    )


def _gradient(family: Family, sequence: Operation) -> Operation:
    first, *others = family.states
    return Operation(
        name=f"{family.name}_backward",
        summary=f"Gradients through a sequence of {family.summary}, from a gradient into a at every step.",
        source=family.source,
        arguments={f"d{first}": f"{family.states[first]} T_x"},
        outputs={"dx": "n_x m T_x", f"d{first}0": family.states[first], **family.gradients},
        optional_outputs={f"d{s}0": f"{s}0" for s in others},
        forward=sequence,
    )


def _cell_forward(family: Family, cell: Operation, given: dict[str, Any]) -> tuple[Any, ...]:
    xt, *previous = (given[name] for name in cell.arguments)
    state, yt, cache = family.step(xt, tuple(previous), given["parameters"])
    return (*state, yt, cache)


def _cell_backward(family: Family, cell: Operation, *given: Any) -> dict[str, Array]:
    *dstate, cache = given
    if not isinstance(cache, Cache) or cache.family != family.name:
        raise ContractError(f"{family.name}_cell_backward: cache is {described(cache)}, want what {cell.name} returned")
    for (name, axes), gradient, state in zip(family.states.items(), dstate, cache.state, strict=True):
        same_shape(f"{family.name}_cell_backward", f"d{name}_next", gradient, axes, state)
    dxt, dprevious, gradients = family.step_backward(tuple(dstate), cache)
    return {"dxt": dxt, **{f"d{s}_prev": d for s, d in zip(family.states, dprevious, strict=True)}, **gradients}


def _forward(family: Family, sequence: Operation, given: dict[str, Any]) -> tuple[Any, ...]:
    first, *others = family.states
    a0 = given[f"{first}0"]
    options = frozenset(name for name in sequence.options if given.get(name) is not None)
    initial = [given[f"{s}0"] if f"{s}0" in options else np.zeros_like(a0) for s in others]
    states, predictions, caches = unroll.forward(family, given["x"], (a0, *initial), given["parameters"])
    named = {family.y: unroll.stacked(predictions), **collected(family, states)}
    return (*(named[name] for name in sequence.outputs), Caches(family.name, caches, options))


def collected(family: Family, states: list[State]) -> dict[str, Array]:
    """Each state's array over time, by the state's name."""
    return {name: unroll.stacked(arrays) for name, arrays in zip(family.states, zip(*states, strict=True), strict=True)}


def _backward(family: Family, da: Array, caches: Any) -> dict[str, Array]:
    if not isinstance(caches, Caches) or caches.family != family.name:
        raise ContractError(
            f"{family.name}_backward: caches is {described(caches)}, want what {family.name}_forward returned"
        )
    first, *others = family.states
    last = caches.steps[-1].state[0]
    same_shape(f"{family.name}_backward", f"d{first}", da, f"{family.states[first]} T_x", last, len(caches.steps))
    dx, (da0, *dothers), gradients = unroll.backward(family, da, caches.steps)
    given = {f"d{s}0": d for s, d in zip(others, dothers, strict=True) if f"{s}0" in caches.options}
    return {"dx": dx, f"d{first}0": da0, **gradients, **given}


def same_shape(operation: str, name: str, gradient: Any, axes: str, like: Array, *more: int) -> None:
    """Raise ContractError unless a gradient has the shape of the array whose gradient it is."""
    shape, wanted = getattr(gradient, "shape", None), (*like.shape, *more)
    if not isinstance(shape, tuple) or len(shape) != len(wanted):
        raise ContractError(f"{operation}: {name} is {described(gradient)}, want an array ({axes}) = {wanted}")
    for axis, length, want in zip(axes.split(), shape, wanted, strict=True):
        if length != want:
            raise ContractError(
                f"{operation}: axis {axis} of {name} has length {length}, but the forward pass had {want}"
            )
