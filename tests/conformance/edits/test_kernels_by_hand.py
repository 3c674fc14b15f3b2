"""Mistakes that somebody wrote by hand into kernels of layers and into networks, none of which has a name in a list: what each is told as."""

from functools import partial
from typing import Any

import numpy as np
import pytest
from planted.by_hand import alone, told, written

BUFFER, UNIT = "in_a_buffer", "by_unit"
LSTM, GRU = ["lstm_forward", "lstm_backward"], ["gru_forward", "gru_backward"]
FROM_THE_END, OF_THE_END = (
    "t = L - 1 - s if reverse else s\n            ",
    "t = shape[2] - 1 - s if reverse else s\n            ",
)
# a text, what stands there and what somebody wrote, what is looked at, and for each operation that is wrong words of its edit
KERNELS = {
    "examples are sorted once more, and not back": (
        BUFFER,
        "y[:, self.order] = x",
        "y[:] = x[:, self.order]",
        LSTM,
        dict.fromkeys(LSTM, "+the examples of each in the order of falling lengths, twice"),
    ),
    "the gradient into one last state for that into the other": (
        BUFFER,
        "if dc_last is None else batch.pack(dc_last)",
        "if da_last is None else batch.pack(da_last)",
        LSTM,
        {"lstm_backward": "+the gradients into the last states that of the first"},
    ),
    "the gradient into the outputs is not sorted": (
        BUFFER,
        "into = batch.pack(da)",
        "into = da.copy()",
        LSTM,
        {"lstm_backward": "+the examples of da taken for those in the order of falling lengths"},
    ),
    "a buffer that is kept, and not a copy of it": (
        BUFFER,
        'save = {"v": work[:, :k].copy()}',
        'save = {"v": work[:, :k]}',
        LSTM,
        {"lstm_backward": "+the sum of d @ v.T with v of each example's last step"},
    ),
    "what a function gives, stored in float32 and computed with in it": (
        BUFFER,
        "t = np.tanh(c_new)",
        "t = np.tanh(c_new).astype(np.float32)",
        LSTM,
        dict.fromkeys(LSTM, "+tanh(c_next) stored in float32, and computed with in it"),
    ),
    "gradients into biases of one step, whichever way the run goes": (
        BUFFER,
        "acc_b += dz.sum(axis=1, keepdims=True)",
        "acc_b += (t == 0) * dz.sum(axis=1, keepdims=True)",
        LSTM,
        {"lstm_backward": "+the sum of d of t = 0 alone"},
    ),
    "a backward of one state that is cut at every second step, of those that have it": (
        BUFFER,
        "dh[:, :k] = dv[:n]",
        "dh[:, :k] = dv[:n] * (t % 2 != 0)",
        LSTM,
        {
            "lstm_backward": "+the first gradient from behind is 0 where t is a multiple of 2 and an example has the step"
        },
    ),
    "one function in a narrower format, of which a backward has the wider": (
        BUFFER,
        "return z[3 * n :] * t, c_new",
        "return z[3 * n :] * t.astype(np.float32), c_new",
        LSTM,
        dict.fromkeys(LSTM, "+tanh(c_next) in float32"),
    ),
    "steps from the end of the padding, in the forward of a reversed run": (
        UNIT,
        f"{FROM_THE_END}h = ",
        "t = T - 1 - s if reverse else s\n            h = ",
        GRU,
        {
            "gru_forward": "mask-not-reversed",
            "gru_backward": "+inputs and outputs are counted from the end of the padding, in reversed runs",
        },
    ),
    "steps from the end of the padding, in the backward of a reversed run": (
        UNIT,
        f"{FROM_THE_END}dh = ",
        f"{OF_THE_END}dh = ",
        GRU,
        {
            "gru_backward": "+gradients into outputs and inputs are counted from the end of the padding, in reversed runs"
        },
    ),
}
NETWORK = ["lstm_network_forward", "lstm_network_backward"]
FINAL = "final = [np.stack(s) for s in zip(*(w.final for walks in layers for w in walks), strict=True)]"
OF_THE_LAST = "final[0] = np.stack([w.packing.in_time(w.states[0])[:, :, -1] for walks in layers for w in walks])"
SHORT = "(0 if lengths is None else (0 < lengths) * (lengths < x.shape[2]))"
LAST_TIME = "[:, np.arange(w.packing.shape[0]), np.bincount(w.packing.examples, minlength=w.packing.shape[0]) - 1]"
OF_THE_LAST_TIME = f"""there = np.bincount(layers[0][0].packing.examples, minlength=len(final[0][0].T)) > 0
        ends = np.stack([w.packing.in_time(w.states[0]){LAST_TIME} for walks in layers for w in walks])
        final[0] = np.where(there, ends, final[0])"""
