"""A layer that predicts nothing and takes no lengths: where the gradient of its last state belongs in a reversed run is asked of it, too."""

from typing import Any

import numpy as np
import pytest
from rnnspec.conformance import check
from rnnspec.reference import FUNCTIONS


def headless(family: str, at_the_end_of: str) -> dict[str, Any]:
    """The reference without a head; it adds the gradient of its last state into that of a step: the run's last, or the sequence's."""
    forward, backward = FUNCTIONS[f"{family}_forward"], FUNCTIONS[f"{family}_backward"]

    def ahead(x: Any, a0: Any, parameters: Any, *, reverse: bool = False) -> Any:
        a, y, *others, cache = forward(x, a0, parameters, reverse=reverse)
        return a, *([None] if y is not None else []), *others, (cache, reverse)

    def back(da: Any, caches: Any, *, da_last: Any = None) -> Any:
        cache, reverse = caches
        da = np.array(da)
        if da_last is not None:
            da[:, :, 0 if reverse and at_the_end_of == "run" else -1] += da_last
        return backward(da, cache)

    return {f"{family}_forward": ahead, f"{family}_backward": back}


@pytest.mark.parametrize("family", ["lstm", "gru", "rnn", "lstm_peephole", "gru_reset_after"])
def test_the_gradient_of_the_last_state_goes_in_where_the_run_ends(family: str) -> None:
    asked = [f"{family}_backward/property/reverse-is-flip"]

    (right,) = check(headless(family, "run"), cases=asked).cases
    (wrong,) = check(headless(family, "sequence"), cases=asked).cases

    assert (right.outcome, wrong.outcome) == ("pass", "fail")
    assert wrong.message == "dx of a reversed run with da_last differs from dx of flipped time"
