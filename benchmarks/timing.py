"""CPU time of works that are done in turn, so that all meet the same machine."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when NumPy is imported

import platform
import statistics
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_info

Work = Callable[[], Any]


def together(works: Mapping[str, Work], rounds: int, seconds: float = 0.0) -> dict[str, list[float]]:
    """CPU seconds of each in every round; so many rounds, and on until so much time has passed. One before is not counted."""
    found: dict[str, list[float]] = {name: [] for name in works}
    until = time.monotonic() + seconds
    while min(map(len, found.values())) <= rounds or time.monotonic() < until:
        for name, work in works.items():
            start = time.process_time()
            work()
            found[name].append(time.process_time() - start)
    return {name: times[1:] for name, times in found.items()}


def least(found: Mapping[str, list[float]]) -> dict[str, float]:
    return {name: min(times) for name, times in found.items()}


def median_ratio(found: Mapping[str, list[float]], one: str, two: str) -> float:
    """The median of the ratios of the rounds."""
    return statistics.median(a / b for a, b in zip(found[one], found[two], strict=True))


def machine() -> str:
    """The processor, what it runs under, and the kernel that NumPy's products run on."""
    cpu = Path("/proc/cpuinfo")
    names = [line for line in cpu.read_text().splitlines() if "model name" in line] if cpu.is_file() else []
    blas = next((i for i in threadpool_info() if i["user_api"] == "blas" and "numpy" in i["filepath"]), {})
    kernel = f"{blas.get('internal_api', 'BLAS')} {blas.get('version', '')} with its kernel {blas.get('architecture', 'unknown')}"
    processor = names[0].partition(":")[2].strip() if names else platform.processor()
    return (
        f"{processor}, {os.cpu_count()} cores, {platform.system()} {platform.machine()};"
        f" NumPy {np.__version__}, {kernel}, one thread; load {os.getloadavg()[0]:.0f}"
    )
