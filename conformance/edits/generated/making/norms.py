"""Forms of a value that is centred or normalised: over the units or the examples, as layer and batch norm are, or by its root mean square."""

from functools import partial

import numpy as np

from .forms import Form, Function, Value, maximum

EPSILONS = (0.0, 1e-5, 1e-6, 1e-3, 1e-8, 1e-12)
OVER = (0, 1)  # units, examples


def _of_matrices(of: Function) -> Function:
    """Of what has units and examples; of one alone there may be nothing to divide by."""

    def of_matrix(z: Value) -> Value | None:
        with np.errstate(all="ignore"):
            return of(z) if len(z.shape) == 2 else None

    return of_matrix


def _mean(axis: int, z: Value) -> Value:
    along = z if axis == 0 else z.T
    mean = along.sum(axis=0) / z.shape[axis]
    return mean + 0 * z if axis == 0 else (mean + 0 * along).T


def _centred(axis: int, z: Value) -> Value:
    return z - _mean(axis, z)


def _normalised(axis: int, epsilon: float, z: Value) -> Value:
    apart = _centred(axis, z)
    return apart / np.sqrt(_mean(axis, apart * apart) + epsilon)


def _by_root_mean_square(axis: int, epsilon: float, z: Value) -> Value:
    return z / np.sqrt(_mean(axis, z * z) + epsilon)


def _by_length(axis: int, z: Value) -> Value:
    return z / np.sqrt(z.shape[axis] * _mean(axis, z * z))


def _plus(epsilon: float) -> str:
    return f" + {epsilon:g}" if epsilon else ""


def _forms() -> list[Form]:
    found, rows = (
        list[Form](),
        ("({0} - {0}.mean(axis={1})) / sqrt({0}.var(axis={1}){2})", "{0} / sqrt(({0} ** 2).mean(axis={1}){2})"),
    )
    for axis in OVER:
        found.append(Form(f"{{0}} - {{0}}.mean(axis={axis})", _of_matrices(partial(_centred, axis)), 1.3))
        found.append(Form(f"{{0}} / norm({{0}}, axis={axis})", _of_matrices(partial(_by_length, axis)), 1.4))
        for epsilon in EPSILONS:
            for text, of in zip(rows, (_normalised, _by_root_mean_square), strict=True):
                words = text.format("{0}", axis, _plus(epsilon))
                found.append(Form(words, _of_matrices(partial(of, axis, epsilon)), 1.4))
    return found


NORMS = tuple(_forms())


def _of_length_one(epsilon: float, z: Value) -> Value:
    """Each vector of a head, whose elements are along the second axis."""
    return z / np.sqrt((z * z).sum(axis=1) + epsilon)[:, None]


def _at_most_one(epsilon: float, z: Value) -> Value:
    return z / maximum(np.sqrt((z * z).sum(axis=1)), epsilon + 0 * z.sum(axis=1))[:, None]


UNIT = (
    *(
        Form(f"{{0}} / sqrt(({{0}} ** 2).sum(axis=1){_plus(epsilon)})", partial(_of_length_one, epsilon))
        for epsilon in EPSILONS
    ),
    Form("{0} / max(norm({0}, axis=1), 1e-12)", partial(_at_most_one, 1e-12)),
)
