"""The operations of a network over what a framework offers."""

import re
from typing import Any

import numpy as np

from .layer import Array, Cache, Framework, Layer, Named, Operations, offering, owned


def network(framework: Framework, layer: Layer) -> Operations:
    xp = framework.xp

    def function(given: Named, lengths: Array | None) -> Named:
        assert layer.network
        states = [xp.transpose(given.get(name, xp.zeros_like(given["a0"])), (0, 2, 1)) for name in layer.initial]
        parameters = nested({name: given[name] for name in given if "[" in name})
        a, ended = layer.network(parameters, xp.transpose(given["x"], (2, 1, 0)), states, lengths)
        last = {f"{name[0]}_last": xp.transpose(s, (0, 2, 1)) for name, s in zip(layer.initial, ended, strict=True)}
        return {"a": xp.transpose(a, (2, 1, 0)), **last}

    def forward(x: Any, a0: Any, parameters: Any, lengths: Any = None, c0: Any = None) -> Any:
        flat = _flat(parameters)
        n, n_a = len(parameters) * len(parameters[0]), next(iter(flat.values())).shape[0]
        leaves = {"x": x, "a0": np.zeros((n, n_a, x.shape[1]), x.dtype) if a0 is None else a0, **flat}
        leaves = owned(leaves if c0 is None else {**leaves, "c0": c0})
        found = framework.run(function, leaves, lengths)
        ended = (found[f"{state}_last"] for state in layer.states)
        return found["a"], *ended, Cache(framework, function, leaves, lengths)

    def backward(da: Any, cache: Cache, da_last: Any = None, dc_last: Any = None) -> Any:
        found = cache.gradients(a=da, a_last=da_last, c_last=dc_last)
        weights = {name: found.pop(name) for name in list(found) if "[" in name}
        return {**found, "parameters": nested(weights)}

    last = [f"d{state}_last" for state in layer.states]
    return {
        f"{layer.family}_network_forward": offering(forward, {*layer.initial[1:], *layer.options} - {"reverse"}),
        f"{layer.family}_network_backward": offering(backward, last),
    }


def _flat(parameters: Any) -> Named:
    return {
        f"{name}[{k}][{d}]": array
        for k, directions in enumerate(parameters)
        for d, part in enumerate(directions)
        for name, array in part.items()
    }


def nested(flat: Named) -> list[list[Named]]:
    """Parameters by layer and direction, from the names that `_flat` gives them."""
    places = {name: re.findall(r"\w+", name) for name in flat}
    n_l, n_d = (1 + max(int(place[i]) for place in places.values()) for i in (1, 2))
    layers: list[list[Named]] = [[{} for _ in range(n_d)] for _ in range(n_l)]
    for name, (bare, k, d) in places.items():
        layers[int(k)][int(d)][bare] = flat[name]
    return layers
