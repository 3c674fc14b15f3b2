"""What is not given is declined by raising on None: by a forward, and not by a backward behind a forward that took it."""

from typing import Any

from planted.fakes import fake, judged
from rnnspec.golden import cases
from rnnspec.reference import FUNCTIONS

STEP, BACK = "gated_linear_step_forward", "gated_linear_step_backward"
WITHOUT = {e.id.partition("/")[2] for e in cases() if e.operation.name == BACK and "gt=None" in e.features}


def test_a_backward_that_raises_behind_a_forward_that_took_none_is_wrong() -> None:
    def without_a_decay(*given: Any, **options: Any) -> Any:
        gradients = FUNCTIONS[BACK](*given, **options)
        if "dgt" not in gradients:
            raise TypeError("unsupported operand type(s) for +: 'NoneType' and 'float'")
        return gradients

    outcomes = judged(fake(gated_linear_step_backward=without_a_decay), BACK)

    raised = {name for name, outcome in outcomes.items() if outcome.outcome == "error"}
    assert WITHOUT
    assert raised >= WITHOUT
    assert all("raised TypeError" in outcomes[name].message for name in raised)
    assert not [name for name, outcome in outcomes.items() if outcome.outcome == "unsupported"]


def test_a_backward_of_a_forward_that_raises_on_none_is_not_offered_there() -> None:
    def of_a_decay(qt: Any, kt: Any, vt: Any, gt: Any, *given: Any, **options: Any) -> Any:
        if gt is None:
            raise TypeError("gt is None")
        return FUNCTIONS[STEP](qt, kt, vt, gt, *given, **options)

    outcomes = judged(fake(gated_linear_step_forward=of_a_decay), BACK)

    assert {name for name in outcomes if name in WITHOUT and outcomes[name].outcome == "unsupported"} == WITHOUT
    assert {outcomes[name].message for name in WITHOUT} == {"not offered: gt=None"}
    assert not [name for name, outcome in outcomes.items() if outcome.outcome == "error"]


def test_a_forward_that_starts_without_a_state_elsewhere_does_not_decline_that() -> None:
    """It raises where it walks back and has no lengths, state or not."""

    def walking(*given: Any, reverse: bool = False, **options: Any) -> Any:
        if reverse and "lengths" not in options:
            raise IndexError("`indices` must be an integer array")
        return FUNCTIONS["gru_forward"](*given, reverse=reverse, **options)

    outcomes = judged(fake(gru_forward=walking), "gru_forward")

    back = {e.id.partition("/")[2] for e in cases() if e.operation.name == "gru_forward" and "reverse" in e.features}
    wrong = {e.id.partition("/")[2] for e in cases() if e.operation.name == "gru_forward" and "lengths" in e.features}
    assert any("a0=None" in outcomes[name].features for name in back - wrong)
    assert {outcomes[name].outcome for name in back - wrong} == {"error"}
    assert not [name for name, outcome in outcomes.items() if outcome.message.startswith("not offered: a0")]


def test_a_forward_that_never_starts_without_a_state_declines_that() -> None:
    def begun(x: Any, a0: Any, *given: Any, **options: Any) -> Any:
        return FUNCTIONS["gru_forward"](x, a0 + 0, *given, **options)

    outcomes = judged(fake(gru_forward=begun), "gru_forward")

    without = [one for one in outcomes.values() if "a0=None" in one.features]
    assert {one.outcome for one in without} == {"unsupported"}
    assert not [name for name, outcome in outcomes.items() if outcome.outcome == "error"]
