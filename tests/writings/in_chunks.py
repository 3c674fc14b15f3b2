"""Recurrences in chunks, as kernels compute them, in torch: within one by differences of a cumulative sum, across by a state.

Their backward is autograd's. Each can be wrong in the ways in which released kernels were.
"""

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

Given = dict[str, Any]
Run = Callable[[Given], Given]
AXES = "m n_h n_hv T_x n_k n_g n_v"

UNDECAYED = "a given state does not decay in the first chunk"
ANOTHER_AXIS = "what a chunk writes is summed over heads too"
TAIL = "a rest of a chunk ends in a whole one's last row"
NOT_FROM_THE_END = "no gradient into decays from the final state"
WRONG = (UNDECAYED, ANOTHER_AXIS, TAIL, NOT_FROM_THE_END)


def attention(size: int, wrong: str = "") -> Run:
    """Of gated_linear, and of gated_delta where there is a beta; each key has its own decay."""

    def run(given: Given) -> Given:
        q, k, v, g = (given[name] for name in "qkvg")
        q, k = (x.repeat_interleave(v.shape[1] // q.shape[1], 1) for x in (q, k))
        q = q * given.get("scale", q.shape[-1] ** -0.5)
        S, read = given.get("S0", v.new_zeros(*v.shape[:2], k.shape[-1], v.shape[-1])), [v[:, :, :0]]
        for part in _chunks(v, int(given.get("chunk", size))):
            beta = given["beta"][:, :, part] if "beta" in given else None
            o, S = _attended(
                S, q[:, :, part], k[:, :, part], v[:, :, part], g[:, :, part], beta, _wrong(wrong, part, v)
            )
            read.append(o)
        return {"o": torch.cat(read, 2), "S_last": S}

    return run


def _attended(
    S: Tensor, q: Tensor, k: Tensor, v: Tensor, g: Tensor, beta: Tensor | None, wrong: Any
) -> tuple[Tensor, Tensor]:
    c, ended = _summed(g, 2, wrong)
    later = torch.ones(len(c[0, 0]), len(c[0, 0])).tril().bool()[:, :, None]
    decays = (c[:, :, :, None] - c[:, :, None]).masked_fill(~later, -torch.inf).exp()
    begun = torch.ones_like(c) if UNDECAYED in wrong else c.exp()
    if beta is not None:
        seen = beta[..., None] * (k[:, :, :, None] * decays * k[:, :, None]).sum(-1)
        missing = beta[..., None] * (v - (k * begun) @ S)
        v = torch.linalg.solve_triangular(seen.tril(-1), missing, upper=False, unitriangular=True)
    o = (q * begun) @ S + (q[:, :, :, None] * decays * k[:, :, None]).sum(-1) @ v
    kept, left = _from(c, ended, wrong)
    return o, kept.exp()[..., None] * S + _over_heads((k * left.exp()).mT @ v, wrong)


def mlstm(size: int, wrong: str = "") -> Run:
    def run(given: Given) -> Given:
        q, k, v, i, f = (given[name] for name in "qkvif")
        q = q * given.get("scale", q.shape[-1] ** -0.5)
        shapes = {"C": (k.shape[-1], v.shape[-1]), "n": (k.shape[-1],), "m": ()}
        state = [given.get(f"{name}0", v.new_zeros(*v.shape[:2], *shape)) for name, shape in shapes.items()]
        read = [v[:, :, :0]]
        for part in _chunks(v, int(given.get("chunk", size))):
            steps = [x[:, :, part] for x in (q, k, v, i, f)]
            h, state = _memorised(state, *steps, given.get("eps", 0.0), _wrong(wrong, part, v))
            read.append(h)
        return {"h": torch.cat(read, 2), **dict(zip(("C_last", "n_last", "m_last"), state, strict=True))}

    return run


def _memorised(
    state: list[Tensor], q: Tensor, k: Tensor, v: Tensor, i: Tensor, f: Tensor, eps: float, wrong: Any
) -> tuple[Tensor, list[Tensor]]:
    C, n, m = state
    c, ended = _summed(logsigmoid(f), 2, wrong)
    later = torch.ones(c.shape[-1], c.shape[-1]).tril().bool()
    within = (c[..., :, None] - c[..., None, :] + i[..., None, :]).masked_fill(~later, -torch.inf)
    before = m[..., None] + (0 * c if UNDECAYED in wrong else c)
    top = torch.maximum(within.amax(-1), before)
    seen, begun = q @ k.mT * (within - top[..., None]).exp(), (before - top).exp()
    dot = seen.sum(-1) + begun * (q @ n[..., None])[..., 0]
    normaliser = torch.maximum(dot.abs(), (-top).exp()) + eps
    h = (seen @ v + begun[..., None] * (q @ C)) / normaliser[..., None]
    kept, left = _from(c, ended, wrong)
    left = left + i
    m_next = torch.maximum(kept + m, left.amax(-1))
    forget, weighted = (kept + m - m_next).exp(), k * (left - m_next[..., None]).exp()[..., None]
    C = forget[..., None, None] * C + _over_heads(weighted.mT @ v, wrong)
    return h, [C, forget[..., None] * n + weighted.sum(2), m_next]


def _chunks(v: Tensor, size: int) -> Iterator[slice]:
    for begin in range(0, v.shape[2], size):
        yield slice(begin, begin + size)


def _wrong(wrong: str, part: slice, v: Tensor) -> tuple[str, int]:
    """What is wrong in this chunk, and the rows that it lacks."""
    steps = v.shape[2]
    there = {UNDECAYED: part.start == 0, TAIL: part.stop > steps, NOT_FROM_THE_END: part.stop >= steps}
    return wrong if there.get(wrong, True) else "", max(part.stop - steps, 0)


def _summed(g: Tensor, at: int, wrong: tuple[str, int]) -> tuple[Tensor, Tensor]:
    """Cumulative sums, and that of the whole chunk."""
    c = g.cumsum(at)
    return c, c[:, :, -1] + (wrong[1] * g[:, :, -1] if TAIL in wrong else 0)


def _from(c: Tensor, ended: Tensor, wrong: Any) -> tuple[Tensor, Tensor]:
    """What is left at the end of the state and of each step, as logarithms."""
    kept, left = ended, ended[:, :, None] - c
    return (kept.detach(), left.detach()) if NOT_FROM_THE_END in wrong else (kept, left)


def _over_heads(written: Tensor, wrong: Any) -> Tensor:
    return written.sum(1, keepdim=True).expand(written.shape) if ANOTHER_AXIS in wrong else written
