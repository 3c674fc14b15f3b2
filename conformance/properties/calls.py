"""What holds of calls to any operation: purity, repeatability, independence.

A property takes a Trial and returns a message, "" where it holds. Where two runs may round differently they may
differ by two budgets; where they may not, by nothing.
"""

from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.reference import FAMILIES, ContractError, Kind, Operation

from ..candidate import DTYPES, Arrays, Raised, Unsupported
from ..run.runner import Runner
from ..verdict.nearness import alike
from .sequence import every_option, steps_of
from .trial import Numbers, Trial, copied, negated, other_bits, says


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


LONGER = 4  # times as many steps
AGAIN = "the same call again"  # of what differs though nothing does


@says("The same call twice gives the same bits, also behind one of more steps.")
def repeatable(trial: Trial) -> str:
    first, second = (copied(trial.call(*trial.arrays())) for _ in range(2))
    if changed := other_bits(first, second, AGAIN):
        return changed
    steps = [] if trial.golden.entry.features else steps_of(trial)
    if not steps or trial.operation.kind is Kind.CONTAINER:
        return ""
    inputs, parameters = trial.arrays()
    with suppress(Raised, Unsupported, ContractError):  # what it does there is judged elsewhere
        trial.call({n: np.concatenate([a] * LONGER, -1) if n in steps else a for n, a in inputs.items()}, parameters)
    return other_bits(first, copied(trial.call(*trial.arrays())), "the same call after one of more steps")


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


@says("A cache is for backward to read: twice, after another forward, and behind a backward with every option.")
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
    if changed := other_bits(first, backward(), "backward on a cache older than another forward"):
        return changed
    more = {name: array for name, array in every_option(trial).items() if name in trial.operation.options}
    if trial.golden.entry.features or not more:
        return ""
    with suppress(Raised, Unsupported, ContractError):  # what it does there is judged elsewhere
        runner.backward(trial.operation, {**trial.arrays()[0], **more}, cache)
    return other_bits(first, backward(), f"backward on a cache behind one with {', '.join(more)}")


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
