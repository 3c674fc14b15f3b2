"""The recurrences by torch: all examples and heads at once, one whose steps are over is left as it is.

Gradients are torch's autograd. What stands in the padding never reaches a torch function.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import torch
from torch.nn.functional import logsigmoid, silu
from writings.recurrence_names import FAMILIES, Arrays, Call, Outputs, as_sequence, as_step, said, sorted_out

Tensors = dict[str, Any]


def outer(k: Any, v: Any) -> Any:
    return torch.einsum("hkm,hvm->hkvm", k, v)


def read(S: Any, q: Any) -> Any:
    return torch.einsum("hkvm,hkm->hvm", S, q)


def scale(p: Tensors, q: Any) -> Any:
    return p.get("scale", q.shape[1] ** -0.5)


def attention(write: Callable[..., Any], p: Tensors, x: Tensors, S: Any) -> Any:
    group = len(x["v"]) // len(x["q"])
    for_keys = [x[name].repeat_interleave(group, 0) if name in x else None for name in "qkab"]
    q, k, a, b = for_keys
    decay = torch.exp(x["g"]).unsqueeze(2) if "g" in x else torch.ones((), dtype=torch.float64)
    new = write(decay, S, k, x["v"], x.get("beta"), a, b)
    if "u" in p:
        u = p["u"].repeat_interleave(group, 0).unsqueeze(2)
        return scale(p, q) * (read(S, q) + (q * u * k).sum(1, keepdim=True) * x["v"]), new
    return scale(p, q) * read(new, q), new


def linear(decay: Any, S: Any, k: Any, v: Any, *_: Any) -> Any:
    return decay * S + outer(k, v)


def delta(decay: Any, S: Any, k: Any, v: Any, beta: Any, *_: Any) -> Any:
    return decay * S + outer(k, beta.unsqueeze(1) * (v - read(decay * S, k)))


def low_rank(decay: Any, S: Any, k: Any, v: Any, _: Any, a: Any, b: Any) -> Any:
    return decay * S + outer(b, read(S, a)) + outer(k, v)


def stabilised(i: Any, f: Any, m: Any) -> Any:
    new = torch.maximum(logsigmoid(f) + m, i)
    return new, torch.exp(logsigmoid(f) + m - new), torch.exp(i - new)


def mlstm(p: Tensors, x: Tensors, C: Any, n: Any, m: Any) -> Any:
    m, forget, write = stabilised(x["i"], x["f"], m)
    n = forget.unsqueeze(1) * n + write.unsqueeze(1) * x["k"]
    C = forget[:, None, None] * C + outer(write.unsqueeze(1) * x["k"], x["v"])
    q = scale(p, x["q"]) * x["q"]
    norm = torch.maximum((q * n).sum(1).abs(), torch.exp(-m)) + p.get("eps", 0.0)
    return read(C, q) / norm.unsqueeze(1), C, n, m


def slstm(p: Tensors, x: Tensors, h: Any, c: Any, n: Any, m: Any) -> Any:
    i, f, z, o = (x[gate] + torch.einsum("huv,hvm->hum", p[f"R{gate}"], h) + p[f"b{gate}"] for gate in "ifzo")
    m, forget, write = stabilised(i, f, m)
    c, n = forget * c + write * torch.tanh(z), forget * n + write
    h = torch.sigmoid(o) * c / n
    return h, h, c, n, m


def causal_conv(unit: Callable[[Any], Any], p: Tensors, x: Tensors, s: Any) -> Any:
    window = torch.cat([s, x["x"].unsqueeze(1)], 1)
    return unit(torch.einsum("cs,csm->cm", p["w"], window) + p["b"]), window[:, 1:]


def selective_scan(p: Tensors, x: Tensors, h: Any) -> Any:
    held = torch.exp(torch.einsum("cm,cn->cnm", x["delta"], p["A"]))
    h = held * h + torch.einsum("cm,nm,cm->cnm", x["delta"], x["B"], x["u"])
    return torch.einsum("nm,cnm->cm", x["C"], h) + p["D"] * x["u"], h


def selective_scan_layer(p: Tensors, x: Tensors, h: Any) -> Any:
    around = {"A": -torch.exp(p["A_log"]), "D": p["D"]}, {**x, "delta": softplus(x["raw"] + p["b"])}
    y, h = selective_scan(*around, h)
    return y * silu(x["z"]), h


def twice(new: Callable[..., Any], p: Tensors, x: Tensors, h: Any) -> Any:
    """The state is what is read."""
    h = new(p, x, h)
    return h, h


def positive(x: Any) -> Any:
    return torch.where(x > 0, x + 0.5, torch.sigmoid(x))


def min_lstm(_: Tensors, x: Tensors, h: Any) -> Any:
    odds = torch.sigmoid(x["i"]) / torch.sigmoid(x["f"])
    return h / (1 + odds) + positive(x["x"]) / (1 + 1 / odds)


def rg_lru(p: Tensors, x: Tensors, h: Any) -> Any:
    # torch's softplus is the identity above 20, and its expm1 has a derivative that cancels far below 0
    log_a = 8 * torch.sigmoid(x["r"]) * logsigmoid(-p["L"])
    square = torch.exp(2 * log_a)
    rest = torch.where(square < 0.5, 1 - square, -torch.expm1(2 * log_a))
    gated = torch.sigmoid(x["i"]) * x["x"]
    went_on = torch.exp(log_a) * h + torch.sqrt(rest) * gated
    return torch.where(x["reset"], gated, went_on) if "reset" in x else went_on


def wkv4(p: Tensors, x: Tensors, c: Any, n: Any, m: Any) -> Any:
    now, past = torch.exp(p["u"] + x["k"]), torch.exp(m)
    y = (past * c + now * x["v"]) / (past * n + now)
    new = torch.maximum(m + p["g"], x["k"])
    kept, written = torch.exp(m + p["g"] - new), torch.exp(x["k"] - new)
    return y, kept * c + written * x["v"], kept * n + written, new


def softplus(z: Any) -> Any:
    return -logsigmoid(-z)  # torch's own is the identity above 20


def time_step(p: Tensors, x: Tensors) -> Any:
    delta = softplus(x["raw"] + p["b"])
    return (torch.clamp(delta, p.get("low"), p.get("high")) if {"low", "high"} & {*p} else delta,)


STEPS: Mapping[str, Callable[..., Any]] = {
    "causal_conv": partial(causal_conv, lambda z: z),
    "causal_conv_silu": partial(causal_conv, silu),
    "diagonal": partial(twice, lambda _, x, h: torch.exp(x["g"]) * h + x["x"]),
    "gated_linear": partial(attention, linear),
    "gated_delta": partial(attention, delta),
    "dplr": partial(attention, low_rank),
    "mlstm": mlstm,
    "slstm": slstm,
    "selective_scan": selective_scan,
    "selective_scan_layer": selective_scan_layer,
    "min_gru": partial(twice, lambda _, x, h: torch.sigmoid(-x["z"]) * h + torch.sigmoid(x["z"]) * positive(x["x"])),
    "min_lstm": partial(twice, min_lstm),
    "rg_lru": partial(twice, rg_lru),
    "wkv4": wkv4,
    "decay_gate": lambda p, x: (-torch.exp(p["A_log"]) * softplus(x["alpha"] + p["b"]),),
    "bounded_decay_gate": lambda p, x: (
        p.get("low", -5.0) * torch.sigmoid(torch.exp(p["A_log"]) * (x["alpha"] + p["b"])),
    ),
    "time_step_gate": time_step,
    "l2norm": lambda p, x: (x["x"] / torch.sqrt((x["x"] ** 2).sum(1, keepdim=True) + p.get("eps", 0.0)),),
}


def sequence(family: str, g: Tensors, call: Call, kept: Any) -> Tensors:
    """The outputs, from the leaves."""
    names = FAMILIES[family]
    p = {name: g[name] for name in call.weights} | dict(call.numbers)
    states, reads = [g[name] for name in call.starts], []
    for t in range(kept.shape[1]):
        now = {name: g[name][..., t] for name in call.steps}
        now |= {name: torch.tensor(marks[..., t].copy()) for name, marks in call.marks.items()}
        out, *new = STEPS[family](p, now, *states)
        states = [torch.where(kept[:, t], *pair) for pair in zip(new, states, strict=True)]
        reads.append(torch.where(kept[:, t], out, 0.0))
    lasts = {f"{s}_last": state for s, state in zip(names.states, states, strict=True)}
    return {names.output: torch.stack(reads, -1), **lasts}


def evaluate(operation: str, inputs: Arrays, parameters: Arrays) -> Outputs:
    """The outputs of an operation by name, and gradients into states that are not given too."""
    family, step, backward = said(operation)
    names = FAMILIES[family]
    call = sorted_out(names, as_sequence(names, inputs) if step else inputs, parameters)
    kept = np.arange(call.output[-1]) < np.array(call.lengths)[:, None]
    steps = {name: np.where(kept, array, 0.0) for name, array in call.steps.items()}
    arrays = {**steps, **call.starts, **call.weights}
    g = {name: torch.tensor(array, requires_grad=True) for name, array in arrays.items()}
    outputs = sequence(family, g, call, torch.tensor(kept))
    if backward:
        upstream = {name[1:]: torch.tensor(np.nan_to_num(d)) for name, d in call.upstream.items()}
        objective = sum((outputs[name] * d).sum() for name, d in upstream.items())
        found = torch.autograd.grad(objective, list(g.values()), materialize_grads=True, allow_unused=True)
        outputs = {f"d{name}": gradient for name, gradient in zip(g, found, strict=True)}
    arrays = {name: tensor.detach().numpy() for name, tensor in outputs.items()}
    return as_step(names, arrays) if step else arrays
