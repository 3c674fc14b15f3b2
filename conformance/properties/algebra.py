"""Properties of recurrences that their algebra says: what a larger, turned or absent input does to the outputs."""

from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..candidate import Raised, Unsupported
from .recurrence import decays, taken
from .sequence import apart
from .stabiliser import STABILISED, in_scale_of
from .trial import Trial, copied, differing, other_bits, says

# what is written is a value times something that sees none: an output is a sum of values, each times something
LINEAR = {
    **dict.fromkeys(("gated_linear", "gated_delta", "dplr"), ("v", "S0")),
    **dict.fromkeys(("selective_scan", "selective_scan_layer"), ("u", "h0")),
    **{"diagonal": ("x", "h0"), "causal_conv": ("x", "s0", "b"), "rg_lru": ("x", "h0")},
    **{"mlstm": ("v", "C0"), "wkv4": ("v", "c0")},
}
SEEN_BY_NONE = dict.fromkeys(("mlstm", "wkv4"), ("n_last", "m_last"))  # outputs in which there are no values
READ = {"gated_linear": "q", "gated_delta": "q", "dplr": "q", "selective_scan": "C", "selective_scan_layer": "C"}


@says("Values and state twice as large give outputs twice as large, bit for bit.")
def linear_in_values(trial: Trial) -> str:
    without = SEEN_BY_NONE.get(trial.operation.family, ())
    outputs = tuple(name for name in trial.operation.outputs if name not in without)
    return _doubled(trial, LINEAR[trial.operation.family], outputs)


@says(
    "A query twice as large gives an output twice as large, bit for bit, and the same state; a scale of 0, where it is taken, gives 0."
)
def linear_in_query(trial: Trial) -> str:
    first, more = next(iter(trial.operation.outputs)), () if "D" not in trial.golden.parameters else ("D",)
    wrong = _doubled(trial, (READ[trial.operation.family],), (first,), more)
    if wrong or not trial.takes("scale"):
        return wrong
    inputs, parameters = trial.arrays()
    with suppress(Unsupported, Raised):  # a scale may have to be positive
        if np.any(trial.call({**inputs, "scale": np.array(0.0)}, parameters)[first]):
            return f"{first} is not 0 where scale is"
    return ""


def _doubled(trial: Trial, names: tuple[str, ...], outputs: tuple[str, ...], more: tuple[str, ...] = ()) -> str:
    plain, (inputs, parameters) = copied(trial.call(*trial.arrays())), trial.arrays()
    twice = {n: array * array.dtype.type(2) for n, array in (inputs | parameters).items() if n in (*names, *more)}
    wider = [{n: twice.get(n, array) for n, array in group.items()} for group in (inputs, parameters)]
    got = copied(trial.call(wider[0], wider[1]))
    want = {n: array * 2 if n in outputs else array for n, array in plain.items()}
    return other_bits(want, got, f"{' and '.join(n for n in names if n in twice)} twice as large")


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


@says(
    "Where beta is 1, a key of unit length that is its own query reads its value, times the scale, whatever has been written."
)
def unit_key_reads_its_value(trial: Trial) -> str:
    inputs, parameters = trial.arrays()
    unit = _unit(inputs["k"])
    given = {**inputs, "q": unit, "k": unit.copy(), "beta": np.ones_like(inputs["beta"])}
    _, got = taken(trial, decays(trial, given), parameters)
    first = next(iter(trial.operation.outputs))
    want = inputs["v"] * unit.dtype.type(trial.golden.entry.dims["n_k"] ** -0.5)
    return f"{first} is not the value of a unit key" if apart(trial, {first: want}, got) else ""


def _unit(k: NDArray[Any]) -> NDArray[Any]:
    """Keys of length 1, exactly: of one element alone in turn and, where there are four, of four halves."""
    keys, t = k.shape[1], np.arange(k.shape[-1])
    signs = np.where(k >= 0, 1, -1)
    halves = signs / 2 if keys == 4 else np.zeros_like(k)
    single = signs * (np.arange(keys)[:, None, None] == t % keys)
    return np.where((t % 2 == 1) & (keys == 4), halves, single).astype(k.dtype)


@says(
    "States twice as large, and their stabiliser less by the logarithm of 2, are the same states; of no state any stabiliser is."
)
def any_stabiliser(trial: Trial) -> str:
    inputs, parameters = trial.arrays()
    states, first = STABILISED[trial.operation.family], next(iter(trial.operation.outputs))
    number, m0 = inputs["m0"].dtype.type, inputs["m0"]
    doubled = {f"{s}0": inputs[f"{s}0"] * number(2) for s in states}
    nothing = {**inputs, **{name: np.zeros_like(array) for name, array in doubled.items()}}
    pairs = {
        "of twice its states and m0 less by log 2": (inputs, {**inputs, **doubled, "m0": m0 - number(np.log(2))}),
        "of states of zeros and m0 more by 1": (nothing, {**nothing, "m0": m0 + number(1)}),
    }
    for words, pair in pairs.items():
        one, two = (copied(trial.call(given, parameters)) for given in pair)
        if name := apart(trial, *({first: run[first], **in_scale_of(trial, run, one)} for run in (one, two))):
            return f"{name} {words} differs"
    return ""
