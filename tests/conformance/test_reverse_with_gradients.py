"""A layer that predicts nothing and takes no lengths: where the gradient of its last state belongs in a reversed run is asked of it, too."""

from typing import Any

import numpy as np
import pytest
from rnnspec.conformance import Unsupported, check
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


def test_an_option_that_is_declined_in_the_call_hides_no_other() -> None:
    """Where not all are taken at once each is asked alone."""
    plain = headless("gru", "sequence")

    def back(da: Any, caches: Any, *, dy: Any = None, da_last: Any = None) -> Any:
        if dy is not None:
            raise Unsupported("there is no head")
        return plain["gru_backward"](da, caches, da_last=da_last)

    (wrong,) = check({**plain, "gru_backward": back}, cases=["gru_backward/property/reverse-is-flip"]).cases

    assert wrong.message == "dx of a reversed run with da_last differs from dx of flipped time"


@pytest.mark.parametrize("property", ["reverse-is-flip", "left-out-is-zeros"])
def test_a_gradient_that_is_changed_in_place_is_no_other_mistake(property: str) -> None:
    plain = headless("gru", "run")

    def back(da: Any, caches: Any, *, da_last: Any = None) -> Any:
        found = plain["gru_backward"](da.copy(), caches, da_last=da_last)
        da += 1
        return found

    (outcome,) = check({**plain, "gru_backward": back}, cases=[f"gru_backward/property/{property}"]).cases

    assert outcome.outcome == "pass"


@pytest.mark.parametrize("precision", ["bf16", "amp-bf16"])
def test_at_a_precision_what_is_asked_with_options_is_judged_too(precision: str) -> None:
    """In arrays of bfloat16, which NumPy does not have, and with budgets of what is given."""
    pytest.importorskip("torch")
    asked = [f"lstm_backward/property/{name}" for name in ("reverse-is-flip", "left-out-is-zeros")]

    report = check("torch", cases=asked, precision=precision)

    assert [outcome.outcome for outcome in report.cases] == ["pass", "pass"]
