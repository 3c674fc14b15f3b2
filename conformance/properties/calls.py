"""What holds of calls to any operation: purity, repeatability, independence, memory.

A property takes a Trial and returns a message, "" where it holds. Where two runs may round differently they may
differ by two budgets; where they may not, by nothing.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.reference import FAMILIES, ContractError, Operation

from ..candidate import DTYPES, Arrays, Raised, Unsupported
from ..run.runner import Runner
from ..verdict.nearness import alike
from .sequence import apart, every_option
from .trial import Numbers, Trial, copied, differing, negated, other_bits, says

Layout = Callable[[NDArray[Any]], NDArray[Any]]


@says("Inputs and parameters are as they were after a call.")
def inputs_untouched(trial: Trial) -> str:
    return untouched(trial, *trial.given())


@says("Arrays of options are inputs too.")
def options_untouched(trial: Trial) -> str:
    inputs, parameters = trial.given()
    options = every_option(trial)
    but_lengths = {name: array for name, array in options.items() if name != "lengths"}  # a mask makes copies
    calls = (options, but_lengths) if "lengths" in options else (options,)
    return next(filter(None, (untouched(trial, {**inputs, **given}, parameters) for given in calls)), "")


def untouched(trial: Trial, inputs: Arrays, parameters: Arrays) -> str:
    given = {**inputs, **parameters}
    before, names = {name: array.tobytes() for name, array in given.items()}, list(parameters)
    trial.call(inputs, parameters)
    if (
        any(type(name) is not str for name in parameters)
        or list(parameters) != names
        or any(parameters[name] is not given[name] for name in names)
    ):
        return "the parameters dict is changed by the call"
    changed = [name for name, array in given.items() if array.tobytes() != before[name]]
    return f"{', '.join(changed)} changed in place by the call" if changed else ""


@says("Read-only, Fortran-ordered and non-contiguous inputs give the same, and gradients of stride 0.")
def any_layout(trial: Trial) -> str:
    plain = trial.plain()
    for words, layout in (COMBINED if trial.golden.entry.features else LAYOUTS).items():
        inputs, parameters = ({n: layout(a) if a.ndim else a for n, a in arrays.items()} for arrays in trial.given())
        try:
            other = trial.call(inputs, parameters)
        except Raised as error:
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


# with options, all that a candidate may trip over in one call
COMBINED: Mapping[str, Layout] = {
    "read-only, non-contiguous Fortran-order": lambda array: _read_only(_strided(array.T).T),
}
LAYOUTS: Mapping[str, Layout] = {
    "read-only": _read_only,
    "Fortran-order": np.asfortranarray,
    "non-contiguous": _strided,
}


AGAIN = "the same call again"  # of what differs though nothing does


@says("The same call twice gives the same bits.")
def repeatable(trial: Trial) -> str:
    first, second = (copied(trial.call(*trial.arrays())) for _ in range(2))
    return other_bits(first, second, AGAIN)


@says("A call in another dtype between two calls changes nothing in the second.")
def repeatable_across_dtypes(trial: Trial) -> str:
    first = copied(trial.call(*trial.arrays()))
    other = DTYPES[0] if trial.runner.dtype != DTYPES[0] else DTYPES[1]
    between = Runner(trial.runner.candidate, other)
    if why := between.calls.lacks(trial.operation, []):
        raise Unsupported(why)
    inputs, parameters = (between.fresh(arrays) for arrays in (trial.golden.inputs, trial.golden.parameters))
    with suppress(Raised, Unsupported, ContractError):  # what it does there is judged there
        between.call(trial.operation, inputs, parameters)
    again = copied(trial.call(*trial.arrays()))
    if wrong := [name for name in first if again[name].dtype != first[name].dtype]:
        return f"{wrong[0]} is {again[wrong[0]].dtype} after a call in {other}"
    return other_bits(first, again, f"the same call after one in {other}")


@says("A cache is for backward to read: twice, and after another forward.")
def cache_reusable(trial: Trial) -> str:
    forward, runner = trial.operation.forward, trial.runner
    assert forward
    inputs, parameters = trial.arrays()
    cache = runner.cache(forward, inputs, parameters)

    def backward() -> dict[str, NDArray[Any]]:
        """Of gradients of its own: that these are changed is told by inputs-untouched."""
        return copied(runner.backward(trial.operation, trial.arrays()[0], cache))

    first, again = backward(), backward()
    if changed := other_bits(first, again, "backward a second time on one cache"):
        return changed
    runner.call(forward, negated(inputs), parameters)
    later = backward()
    return other_bits(first, later, "backward on a cache older than another forward")


@says("An example alone gives what it gives in its batch.")
def batch_independent(trial: Trial) -> str:
    whole, (inputs, parameters) = trial.plain(), trial.arrays()
    for j in range(trial.golden.entry.dims["m"]):
        part = trial.call(
            {name: _column(trial, f"inputs/{name}", array, j) for name, array in inputs.items()}, parameters
        )
        for name, got in part.items():
            if "m" not in trial.axes(f"outputs/{name}").split():
                continue  # sums over the batch are no column's
            want, near = (_column(trial, f"outputs/{name}", array, j) for array in (whole[name], trial.near(name)))
            if got.shape != want.shape or not alike(got, want, near).all():
                return f"{name} of example {j} alone differs from {name} of example {j} in its batch"
    return ""


def _column(trial: Trial, key: str, array: NDArray[Any], j: int) -> NDArray[Any]:
    axes = trial.axes(key).split()
    return np.take(array, [j], axes.index("m")) if "m" in axes and array.ndim == len(axes) else array


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
    trial.returned(negated(inputs), parameters)
    changed = [name for name in first if not np.array_equal(first[name], held[name], equal_nan=True)]
    return f"a later call overwrites {', '.join(changed)}" if changed else ""


def unseen(trial: Trial) -> tuple[str, ...]:
    """The head's parameters, where the candidate gives no predictions."""
    family = next((family for family in FAMILIES if family.name == trial.operation.family), None)
    over = [
        name for name, (axes, _) in trial.golden.entry.axes.items() if name.startswith("outputs/") and "n_y" in axes
    ]
    return () if family is None or over else family.head


