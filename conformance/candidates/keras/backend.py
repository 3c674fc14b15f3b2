"""The backend under Keras, which its first import in a process settles."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

FIRST, *OTHERS = "tensorflow", "jax", "torch"  # the first is Keras's own choice


def choose(backend: str) -> None:
    """Raises ModuleNotFoundError where there is no such backend, RuntimeError where Keras already runs on another."""
    if not find_spec(backend):
        raise ModuleNotFoundError(f"No module named {backend!r}", name=backend)
    if "keras" in sys.modules and (running := sys.modules["keras"].backend.backend()) != backend:
        raise RuntimeError(f"Keras already runs on {running} in this process, and cannot change to {backend}")
    os.environ["KERAS_BACKEND"] = backend
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow's log of the processor's features


def instead(error: BaseException) -> str:
    """What to set where an import of Keras fails by a backend that is not installed, "" for anything else."""
    if not isinstance(error, ModuleNotFoundError) or error.name not in (FIRST, *OTHERS) or not _of_keras(error):
        return ""
    there = " or ".join(name for name in OTHERS if name != error.name and find_spec(name))
    return (
        "; Keras runs on it where KERAS_BACKEND does not say another:"
        f" {f'set KERAS_BACKEND to {there}' if there else 'install torch, and set KERAS_BACKEND to torch'}"
    )


def _of_keras(error: BaseException) -> bool:
    trace = error.__traceback__
    while trace:
        if "keras" in Path(trace.tb_frame.f_code.co_filename).parts and trace.tb_next is None:
            return True
        trace = trace.tb_next
    return False
