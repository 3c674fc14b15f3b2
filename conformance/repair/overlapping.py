"""How much of what is wrong is what changes where a value is another, element by element."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from rnnspec.golden import Golden

from ..candidate import Foreign, Got
from ..verdict.nearness import outside
from ..verdict.part import part_of

Marks = Mapping[
    str, NDArray[np.bool_]
]  # by output, of each of its elements; of one that is no array of the golden's shape as one
WHOLE = np.ones((), bool)


def wrong_in(golden: Golden, gave: Mapping[str, Got], dtype: str) -> Marks:
    """What is outside its budget of what a case gave."""
    found, golden = dict[str, NDArray[np.bool_]](), part_of(golden, gave)
    for name, got in ((name, got) for name, got in gave.items() if name in golden.outputs):
        want = golden.outputs[name]
        is_array = not isinstance(got, Foreign) and got.dtype.kind in "fiu" and got.shape == want.shape
        found[name] = outside(want, np.asarray(got), golden, name, dtype) if is_array else WHOLE
    return found


def moved_in(base: Mapping[str, Got], now: Mapping[str, Got]) -> Marks:
    """What is another now than it was."""
    return {name: _moved(base[name], now[name]) for name in base if name in now}


def is_finite(gave: Mapping[str, Got]) -> bool:
    return all(isinstance(one, Foreign) or bool(np.isfinite(one).all()) for one in gave.values())


def _moved(one: Got, other: Got) -> NDArray[np.bool_]:
    if isinstance(one, Foreign) or isinstance(other, Foreign) or one.shape != other.shape:
        return WHOLE
    return ~((one == other) | ((one != one) & (other != other)))  # of what is no number both


def overlap(wrong: Marks, moved: Marks) -> float:
    """Of what is either the share that is both, as a mean over outputs of which any is; 0 where nothing is."""
    shares = [_share(mask, moved[name]) for name, mask in wrong.items() if name in moved]
    told = [one for one in shares if one is not None]
    return sum(told) / len(told) if told else 0.0


def _share(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float | None:
    if one.shape != other.shape:
        one, other = np.asarray(one.any()), np.asarray(other.any())
    either = int(np.count_nonzero(one | other))
    return int(np.count_nonzero(one & other)) / either if either else None
