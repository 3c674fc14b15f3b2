"""A property of a head: what all of its logits have in common changes none of its predictions."""

import numpy as np
from rnnspec.reference import FAMILIES, Operation

from ..candidate import Unsupported
from ..verdict.nearness import alike
from .trial import Trial, says

FAR = 1024.0  # beyond where exp is 0 or infinite, in float64 too
CLASSES = "n_y"


def head_of(operation: Operation) -> tuple[str, ...]:
    """The names of a head's matrix and bias; none where there is no head."""
    return next((family.head for family in FAMILIES if family.name == operation.family and family.head), ())


def has_head(operation: Operation) -> bool:
    return bool(head_of(operation))


@says("Logits that are all larger or smaller by 1024 give the same predictions.")
def logits_together(trial: Trial) -> str:
    whole, (weight, bias) = trial.plain(), head_of(trial.operation)
    predicted = [name for name in whole if trial.axes(f"outputs/{name}").split()[0] == CLASSES]
    if not predicted:
        raise Unsupported("predictions are left out")
    if trial.runner.precision:
        raise Unsupported("logits as large as these have no digits left at this precision")
    for far in (FAR, -FAR):
        inputs, parameters = trial.arrays()
        parameters[bias] = parameters[bias] + np.asarray(far, parameters[bias].dtype)
        moved = trial.call(inputs, parameters)
        for name in predicted:
            # each logit is a sum of so many terms, rounded at the size of what is added; two of them are in each power, and all in their sum
            terms = parameters[weight].shape[1] + 2
            rounded = 8 * terms * FAR * np.finfo(trial.runner.dtype).eps / 2 * np.abs(whole[name])
            if (
                moved[name].shape != whole[name].shape
                or not alike(whole[name], moved[name], trial.near(name) + rounded).all()
            ):
                return f"{name} with {far:g} added to every logit differs from {name}"
    return ""
