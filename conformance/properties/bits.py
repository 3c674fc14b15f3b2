"""A property of numbers with all the bits of a dtype.

The numbers of most goldens have few, so that one serves every format: what rounds them to bfloat16 on the way into a product changes none of
them. These have all that what is given can have, a little nearer to 0 than a golden's own. What is right of them is the reference in float64, and budgets are
estimated where the golden's own are not enough (docs/budget.md).
"""

from dataclasses import replace
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.golden import Golden
from rnnspec.golden.estimated import Unfit, given, of_given
from rnnspec.golden.precision import Precision
from rnnspec.golden.running import run

from ..candidate import Arrays, Unsupported
from ..run.outcome import UNFIT
from ..verdict.comparing import compare
from ..verdict.part import part_of
from .sequence import steps_of
from .trial import Numbers, Trial, says

OF_WRONG = "numbers with few bits are wrong, too"
KINKED = ("min_gru", "min_lstm")  # at 0: their states are x + 1/2 above it, a sigmoid of x below
NEARER = 2.0**-7  # by less than which, relatively: what bfloat16 has between two numbers


@says(
    "Numbers with all the bits of what is given are not rounded to fewer: in float32 a product in bfloat16 or TF32 shows."
)
def every_bit(trial: Trial) -> str:
    runner, golden, plain = trial.runner, trial.golden, trial.plain()
    if not _is_right(part_of(golden, plain), plain, runner.dtype):
        raise Unsupported(OF_WRONG)
    inputs, parameters = (dict(_nearer(arrays, runner.policy)) for arrays in (golden.inputs, golden.parameters))
    if "x" in steps_of(trial) and not _has_a_kink(trial):
        inputs["x"] = _without_a_step(inputs["x"])
    outputs = trial.call(runner.fresh(inputs), runner.fresh(parameters))
    near = replace(golden, inputs=inputs, parameters=parameters, outputs=run(trial.operation, inputs, parameters))
    if not runner.precision and not _what_is_wrong(trial, near, outputs):
        return ""  # the golden's own budgets are enough
    try:
        found = of_given(golden, inputs, parameters, runner.dtype, runner.policy).telling()
    except Unfit as why:
        raise Unsupported(f"{UNFIT}: {why}") from None
    return _what_is_wrong(trial, runner.allowing(found.golden), outputs)


def _what_is_wrong(trial: Trial, golden: Golden, outputs: Numbers) -> str:
    right = part_of(golden, outputs)
    for name, got in outputs.items():
        verdict = compare(right, name, got, trial.runner.dtype) if name in right.outputs else None
        if verdict and not verdict.passed:
            where = f" at {verdict.place}: got {verdict.got:.8g}, want {verdict.want:.8g}" if verdict.place else ""
            return f"with numbers of all bits {verdict.problem}{where}"
    return ""


def _is_right(golden: Golden, outputs: Numbers, dtype: str) -> bool:
    return all(compare(golden, name, got, dtype).passed for name, got in outputs.items())


def _nearer(arrays: Arrays, precision: Precision) -> Arrays:
    """Each number a little nearer to 0 than it is, with as many bits as it may have."""
    return given(
        {name: _drawn(name, array) if array.dtype.kind == "f" else array for name, array in arrays.items()}, precision
    )


def _has_a_kink(trial: Trial) -> bool:
    """Whether any slope between two is right where x is 0."""
    return bool(trial.operation.forward) and trial.operation.family in KINKED


def _without_a_step(x: NDArray[Any]) -> NDArray[Any]:
    """With nothing in its second step, which a kernel may pass over."""
    return x * (np.arange(x.shape[-1]) != 1)


def _drawn(name: str, array: NDArray[Any]) -> NDArray[Any]:
    key = int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big")
    return array * (1 - NEARER * np.random.Generator(np.random.Philox(key=key)).random(array.shape))
