"""A convention of which a backward may lag behind has a way in which it follows: that way's backward is the gradient of its own forward, and
that of the way in which it lags is not.
"""

from dataclasses import replace

import numpy as np
import pytest
from planted.judging import loaded
from rnnspec.conformance.deviations.catalogue import CATALOGUE
from rnnspec.conformance.deviations.copy import deviating
from rnnspec.conformance.deviations.deviation import Way
from rnnspec.golden import Golden
from rnnspec.reference import OPERATIONS

FOLLOWED = {
    "groups-tiled": ["gated_linear_step_backward/grouped-heads", "gated_linear_step_backward/rwkv6-grouped"],
    "low-rank-from-decayed": ["dplr_step_backward/generic", "dplr_step_backward/grouped-heads"],
    "norm-by-mean": ["l2norm_backward/generic"],
    "eps-outside-root": ["l2norm_backward/with-eps"],
    "eps-as-least-length": ["l2norm_backward/with-eps"],
}
LONGER = {"eps": np.array(2.0)}  # than half of the keys
FAR = 2.0**-20
NEAR = 1e-7


@pytest.mark.parametrize(("id", "case"), [(id, case) for id, cases in FOLLOWED.items() for case in cases])
def test_a_convention_that_is_followed_has_the_gradient_of_its_forward(id: str, case: str) -> None:
    golden, (lagging, *_, followed) = loaded(case), CATALOGUE[id].ways
    if "eps" in golden.inputs:
        golden = replace(golden, inputs=golden.inputs | LONGER)

    assert is_gradient(golden, followed)
    assert not is_gradient(golden, lagging)


def is_gradient(golden: Golden, way: Way) -> bool:
    """Along a direction into all that there is a gradient into."""
    back, given, rng = golden.entry.operation, (golden.inputs, golden.parameters), np.random.default_rng(0)
    names = [*golden.inputs, *golden.parameters]
    assert back.forward
    ahead, own = OPERATIONS[back.forward.name], {**back.forward.arguments, **back.forward.options}
    with deviating(list(way)) as functions:
        into = {name[1:]: array for name, array in back.named(back.call(functions, *given), names).items()}
        along = {name: rng.standard_normal(np.shape(array)) for name, array in into.items()}

        def loss(by: float) -> float:
            moved = [{n: a + by * along[n] if n in along else a for n, a in group.items()} for group in given]
            told = ahead.named(ahead.call(functions, {n: a for n, a in moved[0].items() if n in own}, moved[1]), names)
            return sum(float((golden.inputs[f"d{n}"] * a).sum()) for n, a in told.items() if f"d{n}" in golden.inputs)

        numeric = (loss(FAR) - loss(-FAR)) / (2 * FAR)
    analytic = sum(float((array * along[name]).sum()) for name, array in into.items())
    assert numeric != 0
    return abs(analytic - numeric) <= NEAR * max(1.0, abs(numeric))
