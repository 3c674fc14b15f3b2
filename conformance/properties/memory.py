"""What holds of memory in calls to any operation: in whatever layout inputs come, and whose outputs are."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..candidate import Raised, Unsupported
from .sequence import apart
from .trial import Numbers, Trial, copied, differing, negated, says

Layout = Callable[[NDArray[Any]], NDArray[Any]]
LATER = 5  # calls: more than a ring of buffers is likely to have


@says(
    "Read-only, Fortran-ordered and non-contiguous inputs give the same, and gradients of stride 0; those of negative strides where they are taken."
)
def any_layout(trial: Trial) -> str:
    plain = trial.plain()
    for words, layout in (COMBINED if trial.golden.entry.features else LAYOUTS).items():
        inputs, parameters = ({n: layout(a) if a.ndim else a for n, a in arrays.items()} for arrays in trial.given())
        try:
            other = trial.call(inputs, parameters)
        except (Raised, Unsupported) as error:
            if layout is _backwards:  # as torch does
                continue
            if isinstance(error, Unsupported):
                raise
            return f"{words} inputs: {error}"
        if name := differing(trial, plain, other):
            return f"{words} inputs give another {name}"
    return _spread_out(trial) if trial.operation.forward else ""


def _spread_out(trial: Trial) -> str:
    """What differs where all of a gradient is one number in memory, as a framework hands back that of a sum."""
    operation = trial.operation
    upstream = {n: a for n, a in trial.given()[0].items() if n in (*operation.arguments, *operation.options)}

    def called(half: Callable[[NDArray[Any]], NDArray[Any]]) -> Numbers:
        inputs, parameters = trial.given()  # of its own, which a call may change
        return trial.call({**inputs, **{name: half(array) for name, array in upstream.items()}}, parameters)

    one = copied(called(lambda array: np.full_like(array, 0.5)))
    try:
        two = called(lambda array: np.broadcast_to(np.array(0.5, array.dtype), array.shape))
    except Raised as error:
        return f"gradients of stride 0: {error}"
    name = apart(trial, one, two)
    return f"gradients of stride 0 give another {name}" if name else ""


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    array.flags.writeable = False
    return array


def _strided(array: NDArray[Any]) -> NDArray[Any]:
    spaced = np.zeros(tuple(2 * n for n in array.shape), array.dtype)
    view = spaced[tuple(slice(None, None, 2) for _ in array.shape)]
    view[...] = array
    return view


def _backwards(array: NDArray[Any]) -> NDArray[Any]:
    return np.flip(np.flip(array).copy())


# with options, all that a candidate may trip over in one call
COMBINED: Mapping[str, Layout] = {
    "read-only, non-contiguous Fortran-order": lambda array: _read_only(_strided(array.T).T),
}
LAYOUTS: Mapping[str, Layout] = {
    "read-only": _read_only,
    "Fortran-order": np.asfortranarray,
    "non-contiguous": _strided,
    "backwards in memory": _backwards,
}


@says("Outputs share no memory with each other, with an input, or with a later call's.")
def outputs_own_memory(trial: Trial) -> str:
    inputs, parameters = trial.given()
    first = trial.returned(inputs, parameters)
    held = {name: array.copy() for name, array in first.items()}
    names = list(first)
    for i, name in enumerate(names):
        for other in names[i + 1 :]:
            if np.shares_memory(first[name], first[other]):
                return f"{name} and {other} share memory"
        for given, array in {**inputs, **parameters}.items():
            if np.shares_memory(first[name], array):
                return f"{name} shares memory with the input {given}"
    for _ in range(1 if trial.golden.entry.features else LATER):
        trial.returned(negated(inputs), parameters)
    changed = [name for name in first if not np.array_equal(first[name], held[name], equal_nan=True)]
    return f"a later call overwrites {', '.join(changed)}" if changed else ""
