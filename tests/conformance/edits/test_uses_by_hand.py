"""Mistakes that somebody wrote by hand into one use of a value or into what a backward computes again: what each is told as."""

from typing import Any

import pytest
from planted.by_hand import told, written
from rnnspec.reference import FUNCTIONS, OPERATIONS

ATTENTION, CELLS, GATES, SCANS, XLSTM = "apart_attention", "apart_cells", "apart_gates", "apart_scans", "apart_xlstm"
# a text, what stands there and what somebody wrote, the family in which it is looked at, and words of its edit
MISTAKES = {
    "the number that queries are scaled by, on the gradient into keys, too": (
        ATTENTION,
        'grads["k"][:, t] = np.einsum(ON_KEY, dwritten, v)',
        'grads["k"][:, t] = caches.scale * np.einsum(ON_KEY, dwritten, v)',
        "gated_linear",
        "times the scale of q",
    ),
    "scaled keys in the normaliser alone": (
        XLSTM,
        "n_new = forget[..., None] * n + write[..., None] * key",
        "n_new = forget[..., None] * n + write[..., None] * scale * key",
        "mlstm",
        "times the scale of q",
    ),
    "what is left of a decay for the other gate, in one of two sums": (
        XLSTM,
        "n_new = forget[..., None] * n + write[..., None] * key",
        "n_new = forget[..., None] * n + (1 - forget)[..., None] * key",
        "mlstm",
        "+(1 - forget)",
    ),
    "a sign within an exponential, which leaves the range of numbers where the other is next to nothing": (
        XLSTM,
        "return m_new, np.exp(i - m_new), np.exp(log_f + m - m_new)",
        "return m_new, np.exp(m_new - i), np.exp(log_f + m - m_new)",
        "mlstm",
        "+exp(-(i",
    ),
    "a value without a factor, in one of the gradients that it is a part of": (
        XLSTM,
        "dn - dratio * (c_new / n_new) / n_new",
        "dn - dh_t * (c_new / n_new) / n_new",
        "slstm",
        "/ n_next * share",
    ),
    "a value without a term of its exponent, in one of its uses": (
        GATES,
        "y[:, t] = (past * c + now * value) / (past * n + now)",
        "y[:, t] = (past * c + now * value) / (past * n + now * np.exp(-u))",
        "wkv4",
        "exp(k",
    ),
    "two gates for each other in the forward alone, whose states the backward has": (
        XLSTM,
        'm_new, write, forget = gates(x["i"][:, t], x["f"][:, t], m)',
        'm_new, write, forget = gates(x["f"][:, t], x["i"][:, t], m)',
        "mlstm",
        "exchanged",
    ),
    "an input of zeros for what a backward computes again": (
        SCANS,
        "x, f_raw, i_raw, candidate)",
        "x, 0 * f_raw, i_raw, candidate)",
        "min_lstm",
        "+0",
    ),
    "a sign in what a mask compares, where a backward compares again": (
        XLSTM,
        "running = m - softplus(-f)\n    _,",
        "running = m + softplus(-f)\n    _,",
        "slstm",
        "+(softplus(",
    ),
    "another threshold where a derivative is flat": (
        SCANS,
        "return np.where(x > 0, x.dtype.type(1), bump(sigmoid(x)))",
        "return np.where(x > 0.5, x.dtype.type(1), bump(sigmoid(x)))",
        "min_gru",
        "> 0.5",
    ),
    "a family's own function where its derivative is taken": (
        SCANS,
        "dz = (db * positive(x) - da) * bump(sigmoid(z))",
        "dz = (db * positive(x) - da) * positive(sigmoid(z))",
        "min_gru",
        "+ 0.5 where",
    ),
    "a bias behind a gate": (
        CELLS,
        "recalled = recalled + self.bca\n",
        "recalled = recalled + (1 - keep) * self.bca\n",
        "gru_reset_after",
        "+ u * bca",
    ),
}


@pytest.mark.drawn("id", MISTAKES)
def test_what_somebody_writes_by_hand_in_one_use_is_told_in_every_operation_that_it_makes_wrong(id: str) -> None:
    module, old, new, family, words = MISTAKES[id]

    failing, explanations = told(written(module, old, new), [n for n in OPERATIONS if OPERATIONS[n].family == family])

    assert failing
    assert {explanation.operation for explanation in explanations} == failing
    new_lines = {e.operation: [line for line in e.difference if line.startswith("+")] for e in explanations}
    assert {name: lines for name, lines in new_lines.items() if words not in "\n".join(lines)} == {}


def test_of_a_backward_that_is_right_behind_a_forward_that_is_not_the_report_says_whose_states_it_has() -> None:
    _, old, new, family, _ = MISTAKES["two gates for each other in the forward alone, whose states the backward has"]

    failing, explanations = told(written(XLSTM, old, new), [n for n in OPERATIONS if OPERATIONS[n].family == family])

    lines = {explanation.operation: explanation.difference[-1] for explanation in explanations}
    has_states = " in the forward alone, whose states the backward has"
    assert len(failing) == 4
    assert {name: line == has_states for name, line in lines.items()} == {name: "backward" in name for name in failing}


def attention_form(q: Any, k: Any, *rest: Any, scale: Any = None, S0: Any = None, **given: Any) -> tuple[Any, ...]:
    """What is read of a given state is not scaled, as where that is added to what the scaled scores give."""
    forward = FUNCTIONS["gated_linear_forward"]
    of_inputs, *_ = forward(q, k, *rest, scale=scale, **given)
    o, *others = forward(q, k, *rest, scale=scale, S0=S0, **given)
    by = scale if scale is not None else q.shape[1] ** -0.5
    return of_inputs + (o - of_inputs) / by, *others


def test_of_what_is_linear_in_a_given_state_the_part_of_that_is_told_apart() -> None:
    failing, explanations = told({"gated_linear_forward": attention_form}, ["gated_linear_forward"])

    assert failing == {"gated_linear_forward"}
    assert [e.difference[-1] for e in explanations] == ["+o, what S0 makes of it divided by the scale of q"]
