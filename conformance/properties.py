"""Properties that need no golden: each compares a candidate with itself.

A property takes a Trial and returns a message, "" where it holds. Where two runs may round
differently they may differ by two budgets; where they may not, by nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.golden import Golden
from rnnspec.reference import Operation
from rnnspec.reference.containers import ContainerOperation
from rnnspec.reference.network import LayeredOperation

from .execution import Arrays, Outcome, Raised, Runner, attempt, declined
from .network_properties import one_layer_is_the_sequence, split_network, two_directions_are_two_runs
from .refusals import refuses_empty, refuses_short_total, refuses_unsorted
from .sequence_properties import (
    every_option,
    left_out_is_zeros,
    no_state_is_zeros,
    no_steps,
    padding_ignored,
    reverse_is_flip,
    split_sequence,
    states,
)
from .trial import Trial, copied, differing, other_bits

Layout = Callable[[NDArray[Any]], NDArray[Any]]


def inputs_untouched(trial: Trial) -> str:
    return untouched(trial, *trial.arrays())


def options_untouched(trial: Trial) -> str:
    """Arrays of options are inputs too."""
    inputs, parameters = trial.arrays()
    return untouched(trial, {**inputs, **every_option(trial)}, parameters)


def untouched(trial: Trial, inputs: Arrays, parameters: Arrays) -> str:
    given = {**inputs, **parameters}
    before, names = {name: array.tobytes() for name, array in given.items()}, list(parameters)
    trial.call(inputs, parameters)
    if list(parameters) != names or any(parameters[name] is not given[name] for name in names):
        return "the parameters dict is changed by the call"
    changed = [name for name, array in given.items() if array.tobytes() != before[name]]
    return f"{', '.join(changed)} changed in place by the call" if changed else ""


def any_layout(trial: Trial) -> str:
    plain = trial.plain()
    for words, layout in LAYOUTS.items():
        inputs, parameters = ({name: layout(array) for name, array in arrays.items()} for arrays in trial.arrays())
        try:
            other = trial.call(inputs, parameters)
        except Raised as error:
            return f"{words} inputs: {error}"
        if name := differing(trial, plain, other):
            return f"{words} inputs give another {name}"
    return ""


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    array.flags.writeable = False
    return array


def _strided(array: NDArray[Any]) -> NDArray[Any]:
    spaced = np.zeros(tuple(2 * n for n in array.shape), array.dtype)
    view = spaced[tuple(slice(None, None, 2) for _ in array.shape)]
    view[...] = array
    return view


LAYOUTS: Mapping[str, Layout] = {
    "read-only": _read_only,
    "Fortran-order": np.asfortranarray,
    "non-contiguous": _strided,
}


def repeatable(trial: Trial) -> str:
    first, second = (copied(trial.call(*trial.arrays())) for _ in range(2))
    return other_bits(first, second, "the same call again")


def cache_reusable(trial: Trial) -> str:
    """A cache is for backward to read: twice, and after another forward."""
    forward, runner = trial.operation.forward, trial.runner
    assert forward
    inputs, parameters = trial.arrays()
    cache = runner.cache(forward, inputs, parameters)
    first, again = (copied(runner.backward(trial.operation, inputs, cache)) for _ in range(2))
    if changed := other_bits(first, again, "backward a second time on one cache"):
        return changed
    runner.call(forward, {name: -array for name, array in inputs.items()}, parameters)
    later = copied(runner.backward(trial.operation, inputs, cache))
    return other_bits(first, later, "backward on a cache older than another forward")


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
            apart = np.abs(got.astype(np.float64) - want.astype(np.float64)) if got.shape == want.shape else np.inf
            if not np.all((apart <= near) | (got == want) | (np.isnan(got) & np.isnan(want))):
                return f"{name} of example {j} alone differs from {name} of example {j} in its batch"
    return ""


def _column(trial: Trial, key: str, array: NDArray[Any], j: int) -> NDArray[Any]:
    axes = trial.axes(key).split()
    return np.take(array, [j], axes.index("m")) if "m" in axes and array.ndim == len(axes) else array


def outputs_own_memory(trial: Trial) -> str:
    inputs, parameters = trial.arrays()
    first = trial.call(inputs, parameters)
    held = {name: array.copy() for name, array in first.items()}
    names = list(first)
    for i, name in enumerate(names):
        for other in names[i + 1 :]:
            if np.shares_memory(first[name], first[other]):
                return f"{name} and {other} share memory"
        for given, array in {**inputs, **parameters}.items():
            if np.shares_memory(first[name], array):
                return f"{name} shares memory with the input {given}"
    trial.call({name: -a if a.dtype.kind == "f" else a for name, a in inputs.items()}, parameters)
    changed = [name for name in first if not np.array_equal(first[name], held[name], equal_nan=True)]
    return f"a later call overwrites {', '.join(changed)}" if changed else ""


def parameters_read_anew(trial: Trial) -> str:
    """Weights that change in place between two calls change the result: nothing is cached by identity or shape."""
    inputs, parameters = trial.arrays()
    given = dict(parameters)
    plain = copied(trial.call(inputs, parameters))
    # each shows in an output of forward; gradients of a rectifier need not move with each
    groups = [list(given)] if trial.operation.forward else [[name] for name in given]
    for group in groups:
        before = {name: given[name].copy() for name in group}
        for name in group:
            given[name] *= 0.5
        changed = trial.call(inputs, parameters)
        for name in group:
            given[name][...] = before[name]
        if all(np.array_equal(plain[key], changed[key], equal_nan=True) for key in plain):
            return f"a change of {', '.join(group)} between two calls is not seen"
    return ""


BASE = "generic"  # the idea whose inputs a property is tried on, where it needs no option
MATRIX, CELL, SEQUENCE, NETWORK, CONTAINER = "matrix", "cell", "sequence", "network", "container"
LAYERS = (CELL, SEQUENCE, NETWORK)
ANY = (MATRIX, *LAYERS, CONTAINER)


@dataclass(frozen=True)
class Property:
    """What must hold, of which kinds of operation, in which direction, and on the inputs of which idea."""

    holds: Callable[[Trial], str]
    kinds: tuple[str, ...]
    base: str = BASE
    only: str = ""  # "forward" or "backward", or the name of one operation


PROPERTIES: Mapping[str, Property] = {
    "inputs-untouched": Property(inputs_untouched, ANY),
    "options-untouched": Property(options_untouched, (SEQUENCE, NETWORK)),
    "any-layout": Property(any_layout, ANY),
    "repeatable": Property(repeatable, ANY),
    "cache-reusable": Property(cache_reusable, LAYERS, only="backward"),
    "batch-independent": Property(batch_independent, (MATRIX, *LAYERS)),
    "outputs-own-memory": Property(outputs_own_memory, ANY),
    "parameters-read-anew": Property(parameters_read_anew, LAYERS),
    "split-sequence": Property(split_sequence, (SEQUENCE,)),
    "split-network": Property(split_network, (NETWORK,), only="forward"),
    "padding-ignored": Property(padding_ignored, (SEQUENCE, NETWORK), "ragged"),
    "no-steps": Property(no_steps, (SEQUENCE, NETWORK), "ragged"),
    "left-out-is-zeros": Property(left_out_is_zeros, (SEQUENCE, NETWORK)),
    "reverse-is-flip": Property(reverse_is_flip, (SEQUENCE,), "reverse"),
    "no-state-is-zeros": Property(no_state_is_zeros, (SEQUENCE, NETWORK), "no-state"),
    "one-layer-is-the-sequence": Property(one_layer_is_the_sequence, (NETWORK,), "one-layer", only="forward"),
    "two-directions-are-two-runs": Property(two_directions_are_two_runs, (NETWORK,), "bidirectional", only="forward"),
    "refuses-unsorted": Property(refuses_unsorted, (CONTAINER,), only="pack_sequence pack_padded_sequence"),
    "refuses-empty": Property(refuses_empty, (CONTAINER,), only="pack_sequence pack_padded_sequence"),
    "refuses-short-total": Property(refuses_short_total, (CONTAINER,), only="pad_packed_sequence"),
}


def kind_of(operation: Operation) -> str:
    forward = operation.forward or operation
    if isinstance(forward, ContainerOperation):
        return CONTAINER
    if isinstance(forward, LayeredOperation):
        return NETWORK
    return MATRIX if not forward.parameters else SEQUENCE if "lengths" in forward.options else CELL


def applies(name: str, operation: Operation) -> bool:
    """Whether a property says something about an operation."""
    known = PROPERTIES[name]
    direction = "backward" if operation.forward else "forward"
    return kind_of(operation) in known.kinds and (
        not known.only or known.only == direction or operation.name in known.only.split()
    )


def hold(runner: Runner, name: str, golden: Golden) -> Outcome:
    """One property of one operation, tried on one golden's inputs."""
    operation = golden.entry.operation
    outcome = Outcome(f"{operation.name}/property/{name}", operation.name, "pass", golden.entry.features)
    needed = list(golden.entry.features)
    if name in ("split-sequence", "split-network"):
        needed += [f"{s}0" for s in states(operation)] + [f"d{s}_last" for s in states(operation) if s != "a"]
    if why := runner.candidate.lacks(operation, needed):
        outcome.outcome, outcome.message = "unsupported", why
        return outcome

    def work() -> None:
        message = runner.elsewhere(name, golden)
        if message := PROPERTIES[name].holds(Trial(runner, golden)) if message is None else message:
            outcome.outcome, outcome.message = "fail", message

    return declined(attempt(outcome, work))
