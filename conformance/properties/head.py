"""A property of a head: what all of its logits have in common changes none of its predictions."""

from collections.abc import Sequence

import numpy as np
from rnnspec.reference import FAMILIES, Operation

from ..candidate import Unsupported
from ..verdict.nearness import alike
from .trial import Numbers, Trial, says

FAR = 1024.0  # beyond where exp is 0 or infinite, in float64 too
CLASSES = "n_y"
COARSE = 0.1  # of a prediction, beyond which what is rounded is no small part of it: then it is a number, as in float16


def head_of(operation: Operation) -> tuple[str, ...]:
    """The names of a head's matrix and bias; none where there is no head."""
    return next((family.head for family in FAMILIES if family.name == operation.family and family.head), ())


def has_head(operation: Operation) -> bool:
    return bool(head_of(operation))


@says("Logits that are all larger or smaller by 1024 give the same predictions.")
def logits_together(trial: Trial) -> str:
    whole, (weight, bias), (_, parameters) = trial.plain(), head_of(trial.operation), trial.arrays()
    predicted = [name for name in whole if trial.axes(f"outputs/{name}").split()[0] == CLASSES]
    if not predicted:
        raise Unsupported("predictions are left out")
    if trial.runner.precision:
        raise Unsupported("it is not asked at a precision, where logits as large as these may have no digits left")
    # each logit is a sum of so many terms, rounded at the size of what is added; two of them are in each power, and all in their sum
    rounded = 8 * (parameters[weight].shape[1] + 2) * FAR * np.finfo(trial.runner.dtype).eps / 2
    return next(filter(None, (_differing(trial, whole, predicted, bias, far, rounded) for far in (FAR, -FAR))), "")


def _differing(trial: Trial, whole: Numbers, predicted: Sequence[str], bias: str, far: float, rounded: float) -> str:
    """What differs where so much is added to every logit, "" for nothing; `rounded` is relative."""
    inputs, parameters = trial.arrays()
    parameters[bias] = parameters[bias] + np.asarray(far, parameters[bias].dtype)
    moved = trial.call(inputs, parameters)
    for name in predicted:
        if name not in moved:
            return f"{name} is left out where {far:g} is added to every logit"
        if rounded > COARSE and not np.isfinite(moved[name]).all():
            return f"{name} with {far:g} added to every logit is no number"
        near = np.inf if rounded > COARSE else trial.near(name) + rounded * np.abs(whole[name])
        if moved[name].shape != whole[name].shape or not alike(whole[name], moved[name], near).all():
            return f"{name} with {far:g} added to every logit differs from {name}"
    return ""
