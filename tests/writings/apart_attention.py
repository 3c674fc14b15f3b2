"""Gated linear attention, the gated delta rule and RWKV-7's recurrence, written apart from the kit: nothing here comes from rnnspec.

As kernels' naive forms have it: queries, keys and values (batch, time, head, …), states (batch, head, key, value), one loop over
time that fills arrays made before it. A backward walks the states that its forward kept.

tests/planted/ plants its faults into this text and finds the places by their wording.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from writings.apart_arrays import (
    Array,
    Found,
    alive,
    batch_first,
    batch_last,
    begun,
    ended,
    masked,
    of_step,
    once,
    state_last,
)

READ, OUTER = "bhk,bhkv->bhv", "bhk,bhv->bhkv"  # a state by a key; a key by a value
ON_KEY, ON_VALUE = "bhkv,bhv->bhk", "bhkv,bhk->bhv"


class Kept(NamedTuple):
    """What a backward needs; `given` says which gradients come back beside the usual."""

    x: dict[str, Array]
    states: Array
    decay: Array
    valid: Array
    heads: int
    scale: Any
    given: tuple[str, ...]


def spread(x: Array, heads: int) -> Array:
    """(batch, time, head, key): each head for its group of heads of values."""
    return np.repeat(x, heads // x.shape[2], axis=2)


def folded(d: Array, heads: int) -> Array:
    batch, time, all_heads, keys = d.shape
    return d.reshape(batch, time, heads, all_heads // heads, keys).sum(axis=3)


def prepared(
    S0: Array | None, scale: Any, lengths: Any, v: Array, g: Array | None, heads: dict[str, Array], u: Any = None
) -> Kept:
    """All of a call's arrays in this layout, each head by itself, and room for the states."""
    valid = alive(v, lengths)
    x = {name: spread(masked(batch_first(one), valid), len(v)) for name, one in heads.items()}
    x["v"] = masked(batch_first(v), valid)
    log_decay = np.zeros_like(x["v"][..., :1]) if g is None else masked(batch_first(g), valid)
    states = np.zeros((*valid.shape, *x["v"].shape[2:3], x["k"].shape[3], x["v"].shape[3]), v.dtype)
    first = begun(S0, v, len(valid), *states.shape[2:])
    if scale is None:
        scale = v.dtype.type(1) / np.sqrt(v.dtype.type(x["k"].shape[3]))
    given = (*(["g"] if g is not None else []), *(["S0"] if S0 is not None else []))
    if u is not None:
        x["u"] = np.repeat(u, len(v) // len(u), axis=0)
    states = np.concatenate([first[:, None], states], axis=1)
    return Kept(x, states, np.exp(log_decay), valid, len(heads["q"]), v.dtype.type(scale), given)


def finished(o: Array, kept: Kept) -> tuple[Array, Array, Kept]:
    return batch_last(o), state_last(kept.states[:, -1]), kept


def gathered(kept: Kept, grads: Found, dS: Array, own: str = "v") -> Found:
    """The gradients in the caller's layout and for the caller's heads."""
    found: Found = {}
    for name, d in grads.items():
        if name == "g":
            d = d.sum(axis=-1, keepdims=True) if kept.decay.shape[-1] == 1 else d
        elif name not in own.split():
            d = folded(d, kept.heads)
        if name != "g" or "g" in kept.given:
            found[f"d{name}"] = batch_last(masked(d, kept.valid))
    if "S0" in kept.given:
        found["dS0"] = state_last(dS)
    return found


def gated_linear_forward(
    q: Array, k: Array, v: Array, g: Any, *, S0: Any = None, u: Any = None, scale: Any = None, lengths: Any = None
) -> tuple[Array, Array, Kept]:
    kept = prepared(S0, scale, lengths, v, g, {"q": q, "k": k}, u)
    x, S, decay = kept.x, kept.states, kept.decay[..., None]
    o = np.zeros_like(x["v"])
    for t in range(o.shape[1]):
        written = np.einsum(OUTER, x["k"][:, t], x["v"][:, t])
        S[:, t + 1] = decay[:, t] * S[:, t] + written
        seen = S[:, t] + x["u"][..., None] * written if "u" in x else S[:, t + 1]
        o[:, t] = kept.scale * np.einsum(READ, x["q"][:, t], seen)
    return finished(o, kept)


def gated_linear_backward(do: Array, caches: Kept, *, dS_last: Any = None) -> Found:
    x, S, decay = caches.x, caches.states, caches.decay[..., None]
    do = masked(batch_first(do), caches.valid)
    dS = ended(dS_last, S[:, -1])
    grads = {n: np.zeros_like(x[n]) for n in "qkv"} | {"g": np.zeros_like(x["k"])}
    du = np.zeros_like(x["u"]) if "u" in x else None
    for t in reversed(range(do.shape[1])):
        q, k, v = (x[n][:, t] for n in "qkv")
        dseen = caches.scale * np.einsum(OUTER, q, do[:, t])
        if du is None:
            seen, dS = S[:, t + 1], dS + dseen
            dwritten = dS
        else:
            written, bonus = np.einsum(OUTER, k, v), x["u"][..., None]
            seen, dwritten = S[:, t] + bonus * written, dS + bonus * dseen
            du += np.einsum("bhkv,bhkv->hk", dseen, written)
        grads["q"][:, t] = caches.scale * np.einsum(ON_KEY, seen, do[:, t])
        grads["k"][:, t] = np.einsum(ON_KEY, dwritten, v)
        grads["v"][:, t] = np.einsum(ON_VALUE, dwritten, k)
        grads["g"][:, t] = (decay[:, t] * dS * S[:, t]).sum(axis=-1)
        dS = decay[:, t] * dS if du is None else decay[:, t] * dS + dseen
    found = gathered(caches, grads, dS)
    if du is not None:
        found["du"] = du.reshape(caches.heads, len(du) // caches.heads, du.shape[1]).sum(axis=1)
    return found


def gated_delta_forward(
    q: Array, k: Array, v: Array, g: Any, beta: Array, *, S0: Any = None, scale: Any = None, lengths: Any = None
) -> tuple[Array, Array, Kept]:
    kept = prepared(S0, scale, lengths, v, g, {"q": q, "k": k})
    x, states, decay = kept.x, kept.states, kept.decay[..., None]
    x["beta"] = masked(batch_first(beta), kept.valid)
    o = np.zeros_like(x["v"])
    for t in range(o.shape[1]):
        S = decay[:, t] * states[:, t]
        error = x["v"][:, t] - np.einsum(READ, x["k"][:, t], S)
        S = S + np.einsum(OUTER, x["k"][:, t], x["beta"][:, t, :, None] * error)
        o[:, t] = np.einsum(READ, x["q"][:, t] * kept.scale, S)
        states[:, t + 1] = S
    return finished(o, kept)


def gated_delta_backward(do: Array, caches: Kept, *, dS_last: Any = None) -> Found:
    x, states, decay = caches.x, caches.states, caches.decay[..., None]
    do = masked(batch_first(do), caches.valid)
    dS = ended(dS_last, states[:, -1])
    grads = {n: np.zeros_like(x[n]) for n in ("q", "k", "v", "beta")} | {"g": np.zeros_like(x["k"])}
    for t in reversed(range(do.shape[1])):
        q, k, v, beta = (x[n][:, t] for n in ("q", "k", "v", "beta"))
        decayed = decay[:, t] * states[:, t]
        error = v - np.einsum(READ, k, decayed)
        grads["q"][:, t] = caches.scale * np.einsum(ON_KEY, states[:, t + 1], do[:, t])
        dS = dS + np.einsum(OUTER, caches.scale * q, do[:, t])
        dupdate = np.einsum(ON_VALUE, dS, k)
        derror = beta[..., None] * dupdate
        grads["beta"][:, t] = (dupdate * error).sum(axis=-1)
        grads["v"][:, t] = derror
        grads["k"][:, t] = np.einsum(ON_KEY, dS, beta[..., None] * error) - np.einsum(ON_KEY, decayed, derror)
        dS = dS - np.einsum(OUTER, k, derror)
        grads["g"][:, t] = np.einsum("bhkv,bhkv->bhk", dS, decayed)
        dS = dS * decay[:, t]
    return gathered(caches, grads, dS, "v beta")


def dplr_forward(
    q: Array,
    k: Array,
    v: Array,
    g: Any,
    a: Array,
    b: Array,
    *,
    S0: Any = None,
    scale: Any = None,
    lengths: Any = None,
) -> tuple[Array, Array, Kept]:
    kept = prepared(S0, scale, lengths, v, g, {"q": q, "k": k, "a": a, "b": b})
    x, S, decay = kept.x, kept.states, kept.decay[..., None]
    o = np.zeros_like(x["v"])
    for t in range(o.shape[1]):
        removed = np.einsum(READ, x["a"][:, t], S[:, t])
        S[:, t + 1] = decay[:, t] * S[:, t]
        S[:, t + 1] += np.einsum(OUTER, x["b"][:, t], removed)
        S[:, t + 1] += np.einsum(OUTER, x["k"][:, t], x["v"][:, t])
        o[:, t] = kept.scale * np.einsum(READ, x["q"][:, t], S[:, t + 1])
    return finished(o, kept)


def dplr_backward(do: Array, caches: Kept, *, dS_last: Any = None) -> Found:
    x, S, decay = caches.x, caches.states, caches.decay[..., None]
    do = masked(batch_first(do), caches.valid)
    dS = ended(dS_last, S[:, -1])
    grads = {n: np.zeros_like(x[n]) for n in "qkvab"} | {"g": np.zeros_like(x["k"])}
    for t in reversed(range(do.shape[1])):
        q, k, v, a, b = (x[n][:, t] for n in "qkvab")
        grads["q"][:, t] = np.einsum(ON_KEY, S[:, t + 1], do[:, t]) * caches.scale
        dS = dS + np.einsum(OUTER, q, caches.scale * do[:, t])
        dremoved = np.einsum(ON_VALUE, dS, b)
        grads["k"][:, t] = np.einsum(ON_KEY, dS, v)
        grads["v"][:, t] = np.einsum(ON_VALUE, dS, k)
        grads["a"][:, t] = np.einsum(ON_KEY, S[:, t], dremoved)
        grads["b"][:, t] = np.einsum(ON_KEY, dS, np.einsum(READ, a, S[:, t]))
        grads["g"][:, t] = (dS * S[:, t]).sum(axis=-1) * caches.decay[:, t]
        dS = decay[:, t] * dS + np.einsum(OUTER, a, dremoved)
    return gathered(caches, grads, dS)


def gated_linear_step_forward(
    qt: Array, kt: Array, vt: Array, gt: Any, S_prev: Array, *, u: Any = None, scale: Any = None
) -> tuple[Array, Array, Kept]:
    o, S, kept = gated_linear_forward(*once(qt, kt, vt, gt), S0=S_prev, u=u, scale=scale)
    return o[..., 0], S, kept


def gated_linear_step_backward(do_t: Array, dS_next: Array, cache: Kept) -> Found:
    return of_step(gated_linear_backward(do_t[..., None], cache, dS_last=dS_next), "q k v g", "S")


def gated_delta_step_forward(
    qt: Array, kt: Array, vt: Array, gt: Any, betat: Array, S_prev: Array, *, scale: Any = None
) -> tuple[Array, Array, Kept]:
    o, S, kept = gated_delta_forward(*once(qt, kt, vt, gt, betat), S0=S_prev, scale=scale)
    return o[..., 0], S, kept


def gated_delta_step_backward(do_t: Array, dS_next: Array, cache: Kept) -> Found:
    return of_step(gated_delta_backward(do_t[..., None], cache, dS_last=dS_next), "q k v g beta", "S")


def dplr_step_forward(
    qt: Array, kt: Array, vt: Array, gt: Any, at: Array, bt: Array, S_prev: Array, *, scale: Any = None
) -> tuple[Array, Array, Kept]:
    o, S, kept = dplr_forward(*once(qt, kt, vt, gt, at, bt), S0=S_prev, scale=scale)
    return o[..., 0], S, kept


def dplr_step_backward(do_t: Array, dS_next: Array, cache: Kept) -> Found:
    return of_step(dplr_backward(do_t[..., None], cache, dS_last=dS_next), "q k v g a b", "S")
