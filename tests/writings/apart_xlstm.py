"""The two memories of the xLSTM, written apart from the kit: nothing here comes from rnnspec.

Heads behind the batch, one loop over time: mLSTM (batch, head, key, value), sLSTM (batch, head, unit) with all four gates in
one array. Padding keeps the states as they are.

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
    bump,
    ended,
    kept,
    masked,
    sigmoid,
    softplus,
    state_last,
    tanh,
)


class Memory(NamedTuple):
    """Inputs over time, all states with the first in front, which steps there are, and whether each state was given."""

    x: dict[str, Array]
    states: list[tuple[Array, ...]]
    valid: Array
    given: str
    scale: Any = 1
    eps: Any = 0


def named(states: str, *given: Any) -> str:
    """Those that were given."""
    return "".join(s for s, one in zip(states, given, strict=True) if one is not None)


def gates(i: Array, f: Array, m: Array) -> tuple[Array, Array, Array]:
    """The stabiliser, and what it leaves of the gates that write and forget."""
    log_f = -softplus(-f)
    m_new = np.maximum(log_f + m, i)
    return m_new, np.exp(i - m_new), np.exp(log_f + m - m_new)


def gates_back(dI: Array, dF: Array, dm: Array, i: Array, f: Array, m: Array) -> tuple[Array, Array, Array]:
    """Gradients into both pre-activations and into the stabiliser before: what wins has of its own gate 1, and no gradient there."""
    running = m - softplus(-f)
    _, write, forget = gates(i, f, m)
    drunning = np.where(running > i, dm - dI * write, dF * forget)
    di = np.where(running > i, dI * write, dm - dF * forget)
    return di, drunning * sigmoid(-f), drunning


def read_off(q: Array, C: Array, n: Array, m: Array, eps: Any) -> tuple[Array, Array, Array]:
    """What a scaled query reads, its normaliser, and its product with n."""
    dot = (q * n).sum(axis=-1)
    normaliser = np.maximum(np.abs(dot), np.exp(-m)) + eps
    return np.einsum("bhk,bhkv->bhv", q, C) / normaliser[..., None], normaliser, dot


def read_off_back(dh: Array, q: Array, C: Array, n: Array, m: Array, eps: Any) -> tuple[Array, Array, Array, Array]:
    """Gradients into the query, C, n and m."""
    h, normaliser, dot = read_off(q, C, n, m, eps)
    dnumerator = dh / normaliser[..., None]
    dnormaliser = -(h * dnumerator).sum(axis=-1)
    floor = np.exp(-m)
    ddot = np.where(np.abs(dot) > floor, np.sign(dot) * dnormaliser, 0)
    dm = np.where(np.abs(dot) > floor, 0, -floor * dnormaliser)
    dq = np.einsum("bhkv,bhv->bhk", C, dnumerator) + n * ddot[..., None]
    return dq, np.einsum("bhk,bhv->bhkv", q, dnumerator), q * ddot[..., None], dm


def laid_out(
    inputs: dict[str, Array], states: tuple[Any, ...], lengths: Any
) -> tuple[dict[str, Array], tuple[Array, ...], Array]:
    """The mLSTM's inputs over time, its first states, and which steps there are."""
    valid = alive(inputs["v"], lengths)
    x = {name: masked(batch_first(one), valid) for name, one in inputs.items()}
    batch, _, heads, keys = x["k"].shape
    shapes = (batch, heads, keys, x["v"].shape[3]), (batch, heads, keys), (batch, heads)
    return x, tuple(begun(s, x["v"], *shape) for s, shape in zip(states, shapes, strict=True)), valid


def mlstm_forward(
    q: Array,
    k: Array,
    v: Array,
    i: Array,
    f: Array,
    *,
    C0: Any = None,
    n0: Any = None,
    m0: Any = None,
    scale: Any = None,
    eps: Any = None,
    lengths: Any = None,
) -> tuple[Any, ...]:
    x, first, valid = laid_out({"q": q, "k": k, "v": v, "i": i, "f": f}, (C0, n0, m0), lengths)
    (C, n, m), number = first, v.dtype.type
    scale = 1 / np.sqrt(number(n.shape[-1])) if scale is None else number(scale)
    x["q"], eps = x["q"] * scale, number(0 if eps is None else eps)
    states, h = [(C, n, m)], np.zeros_like(x["v"])
    for t in range(valid.shape[1]):
        key, value = x["k"][:, t], x["v"][:, t]
        m_new, write, forget = gates(x["i"][:, t], x["f"][:, t], m)
        C_new = forget[..., None, None] * C + write[..., None, None] * (key[..., :, None] * value[..., None, :])
        n_new = forget[..., None] * n + write[..., None] * key
        C, n, m = (kept(valid[:, t], new, old) for new, old in ((C_new, C), (n_new, n), (m_new, m)))
        h[:, t] = read_off(x["q"][:, t], C, n, m, eps)[0]
        states.append((C, n, m))
    given = named("Cnm", C0, n0, m0)
    return batch_last(masked(h, valid)), *map(state_last, states[-1]), Memory(x, states, valid, given, scale, eps)


