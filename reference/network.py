"""Networks: layers of a cell, in one or both directions, as torch.nn with num_layers and bidirectional.

`parameters[layer][direction]` are a cell's parameters without the head. Each layer but the first sees the
outputs of all directions below it, forward first. States are ordered (layer, direction); the second direction
runs backwards in time, and its final state is the one at t = 0.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from operator import add
from typing import Any, NamedTuple

import numpy as np

from . import unroll
from .arithmetics.primitives import Array
from .checking import checked, same_shape
from .contract import Arrays, Axes, ContractError, Dims, Kind, Operation, described
from .families import gru, gru_reset_after, lstm, lstm_peephole, rnn
from .family import Family, zeros
from .replay import road
from .unroll import Parameters, Walk

BELOW = "n_d*n_a"  # what a layer above the first sees in place of n_x


class LayeredOperation(Operation):
    """An operation whose parameters are a list of layers of directions; one of them is written `Wf[1][0]`."""

    def all_parameters(self, dims: Dims) -> Axes:
        if self.forward:
            return self.forward.all_parameters(dims)
        return {
            f"{name}[{layer}][{direction}]": self._axes(name, layer)
            for layer in range(dims["n_l"])
            for direction in range(dims["n_d"])
            for name in self.parameters
        }

    def _axes(self, name: str, layer: int) -> str:
        axes = (self.forward or self).parameters[name]
        return axes.replace("n_x", BELOW) if layer else axes

    def expected(self, given: Iterable[str]) -> dict[str, str]:
        given = list(given)
        places = (re.fullmatch(r"(\w+)\[(\d+)\]\[\d+\]", name) for name in given if self.forward)
        gradients = {f"d{place[0]}": self._axes(place[1], int(place[2])) for place in places if place}
        return {**super().expected(given), **gradients}

    def nested(self, parameters: Arrays) -> list[list[dict[str, Any]]]:
        places: dict[int, dict[int, dict[str, Any]]] = {}
        for place, array in parameters.items():
            name, layer, direction = re.findall(r"\w+", place)
            places.setdefault(int(layer), {}).setdefault(int(direction), {})[name] = array
        return [[layer[d] for d in sorted(layer)] for _, layer in sorted(places.items())]

    def structure(self, parameters: Any) -> dict[str, int]:
        if not _listed(parameters):
            raise ContractError(f"{self.name}: parameters is {described(parameters)}, want a list of layers")
        for layer, directions in enumerate(parameters):
            if not _listed(directions) or len(directions) > 2 or len(directions) != len(parameters[0]):
                raise ContractError(
                    f"{self.name}: parameters[{layer}] is {described(directions)},"
                    " want a list of one or two directions, as many in each layer"
                )
        return {"n_l": len(parameters), "n_d": len(parameters[0])}

    def parts(self, parameters: Any) -> Iterator[tuple[str, Any, Axes]]:
        for layer, directions in enumerate(parameters):
            for direction, part in enumerate(directions):
                yield f"parameters[{layer}][{direction}]", part, {n: self._axes(n, layer) for n in self.parameters}

    def _named_gradients(self, returned: Any, want: list[str]) -> dict[str, Any]:
        if isinstance(returned, Mapping) and "parameters" in returned:
            flat = {name: value for name, value in returned.items() if name != "parameters"}
            returned = {**flat, **self._flattened(returned["parameters"])}
            want = [*want, *(name for name in returned if name not in want and "[" in str(name))]
        return super()._named_gradients(returned, want)

    def _flattened(self, nested: Any) -> dict[str, Any]:
        if not _listed(nested) or not all(_listed(layer) for layer in nested):
            raise ContractError(f"returned {described(nested)} as parameters, want [layer][direction][name]")
        return {
            f"{name}[{layer}][{direction}]": array
            for layer, directions in enumerate(nested)
            for direction, part in enumerate(directions)
            for name, array in (part.items() if isinstance(part, Mapping) else ())
        }


def _listed(value: Any) -> bool:
    return isinstance(value, list | tuple) and len(value) > 0


class NetworkCaches(NamedTuple):
    family: str
    walks: list[list[Walk]]  # [layer][direction]
    c0_given: bool


def network_operations(family: Family) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Network forward and backward of a family."""
    forward = _forward_operation(family)
    return (
        checked(forward, lambda dims, **given: _forward(family, dims, **given)),
        checked(_backward_operation(family, forward), lambda **given: _backward(family, **given)),
    )


def _forward_operation(family: Family) -> LayeredOperation:
    first, *others = family.states
    return LayeredOperation(
        name=f"{family.name}_network_forward",
        kind=Kind.NETWORK,
        family=family.name,
        states=tuple(family.states),
        summary=f"Layers of {family.summary}, in one or both directions, without a head.",
        source=f"{family.source}; layers and directions as torch.nn, whose names are num_layers and bidirectional",
        arguments={"x": "n_x m T_x", f"{first}0": f"n_l*n_d {family.states[first]}"},
        outputs={
            first: "n_d*n_a m T_x",
            **{f"{s}_last": f"n_l*n_d {axes}" for s, axes in family.states.items()},
        },
        parameters=family.cell_parameters,
        options={**{f"{s}0": f"n_l*n_d {family.states[s]}" for s in others}, "lengths": "m"},
        omittable=(f"{first}0",),
        has_cache=True,
    )


