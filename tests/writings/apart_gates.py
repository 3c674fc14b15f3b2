"""What stands in front of recurrences, and RWKV-4's mean, written apart from the kit: nothing here comes from rnnspec.

tests/planted/ plants its faults into this text and finds the places by their wording.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from writings.apart_arrays import (
    Array,
    Found,
    alive,
    batch_first,
    batch_last,
    begun,
    bump,
    ended,
    kept,
    masked,
    of_step,
    once,
    sigmoid,
    softplus,
    state_last,
)

Parameters = Any


def decay_gate_forward(alpha: Array, parameters: Parameters) -> tuple[Array, Any]:
    speed = np.exp(parameters["A_log"])
    biased = alpha + parameters["b"]
    return -speed * softplus(biased), (biased, speed)


def decay_gate_backward(dg: Array, cache: Any) -> Found:
    biased, speed = cache
    dbiased = -dg * speed * sigmoid(biased)
    dspeed = -(dg * softplus(biased)).sum(axis=(1, 2), keepdims=True)
    return {"dalpha": dbiased, "dA_log": dspeed * speed, "db": dbiased.sum(axis=2, keepdims=True)}


def bounded_decay_gate_forward(alpha: Array, parameters: Parameters, *, low: Any = None) -> tuple[Array, Any]:
    bound = alpha.dtype.type(-5 if low is None else low)
    steep = np.exp(parameters["A_log"])
    biased = alpha + parameters["b"]
    return bound * sigmoid(steep * biased), (biased, steep, bound)


def bounded_decay_gate_backward(dg: Array, cache: Any) -> Found:
    biased, steep, bound = cache
    dinner = bound * dg * bump(sigmoid(steep * biased))
    dbiased = dinner * steep
    dsteep = (dinner * biased).sum(axis=(1, 2), keepdims=True)
    return {"dalpha": dbiased, "dA_log": dsteep * steep, "db": dbiased.sum(axis=2, keepdims=True)}


def time_step_gate_forward(
    raw: Array, parameters: Parameters, *, low: Any = None, high: Any = None
) -> tuple[Array, Any]:
    biased = raw + parameters["b"]
    free = softplus(biased)
    delta, open_ = free, np.ones(free.shape, bool)
    if low is not None:
        delta, open_ = np.maximum(delta, free.dtype.type(low)), open_ & (free > low)
    if high is not None:
        delta, open_ = np.minimum(delta, free.dtype.type(high)), open_ & (free < high)
    return delta, (biased, open_)


def time_step_gate_backward(ddelta: Array, cache: Any) -> Found:
    biased, open_ = cache
    draw = np.where(open_, ddelta * sigmoid(biased), ddelta.dtype.type(0))
    return {"draw": draw, "db": draw.sum(axis=1, keepdims=True)}


def l2norm_forward(x: Array, *, eps: Any = None) -> tuple[Array, Any]:
    square = (x * x).sum(axis=1, keepdims=True)
    length = np.sqrt(square if eps is None else square + x.dtype.type(eps))
    return x / length, (x, length)


def l2norm_backward(dy: Array, cache: Any) -> Found:
    x, length = cache
    y = x / length
    return {"dx": (dy - y * (y * dy).sum(axis=1, keepdims=True)) / length}


def weights(one: Array, two: Array) -> tuple[Array, Array, Array]:
    """Both powers over the larger, and its logarithm."""
    top = np.where(one > two, one, two)
    return np.exp(one - top), np.exp(two - top), top


def wkv4_forward(
    k: Array,
    v: Array,
    parameters: Parameters,
    *,
    c0: Any = None,
    n0: Any = None,
    m0: Any = None,
    lengths: Any = None,
) -> tuple[Any, ...]:
    valid = alive(k, lengths)
    keys, values = masked(batch_first(k), valid), masked(batch_first(v), valid)
    w, u = parameters["g"][:, 0], parameters["u"][:, 0]
    states = [tuple(begun(s, k, len(keys), keys.shape[2]) for s in (c0, n0, m0))]
    y = np.zeros_like(values)
    for t in range(keys.shape[1]):
        (c, n, m), key, value = states[-1], keys[:, t], values[:, t]
        past, now, _ = weights(m, u + key)
        y[:, t] = (past * c + now * value) / (past * n + now)
        keep, write, m_new = weights(w + m, key)
        new = keep * c + write * value, keep * n + write, m_new
        states.append(tuple(kept(valid[:, t], *two) for two in zip(new, states[-1], strict=True)))
    memory = keys, values, y, states, valid, (w, u), (c0 is not None, n0 is not None, m0 is not None)
    return batch_last(masked(y, valid)), *map(state_last, states[-1]), memory


def wkv4_backward(dy: Array, caches: Any, *, dc_last: Any = None, dn_last: Any = None, dm_last: Any = None) -> Found:
    keys, values, y, states, valid, (w, u), given = caches
    dy = masked(batch_first(dy), valid)
    into = tuple(ended(d, s) for d, s in zip((dc_last, dn_last, dm_last), states[-1], strict=True))
    dk, dv, dw, du = np.zeros_like(keys), np.zeros_like(values), np.zeros_like(w), np.zeros_like(u)
    for t in reversed(range(keys.shape[1])):
        (c, n, m), (dc, dn, dm) = states[t], into
        key, value, here = keys[:, t], values[:, t], valid[:, t][:, None]
        past, now, _ = weights(m, u + key)
        share = dy[:, t] / (past * n + now)
        dpast = past * share * (c - y[:, t] * n)
        dnow = now * share * (value - y[:, t])
        keep, write, _ = weights(w + m, key)
        dkeep, dwrite = keep * (dc * c + dn * n), write * (dc * value + dn)
        free = dm - dkeep - dwrite
        older = w + m > key
        dfade = np.where(older, dkeep + free, dkeep)
        dk[:, t] = np.where(here, dnow + np.where(older, dwrite, dwrite + free), 0)
        dv[:, t] = np.where(here, now * share + write * dc, 0)
        dw += np.where(here, dfade, 0).sum(axis=0)
        du += np.where(here, dnow, 0).sum(axis=0)
        before = past * share + keep * dc, keep * dn - past * share * y[:, t], dpast + dfade
        into = tuple(kept(valid[:, t], new, old) for new, old in zip(before, into, strict=True))
    found = {"dk": batch_last(dk), "dv": batch_last(dv), "dg": dw[:, None], "du": du[:, None]}
    states_too = zip(("dc0", "dn0", "dm0"), into, given, strict=True)
    return found | {name: state_last(d) for name, d, was_given in states_too if was_given}


def wkv4_step_forward(
    kt: Array, vt: Array, c_prev: Array, n_prev: Array, m_prev: Array, parameters: Parameters
) -> tuple[Any, ...]:
    y, *rest = wkv4_forward(*once(kt, vt), parameters, c0=c_prev, n0=n_prev, m0=m_prev)
    return y[..., 0], *rest


def wkv4_step_backward(dy_t: Array, dc_next: Array, dn_next: Array, dm_next: Array, cache: Any) -> Found:
    found = wkv4_backward(dy_t[..., None], cache, dc_last=dc_next, dn_last=dn_next, dm_last=dm_next)
    return of_step(found, "k v", "c n m")
