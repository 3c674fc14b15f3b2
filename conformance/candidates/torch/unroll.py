"""Running torch's recurrent modules: one step, a sequence in either direction, a network, ragged or not.

All is in torch's order here: x is (T, m, n_x), a state (m, n) or, in a network, (layers*directions, m, n).
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

import torch
from torch.func import functional_call

from ...candidate import Unsupported
from ..recurrent.layer import Named, valid
from .framework import Axes, Tensor
from .modules import MODULES, PROJECTION, Kind, as_torch, called
from .ragged import Run, ragged

Weights = dict[str, Tensor]


def step(kind: Kind, p: Named, xt: Tensor, states: list[Tensor]) -> list[Tensor]:
    """The next states (m, n), by the cell module or else by a sequence of one step."""
    weights = kind.weights(p)
    if kind.cell is None:
        return [final[0] for final in _unroll(kind, [[weights]], xt[None], [state[None] for state in states])[1]]
    cell = MODULES.made(kind.cell, xt.shape[1], states[-1].shape[1], dtype=xt.dtype)
    out = functional_call(cell, weights, (xt, as_torch(states)), tie_weights=False, strict=True)
    return list(out) if len(states) > 1 else [out]


def run(kind: Kind, p: Named, x: Tensor, states: list[Tensor], lengths: Tensor | None, reverse: bool) -> Any:
    """Every a, the final states, and every c of an LSTM."""
    weights, begun = kind.weights(p), [state[None] for state in states]
    a, ended = _directed(kind, weights, x, begun, lengths, reverse)
    c = _every_c(kind, weights, x, begun, lengths, reverse) if len(states) > 1 else None
    return a, [final[0] for final in ended], c


def network(kind: Kind, parameters: Any, x: Tensor, states: list[Tensor], lengths: Tensor | None) -> Run:
    return _unroll(kind, [[kind.weights(p) for p in directions] for directions in parameters], x, states, lengths)


def _unroll(
    kind: Kind,
    weights: Sequence[Sequence[Weights]],
    x: Tensor,
    states: list[Tensor],
    lengths: Tensor | None = None,
) -> Run:
    """The outputs (T, m, directions*n) of weights[layer][direction], and the final states."""
    named = {
        f"{name}_l{k}{'_reverse' if d else ''}": weight
        for k, directions in enumerate(weights)
        for d, one in enumerate(directions)
        for name, weight in one.items()
    }
    sizes = {"num_layers": len(weights), "bidirectional": len(weights[0]) == 2}
    n, n_a = states[0].shape[2], states[-1].shape[2]
    if PROJECTION["Wp"] in weights[0][0]:
        sizes["proj_size"] = _projected(n, n_a)
    module = MODULES.made(kind.module, x.shape[2], n_a, **sizes, dtype=x.dtype)
    run = partial(called, module, named)
    return run(x, states) if lengths is None else ragged(run, x, states, lengths, len(weights[0]) * n)


def _directed(
    kind: Kind, weights: Weights, x: Tensor, states: list[Tensor], lengths: Tensor | None, reverse: bool
) -> Run:
    """One layer in one direction."""
    if not reverse:
        return _unroll(kind, [[weights]], x, states, lengths)
    # torch runs backwards only beside a forward run, and knows there where each example ends. So the forward
    # run gets zero weights and is dropped, which leaves the reversal to torch and not to a flip of ours.
    idle = {name: torch.zeros_like(weight) for name, weight in weights.items()}
    both = [torch.cat([torch.zeros_like(state), state]) for state in states]
    out, finals = _unroll(kind, [[idle, weights]], x, both, lengths)
    return out[:, :, out.shape[2] // 2 :], [final[1:] for final in finals]


def _every_c(
    kind: Kind, weights: Weights, x: Tensor, states: list[Tensor], lengths: Tensor | None, reverse: bool
) -> Tensor:
    """c at every step, (T, m, n_a). torch.nn.LSTM returns no c but the last: each example is run T times side by side,
    once to end at each step; of many steps each by itself, from the states behind the one before."""
    T, m = x.shape[:2]
    exists = valid(Axes, torch.full((m,), T) if lengths is None else lengths, T)
    if T > 64:  # as many runs side by side would fill the memory
        c = x.new_zeros(T, m, states[1].shape[2])
        for t in reversed(range(T)) if reverse else range(T):
            new, there = _unroll(kind, [[weights]], x[t : t + 1], states)[1], exists[t][:, None]
            states = [Axes.where(there, one, old) for one, old in zip(new, states, strict=True)]
            c[t] = torch.where(there, states[1][0], 0).detach()
        return c
    done, left = torch.arange(1, T + 1)[:, None], exists.sum(0) - torch.arange(T)[:, None]
    ends = torch.where(exists, left if reverse else done, 0)
    with torch.no_grad():
        copies = torch.cat([x.roll(-t, 0) if reverse else x for t in range(T)], 1)
        again = [state.repeat(1, T, 1) for state in states]
        c = _directed(kind, weights, copies, again, ends.flatten(), reverse)[1][1].reshape(T, m, -1)
        return Axes.where(exists[..., None], c, torch.zeros_like(c))


def _projected(n_p: int, n_a: int) -> int:
    if n_p >= n_a:
        raise Unsupported(f"torch.nn.LSTM wants proj_size below hidden_size, not {n_p} of {n_a}")
    return n_p
