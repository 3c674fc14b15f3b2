"""The operations by torch: layers over its elementary functions, containers and what it has of networks by its own modules.

Gradients are torch's autograd. What stands in the padding never reaches a torch function.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.utils import rnn as containers
from writings import torch_recurrences

Arrays = Mapping[str, NDArray[Any]]
Tensors = dict[str, Any]


def elman(unit: Callable[[Any], Any], p: Tensors, x: Any, a: Any) -> Any:
    return (unit(p["Wax"] @ x + p["Waa"] @ a + p["ba"]),)


def affine(p: Tensors, gate: str, v: Any) -> Any:
    return p[f"W{gate}"] @ v + p[f"b{gate}"]


def lstm(p: Tensors, x: Any, a: Any, c: Any) -> Any:
    """Any LSTM: which one it is shows in its parameters."""
    v = torch.cat([a, x])

    def gate(name: str, cell: Any) -> Any:
        return affine(p, name, v) + (p[f"P{name}"] * cell if f"P{name}" in p else 0)

    i = gate("i", c)
    f = gate("f", c) if "Wf" in p else -i
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(affine(p, "c", v))
    if "clip" in p:
        c = torch.clamp(c, -p["clip"].item(), p["clip"].item())
    h = torch.sigmoid(gate("o", c)) * torch.tanh(c)
    return p["Wp"] @ h if "Wp" in p else h, c


def gru(p: Tensors, x: Any, a: Any) -> Any:
    v = torch.cat([a, x])
    u, r = torch.sigmoid(affine(p, "u", v)), torch.sigmoid(affine(p, "r", v))
    if "bca" not in p:
        n = torch.tanh(affine(p, "c", torch.cat([r * a, x])))
        return (u * n + (1 - u) * a,)
    Wca, Wcx = p["Wc"].split([len(a), len(x)], 1)
    n = torch.tanh(Wcx @ x + p["bc"] + r * (Wca @ a + p["bca"]))
    return (u * n + (1 - u) * a,)


def step(family: str, p: Tensors, x: Any, state: list[Any]) -> Any:
    if family.startswith("rnn"):
        return elman(torch.relu if family == "rnn_relu" else torch.tanh, p, x, *state)
    if family.startswith(("gru", "lstm")):
        return (gru if family.startswith("gru") else lstm)(p, x, *state)
    raise LookupError(f"{family} is not written by torch: a branch of step in by_torch.py")


def leaves(inputs: Arrays, parameters: Arrays, initial: Mapping[str, tuple[int, ...]]) -> Tensors:
    """All that a gradient may be asked of, the initial states among them where they are not given."""
    zeros = {name: np.zeros(shape) for name, shape in initial.items()}
    given = {name: a for name, a in inputs.items() if a.dtype.kind == "f" and not name.startswith("d")}
    return {name: torch.tensor(a, requires_grad=True) for name, a in {**zeros, **given, **parameters}.items()}


def lengths_of(inputs: Arrays, x: Any) -> Any:
    return torch.tensor(inputs.get("lengths", np.full(x.shape[1], x.shape[2])))


def over_time(found: Mapping[int, Any], T_x: int, n: int) -> Any:
    """(n, 1, T_x) of columns by time, zeros where there is none."""
    nothing = torch.zeros(n, 1, dtype=torch.float64)
    return torch.stack([found.get(t, nothing) for t in range(T_x)], 2)


def walked(family: str, p: Tensors, x: Any, state: Any, order: Any) -> tuple[dict[int, Any], Any]:
    """The state after each step, which are taken in this order, and the last; x by time."""
    reached: dict[int, Any] = {}
    for t in order:
        state = reached[t] = step(family, p, x[t], state)
    return reached, state


def example(family: Any, g: Tensors, j: int, start: list[Any], order: Any) -> Tensors:
    """All outputs of one example, whose steps are taken in this order."""
    weight, bias = (g[name] for name in family.head)
    reached, state = walked(family.name, g, g["x"][:, j : j + 1].unbind(2), start, order)
    said = {t: torch.softmax(weight @ new[0] + bias, 0) for t, new in reached.items()}
    out = {"y": over_time(said, g["x"].shape[2], len(bias))}
    for k, s in enumerate(family.states):
        out[s] = over_time({t: new[k] for t, new in reached.items()}, g["x"].shape[2], len(start[k]))
        out[f"{s}_last"] = state[k]
    return out


def sequence(family: Any, inputs: Arrays, parameters: Arrays) -> tuple[Tensors, Tensors]:
    """The leaves, and the outputs of a sequence by name."""
    m, bias = inputs["x"].shape[1], next(a for name, a in parameters.items() if name.startswith("b"))
    rows = {"a": parameters[family.head[0]].shape[1], "c": len(bias)}
    g = leaves(inputs, parameters, {f"{s}0": (rows[s], m) for s in family.states})
    examples = []
    for j, length in enumerate(lengths_of(inputs, g["x"]).tolist()):
        order = reversed(range(length)) if inputs.get("reverse") else range(length)
        examples.append(example(family, g, j, [g[f"{s}0"][:, j : j + 1] for s in family.states], order))
    return g, {name: torch.cat([one[name] for one in examples], 1) for name in examples[0]}


MODULES = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru_reset_after": torch.nn.GRU}


def stacked(family: str, g: Tensors, place: str) -> list[Any]:
    """W_ih, W_hh, b_ih and b_hh of one direction of one layer, as torch stacks them."""
    if family == "rnn":
        bias = g[f"ba{place}"][:, 0]
        return [g[f"Wax{place}"], g[f"Waa{place}"], bias, torch.zeros_like(bias)]
    # torch's update gate weights the old state
    gates = {"i": 1, "f": 1, "c": 1, "o": 1} if family == "lstm" else {"r": 1, "u": -1, "c": 1}
    W = torch.cat([sign * g[f"W{gate}{place}"] for gate, sign in gates.items()])
    b = torch.cat([sign * g[f"b{gate}{place}"][:, 0] for gate, sign in gates.items()])
    n_a = len(b) // len(gates)
    second = torch.cat([torch.zeros_like(b[n_a:]), g[f"bca{place}"][:, 0] if f"bca{place}" in g else b[:n_a] * 0])
    return [W[:, n_a:], W[:, :n_a], b, second]


def network(family: Any, inputs: Arrays, parameters: Arrays) -> tuple[Tensors, Tensors]:
    """The leaves, and the outputs of a network by name."""
    places = list(dict.fromkeys(name[name.index("[") :] for name in parameters))
    m, n_a = inputs["x"].shape[1], len(next(a for name, a in parameters.items() if name.startswith("b")))
    g = leaves(inputs, parameters, {f"{s}0": (len(places), n_a, m) for s in family.states})
    directions = 1 + ("[0][1]" in places)
    return g, (by_module if family.name in MODULES else by_steps)(family, inputs, g, places, directions)


def by_steps(family: Any, inputs: Arrays, g: Tensors, places: list[str], n_d: int) -> Tensors:
    """A network's outputs, example by example."""
    examples = []
    for j, length in enumerate(lengths_of(inputs, g["x"]).tolist()):
        below, finals = g["x"][:, j : j + 1].unbind(2), []
        for k in range(0, len(places), n_d):
            layer = []
            for d, place in enumerate(places[k : k + n_d]):
                p = {name.removesuffix(place): weight for name, weight in g.items() if name.endswith(place)}
                start = [g[f"{s}0"][k + d][:, j : j + 1] for s in family.states]
                reached, final = walked(family.name, p, below, start, range(length)[:: -1 if d else 1])
                layer.append(reached)
                finals.append(final)
            below = {t: torch.cat([reached[t][0] for reached in layer]) for t in range(length)}
        lasts = {f"{s}_last": torch.stack(of) for s, of in zip(family.states, zip(*finals, strict=True), strict=True)}
        examples.append({"a": over_time(below, g["x"].shape[2], n_d * g["a0"].shape[1]), **lasts})
    return {name: torch.cat([one[name] for one in examples], name.endswith("_last") + 1) for name in examples[0]}


