"""How many mistakes that no list has are named, in how much CPU time: mutants of a second writing, alone or in pairs.

python benchmarks/unlisted.py [--count 100] [--seed 1] [--pairs | --recurrences | --organised]
"""

import gc
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import combinations, islice
from os import cpu_count
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import click
import numpy as np
from rnnspec.conformance.choices import EXPLAIN_SECONDS
from rnnspec.conformance.explanation.naming import explain
from rnnspec.reference import FAMILIES, OPERATIONS

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from planted.judging import failing, loaded, ran
from planted.mutated import MISTAKES, together
from planted.mutating import OF_RECURRENCES, ORGANISED, WRITTEN, Mutant, sample
from planted.planting import RECURRENCES, Functions

MEMORY = 4 << 30  # bytes of a process
MORE = 5  # mutants that are made for one that is asked for: many only raise, or change nothing


class Told(NamedTuple):
    words: str  # named, partly, not named; or why it says nothing
    seconds: float
    said: Sequence[str]


def of_mutant(mutant: Mutant) -> Told:
    """What is said of the first family that it makes wrong, of layers beginning with LSTM, GRU and RNN."""
    try:
        functions = mutant.functions()
    except Exception:  # no text of a module any more
        return Told("raises", 0.0, ())
    families = [family.name for family in FAMILIES if bool(family.head) != (mutant.module in RECURRENCES)]
    Random(mutant.id).shuffle(families)
    for family in sorted(families, key=lambda name: name not in ("lstm", "gru", "rnn")):
        own = [name for name in functions if OPERATIONS[name].family == family]
        if (told := of_functions(functions, own)).words != "survives":
            return told
    own = [name for name in functions if OPERATIONS[name].family in families]
    if mutant.module in RECURRENCES and failing(functions, own):
        return Told("not named", 0.0, ("only a property fails",))
    return Told("survives", 0.0, ())


def of_functions(functions: Functions, operations: Sequence[str]) -> Told:
    outcomes = [outcome for name in operations for outcome in ran(functions, name)]
    failed = [outcome for outcome in outcomes if outcome.failed]
    if not failed:
        return Told("survives", 0.0, ())
    if any(
        not o.arrays or any(_shape(a) != loaded(o.id).outputs[n].shape for n, a in o.arrays.items()) for o in failed
    ):
        return Told("raises", 0.0, ())
    gc.collect()  # of the mistakes before this one
    begun = time.process_time()
    explanations, _ = explain(outcomes, "float64", loaded, EXPLAIN_SECONDS)
    seconds = time.process_time() - begun
    named = {explanation.operation for explanation in explanations}
    wrong = {outcome.operation for outcome in failed}
    words = "named" if named >= wrong else "partly" if named else "not named"
    return Told(words, seconds, sorted({" with ".join(e.deviations) for e in explanations}))


def _shape(array: Any) -> tuple[int, ...]:
    return tuple(getattr(array, "shape", ()))


def of_pair(pair: tuple[str, str]) -> Told:
    functions = together(*pair)
    return of_functions(functions, list(functions)) if functions else Told("raises", 0.0, ())


def _limited() -> None:
    """A mistake that asks for all memory there is raises."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def drawn(count: int, seed: int, pairs: bool, texts: Sequence[str]) -> Iterator[tuple[str, Told]]:
    """So many that are caught; of recurrences those that survive, too."""
    out = ("raises",) if texts == OF_RECURRENCES else ("raises", "survives")
    with ProcessPoolExecutor(cpu_count(), initializer=_limited) as pool:
        if pairs:
            chosen = list(combinations(MISTAKES, 2))
            Random(seed).shuffle(chosen)
            found = zip((" and ".join(pair) for pair in chosen), pool.map(of_pair, chosen), strict=True)
        else:
            mutants = sample(MORE * count, seed, texts)
            found = zip((mutant.id for mutant in mutants), pool.map(of_mutant, mutants), strict=True)
        yield from islice((one for one in found if one[1].words not in out), count)
        pool.shutdown(cancel_futures=True)


@click.command()
@click.option("--count", default=100, help="How many mistakes are judged.")
@click.option("--seed", default=1, help="Which.")
@click.option("--pairs", is_flag=True, help="Two of the mistakes of tests/planted/mutated.py at once.")
@click.option("--recurrences", is_flag=True, help="Mistakes in the recurrences, and which of them survive.")
@click.option("--organised", is_flag=True, help="Mistakes in arrays over time, and in masks that are multiplied with.")
def main(count: int, seed: int, pairs: bool, recurrences: bool, organised: bool) -> None:
    """Print what is said of each mistake, and how many are named."""
    np.seterr(all="ignore")
    words, seconds = Counter[str](), list[float]()
    texts = OF_RECURRENCES if recurrences else ORGANISED if organised else WRITTEN
    for id, told in drawn(count, seed, pairs, texts):
        words[told.words] += 1
        seconds.append(told.seconds)
        click.echo(f"{told.words:<10} {told.seconds:4.1f} s  {id}   {'; '.join(told.said)}")
    click.echo(
        f"{words['named']} of {words.total() - words['survives']} named in all operations that they make wrong,"
        f" {words['partly']} in some; {words['survives']} survive;"
        f" median {np.median(seconds):.1f} s, longest {max(seconds):.1f} s"
    )


if __name__ == "__main__":
    main()
