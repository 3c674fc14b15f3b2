"""How much the suite costs beyond a bare loop that loads the same goldens and calls the same functions.

    python benchmarks/suite.py

A recording candidate notes every call that a check makes. The bare loop then opens the same files with
`numpy.load` and replays the same calls; both are timed in turn, in one process.
"""

import inspect
import statistics
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
from rnnspec import golden
from rnnspec.conformance import check
from rnnspec.golden import FOLDER, cases
from rnnspec.reference import FUNCTIONS, ContractError

ROUNDS = 7


def recorded() -> list[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]]:
    calls: list[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]] = []

    def noting(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            calls.append((function, args, kwargs))
            return function(*args, **kwargs)

        call.__signature__ = inspect.signature(function)  # type: ignore[attr-defined]
        return call

    check({name: noting(function) for name, function in FUNCTIONS.items()})
    return calls


def bare(calls: list[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]]) -> None:
    for entry in cases():
        with np.load(FOLDER / f"{entry.id}.npz", allow_pickle=False) as arrays:
            {key: arrays[key] for key in arrays}
    with np.errstate(all="ignore"):
        for function, args, kwargs in calls:
            with suppress(ContractError):  # what must be refused is asked for too
                function(*args, **kwargs)


def timed(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    calls = recorded()
    suite, loop = [], []
    for _ in range(ROUNDS):
        golden._golden.cache_clear()  # the bare loop opens every file, too
        suite.append(timed(lambda: check("reference")))
        loop.append(timed(lambda: bare(calls)))
    ratios = [one / two for one, two in zip(suite, loop, strict=True)]
    print(f"{len(cases())} goldens, {len(calls)} calls, median of {ROUNDS} rounds")
    print(f"check      {statistics.median(suite):.3f} s")
    print(f"bare loop  {statistics.median(loop):.3f} s")
    print(f"ratio      {statistics.median(ratios):.2f}  ({min(ratios):.2f} … {max(ratios):.2f})")


if __name__ == "__main__":
    main()
