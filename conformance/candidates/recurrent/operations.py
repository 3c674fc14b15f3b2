"""The operations of a family over what a framework offers: a step, a run over a sequence, layers and directions.

The framework's functions see its own order: x is (T, m, n_x), a state (m, n) or, in a network, (layers*directions, m, n).
"""

import inspect
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from rnnspec.reference import FAMILIES, OPERATIONS

from ...candidate import Unsupported

FAMILY = {family.name: family for family in FAMILIES}
Array = Any  # of whichever framework
Named = dict[str, Array]
Function = Callable[[Named, Array | None], Named]  # of the leaves by contract name and the lengths
Operations = dict[str, Any]  # functions by name, and the version


class Framework(Protocol):
    """What is needed of a framework beside its layers. Only it knows its arrays."""

    @property
    def xp(self) -> Any:
        """transpose, arange, where and zeros_like, under NumPy's names."""

    def run(self, function: Function, leaves: Named, lengths: Array | None) -> Named: ...

    def gradients(self, function: Function, leaves: Named, lengths: Array | None, upstream: Named) -> Named:
        """Of every leaf, from gradients into some of the outputs."""

    def head(self, weight: Array, bias: Array, a: Array) -> Array:
        """Softmax over the classes, for a (n_a, m) or (n_a, m, T)."""


@dataclass(frozen=True)
class Layer:
    """A family as a framework has it. What it does not have is None."""

    family: str
    step: Callable[..., list[Array]] | None = None  # (parameters, xt, states) -> states
    run: Callable[..., tuple[Array, list[Array], Array]] | None = None  # -> every a, final states, every c or None
    network: Callable[..., tuple[Array, list[Array]]] | None = None  # (parameters[layer][direction], …) -> a, states
    options: tuple[str, ...] = ("lengths", "reverse")

    @property
    def states(self) -> list[str]:
        return [*FAMILY[self.family].states]

    @property
    def head(self) -> tuple[str, str]:
        """The names of its weights and its bias."""
        return FAMILY[self.family].head

    @property
    def initial(self) -> list[str]:
        return [f"{state}0" for state in self.states]


@dataclass(frozen=True)
class Cache:
    """What a forward call keeps: its function and what it was given."""

    framework: Framework
    function: Function
    leaves: Named
    lengths: Array | None
    head: tuple[str, ...] = ()

    def gradients(self, **upstream: Any) -> Named:
        """Of every leaf but the head's, which only the predictions' gradient asks for."""
        given = {name: gradient for name, gradient in upstream.items() if gradient is not None}
        found = self.framework.gradients(self.function, self.leaves, self.lengths, given)
        return {f"d{name}": found[name] for name in found if "y" in given or name not in self.head}


def operations(framework: Framework, *layers: Layer) -> Operations:
    """All operations that the layers have, by name."""
    makers = {"step": _cell, "run": _sequence, "network": _network}
    return {
        name: function
        for layer in layers
        for part, make in makers.items()
        if getattr(layer, part)
        for name, function in make(framework, layer).items()
    }


def refused(names: str, reason: str) -> Operations:
    """The operations of these families, or of these names, each declined with a reason."""

    def operation(*_: Any, **__: Any) -> Any:
        raise Unsupported(reason)

    named = re.compile(rf"({names.replace(' ', '|')})(_(cell_|network_)?(forward|backward))?")
    return {name: operation for name in OPERATIONS if named.fullmatch(name)}


def offering(function: Callable[..., Any], options: Iterable[str]) -> Callable[..., Any]:
    """The function with these keywords and no others: by its signature it says what it does not have."""
    kinds = inspect.Parameter
    arguments = [kinds("arrays", kinds.VAR_POSITIONAL), *(kinds(name, kinds.KEYWORD_ONLY) for name in options)]
    function.__signature__ = inspect.Signature(arguments)  # type: ignore[attr-defined]
    return function


def _owned(leaves: Named) -> Named:
    """The caller may change its arrays between forward and backward."""
    return {name: np.array(array) for name, array in leaves.items()}


