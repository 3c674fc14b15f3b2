"""Properties of recurrences that are one another: backwards in time, without what one has beside the other, with larger gates, or limits."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.reference import FUNCTIONS, OPERATIONS
from rnnspec.reference.arithmetics import local_model

from ..candidate import Unsupported
from ..verdict.nearness import within
from .recurrence import decays, taken
from .sequence import apart
from .trial import Trial, copied, differing, says

# what corrects a state by itself, and by what it writes where that is gone too: the rest is gated linear attention
CORRECTING: Mapping[str, tuple[str, str]] = {"gated_delta": ("beta", "k"), "dplr": ("b", "")}
# what is in place of what backwards in time; and of that which acts on what stands behind it, so that it comes a step later
BACKWARDS: Mapping[str, tuple[Mapping[str, str], Mapping[str, str]]] = {
    "gated_linear": ({"q": "k", "k": "q", "v": "do"}, {"g": "g"}),
    "dplr": ({"q": "k", "k": "q", "v": "do"}, {"g": "g", "a": "b", "b": "a"}),
    "diagonal": ({"x": "dh"}, {"g": "g"}),
}
LARGER = 2.0  # input gates


@says(
    "Where nothing is corrected, as b or beta is 0, it is gated linear attention; where that is beta, nothing is written."
)
def without_correction(trial: Trial) -> str:
    correcting, writing = CORRECTING[trial.operation.family]
    inputs, parameters = trial.arrays()
    inputs[correcting][...] = 0
    given, outputs = taken(trial, decays(trial, inputs), parameters)
    got, linear = copied(outputs), OPERATIONS["gated_linear_forward"]
    same = {"g": None, **{name: given[name] for name in given if name in linear.inputs or name in linear.options}}
    same |= {writing: np.zeros_like(given[writing])} if writing else {}
    want = linear.named(linear.call(FUNCTIONS, same, {}), [*same])
    name = apart(trial, {n: want[n] for n in got}, got)
    return f"{name} where {correcting} is 0 is not that of gated linear attention" if name else ""


@says("The gradients into what is written and into the state are what the forward gives backwards in time.")
def backwards_in_time(trial: Trial) -> str:
    plain, (inputs, parameters) = trial.plain(), trial.arrays()
    at, later = BACKWARDS[trial.operation.family]
    (state,), forward = trial.operation.states, trial.operation.forward
    assert forward
    if "lengths" in inputs:
        raise Unsupported("examples that end apart do not begin together backwards in time")
    number = inputs[next(iter(later))].dtype.type
    scale = inputs.get("scale", number(inputs["q"].shape[1] ** -0.5)) if "q" in inputs else number(1)
    given = {name: _turned(inputs[of], behind=True) for name, of in at.items()}
    given |= {name: _turned(inputs[of], behind=False) for name, of in later.items()}
    given |= {f"{state}0": inputs[f"d{state}_last"] / scale} if f"d{state}_last" in inputs else {}
    given |= {"scale": inputs["scale"]} if "scale" in inputs else {}
    got = copied(trial.call(given, parameters, forward))
    read, written = ("o", "v") if "q" in inputs else ("h", "x")
    back = {f"d{written}": got[read][..., -2::-1], f"d{state}0": got[f"{state}_last"] * scale}
    name = differing(trial, {name: plain[name] for name in back if name in plain}, back)
    return f"{name} is not what the forward gives backwards in time" if name else ""


def _turned(array: NDArray[Any], behind: bool) -> NDArray[Any]:
    """Backwards in time, with a step of zeros behind or in front."""
    nothing = np.zeros_like(array[..., :1])
    return np.concatenate([array[..., ::-1], nothing] if behind else [nothing, array[..., ::-1]], axis=-1)


@says(
    "Input gates that are all larger by 2 change h only where exp(-m) is the normaliser, and there by exp(2) at most."
)
def input_gates_together(trial: Trial) -> str:
    h, (inputs, parameters) = trial.plain()["h"], trial.arrays()
    more, one = inputs["i"].dtype.type(LARGER), trial.near("h") / 2
    got = copied(trial.call({**inputs, "i": inputs["i"] + more}, parameters))["h"]
    # of values of 1 what is read is the product with n, over the normaliser: 1 where that is the normaliser
    share = abs(copied(trial.call({**inputs, "v": np.ones_like(inputs["v"])}, parameters))["h"])
    times = np.exp(more) / np.maximum(share * np.exp(more), 1)
    # exponents that are larger by so much are rounded by as much in three sums, beside what an exponential may err by
    two = one * (1 + 3 * LARGER / (local_model.EXPONENTIAL_16 if trial.coarse else local_model.EXPONENTIAL))
    # a rounding moves what is read by the value that it weighs, so that of ones by no more than over the least value so far
    with np.errstate(divide="ignore"):
        of_share = (one / np.minimum.accumulate(abs(inputs["v"]), axis=-1)).min(axis=1, keepdims=True)
    if within(h * times, got, times * (one + two + abs(h) * times * of_share)):
        return ""
    return "h of input gates that are all larger by 2 is not h, times at most exp(2) where the query's product with n is below exp(-m)"


@says("A limit stops the gradients into the time steps that it holds, and no others, wherever it is.")
def limits_stop_gradients(trial: Trial) -> str:
    draw, (inputs, parameters) = trial.plain()["draw"], trial.arrays()
    delta = copied(trial.call({"raw": inputs["raw"]}, parameters, trial.operation.forward))["delta"]
    ranked = np.unique(delta)
    for one, two in ((ranked[k], ranked[k + 1]) for k in len(ranked) * np.arange(1, 4) // 4 - 1):
        limit = np.asarray((one + two) / 2, delta.dtype)
        for name, is_free in (("high", delta < limit), ("low", delta > limit)):
            got = {"draw": copied(trial.call({**inputs, name: limit}, parameters))["draw"]}
            if one < limit < two and differing(trial, got, {"draw": np.where(is_free, draw, 0)}):
                return f"draw with a limit ({name}) between two time steps is not 0 where that holds, and as without it elsewhere"
    return ""
