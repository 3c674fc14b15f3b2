"""mlstm_kernels: the xLSTM's matrix memory in PyTorch, stepwise, over a whole sequence at once and in chunks.

Its backwards by hand are candidates of their own beside autograd through its forwards. It multiplies q by 1 / sqrt(n_k),
adds 1e-6 to the normaliser unless told otherwise, and works in chunks only where they divide the sequence. The form that takes
a sequence at once has no states, and a stabiliser that starts from -inf: with an eps it is another function, without the same.
"""

from collections.abc import Callable
from typing import Any

from mlstm_kernels.torch.chunkwise import registry as in_chunks
from mlstm_kernels.torch.parallel import registry as at_once
from mlstm_kernels.torch.recurrent.native_sequence import mlstm_recurrent_sequence__native_fw
from mlstm_kernels.torch.recurrent.native_step import mlstm_recurrent_step__native

from .chunks import divided, dividing
from .kernel import Kernel, Tensors
from .operations import candidate

PROJECT = "mlstm_kernels"
AXES = "m n_h T_x n_k n_v"
STATES = ("C0", "n0", "m0")
LASTS = ("C_last", "n_last", "m_last")


def step(given: Tensors) -> Tensors:
    q, k, v = (given[f"{name}t"] for name in "qkv")
    gates = (given[f"{name}t"].unsqueeze(-1) for name in "if")
    C, n, m = (given[f"{state}_prev"] for state in "Cnm")
    h, (C, n, m) = mlstm_recurrent_step__native(
        q, k, v, *gates, C, n, m.unsqueeze(-1), eps=given.get("eps", 0.0), dtype_state=q.dtype
    )
    return {"h_t": h, "C_next": C, "n_next": n, "m_next": m.squeeze(-1)}


def stepwise(given: Tensors) -> Tensors:
    h, (C, n, m) = mlstm_recurrent_sequence__native_fw(
        *(given[name] for name in "qkvif"),
        **_begun(given),
        eps=given.get("eps", 0.0),
        dtype_state=given["q"].dtype,
        return_last_states=True,
    )
    return {"h": h, "C_last": C, "n_last": n, "m_last": m.squeeze(-1)}


def parallel(function: Callable[..., Any]) -> Callable[[Tensors], Tensors]:
    def run(given: Tensors) -> Tensors:
        return {"h": function(*(given[name] for name in "qkvif"), eps=0.0)}

    return run


def chunkwise(function: Callable[..., Any]) -> Callable[[Tensors], Tensors]:
    def run(given: Tensors) -> Tensors:
        h, states = function(
            *(given[name] for name in "qkvif"),
            **_begun(given),
            return_last_states=True,
            eps=given.get("eps", 0.0),
            chunk_size=dividing(given, given["q"].shape[2], 64),
        )
        C, n, m = states
        return {"h": h, "C_last": C, "n_last": n, "m_last": m.reshape(n.shape[:2])}

    return run


def _begun(given: Tensors) -> dict[str, Any]:
    """Its states, which go together: where one is given, the others are zeros."""
    if not any(state in given for state in STATES):
        return {}
    q, k, v = (given[name] for name in "qkv")
    zeros = {"C0": q.new_zeros(*k.shape[:2], k.shape[-1], v.shape[-1]), "n0": q.new_zeros(*k[:, :, 0].shape)}
    zeros["m0"] = q.new_zeros(*k.shape[:2])
    begun = {f"{state[0].lower()}_initial": given.get(state, zeros[state]) for state in STATES}
    return {**begun, "m_initial": begun["m_initial"].unsqueeze(-1)}


RECURRENT = candidate(PROJECT, Kernel(family="mlstm", axes=AXES, run=stepwise, step=step, options=(*STATES, "eps")))


def _parallel(name: str) -> Any:
    kernel = Kernel(family="mlstm", axes=AXES, run=parallel(at_once[name]), untold=LASTS)
    return candidate(PROJECT, kernel)


def _chunkwise(name: str) -> Any:
    run, options = chunkwise(in_chunks[name]), (*STATES, "eps", "chunk")
    return candidate(PROJECT, Kernel(family="mlstm", axes=AXES, run=run, options=options), chunks=divided(64))


PARALLEL, PARALLEL_AUTOGRAD = _parallel("native_custbw"), _parallel("native_autograd")
STABLEF, STABLEF_AUTOGRAD = _parallel("native_stablef_custbw"), _parallel("native_stablef_autograd")
CHUNKWISE, CHUNKWISE_AUTOGRAD = _chunkwise("native_custbw"), _chunkwise("native_autograd")
