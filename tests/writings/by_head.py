"""Recurrences as a kernel has them, written apart from the kit: one example and one head, or channel, at a time, all states in arrays of T + 1 places."""

import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))


def steps_of(lengths, b, T):
    return T if lengths is None else int(lengths[b])


def mlstm_forward(q, k, v, i, f, *, C0=None, n0=None, m0=None, scale=None, eps=None, lengths=None):
    heads, width, examples, T = q.shape
    scale, eps = width**-0.5 if scale is None else scale, 0.0 if eps is None else eps
    h = np.zeros((heads, v.shape[1], examples, T), q.dtype)
    shape = (examples, heads, T + 1)
    Cs, ns, ms = (np.zeros((*shape, *own), q.dtype) for own in ((width, v.shape[1]), (width,), ()))
    last = [np.zeros((*s.shape[1:2], *s.shape[3:], examples), q.dtype) for s in (Cs, ns, ms)]
    for b in range(examples):
        for j in range(heads):
            C, n, m = Cs[b, j], ns[b, j], ms[b, j]
            for states, begin in ((C, C0), (n, n0), (m, m0)):
                if begin is not None:
                    states[0] = begin[j, ..., b]
            for t in range(steps_of(lengths, b, T)):
                running, write = m[t] - np.logaddexp(0, -f[j, b, t]), i[j, b, t]
                m[t + 1] = max(running, write)
                forget, write = np.exp(running - m[t + 1]), np.exp(write - m[t + 1])
                C[t + 1] = forget * C[t] + write * np.outer(k[j, :, b, t], v[j, :, b, t])
                n[t + 1] = forget * n[t] + write * k[j, :, b, t]
                read = scale * q[j, :, b, t]
                h[j, :, b, t] = read @ C[t + 1] / (max(abs(read @ n[t + 1]), np.exp(-m[t + 1])) + eps)
            for whole, states in zip(last, (C, n, m), strict=True):
                whole[j, ..., b] = states[steps_of(lengths, b, T)]
    return h, *last, (q, k, v, i, f, scale, eps, lengths, Cs, ns, ms, h, (C0, n0, m0))


def mlstm_read_back(dh, h, read, C, n, m, eps):
    """By what was read: gradients into the query, into both memories and, through its floor, into the stabiliser."""
    product, floor = read @ n, np.exp(-m)
    dnum = dh / (max(abs(product), floor) + eps)
    dden = -(dnum @ h)
    dproduct, dm = (np.sign(product) * dden, 0.0) if abs(product) > floor else (0.0, -floor * dden)
    return C @ dnum + dproduct * n, np.outer(read, dnum), dproduct * read, dm


def mlstm_backward(dh, caches, *, dC_last=None, dn_last=None, dm_last=None):
    """By the outputs that the forward gave, and else of what was given and of the states."""
    q, k, v, i, f, scale, eps, lengths, Cs, ns, ms, h, begun = caches
    heads, _, examples, T = q.shape
    dq, dk, dv, di, df = (np.zeros_like(one) for one in (q, k, v, i, f))
    first = [np.zeros((*s.shape[1:2], *s.shape[3:], examples), q.dtype) for s in (Cs, ns, ms)]
    for b in range(examples):
        for j in range(heads):
            C, n, m = Cs[b, j], ns[b, j], ms[b, j]
            dC, dn, dm = (
                0 * s[0] if d is None else d[j, ..., b] for s, d in ((C, dC_last), (n, dn_last), (m, dm_last))
            )
            for t in reversed(range(steps_of(lengths, b, T))):
                read, key, value = scale * q[j, :, b, t], k[j, :, b, t], v[j, :, b, t]
                dread, *into = mlstm_read_back(dh[j, :, b, t], h[j, :, b, t], read, C[t + 1], n[t + 1], m[t + 1], eps)
                dq[j, :, b, t] = scale * dread
                dC, dn, dm = dC + into[0], dn + into[1], dm + into[2]
                running = m[t] - np.logaddexp(0, -f[j, b, t])
                forget, write = np.exp(running - m[t + 1]), np.exp(i[j, b, t] - m[t + 1])
                dk[j, :, b, t], dv[j, :, b, t] = write * (dC @ value + dn), write * (key @ dC)
                drunning = forget * ((dC * C[t]).sum() + dn @ n[t])
                dwrite = write * (key @ dC @ value + dn @ key)
                rest = dm - drunning - dwrite
                is_running = running > i[j, b, t]
                dm = drunning + (rest if is_running else 0)
                di[j, b, t] = dwrite + (0 if is_running else rest)
                df[j, b, t] = dm * sigmoid(-f[j, b, t])
                dC, dn = forget * dC, forget * dn
            for whole, d in zip(first, (dC, dn, dm), strict=True):
                whole[j, ..., b] = d
    given = {f"d{s}0": d for s, d, one in zip("Cnm", first, begun, strict=True) if one is not None}
    return {"dq": dq, "dk": dk, "dv": dv, "di": di, "df": df, **given}


