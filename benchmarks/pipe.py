"""What a process of its own costs a case, beyond the candidate's own time, and what a restart costs.

    python benchmarks/pipe.py

Every case is run by the reference here and by the reference behind `--isolate`; the difference is the pipe's. A
restart is measured on a program that starts at once, from its death to its next answer.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rnnspec.conformance.candidate import Crashed
from rnnspec.conformance.finding import candidate_of
from rnnspec.conformance.remote.program import isolated, program
from rnnspec.conformance.run.runner import Runner
from rnnspec.golden import cases, load

ROUNDS = 7
DYING = """
printf '{"protocol":1,"dtypes":["float64"],"operations":{"sigmoid":[]}}\\n'
read -r start; read -r run; exit 1
"""


def fastest(work: Callable[[], Any]) -> float:
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def overheads() -> list[tuple[float, float, str]]:
    """Milliseconds here, milliseconds more over the pipe, and the case."""
    found = []
    with isolated("reference") as remote:
        here, there = Runner(candidate_of("reference"), "float64"), Runner(remote, "float64")
        for entry in cases():
            golden = load(entry.id)
            own, whole = (
                fastest(lambda r=runner, g=golden: r.call(g.entry.operation, r.fresh(g.inputs), r.fresh(g.parameters)))  # type: ignore[misc]
                for runner in (here, there)
            )
            found.append((own * 1e3, (whole - own) * 1e3, entry.id))
    return found


def restart() -> float:
    """Seconds from the death of a program to that of the next, which a shell starts in no time."""
    golden = load("sigmoid/generic")
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "dying.sh")
        script.write_text(DYING, encoding="utf-8")
        with program(["sh", str(script)]) as dying:
            runner = Runner(dying, "float64")

            def once() -> None:
                try:
                    runner.call(golden.entry.operation, golden.inputs, golden.parameters)
                except Crashed:
                    return
                sys.exit("the program did not die")

            once()
            return fastest(once)


def main() -> None:
    found = overheads()
    more = sorted(extra for _, extra, _ in found)
    worst = max(found, key=lambda row: row[1])
    own = statistics.median(row[0] for row in found)
    print(f"{len(found)} cases, the fastest of {ROUNDS} rounds each; the reference itself: median {own:.2f} ms a case")
    print(
        f"the pipe adds  median {statistics.median(more):.2f} ms, 95 % below {more[int(0.95 * len(more))]:.2f} ms,",
        end=" ",
    )
    print(f"most {worst[1]:.2f} ms ({worst[2]})")
    print(f"a restart      {restart() * 1e3:.0f} ms")


if __name__ == "__main__":
    main()
