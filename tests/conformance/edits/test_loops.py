"""Mistakes of the loop itself are said as such: steps left out, states told of another step or kept in a format, sums overwritten."""

from typing import Any

import pytest
from planted.ample import AMPLE
from planted.judging import loaded, ran
from rnnspec.conformance.deviations.copy import deviating
from rnnspec.conformance.deviations.deviation import Edit
from rnnspec.conformance.edits.explaining import explained
from rnnspec.conformance.explanation.evidence import Evidence
from rnnspec.reference import OPERATIONS, layer, unroll

STEP = """        dinputs[t], dprevious, gradients = cell.step_backward(into, walk.caches[t])
        dstate = carried(valid, dprevious, dstate)
"""
WITHOUT = """        dinputs[t], dprevious, gradients = cell.step_backward(into, walk.caches[t])
        if t == {}:
            dinputs[t], gradients = tuple(0 * d for d in dinputs[t]), {{n: 0 * g for n, g in gradients.items()}}
        else:
            dstate = carried(valid, dprevious, dstate)
"""
HANDED = "dstate = carried(valid, dprevious, dstate)"
TOLD = "outputs[t] = tuple(select(valid[t], o, 0) for o in new)"
SUM = "total[name] += gradient"
# what a mistake is called, the function of the loop, its text, what stands there, and words of what has to be said
MISTAKES: dict[str, tuple[Any, str, str, str]] = {
    "first step missing": (
        unroll.backward,
        STEP,
        WITHOUT.format("walk.order[0]"),
        "the first step is not taken in the backward",
    ),
    "last step missing": (
        unroll.backward,
        STEP,
        WITHOUT.format("walk.order[-1]"),
        "the last step is not taken in the backward",
    ),
    "t = 0 missing": (unroll.backward, STEP, WITHOUT.format("0"), "t = 0 is not taken in the backward"),
    "da not carried": (
        unroll.backward,
        HANDED,
        "dstate = carried(valid, (dstate[0], *dprevious[1:]), dstate)",
        "da_next handed on as it came",
    ),
    "gradients clipped": (
        unroll.backward,
        HANDED,
        "dstate = carried(valid, tuple(np.clip(d, -1, 1) for d in dprevious), dstate)",
        "clip(each gradient from behind, ± 1), handed on",
    ),
    "gradients in float16": (
        unroll.backward,
        HANDED,
        "dstate = carried(valid, tuple(d.astype('f2').astype('f8') for d in dprevious), dstate)",
        "each gradient from behind in float16, handed on",
    ),
    "truncated every third step": (
        unroll.backward,
        HANDED,
        HANDED + "\n        if t % 3 == 0:\n            dstate = tuple(0 * d for d in dstate)",
        "gradients from behind are 0 where t is a multiple of 3",
    ),
    "in the order of the forward": (
        unroll.backward,
        "for t in reversed(walk.order):",
        "for t in [*walk.order]:",
        "the backward in the order of the forward",
    ),
    "gradients into the last states at each step": (
        unroll.backward,
        "dstate))",
        "[d + e * (t != walk.order[-1]) for d, e in zip(dstate, dfinal)]))",
        "the gradients into the last states added at each step",
    ),
    "gradients into outputs late": (
        unroll.backward,
        STEP,
        STEP.replace("(into,", "(tuple(select(valid, d, 0) for d in dstate),")
        + "        dstate = (dstate[0] + select(valid, doutputs[t][0], 0), *dstate[1:])\n",
        "the gradient into the outputs reaches the state before the step",
    ),
    "states kept in part": (
        unroll.forward,
        "state = carried(valid[t], state_t, state)",
        "state = carried(valid[t], tuple(0.9 * s + 0.1 * b for s, b in zip(state_t, state)), state)",
        "0.9 * each state + 0.1 * what it was handed on",
    ),
    "the head's matrix overwritten": (
        layer.through_head,
        'total = unroll.accumulated(total, {f"d{weight}": dW, f"d{bias}": db})',
        'total = unroll.accumulated({k: v for k, v in total.items() if k != "dWy"}, {f"d{bias}": db}) | {f"d{weight}": dW}',
        "the head's matrix overwritten at each step",
    ),
    "states in float32": (
        unroll.forward,
        "state = carried(valid[t], state_t, state)",
        "state = carried(valid[t], tuple(s.astype('f4').astype('f8') for s in state_t), state)",
        "each state kept in float32 between steps",
    ),
    "states of the step before": (
        unroll.forward,
        TOLD,
        "outputs[t] = tuple(select(valid[t], o, 0) for o in state)",
        "what is returned and predicted of each state as it enters the step",
    ),
    "the last state predicted from": (
        layer._forward,
        "predicted(family, s[0], parameters)",
        "predicted(family, walk.final[0], parameters)",
        "what is predicted of the state at the end of the run",
    ),
    "caches forth": (
        unroll.backward,
        "walk.caches[t]",
        "walk.caches[len(walk.caches) - 1 - t]",
        "the cache of T_x - 1 - t",
    ),
    "caches late": (
        unroll.backward,
        "walk.caches[t]",
        "walk.caches[t - 1]",
        "the cache of t - 1, the last where there is none, not of t",
    ),
    "masks of another step": (
        unroll.backward,
        "valid = walk.valid[t]",
        "valid = walk.valid[len(walk.valid) - 1 - t]",
        "the mask of T_x - 1 - t, not of t, in the backward",
    ),
    "padding of ones": (
        unroll.forward,
        TOLD,
        "outputs[t] = tuple(select(valid[t], o, 1) for o in new)",
        "1",
    ),
    "matrices overwritten": (
        unroll.accumulated,
        SUM,
        "total[name] = (0 * total[name] if name[1] == 'W' and name != 'dWy' else total[name]) + gradient",
        "each matrix overwritten at each step, and no bias",
    ),
    "matrices overwritten in part": (
        unroll.accumulated,
        SUM,
        "total[name] = gradient + (total[name] if name[1] == 'b' or name == 'dWy' else"
        " np.where(np.arange(gradient.shape[1]) < len(gradient), total[name], 0))",
        "what acts on the input overwritten at each step",
    ),
}


@pytest.mark.drawn("mistake", MISTAKES)
def test_a_mistake_of_the_loop_is_said_in_every_operation_that_it_makes_wrong(mistake: str) -> None:
    function, old, new, words = MISTAKES[mistake]
    with deviating([Edit(function, old, new)]) as functions:
        outcomes = {name: ran(functions, name) for name in functions if OPERATIONS[name].family == "lstm"}
    failing = {name: Evidence(own, "float64", loaded) for name, own in outcomes.items() if any(o.failed for o in own)}

    said = {name: "\n".join(found.difference) for name, found in explained(failing, AMPLE).named.items()}

    assert "lstm_forward" in failing or "lstm_backward" in failing
    assert set(said) == set(failing)
    assert [name for name, lines in said.items() if words not in lines] == []
