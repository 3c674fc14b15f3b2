"""The recurrences of the contract, written apart from the kit: no import here leads to rnnspec.

A step is a sequence of one.
"""

from __future__ import annotations

from typing import Any

from writings import apart_attention as attention
from writings import apart_mamba as mamba
from writings import apart_scans as scans
from writings import apart_xlstm as xlstm
from writings.apart_arrays import Array, Found, of_step, once

(gated_linear_forward, gated_linear_backward) = (attention.gated_linear_forward, attention.gated_linear_backward)
(gated_delta_forward, gated_delta_backward) = (attention.gated_delta_forward, attention.gated_delta_backward)
(dplr_forward, dplr_backward) = (attention.dplr_forward, attention.dplr_backward)
gated_linear_step_forward = attention.gated_linear_step_forward
gated_linear_step_backward = attention.gated_linear_step_backward
gated_delta_step_forward = attention.gated_delta_step_forward
gated_delta_step_backward = attention.gated_delta_step_backward
dplr_step_forward, dplr_step_backward = attention.dplr_step_forward, attention.dplr_step_backward
mlstm_forward, mlstm_backward = xlstm.mlstm_forward, xlstm.mlstm_backward
slstm_forward, slstm_backward = xlstm.slstm_forward, xlstm.slstm_backward
selective_scan_forward, selective_scan_backward = mamba.selective_scan_forward, mamba.selective_scan_backward
selective_scan_layer_forward = mamba.selective_scan_layer_forward
selective_scan_layer_backward = mamba.selective_scan_layer_backward
causal_conv_forward, causal_conv_backward = mamba.causal_conv_forward, mamba.causal_conv_backward
causal_conv_silu_forward, causal_conv_silu_backward = mamba.causal_conv_silu_forward, mamba.causal_conv_silu_backward
diagonal_forward, diagonal_backward = scans.diagonal_forward, scans.diagonal_backward
min_gru_forward, min_gru_backward = scans.min_gru_forward, scans.min_gru_backward
min_lstm_forward, min_lstm_backward = scans.min_lstm_forward, scans.min_lstm_backward
rg_lru_forward, rg_lru_backward = scans.rg_lru_forward, scans.rg_lru_backward


def mlstm_step_forward(
    qt: Array, kt: Array, vt: Array, it: Array, ft: Array, *states: Array, scale: Any = None, eps: Any = None
) -> tuple[Any, ...]:
    C_prev, n_prev, m_prev = states
    h, *rest = mlstm_forward(*once(qt, kt, vt, it, ft), C0=C_prev, n0=n_prev, m0=m_prev, scale=scale, eps=eps)
    return h[..., 0], *rest


def mlstm_step_backward(dh_t: Array, dC_next: Array, dn_next: Array, dm_next: Array, cache: Any) -> Found:
    found = mlstm_backward(dh_t[..., None], cache, dC_last=dC_next, dn_last=dn_next, dm_last=dm_next)
    return of_step(found, "q k v i f", "C n m")


def slstm_step_forward(
    it: Array,
    ft: Array,
    zt: Array,
    ot: Array,
    h_prev: Array,
    c_prev: Array,
    n_prev: Array,
    m_prev: Array,
    parameters: Any,
) -> tuple[Any, ...]:
    given = {"h0": h_prev, "c0": c_prev, "n0": n_prev, "m0": m_prev}
    return slstm_forward(*once(it, ft, zt, ot), parameters, **given)[1:]


def slstm_step_backward(dh_next: Array, dc_next: Array, dn_next: Array, dm_next: Array, cache: Any) -> Found:
    unseen = (0 * dh_next)[..., None]
    found = slstm_backward(unseen, cache, dh_last=dh_next, dc_last=dc_next, dn_last=dn_next, dm_last=dm_next)
    return of_step(found, "i f z o", "h c n m")


def selective_scan_step_forward(
    ut: Array, deltat: Array, Bt: Array, Ct: Array, h_prev: Array, parameters: Any
) -> tuple[Any, ...]:
    y, *rest = selective_scan_forward(*once(ut, deltat, Bt, Ct), parameters, h0=h_prev)
    return y[..., 0], *rest


def selective_scan_step_backward(dy_t: Array, dh_next: Array, cache: Any) -> Found:
    return of_step(selective_scan_backward(dy_t[..., None], cache, dh_last=dh_next), "u delta B C", "h")


def selective_scan_layer_step_forward(
    ut: Array, rawt: Array, Bt: Array, Ct: Array, zt: Array, h_prev: Array, parameters: Any
) -> tuple[Any, ...]:
    out, *rest = selective_scan_layer_forward(*once(ut, rawt, Bt, Ct, zt), parameters, h0=h_prev)
    return out[..., 0], *rest


def selective_scan_layer_step_backward(dout_t: Array, dh_next: Array, cache: Any) -> Found:
    return of_step(selective_scan_layer_backward(dout_t[..., None], cache, dh_last=dh_next), "u raw B C z", "h")


def causal_conv_step_forward(xt: Array, s_prev: Array, parameters: Any) -> tuple[Any, ...]:
    y, *rest = causal_conv_forward(xt[..., None], parameters, s0=s_prev)
    return y[..., 0], *rest


def causal_conv_silu_step_forward(xt: Array, s_prev: Array, parameters: Any) -> tuple[Any, ...]:
    y, *rest = causal_conv_silu_forward(xt[..., None], parameters, s0=s_prev)
    return y[..., 0], *rest


def causal_conv_step_backward(dy_t: Array, ds_next: Array, cache: Any) -> Found:
    return of_step(causal_conv_backward(dy_t[..., None], cache, ds_last=ds_next), "x", "s")


causal_conv_silu_step_backward = causal_conv_step_backward


def diagonal_step_forward(xt: Array, gt: Array, h_prev: Array) -> tuple[Any, ...]:
    return diagonal_forward(*once(xt, gt), h0=h_prev)[1:]


def diagonal_step_backward(dh_next: Array, cache: Any) -> Found:
    return of_step(diagonal_backward((0 * dh_next)[..., None], cache, dh_last=dh_next), "x g", "h")


def min_gru_step_forward(zt: Array, xt: Array, h_prev: Array) -> tuple[Any, ...]:
    return min_gru_forward(*once(zt, xt), h0=h_prev)[1:]


def min_gru_step_backward(dh_next: Array, cache: Any) -> Found:
    return of_step(min_gru_backward((0 * dh_next)[..., None], cache, dh_last=dh_next), "z x", "h")


def min_lstm_step_forward(ft: Array, it: Array, xt: Array, h_prev: Array) -> tuple[Any, ...]:
    return min_lstm_forward(*once(ft, it, xt), h0=h_prev)[1:]


def min_lstm_step_backward(dh_next: Array, cache: Any) -> Found:
    return of_step(min_lstm_backward((0 * dh_next)[..., None], cache, dh_last=dh_next), "f i x", "h")


def rg_lru_step_forward(
    xt: Array, rt: Array, it: Array, h_prev: Array, parameters: Any, *, reset: Any = None
) -> tuple[Any, ...]:
    x, r, i, begins = once(xt, rt, it, reset)
    return rg_lru_forward(x, r, i, parameters, h0=h_prev, reset=begins)[1:]


def rg_lru_step_backward(dh_next: Array, cache: Any) -> Found:
    return of_step(rg_lru_backward((0 * dh_next)[..., None], cache, dh_last=dh_next), "x r i", "h")