def _cell(framework: Framework, layer: Layer) -> Operations:
    names = ["xt", *(f"{state}_prev" for state in layer.states)]
    after = [f"{state}_next" for state in layer.states]
    turn = framework.xp.transpose

    def function(given: Named, lengths: Array | None) -> Named:
        assert layer.step
        xt, *states = (turn(given[name]) for name in names)
        ended = dict(zip(after, map(turn, layer.step(given, xt, states)), strict=True))
        weight, bias = layer.head
        return {**ended, "yt_pred": framework.head(given[weight], given[bias], ended["a_next"])}

    def forward(*arrays: Any) -> Any:
        leaves = _owned(dict(zip(names, arrays, strict=False)) | arrays[-1])
        found = framework.run(function, leaves, None)
        return *(found[name] for name in (*after, "yt_pred")), Cache(framework, function, leaves, None, layer.head)

    def backward(*arrays: Any) -> Any:
        return arrays[-1].gradients(**dict(zip(after, arrays, strict=False)))

    return {f"{layer.family}_cell_forward": forward, f"{layer.family}_cell_backward": backward}


def _sequence(framework: Framework, layer: Layer) -> Operations:
    functions = {reverse: _over_time(framework, layer, reverse) for reverse in (False, True)}

    def forward(x: Any, a0: Any, parameters: Any, reverse: bool = False, lengths: Any = None, c0: Any = None) -> Any:
        function, n_a = functions[reverse], parameters[layer.head[0]].shape[1]
        leaves = {"x": x, "a0": np.zeros((n_a, x.shape[1]), x.dtype) if a0 is None else a0, **parameters}
        leaves = _owned(leaves if c0 is None else {**leaves, "c0": c0})
        found = framework.run(function, leaves, lengths)
        outputs = (found[name] for name in ("a", "y", "c") if name in found)
        return *outputs, Cache(framework, function, leaves, lengths, layer.head)

    def backward(da: Any, cache: Cache, dy: Any = None, da_last: Any = None, dc_last: Any = None) -> Any:
        return cache.gradients(a=da, y=dy, a_last=da_last, c_last=dc_last)

    last = [f"d{state}_last" for state in layer.states]
    return {
        f"{layer.family}_forward": offering(forward, [*layer.initial[1:], *layer.options]),
        f"{layer.family}_backward": offering(backward, ["dy", *last]),
    }


def _over_time(framework: Framework, layer: Layer, reverse: bool) -> Function:
    xp = framework.xp

    def function(given: Named, lengths: Array | None) -> Named:
        assert layer.run
        x, a0 = xp.transpose(given["x"], (2, 1, 0)), given["a0"]
        states = [xp.transpose(given.get(name, xp.zeros_like(a0))) for name in layer.initial]
        a, ended, c = layer.run(given, x, states, lengths, reverse)
        out = {"a": a} if c is None else {"a": a, "c": c}
        out = {name: xp.transpose(one, (2, 1, 0)) for name, one in out.items()}
        y = framework.head(given[layer.head[0]], given[layer.head[1]], out["a"])
        out["y"] = y if lengths is None else xp.where(xp.transpose(valid(xp, lengths, x.shape[0])), y, xp.zeros_like(y))
        return out | {f"{name[0]}_last": xp.transpose(one) for name, one in zip(layer.initial, ended, strict=True)}

    return function


def valid(xp: Any, lengths: Array, T: int) -> Array:
    """Which examples have which step, (T, m)."""
    return xp.arange(T)[:, None] < lengths


def blank(xp: Any, a: Array, lengths: Array | None) -> Array:
    """Zeros past each example's length, for what promises nothing of its outputs there."""
    return a if lengths is None else xp.where(valid(xp, lengths, a.shape[0])[:, :, None], a, xp.zeros_like(a))


def _network(framework: Framework, layer: Layer) -> Operations:
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
        leaves = _owned(leaves if c0 is None else {**leaves, "c0": c0})
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
