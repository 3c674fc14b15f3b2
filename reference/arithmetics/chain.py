"""What a sum over examples and steps is off by beyond a sum over steps of sums over examples: known, so that no run has to draw it."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from .local_model import Floats


@dataclass
class Chain:
    """How a total grew by sums of `terms` each, whose terms may as well be added to it one by one.

    Each is then rounded where the total is h, about that of halfway through its sum, by 0.4 h: a variance of h^2 / 6. Added up here are, over `steps` sums, h,
    its square, and the square of a sum.
    """

    terms: int
    steps: int = 0
    halfway: Any = 0.0
    squares: Any = 0.0
    sums: Any = 0.0

    def grown(self, before: Any, one: Floats) -> "Chain":
        h = one / 2
        h += before
        self.steps += 1
        self.halfway += h
        self.squares += np.square(h, out=h)
        self.sums += np.square(one, out=h)
        return self

    def typical(self, z: Floats) -> Any:
        """The deviation of a total z, in roundoffs, by the longest way.

        Who has all steps at hand may add from the other end, where the total is z - h, or example by example: on any way, h^2 is
        z^2 / 3 and a sixth of the squares of sums on the mean of all elements, and more than half of them at one in twenty-five.
        """
        back = self.squares + z * (self.steps * z - 2 * self.halfway)
        across = self.steps * (z * z / 3 + self.sums / 2)
        return np.sqrt(self.terms / 6 * np.maximum(np.maximum(self.squares, back), across))
