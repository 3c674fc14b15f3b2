"""What a run ran on, as far as it can matter to a result: no host, no user, no path."""

import os
import platform
import sys
from functools import cache
from importlib import metadata
from pathlib import Path

import numpy as np

FRAMEWORKS = {
    "torch": "torch",
    "jax": "jax",
    "flax": "flax",
    "haiku": "dm-haiku",
    "equinox": "equinox",
    "keras": "keras",
    "tensorflow": "tensorflow",
    "onnx": "onnx",
    "onnxruntime": "onnxruntime",
    "tinygrad": "tinygrad",
}
CPUINFO = Path("/proc/cpuinfo")


def environment(frameworks: str = "") -> dict[str, str]:
    """Versions, processor, kernels of the linear algebra, threads, and the candidate's frameworks, else those loaded here."""
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "system": platform.system(),
        "processor": _processor(),
        "blas": _blas(),
        "threads": str(cores()),
        "frameworks": frameworks or loaded(),
    }


def cores() -> int:
    """Those that this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def loaded() -> str:
    """The frameworks that this process has loaded, with their versions."""
    return ", ".join(f"{name} {_version(package)}" for name, package in FRAMEWORKS.items() if name in sys.modules)


def kit_version() -> str:
    return _version("rnnspec")


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "unknown"


@cache
def _processor() -> str:
    """The processor's own name where the system tells it, else its architecture."""
    try:
        lines = CPUINFO.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return next(iter(names), "") or platform.processor() or platform.machine()


def _blas() -> str:
    """Each library of linear algebra that is loaded, with the kernel that it chose for this processor."""
    from threadpoolctl import threadpool_info

    found = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    words = (
        f"{pool['internal_api']} {pool['version']} ({pool.get('architecture', 'unknown kernel')}, {pool['num_threads']} threads)"
        for pool in found
    )
    return ", ".join(dict.fromkeys(words))
