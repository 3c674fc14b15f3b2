"""Forms of what goes over time: over how many steps or examples there are, or one step late or early."""

from functools import partial

import numpy as np

from .forms import MOST_AXES, Form, Value, over

STEPS = {"late, the last where there is none": 1, "early, the first where there is none": -1}


def _rolled(z: Value, by: int, axis: int) -> Value | None:
    """As an index does that is counted from the end where it is negative."""
    return np.roll(z, by, axis=axis) if isinstance(z, np.ndarray) and z.ndim > 2 else None


def shifted(axis: int) -> tuple[Form, ...]:
    """Of what has time as this axis."""
    return tuple(Form(f"{{}} one step {when}", partial(_rolled, by=by, axis=axis), 1.1) for when, by in STEPS.items())


OVER_TIME = (  # of what has time as its last axis
    Form("{} / T_x", over(-1, 3, MOST_AXES)),
    Form("{} / m", over(-2, 3, MOST_AXES)),
    *shifted(-1),
)
