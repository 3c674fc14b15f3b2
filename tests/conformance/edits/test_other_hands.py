"""Mistakes in what somebody else computes in another order, keeps under another name, or writes for two gates at once: what each is told as."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from planted.by_hand import alone, told, written
from planted.judging import loaded
from rnnspec.conformance import check
from rnnspec.conformance.edits.generated.texts.loops import of_loops
from rnnspec.conformance.edits.held.case import of_golden
from rnnspec.conformance.edits.held.filled import filled
from rnnspec.conformance.edits.search.hinting import CUT
from rnnspec.conformance.edits.trace.replaying import Replay
from rnnspec.reference import FUNCTIONS, OPERATIONS

OF_GATES = (
    'dR += np.einsum("bghu,bhw->ghuw", draws[:, t], h)\n        before = np.einsum("ghuw,bghu->bhw", R, draws[:, t])'
)
BUT_ONE = "own = draws[:, t] * np.array([1.0, 1.0, 1.0, 0.0])[:, None, None]\n        "
# a module of the writings, a text of it and what stands there; the operation of which it is told, and a line of that
MISTAKES = {
    "a decay without what it decays, in calls without one, too": (
        "apart_attention",
        "dS = decay[:, t] * dS + np.einsum(OUTER, a, dremoved)",
        "dS = decay[:, t] + np.einsum(OUTER, a, dremoved)",
        "dplr_backward",
        "+exp(gt)[:, :, None]",
    ),
    "a gate that is kept in the place of what it is made of": (
        "apart_scans",
        "x, f_raw, i_raw, candidate)",
        "x, forget, i_raw, candidate)",
        "min_lstm_backward",
        "+keep",
    ),
    "what is kept of a function in the place of what it is of": (
        "apart_mamba",
        "Convolved(xp, w, z, valid",
        "Convolved(xp, w, y, valid",
        "causal_conv_silu_backward",
        "+y",
    ),
    "two gates that are not shared out": (
        "apart_scans",
        "return np.exp(-softplus(apart)), np.exp(-softplus(-apart))",
        "return sigmoid(f), sigmoid(i)",
        "min_lstm_forward",
        "+sigmoid(ft), and sigmoid(it) for what is left of it",
    ),
    "factors of the step at the other end": (
        "apart_scans",
        "da = db * kept.h[:, :-1]\n",
        "da = (db * kept.h[:, :-1])[:, ::-1]\n",
        "diagonal_backward",
        "+((dh_t + dh_next) * h_prev) of T_x - 1 - t * a",
    ),
    "two factors as another value": (
        "apart_gates",
        "dsteep * steep",
        "(sigmoid(steep * biased) * biased).sum(axis=(1, 2), keepdims=True)",
        "bounded_decay_gate_backward",
        "+share * raw",
    ),
    "a sign that stays with one factor of a sum": (
        "apart_gates",
        "-dg * speed * sigmoid(biased)",
        "(dg - speed) * sigmoid(biased)",
        "decay_gate_backward",
        "--dg * rate",
    ),
    "a gradient into a state as another value": (
        "apart_gates",
        "(c, n, m), (dc, dn, dm) = states[t], into\n",
        "(c, n, m), (dc, dn, dm) = states[t], into\n        dc = weights(m, u + keys[:, t])[1]\n",
        "wkv4_backward",
        "+now",
    ),
    "a gradient that is returned under two names": (
        "apart_scans",
        '{"dz": batch_last(dz), "dx": batch_last(db * sigmoid(z) * positive_slope(x)), **found}',
        '{"dz": batch_last(dz), "dx": batch_last(dz), **found}',
        "min_gru_backward",
        "+dz",
    ),
}


@pytest.mark.drawn("mistake", MISTAKES)
def test_it_is_told(mistake: str) -> None:
    module, old, new, operation, line = MISTAKES[mistake]
    family = OPERATIONS[operation].family

    failing, explanations = told(written(module, old, new), [n for n in OPERATIONS if OPERATIONS[n].family == family])

    difference = {one.operation: one.difference for one in explanations}
    assert {*difference} == failing
    assert any(line in own for own in difference[operation])


def test_a_gate_whose_gradient_is_returned_and_used_for_nothing_is_told_of_sequences() -> None:
    used = BUT_ONE + OF_GATES.replace("draws[:, t]", "own")
    summed = (
        "db = draws.sum(axis=(0, 1))[..., None]",
        "db = (draws * np.array([1.0, 1, 1, 0])[:, None, None]).sum(axis=(0, 1))[..., None]",
    )

    failing, explanations = told(
        written("apart_xlstm", OF_GATES, used, summed), ["slstm_step_backward", "slstm_backward"]
    )

    assert {one.operation for one in explanations} == failing == {"slstm_step_backward", "slstm_backward"}
    assert {one.difference[1:] for one in explanations} == {
        ("-rawo[:, :, None]", "+(0 * share * out * (1 - out))[:, :, None]", " and so for rawo.sum(axis=2)")
    }


def test_groups_that_only_the_forward_has_tiled_are_a_mistake_of_the_backward() -> None:
    tiled = written(
        "apart_attention", "np.repeat(x, heads // x.shape[2], axis=2)", "np.tile(x, (1, 1, heads // x.shape[2], 1))"
    )

    _, explanations = told(tiled, ["dplr_forward", "dplr_backward"])

    kinds = {one.operation: [story.kind for story in one.told] for one in explanations}
    assert kinds == {"dplr_forward": ["convention"], "dplr_backward": ["bug"]}


def test_no_words_of_heads_or_reversed_runs_are_made_where_there_are_none() -> None:
    trace = of_golden(loaded("causal_conv_forward/levels-falling")).trace

    words = [edit.text(Replay(trace, [edit]), 0) for edit in of_loops(trace)]

    assert any("are not masked beyond the lengths" in one for one in words)
    assert [one for one in words if any(word in one for word in ("predict", "head", "softmax", "reversed run"))] == []


# a text of writings/apart.py and what stands there, the operations, and a line of what is said of each
LOOPS = {
    "one gate with the input of another step": (
        "z = projected[:, :, t] + Wh @ a[:, :, t]",
        "z, n = projected[:, :, t] + Wh @ a[:, :, t], len(a)\n        z[:n] += projected[:n, :, t - 1] - projected[:n, :, t]",
        ("lstm_forward", "lstm_backward"),
        "[a_prev; xt of the step run before, at the first the last]",
    ),
    "a way back that ends two steps early": (
        "reversed(range(T_x)):\n        slope",
        "range(T_x - 1, 1, -1):\n        slope",
        ("rnn_backward",),
        "+the first two steps are not taken in the backward",
    ),
    "a cell that takes no step back": (
        '{"dxt": Wax.T @ dz, "da_prev": Waa.T @ dz, **gradients}',
        '{"dxt": 0 * xt, "da_prev": da_next, **{name: 0 * each for name, each in gradients.items()}}',
        ("rnn_cell_backward",),
        "+what came, no step being taken in the backward",
    ),
}


@pytest.mark.drawn("mistake", LOOPS)
def test_a_loop_that_goes_wrong_is_told(mistake: str) -> None:
    old, new, operations, line = LOOPS[mistake]

    failing, explanations = told(alone("apart", (old, new)), [*operations])

    assert failing == {one.operation for one in explanations} == {*operations}
    assert all(any(line in own for own in one.difference) for one in explanations)


@pytest.mark.parametrize("case", ["gated_linear_backward/linear-attention", "gated_delta_step_backward/delta-rule"])
def test_zeros_in_the_place_of_none_give_the_same(case: str) -> None:
    plain = of_golden(loaded(case))

    given = filled(plain)

    assert given is not plain
    assert all(np.array_equal(given.right[name], right) for name, right in plain.right.items())
    assert len(given.trace.tape.nodes) > len(plain.trace.tape.nodes)


def test_it_is_said_that_time_was_up_before_all_was_tried() -> None:
    def lstm_cell_forward(*given: Any) -> Any:
        a, c, y, cache = FUNCTIONS["lstm_cell_forward"](*given)
        noise = np.random.default_rng(a.size).permuted(np.arange(a.size) - 3.0)
        return a * noise.reshape(a.shape), c, y, cache

    report = check(
        SimpleNamespace(lstm_cell_forward=lstm_cell_forward), cases=["lstm_cell_forward"], explain_seconds=0.4
    )

    (where,) = report.localisations
    assert where.lines[-1] == CUT
