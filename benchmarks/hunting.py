"""How many problems a hunt judges in a second, what one estimate costs, and how soon each deviation of the catalogue is found.

python benchmarks/hunting.py [--deviations | --cuts [--sample 25] [--seed 1] [--processes 2]] [--jobs]
"""

import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import click
import numpy as np
from rnnspec.conformance.hunting import spreading
from rnnspec.conformance.hunting.hunted import hunt
from rnnspec.golden.estimated import estimate
from rnnspec.golden.sized import Size, sized
from rnnspec.reference import OPERATIONS, Kind

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from planted.lists import DEVIATING, together
from planted.planting import candidate
from planted.sizes import TIMED, Cut, cuts

SECONDS, LONG = 60.0, 120.0  # for each deviation, and for what begins behind a size
SMALL = 3
CANDIDATES = ("reference", "torch")
WORKERS = 1, 2, 1, 2
FAMILIES = ("lstm", "gru")  # whose rounds are short: what workers have begun when the last problem is judged is lost
COUNT = 2000  # problems that workers judge
GROWTH = {"n_a": (4, 16, 64, 256, 1024), "T_x": (4, 16, 64, 256), "m": (4, 16, 64, 256)}
FORMS = {
    form.deviation: form
    for form in reversed(together(DEVIATING))
    if OPERATIONS[form.operations[0]].kind is not Kind.CONTAINER
}


class Told(NamedTuple):
    wrong: str
    operation: str
    seconds: float
    judged: int
    found: str  # the id of the problem, "" for none
    around: str
    largest: int

    @property
    def line(self) -> str:
        what = f"{self.found}{' ' + self.around if self.around else ''}" or "not found"
        return f"{self.wrong:<40} {self.operation:<28} {self.seconds:5.1f} s {self.judged:>5} problems  {what}"


def of_deviation(id: str) -> Told:
    """One deviation, hunted in the first operation that it affects."""
    form = FORMS[id]
    return told(id, candidate(form), form.operations[0], form.shows_in, SECONDS)


def of_cut(cut: Cut) -> Told:
    """What a function gives or reads as zeros behind a length of an axis."""
    what = f"{'reads' if cut.given else 'gives'} zeros behind {cut.axis} = {cut.limit}"
    return told(what, cut.functions(), cut.operation, "float64", LONG)


def told(wrong: str, functions: Any, operation: str, dtype: str, seconds: float) -> Told:
    heard = [time.monotonic()]

    def tell(judged: int) -> None:
        heard.append(time.monotonic())

    found = hunt(
        functions,
        dtype,
        cases=[operation],
        seconds=seconds,
        explain_seconds=0.0,
        heard=tell,
    )
    problem = found.finds[0].problem if found.finds else None
    lengths = problem.size.lengths.values() if problem else ()
    words = (problem.case.id, problem.circumstances) if problem else ("", "")
    return Told(wrong, operation, heard[-1] - heard[0], found.judged, *words, max(lengths, default=0))


def hunts(of: Callable[[Any], Told], among: Sequence[Any], sample: int, seed: int, processes: int) -> Iterator[str]:
    """Those that are not found or stay large, and how many are found and how soon."""
    chosen = Random(seed).sample(among, min(sample, len(among)))
    with ProcessPoolExecutor(processes) as pool:
        every = list(pool.map(of, chosen))
    for one in every:
        if not one.found or one.largest > SMALL or one.around:
            yield one.line
    found = [one for one in every if one.found]
    small = sum(one.largest <= SMALL and not one.around for one in found)
    seconds = [one.seconds for one in found] or [0.0]
    yield (
        f"{len(found)} of {len(every)} found, {small} with no length beyond {SMALL} and no circumstances;"
        f" until found median {np.median(seconds):.1f} s, longest {max(seconds):.1f} s;"
        f" median {np.median([one.judged for one in found] or [0]):.0f} problems"
    )


def rates() -> Iterator[str]:
    """Problems a second of one core, of all operations."""
    for name in CANDIDATES:
        begun = time.process_time()
        found: Any = hunt(name, seconds=SECONDS, explain_seconds=0.0, keep_going=True)
        rate = found.judged / (time.process_time() - begun)
        yield f"{name:<12} {rate:6.1f} problems a second of CPU, {found.operations} operations, {len(found.finds)} found"


def by_workers() -> Iterator[str]:
    """Problems a second of CPU, of all processes together, by so many workers."""
    for jobs in WORKERS:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        found = spreading.hunt("reference", jobs=jobs, cases=FAMILIES, count=COUNT, seconds=None, explain_seconds=0.0)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        yield f"{jobs} workers: {found.judged} problems, {found.judged / spent:6.1f} a second of CPU, {found.seconds:.0f} s"


def growth() -> Iterator[str]:
    """Seconds of CPU of one estimate as one axis grows."""
    operation = OPERATIONS["lstm_forward"]
    for axis, lengths in GROWTH.items():
        for n in lengths:
            case = sized(operation, Size({axis: n}))
            begun = time.process_time()
            estimate(case, "float64")
            yield f"{operation.name} {axis}={n:<5} {time.process_time() - begun:7.2f} s"


@click.command()
@click.option("--deviations", "of_catalogue", is_flag=True, help="Each deviation in the first operation it affects.")
@click.option("--cuts", "of_sizes", is_flag=True, help="What is wrong behind a length of an axis of a sequence.")
@click.option("--jobs", is_flag=True, help="How much one and two workers do in a second of CPU.")
@click.option("--sample", default=10**6, help="So many of them, at random.")
@click.option("--seed", default=1, help="Which.")
@click.option("--processes", default=2, help="Hunts at the same time.")
def main(of_catalogue: bool, of_sizes: bool, jobs: bool, sample: int, seed: int, processes: int) -> None:
    """Print the rates and what an estimate costs, what workers do, or the mistakes that are not found or stay large."""
    np.seterr(all="ignore")
    every = [cut for operation in OPERATIONS.values() if operation.kind in TIMED for cut in cuts(operation)]
    lines = (
        hunts(of_deviation, sorted(FORMS), sample, seed, processes)
        if of_catalogue
        else hunts(of_cut, every, sample, seed, processes)
        if of_sizes
        else by_workers()
        if jobs
        else chain(growth(), rates())
    )
    for line in lines:
        click.echo(line)


if __name__ == "__main__":
    main()
