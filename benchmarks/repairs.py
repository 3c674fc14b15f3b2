"""How many mistakes are told as a user meets them, in a file: by the equations, and by a change of the source where those say nothing.

python benchmarks/repairs.py [--count 60] [--seed 1] [--recurrences]
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random

import click
import numpy as np
from rnnspec.reference import FAMILIES, OPERATIONS

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from planted.judging import failing
from planted.mutating import OF_RECURRENCES, WRITTEN, Mutant, sample
from planted.planting import FOLDER, RECURRENCES, Functions

MORE = 5  # mutants that are made for one that is asked for: many only raise, or change nothing
CANDIDATE = "import sys\n\nsys.path.insert(0, {folder!r})\nfrom writings.{module} import *  # noqa: F403\n"
PASSED = ("pass", "unsupported")


def told(mutant: Mutant, family: str) -> tuple[str, list[str], float]:
    """What the command says of the family's failures, what that is, and in how many seconds."""
    with tempfile.TemporaryDirectory() as folder:
        writings = Path(folder, "writings")
        shutil.copytree(FOLDER, writings, ignore=shutil.ignore_patterns("__pycache__"))
        (writings / f"{mutant.module}.py").write_text(mutant.text, encoding="utf-8")
        module = "apart_recurrences" if mutant.module in RECURRENCES else "apart_families"
        path, report = Path(folder, "candidate.py"), Path(folder, "report.json")
        path.write_text(CANDIDATE.format(folder=folder, module=module), encoding="utf-8")
        command = [sys.executable, "-m", "rnnspec", "check", str(path), "--case", family, "--json", str(report)]
        begun = time.perf_counter()
        subprocess.run(command, capture_output=True, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}, check=False)
        seconds = time.perf_counter() - begun
        found = json.loads(report.read_text(encoding="utf-8"))
    wrong = {c["operation"] for c in found["cases"] if c["outcome"] not in PASSED and "/property/" not in c["id"]}
    kinds = {one["operation"]: one["told"][0]["kind"] for one in found["explanations"] if one["told"]}
    said = sorted({" with ".join(one["deviations"]) for one in found["explanations"]})
    if not wrong <= kinds.keys():
        return ("partly" if wrong & kinds.keys() else "left"), said, seconds
    return ("by a change" if "change" in (kinds[name] for name in wrong) else "by the equations"), said, seconds


def wrong_family(functions: Functions, mutant: Mutant) -> str:
    """The first that fails, of those that the mutant is of; "" where none does."""
    families = [family.name for family in FAMILIES if bool(family.head) != (mutant.module in RECURRENCES)]
    Random(mutant.id).shuffle(families)
    for family in sorted(families, key=lambda name: name not in ("lstm", "gru", "rnn")):
        if failing(functions, [name for name in functions if OPERATIONS[name].family == family]):
            return family
    return ""


def chosen(count: int, seed: int, texts: Sequence[str]) -> list[tuple[Mutant, str]]:
    """So many that are caught."""
    found: list[tuple[Mutant, str]] = []
    for mutant in sample(MORE * count, seed, texts):
        try:
            family = wrong_family(mutant.functions(), mutant)
        except Exception:  # no text of a module any more
            continue
        if family:
            found.append((mutant, family))
        if len(found) == count:
            break
    return found


@click.command()
@click.option("--count", default=60, help="How many mistakes are judged.")
@click.option("--seed", default=1, help="Which.")
@click.option("--recurrences", is_flag=True, help="Mistakes in the recurrences.")
def main(count: int, seed: int, recurrences: bool) -> None:
    """Print what is said of each mistake, and how many are told."""
    np.seterr(all="ignore")
    words, seconds = Counter[str](), list[float]()
    for mutant, family in chosen(count, seed, OF_RECURRENCES if recurrences else WRITTEN):
        how, said, took = told(mutant, family)
        words[how] += 1
        seconds.append(took)
        click.echo(f"{how:<16} {took:4.1f} s  {mutant.id}   {'; '.join(said)[:120]}")
    click.echo(
        f"of {words.total()}: {words['by the equations']} by the equations, {words['by a change']} by a change of the source,"
        f" {words['partly']} in some operations; median {np.median(seconds):.1f} s of the command, longest {max(seconds):.1f} s"
    )


if __name__ == "__main__":
    main()