def mlstm_backward(
    dh: Array, caches: Memory, *, dC_last: Any = None, dn_last: Any = None, dm_last: Any = None
) -> Found:
    x, states, valid, given, scale, eps = caches
    dh = masked(batch_first(dh), valid)
    into = tuple(ended(d, s) for d, s in zip((dC_last, dn_last, dm_last), states[-1], strict=True))
    grads = {name: np.zeros_like(one) for name, one in x.items()}
    for t in reversed(range(valid.shape[1])):
        q, k, v, i, f = (x[name][:, t] for name in "qkvif")
        C, n, m = states[t]
        dq, *read = read_off_back(dh[:, t], q, *states[t + 1], eps)
        dC, dn, dm = (one + two for one, two in zip(into, read, strict=True))
        _, write, forget = gates(i, f, m)
        dF = (dC * C).sum(axis=(-2, -1)) + (dn * n).sum(axis=-1)
        on_key = np.einsum("bhkv,bhv->bhk", dC, v) + dn
        dI = (on_key * k).sum(axis=-1)
        di, df, dm_before = gates_back(dI, dF, dm, i, f, m)
        dv = np.einsum("bhkv,bhk->bhv", dC, k) * write[..., None]
        for name, d in zip("qkvif", (dq * scale, on_key * write[..., None], dv, di, df), strict=True):
            grads[name][:, t] = d
        before = dC * forget[..., None, None], dn * forget[..., None], dm_before
        into = tuple(kept(valid[:, t], new, old) for new, old in zip(before, into, strict=True))
    found = {f"d{name}": batch_last(masked(d, valid)) for name, d in grads.items()}
    return found | {f"d{s}0": state_last(d) for s, d in zip("Cnm", into, strict=True) if s in given}


def stacked(parameters: Any) -> tuple[Array, Array]:
    """The recurrent weights (gate, head, unit, unit before) and biases (gate, head, unit) of the gates i, f, z, o."""
    return np.stack([parameters["R" + g] for g in "ifzo"]), np.stack([parameters["b" + g][..., 0] for g in "ifzo"])


def slstm_forward(
    i: Array,
    f: Array,
    z: Array,
    o: Array,
    parameters: Any,
    *,
    h0: Any = None,
    c0: Any = None,
    n0: Any = None,
    m0: Any = None,
    lengths: Any = None,
) -> tuple[Any, ...]:
    R, b = stacked(parameters)
    valid = alive(z, lengths)
    Wx = masked(np.stack([batch_first(one) for one in (i, f, z, o)], axis=2), valid)
    state = tuple(begun(s, z, len(Wx), *Wx.shape[3:]) for s in (h0, c0, n0, m0))
    states, raws = [state], np.zeros_like(Wx)
    for t in range(valid.shape[1]):
        h, c, n, m = state
        raws[:, t] = raw = Wx[:, t] + np.einsum("ghuw,bhw->bghu", R, h) + b
        m_new, write, forget = gates(raw[:, 0], raw[:, 1], m)
        c_new = forget * c + write * tanh(raw[:, 2])
        n_new = forget * n + write
        h_new = sigmoid(raw[:, 3]) * (c_new / n_new)
        state = tuple(kept(valid[:, t], *two) for two in ((h_new, h), (c_new, c), (n_new, n), (m_new, m)))
        states.append(state)
    h_all = np.stack([one[0] for one in states], axis=1)[:, 1:]
    memory = Memory({"raw": raws, "R": R}, states, valid, named("hcnm", h0, c0, n0, m0))
    return batch_last(masked(h_all, valid)), *map(state_last, states[-1]), memory


def slstm_backward(
    dh: Array, caches: Memory, *, dh_last: Any = None, dc_last: Any = None, dn_last: Any = None, dm_last: Any = None
) -> Found:
    x, states, valid, given, *_ = caches
    R, dh = x["R"], masked(batch_first(dh), valid)
    into = tuple(ended(d, s) for d, s in zip((dh_last, dc_last, dn_last, dm_last), states[-1], strict=True))
    draws, dR = np.zeros_like(x["raw"]), np.zeros_like(R)
    for t in reversed(range(valid.shape[1])):
        i, f, z, o = (x["raw"][:, t, gate] for gate in range(4))
        (h, c, n, m), (_, c_new, n_new, _) = states[t], states[t + 1]
        dh_t, dc, dn, dm = into[0] + dh[:, t], *into[1:]
        _, write, forget = gates(i, f, m)
        out, g = sigmoid(o), tanh(z)
        dratio = dh_t * out
        dc, dn = dc + dratio / n_new, dn - dratio * (c_new / n_new) / n_new
        di, df, dm_before = gates_back(dc * g + dn, dc * c + dn * n, dm, i, f, m)
        dz, do = dc * write * (1 - g * g), dh_t * (c_new / n_new) * bump(out)
        draws[:, t] = kept(valid[:, t], np.stack([di, df, dz, do], axis=1), np.zeros_like(draws[:, t]))
        dR += np.einsum("bghu,bhw->ghuw", draws[:, t], h)
        before = np.einsum("ghuw,bghu->bhw", R, draws[:, t]), forget * dc, forget * dn, dm_before
        into = tuple(kept(valid[:, t], new, old) for new, old in zip(before, into, strict=True))
    db = draws.sum(axis=(0, 1))[..., None]
    found = {f"d{gate}": batch_last(draws[:, :, j]) for j, gate in enumerate("ifzo")}
    found |= {f"d{kind}{gate}": d[j].copy() for kind, d in (("R", dR), ("b", db)) for j, gate in enumerate("ifzo")}
    return found | {f"d{s}0": state_last(d) for s, d in zip("hcnm", into, strict=True) if s in given}
