"""What a candidate gave in one case, and how near an output has to come: all that is told without a run of the reference."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from rnnspec.golden import Golden

from ...candidate import Foreign
from ...verdict.nearness import most_off, roomy, size, tells
from ..trace.trace import Arrays

ROUNDINGS = 256  # by how many an edited equation may be off, in the unit of its largest element …
COARSEST = 2.0**-7  # … and never by more of that


@dataclass
class Gave:
    """The arrays of one case, and which of them are wrong."""

    golden: Golden
    arrays: Arrays
    dtype: str
    wrong: frozenset[str]

    @cached_property
    def got(self) -> dict[str, Any]:
        """As float64, what has an axis of length 1 as often as it takes; an output that is no array of floats fits nothing."""
        found = {}
        for name in self.golden.outputs:
            array = self.arrays[name]
            plain = not isinstance(array, Foreign) and array.dtype.kind == "f"
            found[name] = _filling(np.asarray(array, np.float64), self.golden.outputs[name]) if plain else None
        return found

    @cached_property
    def room(self) -> dict[str, float]:
        eps = float(np.finfo(self.dtype).eps)
        found = {}
        for name, got in self.got.items():
            largest = 0.0 if got is None else size(got)
            found[name] = max(roomy(self.golden, name, largest, self.dtype), min(ROUNDINGS * eps, COARSEST) * largest)
        return found

    @cached_property
    def asked(self) -> list[str]:
        """The outputs that an edit has to give, the wrong ones first."""
        return sorted(self.got, key=lambda name: (name not in self.wrong, name))

    @cached_property
    def comparable(self) -> list[str]:
        """The wrong outputs that are of the right shape."""
        wrong = [name for name in self.asked if name in self.wrong]
        return [name for name in wrong if np.shape(self.got[name]) == self.golden.outputs[name].shape]

    @cached_property
    def by_size(self) -> list[str]:
        return sorted(self.golden.outputs, key=lambda name: self.golden.outputs[name].size)

    def near(self, name: str, array: Any, more: float = 0.0, beyond: bool = False) -> bool:
        """Within its room, and so much more; where the range of numbers was left, `beyond` it, any number for one that is infinite or none."""
        got = self.got[name]
        if got is not None and np.shape(array) != got.shape:
            array = _filling(np.asarray(array), self.golden.outputs[name])
        if got is None or np.shape(array) != got.shape or self._misses(name, array, more):
            return False
        close = np.abs(array - got) <= self.room[name] + more
        if name in self.not_finite:
            # which of these, goes by the order of what overflowed
            close |= (beyond | ~np.isfinite(array)) & ~np.isfinite(got)
        return bool(close.all()) and (bool(more) or beyond or self._tells(name, array))

    def near_at_0(self, name: str, one: Any, two: Any) -> bool:
        """Whether it is within its room where two runs with lengths that differ by roundings both give 0, as in the padding: none makes more of that."""
        got = self.got[name]
        if got is None or not self.is_ragged or np.shape(one) != got.shape or np.shape(two) != got.shape:
            return True
        off = ~(np.abs(got) <= self.room[name])
        return not (off & (one == 0) & (two == 0)).any()

    def _misses(self, name: str, array: Any, more: float) -> bool:
        """Whether it is off where a wrong output is off by most, a finite number of which most edits give another."""
        at = self._worst.get(name)
        return (
            at is not None
            and name not in self.not_finite
            and abs(array[at] - self.got[name][at]) > self.room[name] + more
        )

    def _tells(self, name: str, array: Any) -> bool:
        """Whether it is told from the right answer where a wrong output is off by most."""
        at = self._worst.get(name)
        return at is None or tells(array, self.got[name], self.golden.outputs[name], at, self.room[name])

    @cached_property
    def _worst(self) -> dict[str, tuple[int, ...]]:
        """The element of each wrong output that is off by most, of those outside: none where it has the numbers, in fewer axes."""
        gave = {name: got for name in self.comparable if (got := self.got[name]) is not None}
        most = {name: most_off(got, self.golden, name, self.dtype) for name, got in gave.items()}
        return {name: at for name, at in most.items() if at is not None}

    @property
    def is_off(self) -> bool:
        """Whether something else is wrong of it than how many axes an output has."""
        return any(name in self._worst or name not in self.comparable for name in self.wrong)

    @cached_property
    def not_finite(self) -> set[str]:
        return {name for name, got in self.got.items() if got is not None and not np.isfinite(got).all()}

    @property
    def is_reversed(self) -> bool:
        """Whether a run of it is."""
        return bool(np.any(self.golden.inputs.get("reverse", False))) or self.golden.entry.dims.get("n_d", 1) > 1

    @property
    def is_single(self) -> bool:
        """Of one step or one example."""
        dims = self.golden.entry.dims
        return 1 in (dims.get("T_x"), dims.get("m"))

    @property
    def runs(self) -> int:
        """Of the loop, one for each layer and direction."""
        dims = self.golden.entry.dims
        return dims.get("n_l", 1) * dims.get("n_d", 1)

    @property
    def steps(self) -> int:
        return self.golden.entry.dims.get("T_x", 1) * self.runs

    @cached_property
    def is_ragged(self) -> bool:
        return "lengths" in self.golden.inputs

    @cached_property
    def wrong_elements(self) -> dict[str, Any]:
        """Of each of these where it is not what the reference gives."""
        return {n: ~(np.abs(self.got[n] - self.golden.outputs[n]) <= self.room[n]) for n in self.comparable}

    @cached_property
    def gives_no_number(self) -> bool:
        """Whether all that is wrong of it is infinite or no number."""
        off = (self.got[name][wrong] for name, wrong in self.wrong_elements.items())
        return len(self.comparable) == len(self.wrong) and not any(np.isfinite(numbers).any() for numbers in off)

    def is_alike(self, name: str, array: Any) -> bool:
        """Whether what is infinite or no number of an output is the same one in an array."""
        odd = ~np.isfinite(self.got[name])
        return np.array_equal(np.asarray(array)[odd], self.got[name][odd], equal_nan=True)


def _filling(array: Any, want: Any) -> Any:
    """What has other axes is left as it is."""
    is_one = array.ndim == want.ndim and all(a in (1, b) for a, b in zip(array.shape, want.shape, strict=True))
    return np.broadcast_to(array, want.shape) if is_one else array
