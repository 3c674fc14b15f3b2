"""A peephole LSTM as somebody has it who ports a kernel, written apart from the kit: flat memory with offsets and strides, a workspace of each step, walked back from its end."""

import numpy as np
from numpy.lib.stride_tricks import as_strided


def mat(buf, off, rows, cols, ld):
    """A rows x cols view of a flat buffer, row-major with leading dimension ld."""
    if buf.ndim != 1 or off < 0 or off + (rows - 1) * ld + cols > buf.size:
        raise IndexError("outside of the buffer")
    s = buf.itemsize
    return as_strided(buf[off:], (rows, cols), (ld * s, s))


def sigm(dst, src):
    np.exp(-np.abs(src), out=dst)
    dst[...] = np.where(src >= 0, 1 / (1 + dst), dst / (1 + dst))


def column_softmax(z):
    z -= z.max(axis=0)
    np.exp(z, out=z)
    z /= z.sum(axis=0)


def head_kernel(y, a, wy, by, n_y, n_a, m, T, lengths):
    for t in range(T):
        z = mat(wy, 0, n_y, n_a, n_a) @ mat(a, t * n_a * m, n_a, m, m)
        z += by.reshape(n_y, 1)
        column_softmax(z)
        dst = mat(y, t * n_y * m, n_y, m, m)
        for j in range(m):
            dst[:, j] = z[:, j] if t < lengths[j] else 0


def head_kernel_backward(da, dwy, dby, dy, y, a, wy, n_y, n_a, m, T):
    for t in range(T - 1, -1, -1):
        g = mat(dy, t * n_y * m, n_y, m, m)
        p = mat(y, t * n_y * m, n_y, m, m)
        dl = p * (g - (p * g).sum(axis=0))
        mat(dwy, 0, n_y, n_a, n_a)[...] += dl @ mat(a, t * n_a * m, n_a, m, m).T
        dby += dl.sum(axis=1)
        mat(da, t * n_a * m, n_a, m, m)[...] += mat(wy, 0, n_y, n_a, n_a).T @ dl


def time_major(x):
    """(rows, m, T) -> flat buffer, one block of rows*m per step."""
    return np.array(np.moveaxis(x, 2, 0), order="C").reshape(-1)


def batch_major(buf, T, rows, m):
    return np.moveaxis(buf.reshape(T, rows, m), 0, 2).copy()


GATE = "ifco"


def pack(p, n_a, K, dtype):
    w, b, q = np.zeros(4 * n_a * K, dtype), np.zeros(4 * n_a, dtype), np.zeros(3 * n_a, dtype)
    for k in range(4):
        mat(w, k * n_a * K, n_a, K, K)[...] = p["W" + GATE[k]]
        b[k * n_a : (k + 1) * n_a] = p["b" + GATE[k]][:, 0]
    for k in range(3):
        q[k * n_a : (k + 1) * n_a] = p["P" + "ifo"[k]][:, 0]
    return w, b, q


def unpack(dw, db, dq, n_a, K, out):
    for k in range(4):
        out["dW" + GATE[k]] = mat(dw, k * n_a * K, n_a, K, K).copy()
        out["db" + GATE[k]] = db[k * n_a : (k + 1) * n_a].reshape(n_a, 1).copy()
    for k in range(3):
        out["dP" + "ifo"[k]] = dq[k * n_a : (k + 1) * n_a].reshape(n_a, 1).copy()
    return out


def step(ws, off, w, b, q, n_a, n_x, m):
    """Workspace of a step: v (K*m) | gates (4*n_a*m) | c_prev (n_a*m) | c (n_a*m) | tanh c (n_a*m) | h (n_a*m)."""
    K, N = n_a + n_x, n_a * m
    go = off + K * m
    co = go + 4 * N
    z = mat(w, 0, 4 * n_a, K, K) @ mat(ws, off, K, m, m)
    z += b.reshape(4 * n_a, 1)
    p = mat(ws, co, n_a, m, m)
    z[:n_a] += mat(q, 0, n_a, 1, 1) * p
    z[n_a : 2 * n_a] += mat(q, n_a, n_a, 1, 1) * p
    z = z.reshape(-1)
    sigm(ws[go : go + 2 * N], z[: 2 * N])
    ws[go + 2 * N : go + 3 * N] = np.tanh(z[2 * N : 3 * N])
    i, f = ws[go : go + N], ws[go + N : go + 2 * N]
    g, o = ws[go + 2 * N : go + 3 * N], ws[go + 3 * N : go + 4 * N]
    c = ws[co + N : co + 2 * N]
    c[...] = f * ws[co : co + N]
    c += i * g
    mat(z, 3 * N, n_a, m, m)[...] += mat(q, 2 * n_a, n_a, 1, 1) * mat(ws, co + N, n_a, m, m)
    sigm(o, z[3 * N :])
    tc = ws[co + 2 * N : co + 3 * N]
    np.tanh(c, out=tc)
    np.multiply(o, tc, out=ws[co + 3 * N : co + 4 * N])


