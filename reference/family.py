"""A family: one recurrence's equations, which `layer` and `recurrence` make into its four operations."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from . import unroll
from .arithmetics.primitives import Array
from .checking import same_shape
from .contract import Axes, Dims
from .unroll import Cache, Gradients, Inputs, Outputs, Parameters, State, Walk


@dataclass(eq=False)  # each is itself, and known by that
class Family:
    """A recurrence.

    forward   (each input, state, parameters) -> (each output and each state's next, intermediates)
    backward  (gradients into these, intermediates, parameters) -> (into each input, into the state, by name into parameters)

    A layer has a `head`, which sees its first state, and gives `y`. What has no `outputs` of its own gives its states. An input in `omittable` may be None. `constants` are parameters that no gradient flows into,
    `options` are given as keywords and are among the parameters where they are given. `marks` are keywords too, of each step, and
    reach `forward` behind the inputs, None where they are not given: they have no gradient. `limits` says what is wrong with the
    lengths of the axes, "" where nothing is.
    """

    name: str
    summary: str
    source: str
    states: Axes
    forward: Callable[..., tuple[tuple[Array, ...], Any]]
    backward: Callable[..., tuple[Any, ...]]
    parameters: Axes = field(default_factory=dict)
    inputs: Axes = field(default_factory=lambda: {"x": "n_x m"})
    outputs: Axes = field(default_factory=dict)
    omittable: tuple[str, ...] = ()
    options: Axes = field(default_factory=dict)
    marks: Axes = field(default_factory=dict)
    constants: tuple[str, ...] = ()
    head: tuple[str, ...] = ()  # its weight and its bias
    y: str = ""
    limits: Callable[[Dims], str] = lambda dims: ""

    def step(self, given: Inputs, state: State, parameters: Parameters) -> tuple[Outputs, State, Cache]:
        new, intermediates = self.forward(*given, state, parameters)
        after = new[len(self.outputs) :]
        cache = Cache(self.name, intermediates, parameters, tuple(s.shape for s in new))
        return new[: len(self.outputs)] or after, after, cache

    def arriving(self, doutputs: Outputs, dstate: State) -> State:
        """The gradient into all that a step gave."""
        return (*doutputs, *dstate) if self.outputs else unroll.arriving(doutputs, dstate)

    def step_backward(self, into: State, cache: Cache) -> tuple[Inputs, State, Gradients]:
        *dgiven, dprevious, gradients = self.backward(into, cache.intermediates, cache.parameters)
        return tuple(dgiven), dprevious, gradients

    @property
    def cell_parameters(self) -> Axes:
        return {name: axes for name, axes in self.parameters.items() if name not in self.head}

    @property
    def gradients(self) -> Axes:
        return {f"d{name}": axes for name, axes in self.cell_parameters.items() if name not in self.constants}


def initial_state(family: Family, dims: Dims, like: Array, given: Mapping[str, Any]) -> State:
    """Each state as given, or zeros in the number type of `like`."""
    return tuple(
        zeros(like, *(dims[axis] for axis in axes.split())) if given.get(f"{s}0") is None else given[f"{s}0"]
        for s, axes in family.states.items()
    )


def zeros(like: Array, *shape: int) -> Array:
    """Zeros in the number type of an array, so that functions take them."""
    if isinstance(like, np.ndarray) and like.dtype == object:
        return np.full(shape, 0 * like.flat[0])
    return np.zeros_like(like, shape=shape)


def final_gradient(operation: str, family: Family, walk: Walk, given: Mapping[str, Any], like: Array) -> State:
    """The gradient into the state after the last step, zeros where none is given."""
    dfinal = []
    for (s, axes), state in zip(family.states.items(), walk.final, strict=True):
        d = given.get(f"d{s}_last")
        if d is not None:
            same_shape(operation, f"d{s}_last", d, axes, state.shape)
        dfinal.append(zeros(like, *state.shape) if d is None else d)
    return tuple(dfinal)