def has_parameters(operation: Operation) -> bool:
    return bool((operation.forward or operation).parameters)


@says("Weights that change in place between two calls change the result: nothing is cached by identity or shape.")
def parameters_read_anew(trial: Trial) -> str:
    parameters = trial.given()[1]
    given = dict(parameters)
    plain = copied(trial.call(trial.given()[0], parameters))
    # each shows in an output of forward; gradients of a rectifier need not move with each
    groups = [list(given)] if trial.operation.forward else [[name] for name in given if name not in unseen(trial)]
    for group in groups:
        before = {name: given[name].copy() for name in group}
        for name in group:
            given[name] *= 0.5
        changed, new = copied(trial.call(trial.given()[0], parameters)), {name: given[name].copy() for name in group}
        for name in group:
            given[name][...] = before[name]
        if said := _unread(trial, parameters, plain, changed, new):
            return said
    return ""


def _unread(trial: Trial, parameters: Arrays, plain: Numbers, changed: Numbers, new: Arrays) -> str:
    """What of a change of some is not read, by what was given with it, and behind it; in new arrays it is what it was in the same."""
    one = f"a change of {', '.join(new)} between two calls is not seen"
    if _differ(plain, trial.call(trial.given()[0], parameters)):
        return f"{one} where it is taken back"
    in_new = copied(trial.call(trial.given()[0], {**parameters, **new}))
    if not _differ(plain, changed):
        return (
            f"{one} in the same arrays"
            if _differ(plain, in_new)
            else f"{one}, nor in new arrays: kept from before, or of no effect"
        )
    return f"{one} in the same arrays as it is in new ones" if _differ(changed, in_new) else ""


def _differ(one: Arrays, other: Arrays) -> bool:
    return any(not np.array_equal(one[key], other[key], equal_nan=True) for key in one)