def step_backward(ws, off, w, q, dh, dc, dw, db, dq, n_a, n_x, m):
    """dh, dc: gradients of h and c on entry, of h_prev and c_prev on exit; returns the gradient of x."""
    K, N = n_a + n_x, n_a * m
    go = off + K * m
    co = go + 4 * N
    i, f = ws[go : go + N], ws[go + N : go + 2 * N]
    g, o = ws[go + 2 * N : go + 3 * N], ws[go + 3 * N : go + 4 * N]
    c_prev, c, tc = ws[co : co + N], ws[co + N : co + 2 * N], ws[co + 2 * N : co + 3 * N]
    dz = np.zeros(4 * N, ws.dtype)
    dz[3 * N :] = dh * tc * o * (1 - o)
    dc += dh * o * (1 - tc * tc)
    dc += np.repeat(q[2 * n_a :], m) * dz[3 * N :]
    dz[:N] = dc * g * i * (1 - i)
    dz[N : 2 * N] = dc * c_prev * f * (1 - f)
    dz[2 * N : 3 * N] = dc * i * (1 - g * g)
    dc *= f
    dc += np.repeat(q[:n_a], m) * dz[:N]
    dc += np.repeat(q[n_a : 2 * n_a], m) * dz[N : 2 * N]
    dq[:n_a] += (dz[:N] * c_prev).reshape(n_a, m).sum(axis=1)
    dq[n_a : 2 * n_a] += (dz[N : 2 * N] * c_prev).reshape(n_a, m).sum(axis=1)
    dq[2 * n_a :] += (dz[3 * N :] * c).reshape(n_a, m).sum(axis=1)
    d = mat(dz, 0, 4 * n_a, m, m)
    v = mat(ws, off, K, m, m)
    mat(dw, 0, 4 * n_a, K, K)[...] += d @ v.T
    db += d.sum(axis=1)
    dv = (mat(w, 0, 4 * n_a, K, K).T @ d).reshape(-1)
    dh[...] = dv[:N]
    return dv[N:]


def run(a, c, h, s, x, w, b, q, n_a, n_x, m, T, lengths, reverse):
    """Fills a and c (a block a step) and moves the states h and s on; returns the workspace."""
    K, N = n_a + n_x, n_a * m
    size = K * m + 8 * N
    ws = np.zeros(T * size, x.dtype)
    for k in range(T):
        t = T - 1 - k if reverse else k
        off = k * size
        ws[off : off + N] = h
        xt = mat(x, t * n_x * m, n_x, m, m)
        vx = mat(ws, off + N, n_x, m, m)
        for j in range(m):
            if t < lengths[j]:
                vx[:, j] = xt[:, j]
        co = off + K * m + 4 * N
        ws[co : co + N] = s
        step(ws, off, w, b, q, n_a, n_x, m)
        c_new, h_new = mat(ws, co + N, n_a, m, m), mat(ws, co + 3 * N, n_a, m, m)
        hm, sm = mat(h, 0, n_a, m, m), mat(s, 0, n_a, m, m)
        at, ct = mat(a, t * N, n_a, m, m), mat(c, t * N, n_a, m, m)
        for j in range(m):
            if t < lengths[j]:
                at[:, j] = hm[:, j] = h_new[:, j]
                ct[:, j] = sm[:, j] = c_new[:, j]
    return ws


def run_backward(dx, da, dh, dc, ws, w, q, dw, db, dq, n_a, n_x, m, T, lengths, reverse):
    """Walks the workspace from its end; dh and dc are of the last state on entry and of the first on exit."""
    K, N = n_a + n_x, n_a * m
    size = K * m + 8 * N
    off = T * size
    for k in range(T - 1, -1, -1):
        off -= size
        t = T - 1 - k if reverse else k
        th, tc = np.zeros(N, ws.dtype), np.zeros(N, ws.dtype)
        hm, cm = mat(dh, 0, n_a, m, m), mat(dc, 0, n_a, m, m)
        thm, tcm = mat(th, 0, n_a, m, m), mat(tc, 0, n_a, m, m)
        dat = mat(da, t * N, n_a, m, m)
        for j in range(m):
            if t < lengths[j]:
                thm[:, j] = dat[:, j] + hm[:, j]
                tcm[:, j] = cm[:, j]
        dx[t * n_x * m : (t + 1) * n_x * m] = step_backward(ws, off, w, q, th, tc, dw, db, dq, n_a, n_x, m)
        for j in range(m):
            if t < lengths[j]:
                hm[:, j] = thm[:, j]
                cm[:, j] = tcm[:, j]


