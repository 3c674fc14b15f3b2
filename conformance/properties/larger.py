"""A golden's problem inside a larger one, whose answer is that of the small one.

Units, features and projected units are filled with *copies* of the layer that do not see each other: every matrix has the
golden's own on its diagonal and zeros beside it. So each copy gives what the golden gives, and what is left over gives nothing. A copy has
the golden's examples in a turn of its own, so that it is not what another is. The head
reads the last copy alone, and added classes have logits so low that their exponential is 0 in every dtype. Examples are
repeated; a gradient comes only from those that *live*, each of the golden's own as often as the others, spread
over the whole batch.

Why the golden's budget holds for a copy: each of its sums has the golden's terms and more that are exactly 0, whose products
and sums are exact in any order, and no rounding outside of a copy reaches it. Where a gradient is a sum over examples, those
that do not live add zeros. With k of each living, every rounding of the golden's has k of its like, all of whose
effects may have one sign, and a sum has k times the terms: n Σ|t| becomes k² as much, 4 √n √(Σt² + z²) no more than that. So k²
budgets hold for k times the golden's gradient.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.golden import Golden
from rnnspec.golden.erring import WIDE
from rnnspec.reference import Operation
from rnnspec.reference.checking import Dimensions

from ..candidate import Arrays
from ..verdict.nearness import alike
from .trial import Numbers, Trial

Array = NDArray[Any]

IN_COPIES = ("n_x", "n_a", "n_p", "n_c", "n_h", "n_hv")  # the axes along which copies of the layer stand
SILENT = -1e4  # a logit whose exponential is 0, and which float16 holds
UNSEEN = 0.5  # in features whose weights are 0


class Larger:
    """The problem of a golden in one of these sizes, where each of its examples lives so often."""

    def __init__(self, golden: Golden, sizes: Mapping[str, int], living: int = 1) -> None:
        dims = golden.entry.dims
        self.golden, self.operation, self.living = golden, golden.entry.operation, living
        self.small = Dimensions(golden.id, dims)
        self.dims = Dimensions(golden.id, _enlarged(dims, sizes))
        fitting = (self.dims.lengths[axis] // n for axis, n in dims.items() if axis in IN_COPIES)
        self.copies = min(fitting, default=1) if _stands_apart(self.operation) else 1
        examples, self.alive = _spread(dims["m"], self.dims.lengths["m"], living)
        turns = np.arange(self.copies)[::-1, None] if self._is_each_copys_own() else np.zeros((self.copies, 1), int)
        self.examples = (examples + turns) % dims["m"]  # of each copy, the last's as they come
        self._known: dict[str, Array] = {}

    def inputs(self) -> dict[str, Array]:
        own = (*self.operation.arguments, *self.operation.options) if self.operation.forward else ()
        found = {name: self._placed(f"inputs/{name}", array) for name, array in self.golden.inputs.items()}
        return {
            name: self.only_alive(a, self.axes(f"inputs/{name}")) if name in own else a for name, a in found.items()
        }

    def parameters(self) -> dict[str, Array]:
        return {name: self._placed(f"parameters/{name}", array) for name, array in self.golden.parameters.items()}

    def axes(self, key: str) -> list[str]:
        return self.golden.entry.axes[key][0].split()

    def copies_of(self, array: Array, axes: list[str]) -> Array:
        """The copies in an output that is known: a gradient into predictions flows into the last alone."""
        return np.asarray(array[self._blocks(axes, self._is_lasts(axes))])

    def wanted(self, array: Array, axes: list[str]) -> Array:
        """What the copies in an output have, by what the small one has."""
        return self._tiled(array, axes, self._is_lasts(axes))

    def _is_lasts(self, axes: list[str]) -> bool:
        return "n_y" in axes or "dy" in self.golden.inputs

    def _tiled(self, array: Array, axes: list[str], last: bool) -> Array:
        """For the examples of each copy, or of the last: one more axis, of copies, goes ahead."""
        if "m" not in axes:
            return array
        at = axes.index("m")
        return np.moveaxis(np.take(array, self.examples[-1:] if last else self.examples, at), at, 0)

    def _is_each_copys_own(self) -> bool:
        """Whether nothing that is given of an example, such as its length, is of all copies at once."""
        every = (axes.split() for key, (axes, _) in self.golden.entry.axes.items() if not key.startswith("parameters/"))
        return all({*IN_COPIES, "n_y"} & _factors_of(" ".join(axes)) for axes in every if "m" in axes)

    def only_alive(self, array: Array, axes: list[str]) -> Array:
        return array * self.alive.reshape([-1 if axis == "m" else 1 for axis in axes])

    def beside(self, array: Array, axes: list[str]) -> Array:
        """What of an output is 0 because no copy stands there: of gradients, and of the head's."""
        at = next((i for i, axis in enumerate(axes) if _factors(axis) & {*IN_COPIES, "n_y"}), None)
        if at is None or not (self.operation.forward or "n_y" in axes):
            return np.zeros(0)
        copies = self._places(axes[at])[-1:] if axes[at] == "n_y" else self._places(axes[at])
        return np.delete(array, copies.ravel(), at)

    def _placed(self, key: str, array: Array) -> Array:
        if not (axes := self.axes(key)):
            return array
        whole = np.full(self.dims.shape(" ".join(axes)), self._beside_copies(key, axes), array.dtype)
        whole[self._blocks(axes, "n_y" in axes)] = self._tiled(array, axes, "n_y" in axes)
        return whole

    def _beside_copies(self, key: str, axes: list[str]) -> float:
        if axes == ["n_y", "1"]:
            return SILENT
        return UNSEEN if key in ("inputs/x", "inputs/xt") else 0.0

    def _blocks(self, axes: list[str], last: bool) -> tuple[Array, ...]:
        """Where the copies stand in an array, or the last alone: one more axis, of copies, goes ahead."""
        found = []
        for i, axis in enumerate(axes):
            places = self._places(axis)[-1:] if last else self._places(axis)
            found.append(places.reshape(len(places), *(-1 if k == i else 1 for k in range(len(axes)))))
        return tuple(found)

    def _places(self, axis: str) -> Array:
        """For each copy its indices along an axis, which may be a sum of products as in `n_a+n_d*n_a`."""
        if axis not in self._known:
            found, start = [], 0
            for term in axis.split("+"):
                places = np.zeros((self.copies, 1), int)
                for factor in term.split("*"):
                    own, large = self._of_factor(factor)
                    places = (places[:, :, None] * large + own[:, None]).reshape(self.copies, -1)
                found.append(start + places)
                start += self.dims.shape(term)[0]
            self._known[axis] = np.concatenate(found, axis=1)
        return self._known[axis]

    def _of_factor(self, factor: str) -> tuple[Array, int]:
        small, large = (dims.shape(factor)[0] for dims in (self.small, self.dims))
        if factor == "n_hv":  # each head of q and k has its own in a row
            each = small // self.small.lengths["n_h"]
            heads, _ = self._of_factor("n_h")
            return (heads[:, :, None] * each + np.arange(each)).reshape(len(heads), -1), large
        own = np.arange(large if factor == "m" else small)
        room, last = large - len(own), max(self.copies - 1, 1)
        copies = np.arange(self.copies)[:, None]  # from the first index to the last, evenly
        spread = factor in IN_COPIES and self.copies > 1
        return own + (copies * room // last if spread else np.full_like(copies, room)), large


def _stands_apart(operation: Operation) -> bool:
    """Whether no copy sees what another is given: every input has an axis of copies, or is of classes."""
    return all({*IN_COPIES, "n_y"} & _factors_of(axes) for axes in operation.inputs.values())


def _factors_of(axes: str) -> set[str]:
    return {factor for axis in axes.split() for factor in _factors(axis)}


def _enlarged(dims: Mapping[str, int], sizes: Mapping[str, int]) -> dict[str, int]:
    found = {axis: max(n, sizes.get(axis, n)) for axis, n in dims.items()}
    return found | ({"n_hv": dims["n_hv"] // dims["n_h"] * found["n_h"]} if "n_hv" in dims else {})


def _factors(axis: str) -> set[str]:
    return {factor for term in axis.split("+") for factor in term.split("*")}


def _spread(m: int, many: int, living: int) -> tuple[Array, Array]:
    """Which of m examples stands at each place of a large batch, and which places live, the first and the last among them."""
    examples, alive = np.arange(many) % m, np.zeros(many)
    places = np.linspace(many - 1, 0, living * m).astype(int)
    examples[places], alive[places] = np.arange(living * m) % m, 1.0
    return examples, alive


def differing_inside(trial: Trial, larger: Larger, plain: Numbers, got: Arrays) -> str:
    """The first output of the larger problem that is not what the small one gives, in words; "" for none."""
    for name, small in plain.items():
        axes, near, whole = larger.axes(f"outputs/{name}"), trial.near(name), got[name]
        small = np.where(near > 0, small, trial.golden.outputs[name])  # what has no room is what the golden says
        if whole.shape != (shape := larger.dims.shape(" ".join(axes))):
            return f"{name} has shape {whole.shape}, want {shape}"
        want, room = larger.wanted(small, axes), larger.wanted(near, axes)
        if larger.operation.forward and "m" in axes:
            want, room = (larger.only_alive(array, axes) for array in (want, room))
        elif larger.operation.forward:
            want, room = larger.living * want, larger.living**2 * room
        copies = larger.copies_of(whole, axes)
        if (
            larger.living > 1 and trial.runner.policy.largest < WIDE
        ):  # a sum of so many may be beyond it, on the way too
            room = np.where(np.isfinite(copies), room, np.inf)
        if not alike(copies, want, room).all():
            return f"{name} differs"
        if np.any(np.abs(larger.beside(whole, axes)) > lost(trial)):
            return f"{name} is not 0 where nothing but zeros is"
    return ""


def lost(trial: Trial) -> float:
    """What stands for 0: an exponential may be flushed to it, or stop at the smallest normal number."""
    return 2 * trial.runner.policy.tiny
