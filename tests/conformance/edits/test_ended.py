"""A loop that ends with the longest example has a mistake in the steps that it runs, and in no others."""

from typing import Any

import numpy as np
from planted.ample import AMPLE
from planted.judging import loaded, ran
from rnnspec.conformance.deviations.copy import deviating
from rnnspec.conformance.deviations.deviation import Edit
from rnnspec.conformance.edits.explaining import explained
from rnnspec.conformance.explanation.evidence import Evidence
from rnnspec.reference import FUNCTIONS, unroll

OVERWRITTEN = "total[name] = gradient + (0 if name[1] == 'b' and name != 'dby' else total[name])"


def padded(array: Any, steps: int) -> Any:
    return np.pad(array, [(0, 0)] * (array.ndim - 1) + [(0, steps - array.shape[-1])])


def ending(functions: Any) -> dict[str, Any]:
    """A GRU whose loop ends with the longest example."""

    def forward(x: Any, a0: Any, parameters: Any, lengths: Any = None, **options: Any) -> Any:
        steps = x.shape[-1] if lengths is None else max(int(lengths.max()), 1)
        given = {} if lengths is None else {"lengths": lengths}
        a, y, caches = functions["gru_forward"](x[..., :steps], a0, parameters, **given, **options)
        return padded(a, x.shape[-1]), padded(y, x.shape[-1]), (caches, steps)

    def backward(da: Any, caches: Any, dy: Any = None, **options: Any) -> Any:
        own, steps = caches
        given = {} if dy is None else {"dy": dy[..., :steps]}
        found = functions["gru_backward"](da[..., :steps], own, **given, **options)
        return {**found, "dx": padded(found["dx"], da.shape[-1])}

    return {"gru_forward": forward, "gru_backward": backward}


def test_it_is_right_where_there_is_no_mistake() -> None:
    assert not any(outcome.failed for outcome in ran(ending(FUNCTIONS), "gru_backward"))


def test_gradients_that_are_not_added_up_are_said_of_it() -> None:
    with deviating([Edit(unroll.accumulated, "total[name] += gradient", OVERWRITTEN)]) as functions:
        outcomes = ran(ending(functions), "gru_backward")

    found = explained({"gru_backward": Evidence(outcomes, "float64", loaded)}, AMPLE).named

    assert "of the first step of the run alone" in "\n".join(found["gru_backward"].difference)