def lstm_peephole_cell_forward(xt, a_prev, c_prev, parameters):
    (n_a, m), n_x = a_prev.shape, xt.shape[0]
    K, N = n_a + n_x, n_a * m
    w, b, q = pack(parameters, n_a, K, xt.dtype)
    ws = np.zeros(K * m + 8 * N, xt.dtype)
    ws[:N] = a_prev.reshape(-1)
    ws[N : K * m] = xt.reshape(-1)
    co = K * m + 4 * N
    ws[co : co + N] = c_prev.reshape(-1)
    step(ws, 0, w, b, q, n_a, n_x, m)
    h, c = ws[co + 3 * N : co + 4 * N].reshape(n_a, m).copy(), ws[co + N : co + 2 * N].reshape(n_a, m).copy()
    y = parameters["Wy"] @ h + parameters["by"]
    column_softmax(y)
    return h, c, y, (ws, w, q, n_a, n_x, m)


def lstm_peephole_cell_backward(da_next, dc_next, cache):
    ws, w, q, n_a, n_x, m = cache
    K = n_a + n_x
    dh, dc = np.array(da_next, order="C").reshape(-1), np.array(dc_next, order="C").reshape(-1)
    dw, db, dq = np.zeros(4 * n_a * K, ws.dtype), np.zeros(4 * n_a, ws.dtype), np.zeros(3 * n_a, ws.dtype)
    dx = step_backward(ws, 0, w, q, dh, dc, dw, db, dq, n_a, n_x, m)
    out = {"dxt": dx.reshape(n_x, m), "da_prev": dh.reshape(n_a, m), "dc_prev": dc.reshape(n_a, m)}
    return unpack(dw, db, dq, n_a, K, out)


def lstm_peephole_forward(x, a0, parameters, c0=None, lengths=None, reverse=False):
    n_x, m, T = x.shape
    n_a, K = parameters["Wf"].shape
    N = n_a * m
    w, b, q = pack(parameters, n_a, K, x.dtype)
    lens = [T] * m if lengths is None else [int(n) for n in lengths]
    h = np.zeros(N, x.dtype) if a0 is None else np.array(a0, order="C").reshape(-1)
    s = np.zeros(N, x.dtype) if c0 is None else np.array(c0, order="C").reshape(-1)
    a, c = np.zeros(T * N, x.dtype), np.zeros(T * N, x.dtype)
    ws = run(a, c, h, s, time_major(x), w, b, q, n_a, n_x, m, T, lens, reverse)
    n_y = parameters["Wy"].shape[0]
    wy, by = np.array(parameters["Wy"], order="C").reshape(-1), parameters["by"][:, 0].copy()
    y = np.zeros(T * n_y * m, x.dtype)
    head_kernel(y, a, wy, by, n_y, n_a, m, T, lens)
    out = batch_major(a, T, n_a, m), batch_major(y, T, n_y, m), batch_major(c, T, n_a, m)
    return *out, (ws, w, q, a, y, wy, lens, reverse, c0 is not None, (n_x, n_a, n_y, m, T))


def lstm_peephole_backward(da, caches, dy=None, da_last=None, dc_last=None):
    ws, w, q, a, y, wy, lens, reverse, with_c0, (n_x, n_a, n_y, m, T) = caches
    K, N = n_a + n_x, n_a * m
    out = {}
    flat = time_major(da)
    if dy is not None:
        dwy, dby = np.zeros(n_y * n_a, ws.dtype), np.zeros(n_y, ws.dtype)
        head_kernel_backward(flat, dwy, dby, time_major(dy), y, a, wy, n_y, n_a, m, T)
        out["dWy"], out["dby"] = dwy.reshape(n_y, n_a), dby.reshape(n_y, 1)
    dh = np.zeros(N, ws.dtype) if da_last is None else np.array(da_last, order="C").reshape(-1)
    dc = np.zeros(N, ws.dtype) if dc_last is None else np.array(dc_last, order="C").reshape(-1)
    dw, db, dq = np.zeros(4 * n_a * K, ws.dtype), np.zeros(4 * n_a, ws.dtype), np.zeros(3 * n_a, ws.dtype)
    dx = np.zeros(T * n_x * m, ws.dtype)
    run_backward(dx, flat, dh, dc, ws, w, q, dw, db, dq, n_a, n_x, m, T, lens, reverse)
    out["dx"] = batch_major(dx, T, n_x, m)
    out["da0"] = dh.reshape(n_a, m)
    if with_c0:
        out["dc0"] = dc.reshape(n_a, m)
    return unpack(dw, db, dq, n_a, K, out)
