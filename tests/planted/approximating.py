"""A writing whose tanh and sigmoid are other functions, and whose products are made otherwise: what a fast implementation has."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from planted.planting import Functions
from writings import apart_cells, apart_families, apart_lstms, apart_sequences

Array = NDArray[Any]
Of = Callable[[Array], Array]
MODULES = (apart_cells, apart_lstms, apart_sequences)


class Numbers:
    """NumPy, with another tanh."""

    def __init__(self, tanh: Of) -> None:
        self.tanh = tanh

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)


def approximated(operations: tuple[str, ...], tanh: Of = np.tanh, sigmoid: Of = apart_cells.sigmoid) -> Functions:
    """These operations, with these functions while they run."""
    return {name: _with(getattr(apart_families, name), Numbers(tanh), sigmoid) for name in operations}


def _with(function: Callable[..., Any], numbers: Numbers, sigmoid: Of) -> Callable[..., Any]:
    def call(*args: Any, **options: Any) -> Any:
        known = [
            (module, name, vars(module)[name])
            for module in MODULES
            for name in ("np", "sigmoid")
            if name in vars(module)
        ]
        for module, name, _ in known:
            setattr(module, name, numbers if name == "np" else sigmoid)
        try:
            return function(*args, **options)
        finally:
            for module, name, old in known:
                setattr(module, name, old)

    return call


def in_table(of: Of, count: int, end: float) -> Of:
    """Straight lines between so many values."""
    ends = np.linspace(-end, end, count)
    return lambda z: np.interp(z, ends, of(ends))


def polynomial(of: Of, degree: int, end: float) -> Of:
    """Nearly the best of that degree, and its ends beyond."""
    z = np.linspace(-end, end, 4000)
    best = np.polynomial.chebyshev.Chebyshev.fit(z, of(z), degree)
    return lambda z: best(np.clip(z, -end, end))


def in_bits(z: Array) -> Array:
    """The exponential of Schraudolph 1999, in a float's bits."""
    return (12102203 * np.clip(z, -80, 80) + 1064866805).astype(np.int32).view(np.float32).astype(float)


def wavy(z: Array) -> Array:
    return np.tanh(z) * (1 + 1e-4 * np.sin(7 * z))


def noisy(z: Array) -> Array:
    """Off by as much, and by no function of z."""
    return np.tanh(z) * (1 + 1e-4 * np.random.default_rng(z.size).standard_normal(z.shape))