def by_module(family: Any, inputs: Arrays, g: Tensors, places: list[str], n_d: int) -> Tensors:
    """A network's outputs by torch's module of that family."""
    (n_x, m, T_x), n_a = inputs["x"].shape, g["a0"].shape[1]
    module = MODULES[family.name](n_x, n_a, len(places) // n_d, bidirectional=n_d == 2, dtype=torch.float64)
    weights = [weight for place in places for weight in stacked(family.name, g, place)]
    named = {name: w for (name, _), w in zip(module.named_parameters(), weights, strict=True)}
    out = {"a": torch.zeros(n_d * n_a, m, T_x, dtype=torch.float64), **{f"{s}_last": g[f"{s}0"] for s in family.states}}
    kept = lengths_of(inputs, g["x"]).nonzero()[:, 0]  # torch packs no example without steps
    if len(kept):
        lengths, steps = lengths_of(inputs, g["x"])[kept], g["x"].permute(2, 1, 0)[:, kept]
        packed = containers.pack_padded_sequence(steps, lengths, enforce_sorted=False)
        h0 = [g[f"{s}0"][:, :, kept].transpose(1, 2).contiguous() for s in family.states]
        a, finals = torch.func.functional_call(module, named, (packed, tuple(h0) if len(h0) > 1 else h0[0]))
        a, _ = containers.pad_packed_sequence(a, total_length=T_x)
        out["a"] = out["a"].index_copy(1, kept, a.permute(2, 1, 0))
        for s, final in zip(family.states, finals if len(h0) > 1 else [finals], strict=True):
            out[f"{s}_last"] = out[f"{s}_last"].index_copy(2, kept, final.transpose(1, 2))
    return out


def gradients(g: Tensors, outputs: Tensors, inputs: Arrays) -> dict[str, NDArray[Any]]:
    upstream = {name[1:]: torch.tensor(np.nan_to_num(d)) for name, d in inputs.items() if name.startswith("d")}
    nothing = 0 * g["a0"].sum()  # where no example has a step, nothing else is a function of the leaves
    objective = sum(((outputs[name] * d).sum() for name, d in upstream.items()), nothing)
    found = torch.autograd.grad(objective, list(g.values()), materialize_grads=True, allow_unused=True)
    return {f"d{name}": gradient.numpy() for name, gradient in zip(g, found, strict=True)}


def evaluate(operation: Any, family: Any, inputs: Arrays, parameters: Arrays) -> dict[str, NDArray[Any]]:
    """The outputs of an operation by name, and more than it has."""
    if operation.family in torch_recurrences.STEPS:
        return torch_recurrences.evaluate(operation.name, inputs, parameters)
    if family is None:
        x = torch.tensor(inputs["x"])
        return {"s": torch.sigmoid(x).numpy(), "p": torch.softmax(x, 0).numpy()}
    cell = "_cell_" in operation.name
    given = as_sequence(inputs) if cell else inputs
    g, outputs = (network if "_network_" in operation.name else sequence)(family, given, parameters)
    if operation.forward:
        found = gradients(g, outputs, given)
    else:
        found = {name: tensor.detach().numpy() for name, tensor in outputs.items()}
        found[family.y] = found.get("y", found["a"])
    return as_cell(found) if cell else found


def as_sequence(inputs: Arrays) -> dict[str, NDArray[Any]]:
    """A cell's inputs as those of a sequence of one step."""
    ended = {name.replace("_prev", "0").replace("_next", "_last"): array for name, array in inputs.items()}
    return {**ended, "x": ended["xt"][:, :, None]}


def as_cell(found: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    back = {name.replace("_last", "_next"): a for name, a in found.items()}
    back |= {f"d{s}_prev": back[f"d{s}0"] for s in "ac" if f"d{s}0" in back}
    steps = {"yt_pred": "y", "dxt": "dx"}
    return back | {name: back[of][:, :, 0] for name, of in steps.items() if of in back}
