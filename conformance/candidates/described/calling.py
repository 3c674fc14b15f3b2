"""The family's layer that follows from a description: it calls the one described, in that one's order of axes."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..recurrent.layer import FAMILY, Array, Layer, Named, blank
from . import telling
from .description import HEADS, OURS, STATE, Description, Sizes
from .fitting import of_function
from .pattern import BadDescription, Layout

Call = Callable[
    [Sizes, Named, list[Any], dict[str, Any]], Any
]  # with weights by name, positional and keyword arguments


def layer(d: Description, call: Call, xp: Any) -> Layer:
    """The family's layer, which calls the one described."""
    described, names = OfDescribed(d, call, xp), dict(zip(d.letters, FAMILY[d.like].states, strict=True))
    if d.is_cell:
        return Layer(d.like, step=described.step, headless=not d.own, own=d.own)
    return Layer(
        d.like,
        run=described.last if d.of_last else described.run,
        options=("lengths",) if "lengths" in d.pattern.words else (),
        takes=tuple(names[word] for word in d.letters if word in d.pattern.words),
        tells=tuple(names[word] for word in d.letters if word in d.result.words),
        headless=not d.own,
        own=d.own,
    )


@dataclass(frozen=True)
class OfDescribed:
    """Calls in our order of axes, passed on in the layer's."""

    description: Description
    call: Call
    xp: Any

    def step(self, p: Named, xt: Array, states: list[Array]) -> list[Array]:
        d, xt = self.description, self.description.on_ones(xt, self.xp)
        found = self._called(p, d.axes.of(xt, STATE, self.xp), xt, states, {})
        own = [d.axes.back(found[d.own], STATE, self.xp, d.own)] if d.own else []
        return [*(self._back(found, word) for word in d.letters), *own]

    def run(self, p: Named, x: Array, states: list[Array], lengths: Array | None, reverse: bool) -> Any:
        assert not reverse  # which is no option of a layer that is described
        d, x = self.description, self.description.on_ones(x, self.xp)
        found = self._called(p, d.axes.of(x, OURS, self.xp), x, states, {"lengths": lengths})
        every = {word: d.axes.back(found[word], OURS, self.xp, word) for word in ("y", "cs", *HEADS) if word in found}
        ended = [self._back(found, word) if word in found else None for word in d.letters]
        return every["y"], ended, every.get("cs"), *([every[d.own]] if d.own else [])

    def last(self, p: Named, x: Array, states: list[Array], lengths: Array | None, reverse: bool) -> Any:
        """Of a layer that tells its last states alone: those after a step are the last of a run that ends there."""
        assert not reverse
        d, xp, x = self.description, self.xp, self.description.on_ones(x, self.xp)
        steps = range(1, x.shape[0] + 1)
        runs = [self._ended(p, x[:t], states, _until(xp, lengths, t)) for t in steps]
        ended = runs[-1] if runs else self._ended(p, x, states, lengths)
        over = {word: xp.concatenate([run[word][None] for run in runs or [ended]], 0)[: len(runs)] for word in ended}
        every = {word: blank(xp, one, lengths) for word, one in over.items()}
        return every["h"], [ended.get(word) for word in d.letters], every.get("c"), *([every[d.own]] if d.own else [])

    def _ended(self, p: Named, x: Array, states: list[Array], lengths: Array | None) -> dict[str, Array]:
        d, xp = self.description, self.xp
        found = self._called(p, d.axes.of(x, OURS, xp), x, states, {"lengths": lengths})
        flat = Layout(d.layout.replace("t", ""), (STATE,), "layout")
        own = {d.own: flat.back(found[d.own], STATE, xp, d.own)} if d.own else {}
        return own | {word: self._back(found, word) for word in d.letters if word in found}

    def values(self, p: Named, given: Array, x: Array, states: list[Array], more: Mapping[str, Any]) -> dict[str, Any]:
        """What the words of a call stand for."""
        d = self.description
        weights = of_function(d.weights, p, FAMILY[d.like].parameters) if callable(d.weights) else self._packed(p)
        values = {word: d.states.of(state, STATE, self.xp) for word, state in zip(d.letters, states, strict=True)}
        values |= {
            "x": given,
            "weights": weights,
            "n_x": x.shape[-1],
            "n_a": states[-1].shape[-1],
            "n_p": states[0].shape[-1],
            **more,
        }
        values |= {"m": x.shape[-2], "T_x": x.shape[0], "n_y": p[FAMILY[d.like].head[0]].shape[0]}
        return values | {key: weights.get(name.removesuffix(".T")) for key, name in d.names.items()}

    def _called(self, p: Named, given: Array, x: Array, states: list[Array], more: Mapping[str, Any]) -> dict[str, Any]:
        d, values = self.description, self.values(p, given, x, states, more)
        nested = {**values, "weights": tree(values["weights"])} if "weights" in d.pattern.words else values
        sizes = tuple(values[name] for name in d.sizes)
        with telling.called(d, values):
            returned = self.call(sizes, values["weights"], *d.pattern.arguments(nested))
        return d.result.found(returned)

    def _packed(self, p: Named) -> dict[str, Array]:
        assert self.description.packing
        return self.description.packing.packed(p, self.xp)

    def _back(self, found: dict[str, Any], word: str) -> Array:
        return self.description.states.back(found[word], STATE, self.xp, word)


def _until(xp: Any, lengths: Array | None, t: int) -> Array | None:
    """Lengths in what ends with step t."""
    return None if lengths is None else xp.where(lengths < t, lengths, lengths * 0 + t)


def tree(weights: Mapping[str, Any]) -> dict[str, Any]:
    """Weights in dicts by the parts of their names, `cell/kernel` or `cell.kernel`. Raises BadDescription where one is in another."""
    found: dict[str, Any] = {}
    for name, array in weights.items():
        *folders, leaf = re.split(r"[/.]", name)
        place = found
        for folder in folders:
            place = place.setdefault(folder, {})
            if not isinstance(place, dict):
                raise BadDescription(f"{folder!r} is a weight's name, and a part's in {name!r}")
        place[leaf] = array
    return found