def _backward_operation(family: Family, forward: LayeredOperation) -> LayeredOperation:
    first, *others = family.states
    return LayeredOperation(
        name=f"{family.name}_network_backward",
        kind=Kind.NETWORK,
        family=family.name,
        states=tuple(family.states),
        summary=f"Gradients through layers of {family.summary}; those of the parameters stand in `parameters`, nested alike.",
        source=forward.source,
        arguments={f"d{first}": "n_d*n_a m T_x"},
        outputs={"dx": "n_x m T_x", f"d{first}0": forward.arguments[f"{first}0"]},
        options={f"d{s}_last": f"n_l*n_d {axes}" for s, axes in family.states.items()},
        optional_outputs={f"d{s}0": (f"{s}0", f"n_l*n_d {family.states[s]}") for s in others},
        forward=forward,
    )


def _forward(
    family: Family, dims: Dims, x: Array, parameters: Sequence[Sequence[Parameters]], **given: Any
) -> tuple[Any, ...]:
    n_d, walks, below = len(parameters[0]), list[list[Walk]](), x
    for layer, directions in enumerate(parameters):
        walks.append([])
        for d, p in enumerate(directions):
            state = tuple(_initial(given.get(f"{s}0"), layer * n_d + d, x, dims["n_a"]) for s in family.states)
            walks[-1].append(road.forward(family, (below,), state, p, given.get("lengths"), reverse=d == 1))
        below = np.concatenate([unroll.stacked([s[0] for s in walk.outputs]) for walk in walks[-1]])
    finals = [np.stack(states) for states in zip(*(walk.final for layer in walks for walk in layer), strict=True)]
    return (below, *finals, NetworkCaches(family.name, walks, given.get("c0") is not None))


def _initial(states: Array | None, k: int, x: Array, n_a: int) -> Array:
    return zeros(x, n_a, x.shape[1]) if states is None else states[k]


def _backward(family: Family, da: Array, caches: object, **given: Any) -> dict[str, Any]:
    name = f"{family.name}_network_backward"
    if not isinstance(caches, NetworkCaches) or caches.family != family.name:
        raise ContractError(f"{name}: caches is {described(caches)}, want what {family.name}_network_forward returned")
    _check_gradients(name, family, caches, {"da": da, **given})
    gradients: list[list[dict[str, Array]]] = []
    dstates: list[tuple[Array, ...]] = []
    for layer in reversed(range(len(caches.walks))):
        da, dinitial, dparameters = _layer_backward(family, caches, layer, da, given)
        gradients, dstates = [dparameters, *gradients], [*dinitial, *dstates]
    initial = {f"d{s}0": np.stack(d) for s, d in zip(family.states, zip(*dstates, strict=True), strict=True)}
    return {"dx": da, **{n: d for n, d in initial.items() if n == "da0" or caches.c0_given}, "parameters": gradients}


def _layer_backward(family: Family, caches: NetworkCaches, layer: int, da: Array, given: Mapping[str, Any]) -> Any:
    """Gradients into what a layer sees, into each direction's initial state and into its parameters."""
    walks = caches.walks[layer]
    found = []
    for d, walk in enumerate(walks):
        n_a = walk.final[0].shape[0]
        dfinal = tuple(
            zeros(da, *state.shape) if given.get(f"d{s}_last") is None else given[f"d{s}_last"][layer * len(walks) + d]
            for s, state in zip(family.states, walk.final, strict=True)
        )
        into = [(step,) for step in unroll.steps(da[d * n_a : (d + 1) * n_a])]
        (seen,), dinitial, dparameters = road.backward(family, walk, into, dfinal)
        found.append((seen, dinitial, dparameters))
    dbelow, *behind = (list(parts) for parts in zip(*found, strict=True))
    return reduce(add, dbelow), *behind


def _check_gradients(name: str, family: Family, caches: NetworkCaches, given: Mapping[str, Any]) -> None:
    walk = caches.walks[0][0]
    n_d, (n_a, m) = len(caches.walks[0]), walk.final[0].shape
    same_shape(name, "da", given["da"], "n_d*n_a m T_x", (n_d * n_a, m, len(walk.outputs)))
    for s in family.states:
        if given.get(f"d{s}_last") is not None:
            same_shape(name, f"d{s}_last", given[f"d{s}_last"], "n_l*n_d n_a m", (len(caches.walks) * n_d, n_a, m))


rnn_network_forward, rnn_network_backward = network_operations(rnn.FAMILY)
lstm_network_forward, lstm_network_backward = network_operations(lstm.FAMILY)
lstm_peephole_network_forward, lstm_peephole_network_backward = network_operations(lstm_peephole.FAMILY)
gru_network_forward, gru_network_backward = network_operations(gru.FAMILY)
gru_reset_after_network_forward, gru_reset_after_network_backward = network_operations(gru_reset_after.FAMILY)

__all__ = [
    "rnn_network_forward",
    "rnn_network_backward",
    "lstm_network_forward",
    "lstm_network_backward",
    "lstm_peephole_network_forward",
    "lstm_peephole_network_backward",
    "gru_network_forward",
    "gru_network_backward",
    "gru_reset_after_network_forward",
    "gru_reset_after_network_backward",
]