def min_gru_forward(z, x, *, h0=None, lengths=None):
    channels, examples, T = z.shape
    hs = np.zeros((examples, T + 1, channels), x.dtype)
    h, h_last = np.zeros_like(x), np.zeros((channels, examples), x.dtype)
    for b in range(examples):
        if h0 is not None:
            hs[b, 0] = h0[:, b]
        for t in range(steps_of(lengths, b, T)):
            update, new = sigmoid(z[:, b, t]), x[:, b, t]
            new = np.where(new > 0, new + 0.5, sigmoid(new))
            hs[b, t + 1] = hs[b, t] + update * (new - hs[b, t])
            h[:, b, t] = hs[b, t + 1]
        h_last[:, b] = hs[b, steps_of(lengths, b, T)]
    return h, h_last, (z, x, hs, h0 is not None, lengths)


def min_gru_backward(dh, caches, *, dh_last=None):
    z, x, hs, is_begun, lengths = caches
    dz, dx, dh0 = np.zeros_like(z), np.zeros_like(x), np.zeros(x.shape[:2], x.dtype)
    for b in range(z.shape[1]):
        into = np.zeros_like(hs[b, 0]) if dh_last is None else dh_last[:, b]
        for t in reversed(range(steps_of(lengths, b, z.shape[2]))):
            update, new, share = sigmoid(z[:, b, t]), x[:, b, t], sigmoid(x[:, b, t])
            into = into + dh[:, b, t]
            dz[:, b, t] = into * (np.where(new > 0, new + 0.5, share) - hs[b, t]) * update * (1 - update)
            dx[:, b, t] = into * update * np.where(new > 0, 1.0, share * (1 - share))
            into = into * (1 - update)
        dh0[:, b] = into
    return {"dz": dz, "dx": dx, **({"dh0": dh0} if is_begun else {})}


def rg_lru_gates(x, r, i, L):
    """Of one step: gates, decay, what is left of it, and the gated input."""
    recurrence, gate = sigmoid(r), sigmoid(i)
    log_decay = -8.0 * recurrence * np.logaddexp(0, L)
    return recurrence, gate, np.exp(log_decay), np.sqrt(-np.expm1(2 * log_decay)), gate * x


def rg_lru_forward(x, r, i, parameters, *, h0=None, reset=None, lengths=None):
    channels, examples, T = x.shape
    hs, L = np.zeros((examples, T + 1, channels), x.dtype), parameters["L"][:, 0]
    h, h_last = np.zeros_like(x), np.zeros((channels, examples), x.dtype)
    for b in range(examples):
        if h0 is not None:
            hs[b, 0] = h0[:, b]
        for t in range(steps_of(lengths, b, T)):
            _, _, decay, left, gated = rg_lru_gates(x[:, b, t], r[:, b, t], i[:, b, t], L)
            is_reset = reset is not None and reset[b, t]
            hs[b, t + 1] = gated if is_reset else decay * hs[b, t] + left * gated
            h[:, b, t] = hs[b, t + 1]
        h_last[:, b] = hs[b, steps_of(lengths, b, T)]
    return h, h_last, (x, r, i, L, reset, hs, h0 is not None, lengths)


def rg_lru_backward(dh, caches, *, dh_last=None):
    x, r, i, L, reset, hs, is_begun, lengths = caches
    dx, dr, di, dL = (np.zeros_like(one) for one in (x, r, i, L))
    dh0 = np.zeros(x.shape[:2], x.dtype)
    for b in range(x.shape[1]):
        into = np.zeros_like(L) if dh_last is None else dh_last[:, b]
        for t in reversed(range(steps_of(lengths, b, x.shape[2]))):
            recurrence, gate, decay, left, gated = rg_lru_gates(x[:, b, t], r[:, b, t], i[:, b, t], L)
            into = into + dh[:, b, t]
            if reset is not None and reset[b, t]:
                dgated, into = into, np.zeros_like(L)
            else:
                dgated = left * into
                dlog = into * decay * hs[b, t] - into * gated * decay * decay / left
                dr[:, b, t] = -8.0 * dlog * np.logaddexp(0, L) * recurrence * (1 - recurrence)
                dL += -8.0 * dlog * recurrence * sigmoid(L)
                into = decay * into
            dx[:, b, t], di[:, b, t] = dgated * gate, dgated * x[:, b, t] * gate * (1 - gate)
        dh0[:, b] = into
    return {"dx": dx, "dr": dr, "di": di, "dL": dL[:, None], **({"dh0": dh0} if is_begun else {})}
