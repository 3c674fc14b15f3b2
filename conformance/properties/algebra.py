"""Properties of recurrences that their algebra says: what a larger, turned or absent input does to the outputs."""

import numpy as np
from numpy.typing import NDArray

from .trial import Trial, copied, differing, other_bits, says

# what is written is a value times something that sees none: an output is a sum of values, each times something
LINEAR = {
    **dict.fromkeys(("gated_linear", "gated_delta", "dplr"), ("v", "S0")),
    **{"selective_scan": ("u", "h0"), "diagonal": ("x", "h0"), "causal_conv": ("x", "s0", "b"), "rg_lru": ("x", "h0")},
}
READ = {"gated_linear": "q", "gated_delta": "q", "dplr": "q", "selective_scan": "C"}


@says("Values and state twice as large give outputs twice as large, bit for bit.")
def linear_in_values(trial: Trial) -> str:
    return _doubled(trial, LINEAR[trial.operation.family], (*trial.operation.outputs,))


@says("A query twice as large gives an output twice as large, bit for bit, and the same state.")
def linear_in_query(trial: Trial) -> str:
    first = next(iter(trial.operation.outputs))
    return _doubled(
        trial, (READ[trial.operation.family],), (first,), () if "D" not in trial.golden.parameters else ("D",)
    )


def _doubled(trial: Trial, names: tuple[str, ...], outputs: tuple[str, ...], more: tuple[str, ...] = ()) -> str:
    plain, (inputs, parameters) = copied(trial.call(*trial.arrays())), trial.arrays()
    twice = {n: array * array.dtype.type(2) for n, array in (inputs | parameters).items() if n in (*names, *more)}
    wider = [{n: twice.get(n, array) for n, array in group.items()} for group in (inputs, parameters)]
    got = copied(trial.call(wider[0], wider[1]))
    want = {n: array * 2 if n in outputs else array for n, array in plain.items()}
    return other_bits(want, got, f"{' and '.join(n for n in names if n in twice)} twice as large")


@says("Keys in another order give the same outputs.")
def keys_in_any_order(trial: Trial) -> str:
    plain, (inputs, parameters) = trial.plain(), trial.arrays()
    moved = {name: _turned(array, trial.axes(f"inputs/{name}")) for name, array in inputs.items()}
    got = trial.call(moved, parameters)
    want = {name: _turned(array, trial.axes(f"outputs/{name}")) for name, array in plain.items()}
    name = differing(trial, want, got)
    return f"{name} with its keys in another order differs" if name else ""


@says("A decay of a head is what the same decay of each of its keys is.")
def equal_decays_are_a_heads(trial: Trial) -> str:
    plain, (inputs, parameters) = trial.plain(), trial.arrays()
    at = trial.axes("inputs/g").split().index("n_g")
    of_keys = np.repeat(inputs["g"], trial.golden.entry.dims["n_k"], axis=at)
    name = differing(trial, plain, trial.call({**inputs, "g": of_keys}, parameters))
    return f"{name} differs where each key has the decay of its head" if name else ""


@says("Where beta is 0 nothing is written: other values give the same bits.")
def no_beta_writes_nothing(trial: Trial) -> str:
    inputs, parameters = trial.arrays()
    inputs["beta"][...] = 0
    plain = copied(trial.call(inputs, parameters))
    got = copied(trial.call({**inputs, "v": -inputs["v"]}, parameters))
    return other_bits(plain, got, "another value where beta is 0")


def _turned(array: NDArray[np.floating], axes: str) -> NDArray[np.floating]:
    """Every axis of keys turned by one, of decays too where each key has its own."""
    for at, axis in enumerate(axes.split()):
        if axis == "n_k" or (axis == "n_g" and array.shape[at] > 1):
            array = np.roll(array, 1, axis=at)
    return array
