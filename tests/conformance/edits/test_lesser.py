"""What explains less than all is told with what it is of: outputs by an equation of their own, calls without lengths, blocks that are computed again."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from planted.ample import AMPLE
from rnnspec.conformance import check
from rnnspec.conformance.report.report import Report
from rnnspec.golden import cases
from rnnspec.reference import FUNCTIONS

FORWARD, STEP, STEP_BACKWARD = (FUNCTIONS[f"gated_linear_{n}"] for n in ("forward", "step_forward", "step_backward"))
BLOCK = 4


def told(report: Report) -> dict[str, str]:
    return {e.operation: "\n".join(e.difference) for e in report.explanations}


def test_an_output_that_is_wrong_by_an_equation_of_its_own_is_told_alone() -> None:
    def gated_linear_forward(q: Any, k: Any, v: Any, g: Any, **given: Any) -> Any:
        o, _, cache = FORWARD(q, k, v, g, **given)
        return o, FORWARD(q, k, np.tanh(v), g, **given)[1], cache

    report = check(
        SimpleNamespace(gated_linear_forward=gated_linear_forward),
        cases=["gated_linear_forward"],
        explain_seconds=AMPLE,
    )

    assert "tanh(v" in told(report)["gated_linear_forward"]
    assert "in S_last alone" in told(report)["gated_linear_forward"]


def test_what_is_told_of_some_outputs_gives_these_in_every_case() -> None:
    """In the calls with a scale alone something else is wrong of it, and so no one edit of it."""

    def gated_linear_forward(q: Any, k: Any, v: Any, g: Any, **given: Any) -> Any:
        o, _, cache = FORWARD(q, k, v, g, **given)
        wrong = np.tanh(v) if given.get("scale") is None else np.tanh(v) + v**3
        return o, FORWARD(q, k, wrong, g, **given)[1], cache

    report = check(
        SimpleNamespace(gated_linear_forward=gated_linear_forward),
        cases=["gated_linear_forward"],
        explain_seconds=AMPLE,
    )

    assert not report.conformant
    assert not any("tanh" in text and "scale" not in text for text in told(report).values())


def test_calls_without_lengths_are_told_where_those_with_them_have_something_else() -> None:
    right = FUNCTIONS["rnn_forward"]

    def rnn_forward(x: Any, a0: Any, parameters: Any, *, lengths: Any = None, reverse: bool = False) -> Any:
        x = np.tanh(x) if lengths is None else np.cos(x) * x[::-1]
        return right(x, a0, parameters, lengths=lengths, reverse=reverse)

    report = check(SimpleNamespace(rnn_forward=rnn_forward), cases=["rnn_forward"], explain_seconds=AMPLE)

    assert "+tanh(x" in told(report)["rnn_forward"]
    assert "\n without lengths: what it does with them is not explained" in told(report)["rnn_forward"]
    (explanation,) = report.explanations
    ragged = {entry.id for entry in cases() if "lengths" in entry.features}
    assert explanation.cases
    assert not ragged & {*explanation.cases}
    assert explanation.failing == len(explanation.cases) + sum(
        outcome.id in ragged for outcome in report.failures if "/property/" not in outcome.id
    )


def test_a_backward_behind_a_forward_that_is_wrong_without_lengths_is_told_so_too() -> None:
    right = FUNCTIONS["rnn_forward"]

    def rnn_forward(x: Any, a0: Any, parameters: Any, *, lengths: Any = None, reverse: bool = False) -> Any:
        x = np.tanh(x) if lengths is None else np.cos(x) * x[::-1]
        return right(x, a0, parameters, lengths=lengths, reverse=reverse)

    candidate = SimpleNamespace(rnn_forward=rnn_forward, rnn_backward=FUNCTIONS["rnn_backward"])
    report = check(candidate, cases=["rnn_forward", "rnn_backward"], explain_seconds=AMPLE)

    assert {*told(report)} == {"rnn_forward", "rnn_backward"}


def plain(operation: str) -> list[str]:
    """Its cases without lengths, and without a term that is read before it is written."""
    entries = (entry for entry in cases() if entry.operation.name == operation)
    return [entry.id for entry in entries if not {"lengths", "u"} & {*entry.features}]


def in_blocks_forward(q: Any, k: Any, v: Any, g: Any, *, S0: Any = None, scale: Any = None) -> Any:
    """Whose states are kept."""
    heads, values = v.shape[:2]
    states, outputs = [np.zeros((heads, q.shape[1], values, v.shape[2])) if S0 is None else S0], []
    for t in range(v.shape[3]):
        o, S, _ = STEP(*_at(t, q, k, v, g), states[-1], scale=scale)
        states.append(S)
        outputs.append(o)
    return np.stack(outputs, axis=-1), states[-1].copy(), (q, k, v, g, scale, states, S0 is not None)


def in_blocks_backward(do: Any, caches: Any, *, dS_last: Any = None, begun: Any = lambda states, t: states[t]) -> Any:
    """Each block is computed again, by the right step, from the state that the forward left at its begin, or from another."""
    *inputs, scale, states, is_given = caches
    dS, found = np.zeros_like(states[-1]) if dS_last is None else dS_last, list[dict[str, Any]]()
    for begin in reversed(range(0, len(states) - 1, BLOCK)):
        S, kept = begun(states, begin), []
        for t in range(begin, min(begin + BLOCK, len(states) - 1)):
            _, S, cache = STEP(*_at(t, *inputs), S, scale=scale)
            kept.append(cache)
        for t, cache in reversed([*enumerate(kept, begin)]):
            found.append(STEP_BACKWARD(do[..., t], dS, cache))
            dS = found[-1].pop("dS_prev")
    over_time = {n[:-1]: np.stack([step[n] for step in found[::-1]], axis=-1) for n in found[0]}
    return over_time | ({"dS0": dS} if is_given else {})


IN_BLOCKS = ("gated_linear_forward", "gated_linear_backward")


def checked(forward: Any, backward: Any) -> Any:
    candidate = SimpleNamespace(gated_linear_forward=forward, gated_linear_backward=backward)
    return check(candidate, cases=[id for name in IN_BLOCKS for id in plain(name)], explain_seconds=AMPLE)


def _at(t: int, *inputs: Any) -> list[Any]:
    return [None if x is None else x[..., t] for x in inputs]


def test_a_backward_with_checkpoints_of_a_wrong_forward_is_told_with_that() -> None:
    def of_another_key(q: Any, k: Any, v: Any, g: Any, *, S0: Any = None, scale: Any = None) -> Any:
        o, S, (_, *kept) = in_blocks_forward(q, np.tanh(k), v, g, S0=S0, scale=scale)
        return o, S, (q, k, *kept[1:])

    report = checked(of_another_key, in_blocks_backward)

    assert {*told(report)} == {*IN_BLOCKS}
    assert all("tanh(k" in text for text in told(report).values())
    assert f"of which the backward has the state of every {BLOCK} steps" in told(report)["gated_linear_backward"]


def test_a_block_that_is_computed_again_otherwise_is_told_with_that() -> None:
    def backward(do: Any, caches: Any, *, dS_last: Any = None) -> Any:
        q, k, *kept = caches
        return in_blocks_backward(do, (q, np.tanh(k), *kept), dS_last=dS_last)

    found = told(checked(in_blocks_forward, backward))

    assert {*found} == {"gated_linear_backward"}
    assert "tanh(k" in found["gated_linear_backward"]
    assert f"in what the backward computes anew in blocks of {BLOCK} steps" in found["gated_linear_backward"]


def test_a_forward_that_a_backward_computes_again_otherwise_is_told_with_that() -> None:
    def backward(do: Any, caches: Any, *, dS_last: Any = None) -> Any:
        q, k, v, g, scale, states, is_given = caches
        _, _, again = in_blocks_forward(q, np.tanh(k), v, g, S0=states[0], scale=scale)
        return in_blocks_backward(do, (*again[:-1], is_given), dS_last=dS_last)

    found = told(checked(in_blocks_forward, backward))

    assert {*found} == {"gated_linear_backward"}
    assert "tanh(k" in found["gated_linear_backward"]
    assert "in what the backward computes anew from the first step" in found["gated_linear_backward"]


def test_the_first_key_for_all_and_a_value_that_a_loop_leaves_out_are_told() -> None:
    def of_one_key(q: Any, k: Any, v: Any, g: Any, **given: Any) -> Any:
        return FORWARD(q, k[:, :1] + 0 * k, v, g, **given)

    def without_the_last(q: Any, k: Any, v: Any, g: Any, **given: Any) -> Any:
        return FORWARD(q, k, np.concatenate([v[:, :-1], 0 * v[:, -1:]], axis=1), g, **given)

    of_key, of_value = (
        told(check(SimpleNamespace(gated_linear_forward=one), cases=["gated_linear_forward"], explain_seconds=AMPLE))[
            "gated_linear_forward"
        ]
        for one in (of_one_key, without_the_last)
    )

    assert "[:, :1] for all" in of_key
    assert ", 0 at [:, -1:]" in of_value


def test_a_row_of_a_state_that_stays_as_it_was_is_told() -> None:
    def gated_linear_step_forward(
        qt: Any, kt: Any, vt: Any, gt: Any, S_prev: Any, *, u: Any = None, scale: Any = None
    ) -> Any:
        _, S, cache = STEP(qt, kt, vt, gt, S_prev, u=u, scale=scale)
        S = np.concatenate([S_prev[:, :1], S[:, 1:]], axis=1)
        q = qt.repeat(len(vt) // len(qt), axis=0) * (len(qt[0]) ** -0.5 if scale is None else scale)
        return (q[:, :, None] * S).sum(axis=1), S, cache

    candidate = SimpleNamespace(gated_linear_step_forward=gated_linear_step_forward)
    report = check(candidate, cases=plain("gated_linear_step_forward"), explain_seconds=AMPLE)

    assert "+S_next, but S_prev at [:, :1]" in told(report)["gated_linear_step_forward"]


def test_one_of_two_outputs_in_the_place_of_the_other_is_told_of_that_alone() -> None:
    def gated_linear_step_backward(do: Any, dS: Any, cache: Any) -> Any:
        found = STEP_BACKWARD(do, dS, cache)
        return found | {"dqt": found["dkt"]}

    names = ("gated_linear_step_forward", "gated_linear_step_backward")
    candidate = SimpleNamespace(gated_linear_step_forward=STEP, gated_linear_step_backward=gated_linear_step_backward)

    found = told(check(candidate, cases=names, explain_seconds=AMPLE))

    assert found["gated_linear_step_backward"].endswith("-dqt\n+dkt")


FROM = {
    "as it leaves the block's first step": lambda states, t: states[t + 1],
    "of the block before, at the first that of the first": lambda states, t: states[max(t - BLOCK, 0)],
    "of the run's beginning": lambda states, t: states[0],
    "of the run's end": lambda states, t: states[-1],
    "0": lambda states, t: 0 * states[t],
}


@pytest.mark.drawn("words", FROM)
def test_a_block_that_is_computed_again_from_another_state_is_told_so(words: str) -> None:
    def backward(do: Any, caches: Any, *, dS_last: Any = None) -> Any:
        return in_blocks_backward(do, caches, dS_last=dS_last, begun=FROM[words])

    found = told(checked(in_blocks_forward, backward))

    wanted = f"each block of {BLOCK} steps is made again for the backward from the state {words}"
    assert {*found} == {"gated_linear_backward"}
    assert wanted in found["gated_linear_backward"]
