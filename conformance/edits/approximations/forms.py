"""Approximations that are in use: each gives a number of its own everywhere, which what a candidate gave is held against."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from rnnspec.reference.arithmetics.primitives import sigmoid

RIGHT: dict[str, Callable[[Any], Any]] = {"tanh": np.tanh, "sigmoid": sigmoid}
LN2 = float(np.log(2.0))
FAR = 700.0  # of what an exponential of float64 is taken, at most
EIGEN_ABOVE = (4.89352455891786e-3, 6.37261928875436e-4, 1.48572235717979e-5, 5.12229709037114e-8)
EIGEN_FURTHER = (-8.60467152213735e-11, 2.00018790482477e-13, -2.76076847742355e-16)
EIGEN_BELOW = (4.89352518554385e-3, 2.26843463243900e-3, 1.18534705686654e-4, 1.19825839466702e-6)


class Form(NamedTuple):
    """What stands in the place of a function, and in what words it is told."""

    function: str
    text: str
    of: Callable[[Any], Any]
    rank: float = 1.0


def _by(above: tuple[float, ...], below: tuple[float, ...], ends: float = 1.0) -> Callable[[Any], Any]:
    """z times a quotient of polynomials in z², limited to what a tanh may be."""

    def of(z: Any) -> Any:
        return np.clip(z * np.polyval(above[::-1], z * z) / np.polyval(below[::-1], z * z), -ends, ends)

    return of


def _eigen(z: Any) -> Any:
    return _by((*EIGEN_ABOVE, *EIGEN_FURTHER), EIGEN_BELOW)(np.clip(z, -9.0, 9.0))


def _power(times: int) -> Callable[[Any], Any]:
    return lambda z: np.maximum(1 + z / times, 0.0) ** times


def _bits32(z: Any) -> Any:
    """Schraudolph 1999, in the 32 bits of a float."""
    return np.rint(2.0**23 / LN2 * np.clip(z, -80, 80) + 1064866805).astype(np.int32).view(np.float32).astype(float)


def _bits64(z: Any) -> Any:
    """Schraudolph 1999, in the upper 32 bits of a double."""
    upper = np.rint(2.0**20 / LN2 * np.clip(z, -FAR, FAR) + (1072693248 - 60801)).astype(np.int64)
    return (upper << 32).view(np.float64)


def _in(dtype: Any) -> Callable[[Any], Any]:
    return lambda z: np.exp(z.astype(dtype))


TANHS: dict[str, Callable[[Any], Any]] = {
    "z (27 + z²) / (27 + 9 z²)": _by((27, 1), (27, 9), np.inf),
    "z (27 + z²) / (27 + 9 z²), within ±1": _by((27, 1), (27, 9)),
    "z (15 + z²) / (15 + 6 z²), within ±1": _by((15, 1), (15, 6)),
    "the continued fraction to z⁵ / z⁴, within ±1": _by((945, 105, 1), (945, 420, 15)),
    "the continued fraction to z⁵ / z⁴": _by((945, 105, 1), (945, 420, 15), np.inf),
    "the continued fraction to z⁵ / z⁶": _by((10395, 1260, 21), (10395, 4725, 210, 1)),
    "the continued fraction to z⁷ / z⁶, within ±1": _by((135135, 17325, 378, 1), (135135, 62370, 3150, 28)),
    "the continued fraction to z⁷ / z⁶": _by((135135, 17325, 378, 1), (135135, 62370, 3150, 28), np.inf),
    "Eigen's quotient of z¹³ and z⁶": _eigen,
}
EXPONENTIALS: dict[str, Callable[[Any], Any]] = {
    "exp from the bits of a float (Schraudolph)": _bits32,
    "exp from the bits of a double (Schraudolph)": _bits64,
    **{f"exp as (1 + z / {times}) to the {times}": _power(times) for times in (256, 1024, 4096)},
    "exp in float16": _in(np.float16),
    "exp in float32": _in(np.float32),
}


BOUNDS = (3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0, 15.0, 16.0, 20.0, 30.0)
ADDED = (1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12)


def _halves(tanh: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda z: 0.5 + 0.5 * tanh(z / 2)


def _through(exp: Callable[[Any], Any], scale: float, rest: float) -> tuple[Callable[[Any], Any], ...]:
    """2 / (1 + exp(-2 z)) - 1, or 1 / (1 + exp(-z)), as it is written with either sign."""
    return (
        lambda z: scale / (1 + exp(-scale * z).astype(float)) - rest,
        lambda z: 1 - scale / (1 + exp(scale * z).astype(float)),
        lambda z: _quotient(exp(np.clip(scale * z, -10, 10)), rest),
    )


def _quotient(e: Any, rest: float) -> Any:
    return ((e - e.dtype.type(rest)) / (e + e.dtype.type(1))).astype(float)


def _narrow(name: str, dtype: Any) -> Form:
    of = RIGHT[name]
    return Form(name, f"{name} computed in {np.dtype(dtype)}", lambda z: of(z.astype(dtype)).astype(float))


def _of_clipped(of: Callable[[Any], Any], bound: float) -> Callable[[Any], Any]:
    return lambda z: of(np.clip(z, -bound, bound))


def _clipped(of: Callable[[Any], Any], low: float, high: float) -> Callable[[Any], Any]:
    return lambda z: np.clip(of(z), low, high)


def _added(more: float, of: Callable[[Any, float], Any]) -> Callable[[Any], Any]:
    return lambda z: of(z, more)


def _stable(z: Any, more: float) -> Any:
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, e) / (1 + e + more)


def _limited() -> Iterator[tuple[Form, Form]]:
    """The functions themselves, of what is clipped, or clipped short of their limits; or a quotient to which something is added below."""
    for bound in BOUNDS:
        tanh, own = (_of_clipped(RIGHT[name], bound) for name in ("tanh", "sigmoid"))
        clip = f"clip(z, ± {bound:g})"
        yield Form("tanh", f"tanh({clip})", tanh), Form("sigmoid", f"sigmoid({clip})", own)
    for eps in ADDED:
        below = f"clipped to what is {eps:g} below its limits"
        tanh, own = _clipped(np.tanh, eps - 1, 1 - eps), _clipped(sigmoid, eps, 1 - eps)
        yield Form("tanh", f"tanh, {below}", tanh), Form("sigmoid", f"sigmoid, {below}", own)
        quotient = Form(
            "tanh",
            f"(exp(2 z) - 1) / (exp(2 z) + 1 + {eps:g})",
            _added(eps, lambda z, e: 1 - (2 + e) / (np.exp(2 * z) + 1 + e)),
        )
        yield (
            quotient,
            Form("sigmoid", f"1 / (1 + exp(-z) + {eps:g})", _added(eps, lambda z, e: 1 / (1 + np.exp(-z) + e))),
        )
        yield quotient, Form("sigmoid", f"exp(min(z, 0)) / (1 + exp(-abs(z)) + {eps:g})", _added(eps, _stable))


def forms() -> Iterator[tuple[Form, Form]]:
    """Of a tanh, and of a sigmoid beside it."""
    yield from _limited()
    for words, of in TANHS.items():
        by = f"sigmoid by (1 + tanh(z / 2)) / 2 and tanh by {words}"
        yield Form("tanh", f"tanh by {words}", of), Form("sigmoid", by, _halves(of))
    for words, exp in EXPONENTIALS.items():
        for tanh, own in zip(_through(exp, 2.0, 1.0), _through(exp, 1.0, 0.0), strict=True):
            yield Form("tanh", f"tanh by {words}", tanh), Form("sigmoid", f"sigmoid by {words}", own)
    for dtype in (np.float16, np.float32):
        yield _narrow("tanh", dtype), _narrow("sigmoid", dtype)
