"""What explaining costs in CPU time, and how many planted bugs of the catalogue are named.

python benchmarks/explanation.py [--recall] [--precision] [--edits]
"""

import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from os import cpu_count
from pathlib import Path
from typing import Any

import click
import numpy as np
from rnnspec.conformance.choices import EXPLAIN_SECONDS
from rnnspec.conformance.edits.explaining import explained
from rnnspec.conformance.explanation.evidence import Evidence
from rnnspec.conformance.explanation.naming import explain
from rnnspec.reference import OPERATIONS

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from planted.judging import judged, loaded, ran
from planted.lists import DEVIATING, together
from planted.planting import Functions, candidate
from planted.rewritten import rewritten
from planted.wrong import EDITS, kind_of, wrong

PERTURBED, REWRITTEN = 200, 40
FORMS = together(DEVIATING)
FIRST = [
    *{form.deviation: form for form in FORMS if "pa" not in form.operations[0]}.values()
]  # containers have no equations


def scaled(by: float) -> Functions:
    """Every output of every operation off by a factor: all cases fail, and no deviation gives that."""

    def of(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            returned = function(*args, **options)
            if isinstance(returned, tuple):
                return (*(_off(part, by) for part in returned[:-1]), returned[-1])
            return _off(returned, by)

        return call

    return {name: of(function) for name, function in candidate().items()}


def _off(value: Any, by: float) -> Any:
    if isinstance(value, dict):
        return {name: _off(part, by) for name, part in value.items()}
    if isinstance(value, list):
        return [_off(part, by) for part in value]
    return value * by if value.dtype.kind == "f" else value


def planted(*ids: str) -> Functions:
    return candidate(*(next(form for form in FORMS if form.deviation == id) for id in ids))


CANDIDATES: dict[str, Callable[[], Functions]] = {
    "every output off by 1e-3": lambda: scaled(1 + 1e-3),
    "every output off by 1e-9": lambda: scaled(1 + 1e-9),
    "two known bugs": lambda: planted("no-da-carry", "db-mean-over-batch"),
    "three known bugs": lambda: planted("no-da-carry", "dh0-missing", "bias-ignored"),
    "one known bug": lambda: planted("a0-ignored"),
    "no bug": lambda: planted(),
}


def cost(functions: Functions) -> dict[str, float]:
    """Seconds of CPU that explaining takes, an operation."""
    seconds = {}
    for operation in OPERATIONS:
        outcomes = ran(functions, operation)
        start = time.process_time()
        explain(outcomes, "float64", loaded)
        seconds[operation] = time.process_time() - start
    return seconds


def named(row: int) -> list[tuple[str, str, str]]:
    """What the kit says of one row of the table, an operation."""
    form, found = FORMS[row], []
    functions = candidate(form)
    for operation in form.operations:
        said = judged(functions, operation)
        words = "named" if said.names([form.deviation]) else "not caught" if not said.failing else "not named"
        if said.explanation and words == "not named":
            words = f"taken for {' with '.join(said.explanation.deviations)}"
        found.append((form.id, operation, words))
    return found


def edited(form: Any) -> str:
    """What is not found as an edit, "" for what is."""
    operation = form.operations[0]
    outcomes = [outcome for outcome in ran(candidate(form), operation) if outcome.arrays]
    if not any(outcome.failed for outcome in outcomes):
        return ""
    found = explained({operation: Evidence(outcomes, "float64", loaded)}, EXPLAIN_SECONDS).named
    return "" if found else f"{form.id}  {operation}"


def named_wrongly(row: tuple[str, int]) -> tuple[bool, str]:
    """Whether a candidate that no edit makes is caught, and the name that it gets all the same."""
    np.seterr(all="ignore")
    kind, number = row
    functions, operation = wrong(number) if kind == "perturbed" else rewritten(REWRITTEN)[number]
    found = judged(functions, operation, EXPLAIN_SECONDS)
    name = " with ".join(found.explanation.deviations) if found.explanation else ""
    return found.failing > 0, f"{kind} {number} {operation}: {name}" if name else ""


def precise() -> Iterator[str]:
    perturbed = [number for number in range(2 * PERTURBED) if kind_of(number) not in EDITS][:PERTURBED]
    for kind, numbers in (("perturbed", perturbed), ("rewritten", range(REWRITTEN))):
        with ProcessPoolExecutor(cpu_count()) as pool:
            told = list(pool.map(named_wrongly, [(kind, number) for number in numbers]))
        yield from (name for _, name in told if name)
        yield f"{kind}: {sum(caught for caught, _ in told)} of {len(told)} caught, {sum(bool(n) for _, n in told)} named"


def table() -> Iterator[str]:
    yield f"{'candidate':<28} {'all operations':>15} {'the costliest':>15}"
    for name, make in CANDIDATES.items():
        seconds = cost(make())
        worst = max(seconds, key=lambda operation: seconds[operation])
        yield f"{name:<28} {sum(seconds.values()):>13.1f} s {seconds[worst]:>13.2f} s  {worst}"


@click.command()
@click.option("--recall", is_flag=True, help="Every row of the table on every operation that it affects.")
@click.option(
    "--precision", is_flag=True, help="Candidates that no edit makes: 200 perturbed, 40 with four mistakes at once."
)
@click.option(
    "--edits",
    is_flag=True,
    help="Each deviation of the catalogue, on the first operation that it affects, without the catalogue.",
)
def main(recall: bool, precision: bool, edits: bool) -> None:
    """Print the table of costs, or how many bugs are named."""
    np.seterr(all="ignore")
    if recall:
        with ProcessPoolExecutor(cpu_count()) as pool:
            found = [line for lines in pool.map(named, range(len(FORMS))) for line in lines]
        for line in found:
            if line[2] != "named":
                click.echo("  ".join(line))
        right = sum(words == "named" for _, _, words in found)
        click.echo(f"{right} of {len(found)} named: {100 * right / len(found):.1f} %")
    if precision:
        for line in precise():
            click.echo(line)
    if edits:
        lines = [line for form in FIRST for line in [edited(form)] if line]
        for line in lines:
            click.echo(line)
        click.echo(f"{len(FIRST) - len(lines)} of {len(FIRST)} deviations are found as edits")
    if not recall and not precision and not edits:
        for row in table():
            click.echo(row)


if __name__ == "__main__":
    main()
