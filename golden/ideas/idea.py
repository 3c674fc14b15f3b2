"""An idea: one thing that a case shows, and how its arrays are drawn."""

from collections.abc import Mapping
from dataclasses import dataclass, field

LABELS = {
    "saturated": "many pre-activations are beyond 3",
    "tiny": "most pre-activations are below 0.3",
    "symmetric": "lengths or values coincide",
    "chaotic": "roundings are amplified past first order in float32; float64 only",
    "kinked": "two values that are compared lie within their roundings of each other",
    "full-precision": "53 significant bits, so a silent downcast shows; float64 only",
}

# of a ragged batch of four in six steps: unsorted, one is empty, and longest first is a cycle of three, not its own way back
ALL_SHORTER = (0, 5, 1, 4)
ONE_FULL = (0, 6, 1, 4)

# numbers behind weights that are as much smaller, and gradients: what clips one on its way shows
FAR_VALUES = {"data": 6, "state": 7, "positive": 7, "weight": -7, "peephole": -7}
FAR_UPSTREAM = {"upstream": 8}
FAR = {**FAR_VALUES, **FAR_UPSTREAM}
OF_FAR = "values and states of up to 128, upstream gradients of up to 256"


@dataclass(frozen=True)
class Idea:
    """One thing to show.

    `dims` are the axes' lengths. `scale` raises the power of two that bounds a kind of array
    (`data`, `state`, `weight`, `bias`, `upstream`) or a single array; arrays of the kinds or names in `zero` are all 0.
    """

    name: str
    shows: str
    dims: Mapping[str, int]
    scale: Mapping[str, int] = field(default_factory=dict)
    zero: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    options: tuple[str, ...] = ()  # keywords in use, "final" for the gradient into every final state, "a0=None"
    only: str = ""  # "forward" or "backward"
    recipe: str = "dyadic"
    weight_bits: int = 7  # fewer keep a large case small
    lengths: tuple[int, ...] = ALL_SHORTER  # where they are an option in use
    values: Mapping[str, float] = field(default_factory=dict)  # of options that are numbers or flags
    half: bool = True  # whether it is for float16 too
