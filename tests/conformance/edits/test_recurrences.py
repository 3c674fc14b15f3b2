"""Edits of recurrences: what a mistake of a line in kernels as they are written is told as, and at which line of the equations."""

from typing import Any

import numpy as np
import pytest
from planted.ample import AMPLE
from planted.judging import loaded, ran
from planted.mutating import OF_RECURRENCES, named
from rnnspec.conformance.explanation.naming import explain
from rnnspec.reference import FUNCTIONS, OPERATIONS

# a mistake that tests/planted/mutating.py makes, the family in which it is looked at, and words of its edit
MUTANTS = {
    "apart_attention:74 finished: -1 -> (1)": ("gated_delta", "+S_last behind the first step"),
    "apart_xlstm:51 gates: i -> (0 * i)": ("mlstm", "reference/stabiliser.py:8 stabilised, in larger"),
    "apart_xlstm:51 gates: i -> log_f": ("mlstm", "+running > -softplus(-"),
    "apart_scans:88 min_gru_backward: sigmoid(z) -> np.abs(z)": ("min_gru", "+abs(z"),
    "apart_scans:95 shares: softplus(apart) -> np.sqrt(apart)": ("min_lstm", "exp(-sqrt("),
    "apart_arrays:22 sigmoid: 1 + e -> (2 * (1 + e))": ("min_gru", "/ 2"),
    "apart_arrays:22 sigmoid: 1 + e -> (1 - e)": ("slstm", "/ (1 - exp(-abs("),
    "apart_attention:46 spread: x -> (-x)": ("dplr", "+-each"),
    "apart_attention:74 finished: 1 -> 2": ("dplr", "S_"),
    "apart_arrays:97 scanned: b -> h": ("diagonal", "h_prev"),
    "apart_scans:128 rg_lru_forward: log_a -> r_raw": ("rg_lru", "+exp(r"),
    "apart_xlstm:60 gates_back: dI -> dm": ("slstm", "+write * dm_next where first"),
    "apart_xlstm:59 gates_back: write -> dF": ("mlstm", "where first, else dlogF"),
    "apart_xlstm:60 gates_back: i -> (-i)": ("slstm", "+0 where running > -("),
    "apart_xlstm:67 read_off: np.exp(-m) -> np.expm1(-m)": ("mlstm", ", exp(-m_next) - 1)"),
    "apart_xlstm:67 read_off: np.abs(dot) -> sigmoid(dot)": ("mlstm", "+max(sigmoid("),
    "apart_xlstm:204 slstm_backward: n_new -> forget": ("slstm", "/ forget)"),
    "apart_scans:69 diagonal_backward: da * caches.a -> (da / caches.a)": ("diagonal", "* h_prev / a"),
    "apart_scans:69 diagonal_backward: da * caches.a -> (da + caches.a)": ("diagonal", "* h_prev + a"),
    "apart_scans:88 min_gru_backward: x -> z": ("min_gru", "+positive at z"),
    "apart_scans:88 min_gru_backward: db * positive(x) -> (db + positive(x))": ("min_gru", " + candidate - dh_"),
    "apart_scans:60 raw: x -> (0 * x)": ("min_lstm", "anew, beside the gradients into states"),
    "apart_xlstm:51 gates: log_f + m -> (log_f - m)": ("slstm", " - m_prev where first"),
    "apart_scans:89 min_gru_backward: x -> z": ("min_gru", "+positive_backward at z"),
    "apart_scans:111 min_lstm_backward: df -> da": ("min_lstm", "* h_prev"),
    "apart_scans:153 rg_lru_backward: normaliser -> da": ("rg_lru", "* h_prev)"),
}


@pytest.mark.drawn("id", MUTANTS, ids=lambda id: id.split(":")[1])
def test_a_mistake_in_a_recurrence_is_told_in_every_operation_that_it_makes_wrong(id: str) -> None:
    is_told(id, *MUTANTS[id])


def test_one_factor_of_a_square_is_another_value() -> None:
    is_told("apart_scans:153 rg_lru_backward: decay -> i", "rg_lru", "+a * i", place=-1)


def is_told(id: str, family: str, words: str, place: int = 0) -> None:
    """Of the mutants of this name the so-manieth."""
    functions = named(OF_RECURRENCES)[id][place].functions()
    outcomes = [o for name in OPERATIONS if OPERATIONS[name].family == family for o in ran(functions, name)]

    explanations, _ = explain(outcomes, "float64", loaded, AMPLE)

    failing = {outcome.operation for outcome in outcomes if outcome.failed}
    assert failing
    assert {explanation.operation for explanation in explanations} == failing
    assert [e.operation for e in explanations if words not in "\n".join(e.difference)] == []


def read_too_early(q: Any, k: Any, v: Any, g: Any, beta: Any, *, S0: Any = None, scale: Any = None) -> Any:
    """What is read is the state before the step: one step that writes nothing and forgets nothing reads it."""
    step, options = FUNCTIONS["gated_delta_forward"], {} if scale is None else {"scale": scale}
    outputs, S = [], S0
    for t in (slice(t, t + 1) for t in range(q.shape[-1])):
        given, decay, write = (q[..., t], k[..., t], v[..., t]), None if g is None else g[..., t], beta[..., t]
        outputs.append(step(*given, None, 0 * write, S0=S, **options)[0])
        _, S, _ = step(*given, decay, write, S0=S, **options)
    return np.concatenate(outputs, axis=-1), S, None


def test_a_state_that_is_not_given_is_one_that_enters_and_so_is_one_without_a_decay() -> None:
    outcomes = ran({"gated_delta_forward": read_too_early}, "gated_delta_forward")

    (explanation,), _ = explain(outcomes, "float64", loaded, AMPLE)

    assert len(explanation.cases) == explanation.failing > 20
    assert explanation.difference[0].startswith("reference/families/gated_linear.py:28 read")
    assert explanation.difference[2].endswith(" * S_prev")


def test_a_number_of_its_own_may_be_in_some_calls_alone() -> None:
    def mlstm_step_forward(*given: Any, eps: Any = 1e-6, **more: Any) -> Any:
        return FUNCTIONS["mlstm_step_forward"](*given, eps=eps, **more)

    outcomes = ran({"mlstm_step_forward": mlstm_step_forward}, "mlstm_step_forward")

    (explanation,), _ = explain(outcomes, "float64", loaded, AMPLE)

    assert explanation.difference[2].endswith(" + 1e-06")
    assert explanation.difference[-1] == " where eps is not given"
