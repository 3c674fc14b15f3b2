"""Where noise comes from: seeded Cauchy draws, the local model, and a note of what a run met."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import local_model

Floats = NDArray[np.float64]
FLOAT32, FLOAT16 = 2.0**-24, 2.0**-11  # their roundoffs
DRAWS = 127  # odd, so that the median is a draw


class Source:
    """Cauchy draws, of the one bit generator whose raw stream NumPy freezes, and the local model.

    `coarsest` is the largest roundoff that the sketch is to hold for: the second order goes by it. What a source of the same
    seed has drawn for the same run is drawn `again` at no cost.
    """

    def __init__(
        self,
        seed: int,
        model: Any = local_model,
        draws: int = DRAWS,
        coarsest: float = FLOAT32,
        again: "Source | None" = None,
    ) -> None:
        self._bits = np.random.Philox(key=seed)
        self._drawn: list[Floats] = again._drawn if again else []
        self._known = iter(self._drawn if again else ())
        self.model, self.draws, self.coarsest = model, draws, coarsest
        self.preactivations: list[Floats] = []
        self.margins: list[Floats] = []  # of each comparison: distance from equality, per roundoff it may err by

    @property
    def margin(self) -> float:
        """The closest comparison met; infinite where nothing was compared."""
        return float(np.concatenate([np.full(1, np.inf), *self.margins]).min())

    def cauchy(self, shape: tuple[int, ...]) -> Floats:
        """The slope of a uniform point in the unit disk: no tangent, hence no libm."""
        if (known := next(self._known, None)) is not None:
            return known
        wanted = int(np.prod(shape)) * self.draws
        found = np.empty(0)
        while len(found) < wanted:
            raw = self._bits.random_raw(2 * int((wanted - len(found)) * 1.4 + 16))
            x, y = ((raw >> np.uint64(11)).astype(np.float64) * 2.0**-52 - 1).reshape(2, -1)
            inside = (x * x + y * y <= 1) & (x != 0)
            found = np.concatenate([found, y[inside] / x[inside]])
        self._drawn.append(found[:wanted].reshape(*shape, self.draws))
        return self._drawn[-1]
