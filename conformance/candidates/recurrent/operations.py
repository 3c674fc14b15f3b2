"""The operations of a family over what a framework offers: a step, a run over a sequence, layers and directions."""

import re
from typing import Any

from rnnspec.reference import OPERATIONS

from ...candidate import Unsupported
from .layer import Array, Cache, Framework, Function, Layer, Named, Operations, offering, owned, told, valid
from .networks import network


def operations(framework: Framework, *layers: Layer) -> Operations:
    """All operations that the layers have, by name."""
    makers = {"step": _cell, "run": _sequence, "network": network}
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


def _cell(framework: Framework, layer: Layer) -> Operations:
    names = ["xt", *(f"{state}_prev" for state in layer.states)]
    after = [f"{state}_next" for state in layer.states]
    turn = framework.xp.transpose

    def function(given: Named, lengths: Array | None) -> Named:
        assert layer.step
        xt, *states = (turn(given[name]) for name in names)
        found = [turn(one) for one in layer.step(given, xt, states)]
        ended, own = dict(zip(after, found, strict=not layer.own)), found[len(after) :]
        return ended if layer.headless else {**ended, "yt_pred": _predicted(framework, layer, given, found[0], *own)}

    def forward(*arrays: Any) -> Any:
        leaves = owned(dict(zip(names, arrays, strict=False)) | arrays[-1])
        found = framework.run(function, leaves, None)
        return *(found.get(name) for name in (*after, "yt_pred")), Cache(framework, function, leaves, None, layer.head)

    def backward(*arrays: Any) -> Any:
        return arrays[-1].gradients(**dict(zip(after, arrays, strict=False)))

    return {f"{layer.family}_cell_forward": forward, f"{layer.family}_cell_backward": backward}


def _sequence(framework: Framework, layer: Layer) -> Operations:
    functions = {reverse: _over_time(framework, layer, reverse) for reverse in (False, True)}

    def forward(x: Any, a0: Any, parameters: Any, reverse: bool = False, lengths: Any = None, c0: Any = None) -> Any:
        function, begun = functions[reverse], zip(layer.initial, (a0, c0), strict=False)
        states = {n: layer.zeros(n, parameters, x) if state is None else state for n, state in begun}
        leaves = owned({"x": x, **states, **parameters})
        layer.taken(leaves)
        found = framework.run(function, leaves, lengths)
        a, *further = (told(found.get(s), found.get(f"{s}_last"), layer.is_somebodys) for s in layer.states)
        own = () if c0 is not None else ("c0",)  # zeros of ours have no gradient, but a's
        return a, found.get("y"), *further, Cache(framework, function, leaves, lengths, layer.head, own)

    def backward(da: Any, cache: Cache, dy: Any = None, da_last: Any = None, dc_last: Any = None) -> Any:
        found = cache.gradients(a=da, y=dy, a_last=da_last, c_last=dc_last)
        return found if layer.begins_with("a0") else {**found, "da0": None}

    begun = [name for name in layer.initial[1:] if layer.begins_with(name)]
    return {
        f"{layer.family}_forward": offering(forward, [*begun, *layer.options]),
        f"{layer.family}_backward": offering(backward, layer.upstream),
    }


def _over_time(framework: Framework, layer: Layer, reverse: bool) -> Function:
    xp = framework.xp

    def function(given: Named, lengths: Array | None) -> Named:
        assert layer.run
        x, states = xp.transpose(given["x"], (2, 1, 0)), [xp.transpose(given[name]) for name in layer.initial]
        a, ended, c, *own = layer.run(given, x, states, lengths, reverse)
        out = {"a": a} if c is None else {"a": a, "c": c}
        out = {name: xp.transpose(one, (2, 1, 0)) for name, one in out.items()}
        if not layer.headless:
            y = _predicted(framework, layer, given, out["a"], *(xp.transpose(y, (2, 1, 0)) for y in own))
            seen = None if lengths is None else xp.transpose(valid(xp, lengths, x.shape[0]))
            out["y"] = y if seen is None else xp.where(seen, y, xp.zeros_like(y))
        told = zip(layer.states, ended, strict=True)
        return out | {f"{state}_last": xp.transpose(one) for state, one in told if one is not None}

    return function


def _predicted(framework: Framework, layer: Layer, given: Named, a: Array, own: Array | None = None) -> Array:
    """The predictions of the layer's own head, or of one that is put on it."""
    if layer.own:
        return framework.softmax(own) if layer.own == "logits" else own
    weight, bias = layer.head
    return framework.head(given[weight], given[bias], a)
