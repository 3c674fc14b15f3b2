"""Steps of two recurrences by a few functions that they share, one for each thing that is done to a matrix of states."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Found = dict[str, Array]


def over_keys(S: Array, k: Array) -> Array:
    return (S * k[:, :, None, :]).sum(axis=1)


def over_values(S: Array, v: Array) -> Array:
    return (S * v[:, None, :, :]).sum(axis=2)


def outer(k: Array, v: Array) -> Array:
    return k[:, :, None, :] * v[:, None, :, :]


def for_values(k: Array, heads: int) -> Array:
    return np.repeat(k, heads // len(k), axis=0)


def for_keys(d: Array, heads: int) -> Array:
    return d.reshape(heads, len(d) // heads, *d.shape[1:]).sum(axis=1)


def faded(S: Array, g: Array | None) -> Array:
    return S if g is None else np.exp(g)[:, :, None, :] * S


def gated_linear_step_forward(qt: Array, kt: Array, vt: Array, gt: Array | None, S_prev: Array, *, scale: Any = None) -> tuple[Any, ...]:  # fmt: skip
    scale = len(qt[0]) ** -0.5 if scale is None else scale
    k, q, kept = for_values(kt, len(vt)), for_values(qt, len(vt)) * scale, faded(S_prev, gt)
    S = kept + outer(k, vt)
    return over_keys(S, q), S, (q, k, vt, gt, S_prev, S, scale, len(qt))


def gated_linear_step_backward(do_t: Array, dS_next: Array, cache: Any) -> Found:
    q, k, v, g, before, S, scale, heads = cache
    dS = dS_next + outer(q, do_t)
    found = {
        "dqt": for_keys(over_values(S, do_t), heads) * scale,
        "dkt": for_keys(over_values(dS, v), heads),
        "dvt": over_keys(dS, k),
    }
    return found | of_decay(dS, before, g)


def of_decay(dkept: Array, before: Array, g: Array | None) -> Found:
    """By a decay of its own, and the state before it."""
    if g is None:
        return {"dS_prev": dkept}
    decay = np.exp(g)[:, :, None, :]
    each = (dkept * decay * before).sum(axis=2)
    return {"dS_prev": decay * dkept, "dgt": each if g.shape[1] > 1 else each.sum(axis=1, keepdims=True)}


def gated_delta_step_forward(qt: Array, kt: Array, vt: Array, gt: Array | None, betat: Array, S_prev: Array, *, scale: Any = None) -> tuple[Any, ...]:  # fmt: skip
    scale = len(qt[0]) ** -0.5 if scale is None else scale
    k, q, kept = for_values(kt, len(vt)), for_values(qt, len(vt)) * scale, faded(S_prev, gt)
    error = vt - over_keys(kept, k)
    write = betat[:, None] * error
    S = kept + outer(k, write)
    return over_keys(S, q), S, (q, k, gt, betat, S_prev, kept, error, write, S, scale, len(qt))


def gated_delta_step_backward(do_t: Array, dS_next: Array, cache: Any) -> Found:
    q, k, g, beta, before, kept, error, write, S, scale, heads = cache
    dS = dS_next + outer(q, do_t)
    dwrite = over_keys(dS, k)
    dv = beta[:, None] * dwrite
    dkept = dS - outer(k, dv)
    found = {
        "dqt": for_keys(over_values(S, do_t), heads) * scale,
        "dkt": for_keys(over_values(dS, write) - over_values(kept, dv), heads),
        "dvt": dv,
        "dbetat": (dwrite * error).sum(axis=1),
    }
    return found | of_decay(dkept, before, g)
