"""Mamba's selective scan and its short convolution, written apart from the kit: nothing here comes from rnnspec.

Laid out as Mamba has them, (batch, channel, time). Steps that are padding have a delta of 0.

tests/planted/ plants its faults into this text and finds the places by their wording.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from writings.apart_arrays import Array, Found, alive, begun, bump, ended, sigmoid, softplus, state_last

Parameters = Any


class Selected(NamedTuple):
    """A scan's inputs (batch, channel or state, time), its weights, and the states (batch, channel, state, time + 1)."""

    u: Array
    delta: Array
    B: Array
    C: Array
    A: Array
    D: Array
    h: Array
    valid: Array
    given: bool


def channels(x: Array, valid: Array) -> Array:
    """(channel, m, T_x) -> (batch, channel, time), zeros in the padding."""
    return np.where(valid[:, None], x.transpose(1, 0, 2), x.dtype.type(0))


def selective_scan_forward(
    u: Array, delta: Array, B: Array, C: Array, parameters: Parameters, *, h0: Any = None, lengths: Any = None
) -> tuple[Array, Array, Selected]:
    valid = alive(u, lengths)
    u, delta, B, C = (channels(x, valid) for x in (u, delta, B, C))
    A, D = parameters["A"].copy(), parameters["D"][:, 0].copy()
    deltaA = np.exp(np.einsum("bdl,dn->bdln", delta, A))
    deltaB_u = np.einsum("bdl,bnl,bdl->bdln", delta, B, u)
    h = np.zeros((*deltaA.shape[:2], A.shape[1], u.shape[2] + 1), u.dtype)
    h[..., 0] = begun(h0, u, len(u), *A.shape)
    y = np.zeros_like(u)
    for t in range(u.shape[2]):
        h[..., t + 1] = deltaA[:, :, t] * h[..., t] + deltaB_u[:, :, t]
        y[:, :, t] = np.einsum("bdn,bn->bd", h[..., t + 1], C[:, :, t])
    y = y + D[:, None] * u
    kept = Selected(u, delta, B, C, A, D, h, valid, h0 is not None)
    return y.transpose(1, 0, 2).copy(), state_last(h[..., -1]), kept


def selective_scan_backward(dy: Array, caches: Selected, *, dh_last: Any = None) -> Found:
    u, delta, B, C, A, D, h, valid, given = caches
    dy = channels(dy, valid)
    dh = ended(dh_last, h[..., 0])
    du, ddelta, dB, dC, dA = D[:, None] * dy, np.zeros_like(u), np.zeros_like(B), np.zeros_like(C), np.zeros_like(A)
    for t in reversed(range(u.shape[2])):
        decay = np.exp(delta[:, :, t, None] * A)
        dC[:, :, t] = np.einsum("bd,bdn->bn", dy[:, :, t], h[..., t + 1])
        dh = dh + np.einsum("bd,bn->bdn", dy[:, :, t], C[:, :, t])
        dexponent = dh * decay * h[..., t]
        dA += np.einsum("bdn,bd->dn", dexponent, delta[:, :, t])
        dwritten = np.einsum("bdn,bn->bd", dh, B[:, :, t])
        ddelta[:, :, t] = np.einsum("bdn,dn->bd", dexponent, A) + dwritten * u[:, :, t]
        du[:, :, t] += dwritten * delta[:, :, t]
        dB[:, :, t] = np.einsum("bdn,bd->bn", dh, delta[:, :, t] * u[:, :, t])
        dh = decay * dh
    timed = {"du": du, "ddelta": ddelta, "dB": dB, "dC": dC}
    found = {name: channels(d.transpose(1, 0, 2), valid).transpose(1, 0, 2).copy() for name, d in timed.items()}
    found |= {"dA": dA, "dD": np.einsum("bdl,bdl->d", dy, u)[:, None]}
    return {**found, "dh0": state_last(dh)} if given else found


