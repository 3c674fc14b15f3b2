"""What NumPy's frozen legacy generator draws as normal numbers, the same bits on every platform. Needs python-flint."""

from collections.abc import Iterator

import numpy as np
from flint import arb
from rnnspec.reference.arithmetics.ball import Ball, precision


def legacy_normal(seed: int) -> Iterator[float]:
    """`np.random.seed(seed)` and then `randn`, with a correctly rounded logarithm in place of libm's."""
    uniform = np.random.RandomState(seed)
    while True:
        one, two = (2.0 * uniform.random_sample() - 1.0 for _ in range(2))
        r2 = one * one + two * two
        if r2 >= 1.0 or r2 == 0.0:
            continue
        with precision(200):
            logarithm = float(Ball(arb(r2).log()))
        factor = float(np.sqrt(-2.0 * logarithm / r2))
        yield factor * two
        yield factor * one
