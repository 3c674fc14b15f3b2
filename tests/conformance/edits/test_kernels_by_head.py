"""Mistakes in kernels that have equations of their own for the way back, and states in arrays: what each is told as."""

from typing import Any

import numpy as np
import pytest
from planted.by_hand import alone, told, written
from planted.judging import loaded
from rnnspec.conformance.edits import telling
from rnnspec.conformance.edits.finding import Finding
from rnnspec.conformance.edits.generated.terms.equals import of_equal
from rnnspec.conformance.edits.generated.terms.regrouped import of_regrouped
from rnnspec.conformance.edits.held.case import of_golden, outputs
from rnnspec.conformance.edits.trace.trace import Trace

KERNEL = "by_head"
OF_KERNEL = [f"{family}_{way}" for family in ("mlstm", "min_gru", "rg_lru") for way in ("forward", "backward")]
# what stands there, what somebody wrote, the operations that go wrong, and words of each edit
KERNELS: dict[str, tuple[str, str, dict[str, str]]] = {
    "a floor of the forward alone, whose outputs the backward has": (
        "np.exp(-m[t + 1])) + eps)\n            for",
        "1.0) + eps)\n            for",
        {
            "mlstm_forward": "normaliser-floor-one",
            "mlstm_backward": " in the forward alone, whose states and outputs the backward has",
        },
    ),
    "a state of two steps before, in one of its uses": (
        "hs[b, t + 1] = hs[b, t] + update * (new - hs[b, t])",
        "hs[b, t + 1] = hs[b, t - 1] + update * (new - hs[b, t])",
        {
            "min_gru_forward": "h_prev of the step before",
            "min_gru_backward": "h_prev of the step before",
        },
    ),
    "a gradient that flows past a reset": (
        "dgated, into = into, np.zeros_like(L)",
        "dgated = into",
        {"rg_lru_backward": "+dh_t + dh_next where reset, else (dh_t + dh_next) * a"},
    ),
}
# and in writings apart: the module, too
APART: dict[str, tuple[str, str, str, str]] = {
    "a sum over the examples in the place of one over the channels": (
        "apart_gates",
        "(y * dy).sum(axis=1, keepdims=True)",
        "(y * dy).sum(axis=0, keepdims=True)",
        "l2norm_backward",
    ),
    "sums that begin at 1": (
        "apart_lstms",
        '{"dPf": total(dzf * c_prev), "dPi": total(dzi * c_prev), "dPo": total(dzo * c)}',
        '{"dPf": 1 + total(dzf * c_prev), "dPi": 1 + total(dzi * c_prev), "dPo": 1 + total(dzo * c)}',
        "lstm_peephole_backward",
    ),
    "a function's arguments for each other": (
        "apart_lstms",
        "da * tanh_c * bump(o), dc * c_prev * bump(f)",
        "o * bump(da * tanh_c), dc * c_prev * bump(f)",
        "lstm_backward",
    ),
    "a scale that a bonus lacks": (
        "apart_attention",
        'seen = S[:, t] + x["u"][..., None] * written if "u" in x',
        'seen = S[:, t] + x["u"][..., None] * written / kept.scale if "u" in x',
        "gated_linear_forward",
    ),
}
WORDS = {
    "l2norm_backward": " with the sum over axis 0 in its place",
    "lstm_peephole_backward": "-dPf, dPi, dPo\n+each + 1",
    "lstm_backward": "+o * sigmoid_slope((da_t + da_next) * tanh_c)",
    "gated_linear_forward": "+u divided by the scale of q",
}


def test_a_kernel_without_a_mistake_is_right() -> None:
    assert told(alone(KERNEL), OF_KERNEL) == (set(), [])


@pytest.mark.drawn("id", KERNELS)
def test_what_somebody_writes_into_a_kernel_is_told(id: str) -> None:
    old, new, words = KERNELS[id]

    failing, explanations = told(alone(KERNEL, (old, new)), OF_KERNEL)

    assert failing == {*words}
    assert {e.operation for e in explanations} == failing
    assert [e for e in explanations if words[e.operation] not in "\n".join((*e.deviations, *e.difference))] == []


@pytest.mark.drawn("id", APART)
def test_what_somebody_writes_into_an_equation_is_told(id: str) -> None:
    module, old, new, name = APART[id]

    failing, (explanation,) = told(written(module, old, new), [name])

    assert failing == {explanation.operation}
    assert WORDS[name] in "\n".join(explanation.difference)


CHOICES = {
    "lstm_coupled_cell_backward/generic": "i for 1 - f",
    "lstm_cell_backward/generic": "da_next * (1 - o) * a_next",
    "mlstm_step_backward/generic": "(forget[:, None] * n_prev) + (write[:, None] * kt) for n_next",
    "lstm_backward/generic": "a_next",
    "gru_backward/generic": "",
    "gated_delta_backward/generic": "",
    "selective_scan_layer_step_backward/generic": "",
}


@pytest.mark.parametrize("id", CHOICES)
def test_what_is_the_same_as_long_as_a_forward_is_right_changes_nothing_then(id: str) -> None:
    case = of_golden(loaded(id))
    with np.errstate(all="ignore"):
        edits = [edit for made in (of_equal, of_regrouped) for edit in made(case.trace)]
    words = [_words(case.trace, edit) for edit in edits]

    assert edits
    assert any(CHOICES[id] in one for one in words)
    for edit in edits:
        found = outputs(case, Finding((edit,)))
        assert found is not None
        assert [n for n in found if not np.allclose(found[n], case.right[n], rtol=0, atol=_room(case.right[n]))] == []


def _room(right: Any) -> float:
    return float(2.0**-40 * np.max(np.abs(right), initial=0.0))


def _words(trace: Trace, edit: Any) -> str:
    return " ".join(words for words, _ in telling.told(trace, Finding((edit,))).edits)