def selective_scan_layer_forward(
    u: Array, raw: Array, B: Array, C: Array, z: Array, parameters: Parameters, *, h0: Any = None, lengths: Any = None
) -> tuple[Array, Array, Any]:
    valid = alive(u, lengths)
    z = np.where(valid, z, z.dtype.type(0))
    biased = np.where(valid, raw + parameters["b"][:, :, None], raw.dtype.type(0))
    rates = np.exp(parameters["A_log"])
    weights = {"A": -rates, "D": parameters["D"]}
    y, h_last, scanned = selective_scan_forward(u, softplus(biased), B, C, weights, h0=h0, lengths=lengths)
    return y * (z * sigmoid(z)), h_last, (scanned, biased, rates, y, z, valid)


def selective_scan_layer_backward(dout: Array, caches: Any, *, dh_last: Any = None) -> Found:
    scanned, biased, rates, y, z, valid = caches
    dout = np.where(valid, dout, dout.dtype.type(0))
    gate = sigmoid(z)
    found = selective_scan_backward(dout * (z * gate), scanned, dh_last=dh_last)
    draw = found.pop("ddelta") * sigmoid(biased)
    found["dA_log"] = -rates * found.pop("dA")
    return {**found, "draw": draw, "dz": dout * y * (gate + z * bump(gate)), "db": draw.sum(axis=(1, 2))[:, None]}


class Convolved(NamedTuple):
    """A channel's inputs behind its state (batch, channel, width - 1 + time), its weights, what an activation was given."""

    xp: Array
    w: Array
    z: Array
    valid: Array
    given: bool
    silu: bool


def convolved(x: Array, parameters: Parameters, s0: Any, lengths: Any, silu: bool) -> tuple[Array, Array, Convolved]:
    valid = alive(x, lengths)
    w, time = parameters["w"].copy(), x.shape[2]
    width = w.shape[1]
    xp = np.concatenate([begun(s0, x, x.shape[1], len(x), width - 1), channels(x, valid)], axis=2)
    z = np.zeros_like(xp[:, :, width - 1 :]) + parameters["b"]
    for j in range(width):
        z += w[:, j, None] * xp[:, :, j : j + time]
    y = z * sigmoid(z) if silu else z
    ends = valid.sum(axis=1)
    last = np.stack([one[:, end : end + width - 1] for one, end in zip(xp, ends, strict=True)])
    y = np.where(valid[:, None], y, y.dtype.type(0))
    return y.transpose(1, 0, 2).copy(), state_last(last), Convolved(xp, w, z, valid, s0 is not None, silu)


def convolved_back(dy: Array, ds_last: Any, kept: Convolved) -> Found:
    xp, w, z, valid, given, silu = kept
    width, time = w.shape[1], z.shape[2]
    dz = channels(dy, valid)
    if silu:
        gate = sigmoid(z)
        dz = dz * (gate + z * bump(gate))
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    for j in range(width):
        dxp[:, :, j : j + time] += w[:, j, None] * dz
        if time:  # of no steps the sum in float16 is now and then no zero
            dw[:, j] = np.einsum("bdl,bdl->d", dz, xp[:, :, j : j + time])
    if ds_last is not None:
        for one, d, end in zip(dxp, np.moveaxis(ds_last, -1, 0), valid.sum(axis=1), strict=True):
            one[:, end : end + width - 1] += d
    dx = np.where(valid[:, None], dxp[:, :, width - 1 :], z.dtype.type(0))
    found = {"dx": dx.transpose(1, 0, 2).copy(), "dw": dw, "db": dz.sum(axis=(0, 2))[:, None]}
    return {**found, "ds0": state_last(dxp[:, :, : width - 1])} if given else found


def causal_conv_forward(
    x: Array, parameters: Parameters, *, s0: Any = None, lengths: Any = None
) -> tuple[Array, Array, Convolved]:
    return convolved(x, parameters, s0, lengths, False)


def causal_conv_silu_forward(
    x: Array, parameters: Parameters, *, s0: Any = None, lengths: Any = None
) -> tuple[Array, Array, Convolved]:
    return convolved(x, parameters, s0, lengths, True)


def causal_conv_backward(dy: Array, caches: Convolved, *, ds_last: Any = None) -> Found:
    return convolved_back(dy, ds_last, caches)


causal_conv_silu_backward = causal_conv_backward
