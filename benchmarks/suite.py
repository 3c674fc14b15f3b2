"""How much the suite costs beyond a bare loop that reads the same goldens and calls the same functions.

    python benchmarks/suite.py [NAME ...]

A recording candidate notes every call that a check of the reference makes. The bare loop then reads the same files, with no
check of what they hold and as fast as NumPy and zlib do, and replays the same calls; both are timed in turn, in one process.
Of candidates by name the first check of a process is told, cold, and a second, warm: what compiles does so once a shape.
"""

import inspect
import json
import statistics
import struct
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from functools import partial, wraps
from itertools import pairwise
from pathlib import Path
from typing import Any

from timing import least, median_ratio, together  # isort: skip  # before NumPy: it sets the threads

import click
import numpy as np
from rnnspec import golden
from rnnspec.conformance import check
from rnnspec.conformance.finding import candidate_of
from rnnspec.golden import FOLDER, cases
from rnnspec.reference import FUNCTIONS, ContractError

ROUNDS = 5
GOAL = 1.1  # milliseconds a verdict, beyond what the bare loop takes
Calls = list[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]]


def recorded() -> Calls:
    calls: Calls = []

    def noting(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            calls.append((function, args, kwargs))
            return function(*args, **kwargs)

        call.__signature__ = inspect.signature(function)  # type: ignore[attr-defined]
        return call

    check({name: noting(function) for name, function in FUNCTIONS.items()})
    return calls


def read(path: Path) -> dict[str, Any]:
    """The arrays of a file, found by the directory at its end; nothing of it is checked."""
    data = path.read_bytes()
    count, _, at = struct.unpack_from("<HLL", data, data.rindex(b"PK\5\6") + 10)
    found = {}
    for _ in range(count):
        method, size, own, extra, comment, begin = struct.unpack_from("<10xH8xL4x3H8xL", data, at)
        name = data[at + 46 : at + 46 + own].decode()
        at += 46 + own + extra + comment
        begin += 30 + sum(struct.unpack_from("<26xHH", data, begin))
        member = data[begin : begin + size]
        found[name.removesuffix(".npy")] = array(zlib.decompress(member, -15) if method else member)
    return found


def array(data: bytes) -> Any:
    (length,) = struct.unpack_from("<8xH", data)
    told = data[10 : 10 + length].decode()
    dtype, shape = told.split("'")[3], told.partition("(")[2].partition(")")[0]
    return np.frombuffer(data, dtype, offset=10 + length).reshape(json.loads(f"[{shape.rstrip(',')}]"))


def bare(calls: Calls) -> None:
    for entry in cases():
        read(FOLDER / f"{entry.id}.npz")
    with np.errstate(all="ignore"):
        for function, args, kwargs in calls:
            with suppress(ContractError):  # what must be refused is asked for too
                function(*args, **kwargs)


def checked(name: str, family: str = "") -> int:
    """A check of which nothing is remembered, of all or of a family; how many verdicts it has."""
    golden._golden.cache_clear()  # the bare loop reads every file, too
    totals = check(name, cases=[family] if family else None).totals
    return sum(totals.values()) - totals["unsupported"]


def measured() -> dict[str, float]:
    """CPU seconds of a check of the reference and of the bare loop, how many calls and verdicts, and milliseconds a verdict."""
    calls, verdicts = recorded(), checked("reference")
    found = together({"check": lambda: checked("reference"), "bare": lambda: bare(calls)}, ROUNDS)
    best, ratio = least(found), median_ratio(found, "check", "bare")
    beyond = statistics.median(a - b for a, b in zip(found["check"], found["bare"], strict=True))
    each = 1e3 * beyond / verdicts
    return {**best, "calls": len(calls), "verdicts": verdicts, "ratio": ratio, "ms beyond": each}


def cold_and_warm(name: str, family: str = "") -> tuple[int, list[float]]:
    """Verdicts, and CPU seconds of the import and of two checks."""
    begun = time.process_time()
    candidate_of(name)
    marks = [begun, time.process_time()]
    for _ in range(2):
        verdicts = checked(name, family)
        marks.append(time.process_time())
    return verdicts, [b - a for a, b in pairwise(marks)]


def growth() -> dict[int, float]:
    """CPU seconds of a check by how many cases and properties are asked: all, and every second, fourth and eighth."""
    ids = [case.id for case in check("reference").cases]
    parts = {len(ids[::step]): ids[::step] for step in (8, 4, 2, 1)}
    works = {str(n): partial(check, "reference", cases=some) for n, some in parts.items()}
    return {int(n): seconds for n, seconds in least(together(works, 2)).items()}


@click.command()
@click.argument("names", nargs=-1)
def main(names: tuple[str, ...]) -> None:
    """Of the reference, or of candidates by name."""
    for name in names:
        verdicts, (start, cold, warm) = cold_and_warm(name)
        print(f"{name}: {verdicts} verdicts, import {start:.1f} s, check {cold:.1f} s cold, {warm:.1f} s warm")
    if not names:
        found = measured()
        print(
            f"{len(cases())} goldens, {found['calls']} calls, {found['verdicts']} verdicts; CPU time, least of {ROUNDS} rounds"
        )
        print(f"check      {found['check']:.2f} s")
        print(f"bare loop  {found['bare']:.2f} s")
        print(f"ratio      {found['ratio']:.2f}, the median")
        print(f"a verdict  {found['ms beyond']:.2f} ms beyond the bare loop (goal {GOAL})")


if __name__ == "__main__":
    main()
