"""Mistakes that somebody wrote by hand into what a backward hands from step to step, or from a cell to a network: what each is told as."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from planted.ample import AMPLE
from planted.by_hand import told, written
from planted.judging import loaded, ran
from rnnspec.conformance import check
from rnnspec.conformance.deviations.copy import deviating
from rnnspec.conformance.deviations.deviation import Edit
from rnnspec.conformance.explanation.naming import explain
from rnnspec.reference import OPERATIONS
from rnnspec.reference.families import lstm_peephole

SUMMED = "    db = draws.sum(axis=(0, 1))[..., None]"
NAMED = 'for j, gate in enumerate("ifzo")}\n    return found'
MISTAKES = {
    "a decay that is read one step early": (
        "apart_mamba",
        "dh = decay * dh",
        "dh = np.exp(delta[:, :, max(t - 1, 0), None] * A) * dh",
        "selective_scan",
        "of the step run before, at the first its own) * dh",
    ),
    "a gradient that is handed to no step, nor past one": (
        "apart_xlstm",
        SUMMED,
        f"        into = (*into[:3], 0 * into[3])\n{SUMMED}",
        "slstm",
        "m's gradient handed back is 0, beyond the lengths, too",
    ),
    "a gradient too many in what is handed on": (
        "apart_attention",
        'dS = dS * decay[:, t]\n    return gathered(caches, grads, dS, "v beta")',
        "dS = dS * decay[:, t] + np.einsum(OUTER, caches.scale * q, do[:, t])\n"
        '    return gathered(caches, grads, dS, "v beta")',
        "gated_delta",
        "+ dseen",
    ),
    "an input that is read again as zero for one gradient": (
        "apart_scans",
        "* bump(sigmoid(z))",
        "* bump(sigmoid(0 * z))",
        "min_gru",
        "in dz alone",
    ),
    "gradients of two gates under each other's names": (
        "apart_xlstm",
        NAMED,
        f'{NAMED.replace("ifzo", "fizo").removesuffix("return found")}found["di"], found["df"] = found["df"], found["di"]\n    return found',
        "slstm",
        "gates i and f exchanged",
    ),
    "a slope of two coupled gates with a third one's value": (
        "apart_lstms",
        "dzi = (g - c_prev) * dc * bump(i)",
        "dzi = (g - c_prev) * dc * i * (1 - o)",
        "lstm_coupled",
        "+i * (1 - o)",
    ),
    "one of two coupled gates that is kept with another sign": (
        "apart_lstms",
        "(a_prev, c_prev, o, f, i, g, tanh_c)\n\n    def back(self, kept: Rows, da: Array, dc: Array) -> tuple[State, Rows]:\n"
        "        a_prev, c_prev, o, f, i, g, tanh_c = kept\n        dc = da * slope(tanh_c) * o + dc\n        dzi",
        "(a_prev, c_prev, o, f, -i, g, tanh_c)\n\n    def back(self, kept: Rows, da: Array, dc: Array) -> tuple[State, Rows]:\n"
        "        a_prev, c_prev, o, f, i, g, tanh_c = kept\n        dc = da * slope(tanh_c) * o + dc\n        dzi",
        "lstm_coupled",
        " and so for ",
    ),
    "a state that is kept with another sign": (
        "apart_cells",
        "return (new + keep * (h - new),), (h, keep, r, q, new)",
        "return (new + keep * (h - new),), (-h, keep, r, q, new)",
        "gru",
        "-a_prev, in the backward",
    ),
    "a state that is handed on as what is projected": (
        "apart_lstms",
        "return (self.Wp @ h, c), (h, *kept)",
        "return (self.Wp @ h, h), (h, *kept)",
        "lstm_projected",
        " as the head and other steps get it, and as it is returned",
    ),
}


@pytest.mark.drawn("mistake", MISTAKES)
def test_it_is_told(mistake: str) -> None:
    module, old, new, family, words = MISTAKES[mistake]

    failing, explanations = told(written(module, old, new), [n for n in OPERATIONS if OPERATIONS[n].family == family])

    assert {one.operation for one in explanations} == failing
    told_of = {one.operation: one.difference for one in explanations}
    assert any(words in line for line in told_of[f"{family}_backward"])


def test_a_parameter_of_another_gate_in_a_cell_is_that_in_the_layers_of_a_network() -> None:
    names = ["lstm_peephole_cell_backward", "lstm_peephole_network_backward"]
    with deviating([Edit(lstm_peephole.backward, 'p["Pi"] * dz["i"]', 'p["Pf"] * dz["i"]')]) as functions:
        outcomes = [outcome for name in names for outcome in ran(functions, name)]

    explanations, _ = explain(outcomes, "float64", loaded, AMPLE)

    assert [one.operation for one in explanations] == names
    assert all("+Pf * dzi" in one.difference for one in explanations)


def test_a_sigmoid_that_is_mistaken_is_told_of_slopes_that_are_made_of_two() -> None:
    def mistaken(z: Any) -> Any:
        e = np.exp(-np.abs(z))
        return np.where(z >= 0, 1.0, e) * (1 + e)

    def min_gru_step_forward(zt: Any, xt: Any, h_prev: Any) -> Any:
        update, keep = mistaken(zt), mistaken(-zt)
        candidate = np.where(xt > 0, xt + 0.5, mistaken(xt))
        return keep * h_prev + update * candidate, (zt, xt, h_prev, update, keep, candidate)

    def min_gru_step_backward(dh_next: Any, cache: Any) -> Any:
        _, xt, h_prev, update, keep, candidate = cache
        slope = np.where(xt > 0, 1.0, mistaken(xt) * mistaken(-xt))
        dzt = dh_next * (candidate - h_prev) * update * keep
        return {"dzt": dzt, "dxt": dh_next * update * slope, "dh_prev": dh_next * keep}

    functions = {"min_gru_step_forward": min_gru_step_forward, "min_gru_step_backward": min_gru_step_backward}
    report = check(SimpleNamespace(**functions), cases=[*functions], explain_seconds=AMPLE)

    assert [one.operation for one in report.explanations] == [*functions]
    assert all("+exp(min(zt, 0)) * (1 + exp(-abs(zt)))" in one.difference for one in report.explanations)
