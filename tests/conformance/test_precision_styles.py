"""No legal style of a policy raises an alarm: other spellings of the terms, other orders of sums, functions off by all that is allowed."""

from collections.abc import Mapping
from functools import cache
from itertools import product

import pytest
import rnnspec
from planted.planting import Functions, candidate
from planted.spellings import EACH, SPELLINGS, STYLES, off_by
from rnnspec.golden.precision import FORMATS, Precision
from writings.legal import ORDERS, SIGNS, Pairwise, Summed
from writings.narrow import asked_of, computed

Try = tuple[str, tuple[str, ...], type[Summed]]
FEW = ["lstm_cell_backward", "gru_cell_forward", "rnn_relu_forward/generic", "softmax"]
POLICIES = ("bf16", "amp-bf16")
STYLED = {
    f"{p}-{style}-{order.__name__}": (p, STYLES[style], order) for p, style, order in product(POLICIES, STYLES, ORDERS)
}
ALONE = {f"{p}-{id}": (p, (id,), Summed) for p, id in product(POLICIES, EACH)}
EVERY: dict[str, Try] = STYLED | ALONE
SAMPLE = dict(list(STYLED.items())[:: len(ORDERS) + 1])
# roundoffs, of the 2 that functions may be off by in such a state: half of one is left for rounding to it; of those that are off at random, a sign
# for each element that is the same in every step, another half, since a budget has them in one direction or anew in each step (docs/budget.md)
OFF = {"up": 1.5, "down": 1.5, "both": 1.0}
OFFS = {f"{p}-{style}-{sign}": (p, style, sign) for p, style, sign in product(POLICIES, STYLES, SIGNS)}
SOME_OFF = dict(list(OFFS.items())[:: len(SIGNS) + 1])
FUNCTIONS_TOLD = {"sigmoid", "tanh"}


@cache
def spelled(*ids: str) -> Functions:
    return candidate(*(EACH[id] for id in ids))


def shares(functions: Functions, policy: str, order: type[Summed], cases: list[str] | None) -> Mapping[str, float]:
    """How near each case is to its budget; all of them pass."""
    written, asked = computed(functions, Precision.named(policy), order), asked_of(order, cases)
    report = rnnspec.check(written, precision=policy, cases=asked, explain_seconds=0)
    assert [(o.id, o.message) for o in report.failures] == []
    return {outcome.id: outcome.worst for outcome in report if outcome.verdicts}


@pytest.mark.sampled(
    "tried", {id: (FEW, *one) for id, one in SAMPLE.items()}, {id: (None, *one) for id, one in EVERY.items()}
)
def test_a_legal_style_of_a_policy_raises_no_alarm(
    tried: tuple[list[str] | None, str, tuple[str, ...], type[Summed]],
) -> None:
    cases, policy, ids, order = tried

    assert 0 < max(shares(spelled(*ids), policy, order, cases).values()) <= 1


@pytest.mark.sampled(
    "off", {id: (FEW, *one) for id, one in SOME_OFF.items()}, {id: (None, *one) for id, one in OFFS.items()}
)
def test_a_legal_style_with_functions_off_by_what_is_allowed_raises_no_alarm(
    off: tuple[list[str] | None, str, str, str],
) -> None:
    cases, policy, style, sign = off
    of_functions = {one.id for group in FUNCTIONS_TOLD for one in SPELLINGS[group]}
    others = (EACH[id] for id in STYLES[style] if id not in of_functions)
    eps = 2 * FORMATS[Precision.named(policy).state].roundoff

    found = shares(candidate(*others, *off_by(OFF[sign], sign, str(eps))), policy, Pairwise, cases)

    assert 0.05 < max(found.values()) <= 1