STEPS = "np.maximum(np.bincount(w.packing.examples, minlength=w.packing.shape[0]), 1)[:, None]"
NETWORKS = {
    "the gradient into one final state, by the layer alone": (
        "given = [None if s is None else s[place] for s in (da_last, dc_last)]",
        "given = [None if s is None else s[k] for s, k in ((da_last, number), (dc_last, place))]",
        {"lstm_network_backward": "+gradients into final states of the first kind by the layer alone"},
    ),
    "each second run of layers and directions is reversed": (
        "lengths, direction == 1)",
        "lengths, place % 2 == 1)",
        dict.fromkeys(NETWORK, "+every second run is reversed, counted by layer and direction"),
    ),
    "one final state is the last output": (
        FINAL,
        f"{FINAL}\n        {OF_THE_LAST}",
        {
            "lstm_network_forward": "+final states of the first kind: the state at t = T_x - 1, zero where an example is over"
        },
    ),
    "a second direction that begins in the padding": (
        "*(None if s is None else s[place] for s in (a0, c0)))",
        f"*(None if s is None else s[place] * (1 - direction * {SHORT}) for s in (a0, c0)))",
        dict.fromkeys(
            NETWORK, "+each, zero in a run that goes backwards where an example has steps and ends before T_x"
        ),
    ),
    "one final state is that at the last time": (
        FINAL,
        f"{FINAL}\n        {OF_THE_LAST_TIME}",
        {"lstm_network_forward": "+final states of the first kind: the state at each example's last time"},
    ),
    "what a layer hands back is a mean over each example's steps": (
        "np.add.reduce([dx for dx, _, _ in found])",
        f"np.add.reduce([dx / {STEPS} for w, (dx, _, _) in zip(walks, found)])",
        {"lstm_network_backward": "+what each layer hands back divided by each example's length"},
    ),
}


@pytest.mark.drawn("id", KERNELS)
def test_what_somebody_writes_into_a_kernel_is_told(id: str) -> None:
    module, old, new, names, words = KERNELS[id]

    failing, explanations = told(alone(module, (old, new)), names)

    assert failing == {*words}
    assert {e.operation for e in explanations} == failing
    assert [
        e.difference for e in explanations if words[e.operation] not in "\n".join((*e.deviations, *e.difference))
    ] == []


@pytest.mark.drawn("id", NETWORKS)
def test_what_somebody_writes_into_a_network_is_told(id: str) -> None:
    old, new, words = NETWORKS[id]

    failing, explanations = told(written("apart_networks", old, new), NETWORK)

    assert failing == {*words}
    assert {e.operation for e in explanations} == failing
    assert [e.difference for e in explanations if words[e.operation] not in "\n".join(e.difference)] == []


@pytest.mark.parametrize(("module", "names"), [(BUFFER, LSTM), (UNIT, GRU)])
def test_a_kernel_without_a_mistake_is_right(module: str, names: list[str]) -> None:
    functions = alone(module)

    assert {*names} <= {*functions}
    assert told(functions, names) == (set(), [])


def forward(first: str, x: Any, a0: Any, parameters: Any, *, reverse: bool = False) -> tuple[Any, ...]:
    """Which keeps for the backward the outputs of t - 1, whichever step was before; `first` is what it keeps at t = 0."""
    p, (T, n, m) = parameters, (x.shape[2], len(parameters["Waa"]), x.shape[1])
    a, kept, before = np.zeros((n, m, T)), np.zeros((n, m, T)), np.zeros((n, m)) if a0 is None else a0
    order, initial = range(T)[::-1] if reverse else range(T), before
    for t in order:
        kept[:, :, t] = a[:, :, t - 1]  # which has a0 nowhere, and is the step before in one direction alone
        if not t and first != "as they stand when a step is taken":
            kept[:, :, 0] = {"its own": before, "the initial one": initial, "0": 0 * before}[first]
        before = a[:, :, t] = np.tanh(p["Wax"] @ x[:, :, t] + p["Waa"] @ before + p["ba"])
    if first != "as they stand when a step is taken":
        kept[:, :, 1:] = a[:, :, :-1]
    logits = np.einsum("ya,amt->ymt", p["Wya"], a) + p["by"][:, :, None]
    exponentials = np.exp(logits - logits.max(axis=0))
    return a.copy(), exponentials / exponentials.sum(axis=0), (x, a, kept, p, order, a0 is not None)


def rnn_backward(da: Any, cache: Any, *, da_last: Any = None) -> Any:
    x, a, kept, p, order, is_given = cache
    behind, dz = np.zeros(a.shape[:2]) if da_last is None else da_last, np.zeros(a.shape)
    for t in reversed(order):
        dz[:, :, t] = (1 - a[:, :, t] ** 2) * (da[:, :, t] + behind)
        behind = p["Waa"].T @ dz[:, :, t]
    found = {"dx": np.einsum("ax,amt->xmt", p["Wax"], dz), "dba": dz.sum(axis=(1, 2))[:, None]}
    found |= {"dWax": np.einsum("amt,xmt->ax", dz, x), "dWaa": np.einsum("amt,bmt->ab", dz, kept)}
    return found | ({"da0": behind} if is_given else {})


@pytest.mark.parametrize("first", ["as they stand when a step is taken", "its own", "the initial one", "0"])
def test_the_outputs_of_the_step_before_are_no_state_before_the_first(first: str) -> None:
    functions = {"rnn_forward": partial(forward, first), "rnn_backward": rnn_backward}

    _, (explanation,) = told(functions, [*functions])

    assert explanation.operation == "rnn_backward"
    at = "" if first.startswith("as they") else "at t = 0 "
    assert f"+the sum of d @ v.T with the outputs of t - 1 for the state, {at}{first}" in explanation.difference
