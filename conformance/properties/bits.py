"""A property of numbers with all the bits of a dtype.

The numbers of goldens have few, so that one serves every format: what rounds them to bfloat16 on the way into a product changes none of
them. These have all, a little nearer to 0 than a golden's own. What is right of them is the reference in float64, and budgets are
estimated (docs/budget.md).
"""

from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray
from rnnspec.golden.estimated import Unfit, of_given
from rnnspec.golden.precision import Precision

from ..candidate import Unsupported
from ..run.outcome import UNFIT
from ..verdict.comparing import compare
from .trial import Numbers, Trial, says

NEARER = 2.0**-7  # by less than which, relatively: what bfloat16 has between two numbers


@says(
    "Numbers with all the bits of the dtype are not rounded to fewer on the way: a product in bfloat16 or TF32 shows."
)
def every_bit(trial: Trial) -> str:
    runner, golden = trial.runner, trial.golden
    if runner.precision:
        raise Unsupported("at a precision, what is given may be rounded on the way")
    inputs, parameters = (_with_every_bit(arrays) for arrays in trial.arrays())
    try:
        right = of_given(golden, inputs, parameters, runner.dtype, Precision.named(runner.dtype)).telling()
    except Unfit as why:
        raise Unsupported(f"{UNFIT}: {why}") from None
    for name, got in trial.call(inputs, parameters).items():
        verdict = compare(right.golden, name, got, runner.dtype) if name in right.golden.outputs else None
        if verdict and not verdict.passed:
            where = f" at {verdict.place}: got {verdict.got:.8g}, want {verdict.want:.8g}" if verdict.place else ""
            return f"with numbers of all bits {verdict.problem}{where}"
    return ""


def _with_every_bit(arrays: Numbers) -> Numbers:
    return {name: _nearer(name, array) if array.dtype.kind == "f" else array for name, array in arrays.items()}


def _nearer(name: str, array: NDArray[np.floating]) -> NDArray[np.floating]:
    draw = np.random.Generator(
        np.random.Philox(key=int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big"))
    )
    return (array * (1 - NEARER * draw.random(array.shape))).astype(array.dtype)
