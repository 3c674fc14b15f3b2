"""What a policy of precision can tell: how far right writings are from its budgets, and which deviations of the catalogue it sees.

python benchmarks/precision.py --styles [--policy bf16 …] [--operation lstm …]
python benchmarks/precision.py --faults [--policy bf16 …] [--operation lstm …]
"""

import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path

import click
import numpy as np
import rnnspec
from rnnspec.conformance.at_precision import AtPrecision
from rnnspec.conformance.deviations import deviant
from rnnspec.conformance.deviations.catalogue import CATALOGUE
from rnnspec.conformance.sources import operations
from rnnspec.conformance.verdict.budget import of_golden, share
from rnnspec.golden import FOLDER, Golden
from rnnspec.golden.estimated import Unfit
from rnnspec.golden.precision import Precision
from rnnspec.reference import FUNCTIONS

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from writings.legal import ORDERS
from writings.narrow import computed

POLICIES = ("bf16", "bf16-f32acc", "amp-bf16", "f16-f32acc", "tf32")
PROCESSES = 2


def styles(policy: str, names: list[str]) -> Iterator[str]:
    """Right writings of a policy, one for each order of sums."""
    precision = Precision.named(policy)
    for order in ORDERS:
        report = rnnspec.check(
            computed(FUNCTIONS, precision, order), precision=policy, cases=names or None, explain_seconds=0.0
        )
        shares = [outcome.worst for outcome in report if outcome.verdicts]
        told = f"{len(shares)} cases, {len(report.failures)} alarms, median {np.median(shares):.3f}, closest {max(shares):.3f}"
        yield f"{policy:<12} {order.__name__:<10} {told}"


def unseen(policy: str, operation: str) -> tuple[int, int, int, list[str]]:
    """Of one operation: its cases, those that say something, its deviations, and those of them that no case sees."""
    source = AtPrecision(FOLDER, Precision.named(policy))
    left = {id for id, d in CATALOGUE.items() if operation in d.affects and not d.dtype}
    known, told = len(left), 0
    ids = [id for id, of in source.known.items() if of == operation and "/property/" not in id]
    for id in sorted(ids, key=lambda id: not id.endswith("/generic")):
        with suppress(Unfit):
            golden = source.load(id)
            told += 1
            left -= {name for name in left if _sees(golden, name, source.precision.carrier)}  # type: ignore[union-attr]
    return len(ids), told, known, sorted(left)


def _sees(golden: Golden, deviation: str, dtype: str) -> bool:
    found = deviant.outputs(golden, "float64", CATALOGUE[deviation].ways[0])
    if not found or any(found[name].shape != want.shape for name, want in golden.outputs.items()):
        return True
    errors = ((np.abs(found[name] - want), of_golden(golden, name, dtype)) for name, want in golden.outputs.items())
    return any(bool((~(share(error, budget) <= 1)).any()) for error, budget in errors)


def faults(policy: str, names: list[str]) -> Iterator[str]:
    asked = [operation.name for operation in operations(names or None)]
    with ProcessPoolExecutor(PROCESSES) as pool:
        found = list(pool.map(partial(unseen, policy), asked))
    cases, told, known = (sum(row[k] for row in found) for k in range(3))
    missed = sum(len(row[3]) for row in found)
    yield f"{policy}: {told} of {cases} cases say something; {known - missed} of {known} deviations, by operation, are seen"
    for operation, row in zip(asked, found, strict=True):
        if row[3]:
            yield f"  {operation}: {', '.join(row[3])}"


@click.command()
@click.option("--styles", "what", flag_value="styles", help="How far right writings are from the budgets.")
@click.option("--faults", "what", flag_value="faults", help="Which deviations are not seen.")
@click.option("--policy", "policies", multiple=True, default=POLICIES, show_default=True)
@click.option("--operation", "names", multiple=True, help="An operation or a family (default: all).")
def main(what: str | None, policies: tuple[str, ...], names: tuple[str, ...]) -> None:
    """Measure what policies of precision are worth."""
    if what is None:
        raise click.UsageError("give --styles or --faults")
    for policy in policies:
        for line in {"styles": styles, "faults": faults}[what](policy, list(names)):
            click.echo(line)


if __name__ == "__main__":
    main()
