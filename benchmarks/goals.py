"""What the kit itself takes, each number beside its goal: a check, other frameworks' checks, goldens made anew.

    python benchmarks/goals.py   # some minutes; needs the extras `dev`, `regenerate`, `torch` and `jax`, flax and keras

CPU time, one thread. A check of the reference is told beside a bare loop of the same calls (benchmarks/suite.py).
"""

import multiprocessing
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple

import suite  # isort: skip  # before NumPy: it sets the threads

from rnnspec.golden import cases

# and of which operation alone, where all takes minutes
FRAMEWORKS = {"torch": "", "flax_nnx": "lstm_cell_forward", "keras_jax": "lstm_cell_forward"}
BEYOND_IMPORT = {"torch": 3.0}  # seconds
A_GOLDEN = 40.0 / 649  # seconds to prove one anew: 40 of those that there were when the goal was set


class Row(NamedTuple):
    what: str
    measured: float
    unit: str
    goal: float | None = None
    beside: str = ""


def rows() -> Iterator[Row]:
    found = suite.measured()
    verdicts, calls = round(found["verdicts"]), round(found["calls"])
    yield Row("a verdict on the reference, beyond the bare loop", round(found["ms beyond"], 2), "ms", suite.GOAL)
    yield Row("a check of the reference", round(found["check"], 1), "s", None, f"{verdicts} verdicts, {calls} calls")
    yield Row("the same to the bare loop", round(found["ratio"], 2), "times")
    for name, family in FRAMEWORKS.items():
        verdicts, (_, cold, warm) = _alone(name, family)
        told = f"`check {name}{f' --case {family}' if family else ''}`"
        yield Row(f"{told} beyond its import", round(cold, 1), "s", BEYOND_IMPORT.get(name), f"{verdicts} verdicts")
        yield Row(f"{told} again in the same process", round(warm, 1), "s")
    seconds, count = regenerated(), len(cases())
    yield Row(
        "a golden proven anew", round(1e3 * seconds / count), "ms", round(1e3 * A_GOLDEN), f"{count} in {seconds:.0f} s"
    )


def _alone(name: str, family: str) -> tuple[int, list[float]]:
    """In a process of its own, as an import is once a process."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(suite.cold_and_warm, name, family).result()


def regenerated() -> float:
    """CPU seconds in which every golden is proven anew, into a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-m", "rnnspec", "regenerate", "--all", "--workers", "1", "--goldens", folder]
        subprocess.run(command, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def table(found: list[Row]) -> list[str]:
    lines = ["| what | CPU time | goal | of |", "|---|---|---|---|"]
    for row in found:
        goal = "" if row.goal is None else f"{row.goal:g} {row.unit}{'' if row.measured <= row.goal else ', missed'}"
        lines.append(f"| {row.what} | {row.measured:g} {row.unit} | {goal} | {row.beside} |")
    return lines


if __name__ == "__main__":
    print("\n".join(table([*rows()])))
