"""A property of what stands behind an example's length: it changes nothing."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..candidate import Unsupported
from .sequence import apart, steps_of
from .trial import Numbers, Trial, copied, other_bits, says


@says(
    "What stands behind an example's length changes nothing; where all are as short, it is as if those steps were not there."
)
def padding_ignored(trial: Trial) -> str:
    plain, (inputs, _) = copied(trial.call(*trial.arrays())), trial.arrays()
    given = (trial.operation.forward or trial.operation).arguments
    for words, garbage in (("other numbers", 3.0), ("large numbers", 1e4)):
        padded = {name: _padded(inputs, inputs[name], garbage) for name in steps_of(trial) if name in given}
        fresh, parameters = trial.arrays()  # which a call may change
        if changed := other_bits(plain, trial.call({**fresh, **padded}, parameters), f"{words} in the padding"):
            return changed
    reversed_too = [{"reverse": np.array(True)}] if trial.takes("reverse") else []
    return next(filter(None, (_all_short(trial, more) for more in ({}, *reversed_too))), "")


def _all_short(trial: Trial, more: Numbers) -> str:
    """What differs where all lengths are one step short from a run without that step."""
    (inputs, parameters), steps = trial.arrays(), trial.golden.entry.dims["T_x"] - 1
    given = {**inputs, **more, "lengths": np.full_like(inputs["lengths"], steps)}
    short = {name: _cut(trial, f"inputs/{name}", array, steps) for name, array in given.items() if name != "lengths"}
    one, two = copied(trial.call(short, parameters)), trial.call(trial.runner.fresh(given), trial.arrays()[1])
    trial.check_shapes(two)
    cut = {name: _cut(trial, f"outputs/{name}", array, steps) for name, array in two.items()}
    name = apart(trial, one, cut)
    try:
        if name or trial.runner.precision:  # the golden's budgets are of its own lengths
            own = trial.on(given, parameters)
            name = apart(own, {n: one[n] for n in own.golden.outputs if n in one}, cut)
    except Unsupported:  # nothing is known of these, and of what stands behind lengths all is
        return ""
    how = f"with lengths that are all {steps}{', reversed' if more else ''}"
    return f"{name} {how} differs from {name} of {steps} steps" if name else ""


def _cut(trial: Trial, key: str, array: NDArray[Any], steps: int) -> NDArray[Any]:
    over_time = key.partition("/")[2] != "reverse" and trial.axes(key).split()[-1:] == ["T_x"]
    return (array[..., :steps] if over_time else array).copy()


def _padded(inputs: Numbers, x: NDArray[Any], garbage: float) -> NDArray[Any]:
    """With garbage behind each example's length, of the sign that what is given has."""
    padding = np.arange(x.shape[-1]) >= inputs["lengths"][:, None]
    found = x.copy()
    found[..., padding] = garbage if (x > 0).any() else -garbage
    return found
