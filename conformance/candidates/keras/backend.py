"""The backend under Keras, which its first import in a process settles."""

import os
import sys
from importlib.util import find_spec


def choose(backend: str) -> None:
    """Raises ModuleNotFoundError where there is no such backend, RuntimeError where Keras already runs on another."""
    if not find_spec(backend):
        raise ModuleNotFoundError(f"No module named {backend!r}", name=backend)
    if "keras" in sys.modules and (running := sys.modules["keras"].backend.backend()) != backend:
        raise RuntimeError(f"Keras already runs on {running} in this process, and cannot change to {backend}")
    os.environ["KERAS_BACKEND"] = backend
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow's log of the processor's features
