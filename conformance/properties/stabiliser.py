"""States that are told in the scale of a stabiliser: which they are, and how two runs are held against each other."""

import numpy as np

from .trial import Numbers, Trial

# states that are exp(m) times as large as they are told
STABILISED = {"mlstm": ("C", "n"), "slstm": ("c", "n"), "wkv4": ("c", "n")}


def in_scale_of(trial: Trial, outputs: Numbers, other: Numbers) -> Numbers:
    """The last states in the scale of another run's stabiliser, where they and it are told."""
    if "m_last" not in outputs:
        return {}
    told = [f"{s}_last" for s in STABILISED[trial.operation.family] if f"{s}_last" in outputs]
    times, axes = np.exp(outputs["m_last"] - other["m_last"]), trial.axes("outputs/m_last").split()
    found = {}
    for name in told:
        own = trial.axes(f"outputs/{name}").split()
        found[name] = outputs[name] * np.expand_dims(times, [at for at, axis in enumerate(own) if axis not in axes])
    return found


def without_stabiliser(trial: Trial, outputs: Numbers, other: Numbers) -> Numbers:
    """The outputs, their last states in the scale of another run's stabiliser, which is none of them."""
    return {name: a for name, a in outputs.items() if name != "m_last"} | in_scale_of(trial, outputs, other)
