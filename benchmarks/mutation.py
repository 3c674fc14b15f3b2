"""How many small faults in the code that decides are noticed by the tests that guard it: docs/mutation.md.

    python benchmarks/mutation.py --sample 100 --seed 1

The mutants are those of cosmic-ray's operators. Its own runner writes them into the checkout and has one command for all
modules; this one writes them into copies of the tree, and runs for each module the quick tests of benchmarks/mutation.toml.
"""

import ast
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from difflib import unified_diff
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from random import Random
from typing import Any
from warnings import catch_warnings

import click
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

ROOT = Path(__file__).resolve().parents[1]
CONFIGURATION = tomllib.loads((ROOT / "benchmarks/mutation.toml").read_text(encoding="utf-8"))
GUARDS: dict[str, list[str]] = CONFIGURATION["guards"]
LEAST = 0.9  # of the mutants are to be killed
MEMORY = 6 << 30  # bytes of address space that a run may take: a mutant may ask for any number
# plain: rewritten, our own modules would come by pytest's loader, which hands out no text for the deviations
PYTEST = f"import pytest, resource as r, sys; r.setrlimit(r.RLIMIT_AS, ({MEMORY},) * 2); sys.exit(pytest.main())"
OPTIONS = ("-q", "-x", "--assert=plain", "-p", "no:cacheprovider")
Position = tuple[int, int]


@dataclass(frozen=True)
class Mutant:
    module: str
    text: str  # of the whole module
    line: int
    change: tuple[str, ...]  # its lines of a diff

    @property
    def reason(self) -> str:
        """Why no test can notice it, where the configuration says so."""
        for known in CONFIGURATION["equivalent"]:
            ways = [tuple(filter(None, (f"-{known['old']}", new and f"+{new}"))) for new in known["new"]]
            if known["module"] == self.module and self.change in ways:
                return str(known["why"])
        return ""


def places(module: str) -> dict[tuple[Position, Position, str], list[tuple[str, int]]]:
    """Where a module can be mutated, by which operators and occurrences; not in annotations, which decide nothing."""
    text = (ROOT / module).read_text(encoding="utf-8")
    tree, silent, found = get_ast(text), list(annotations(text)), defaultdict(list)
    for name in sorted(operator_names()):
        operator = get_operator(name)
        nodes = [] if operator.arguments() else ast_nodes(tree)
        spans = (span for node in nodes for span in operator().mutation_positions(node))
        for occurrence, (start, end) in enumerate(spans):
            if not any(first <= start and end <= last for first, last in silent):
                found[start, end, name.split("_")[0]].append((name, occurrence))
    return found


def annotations(text: str) -> Iterator[tuple[Position, Position]]:
    for node in ast.walk(ast.parse(text)):
        for named in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            if isinstance(named, ast.expr):
                yield (named.lineno, named.col_offset), (named.end_lineno or 0, named.end_col_offset or 0)


def mutants(modules: list[str], sample: int | None, seed: int) -> list[Mutant]:
    """One mutant a place, for `+` can become ten things and `not` one. All places, or a sample."""
    found = [(module, place, ways) for module in modules for place, ways in sorted(places(module).items())]
    made = (mutant(f"{seed}", *one) for one in Random(seed).sample(found, len(found)))
    return sorted(islice(filter(None, made), sample), key=lambda one: (one.module, one.line, one.change))


def mutant(seed: str, module: str, place: object, ways: list[tuple[str, int]]) -> Mutant | None:
    """One of the ways to mutate a place that leave it Python, if any does: the same, whichever places are asked for."""
    before = (ROOT / module).read_text(encoding="utf-8")
    for operator, occurrence in Random(f"{seed} {module} {place}").sample(ways, len(ways)):
        after = mutate_code(before, get_operator(operator)(), occurrence)
        with suppress(SyntaxError), catch_warnings(action="ignore"):  # `is not 1` is Python, and warned of
            compile(after, module, "exec")
            _, _, at, *lines = unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
            change = tuple(f"{line[0]}{' '.join(line[1:].split())}" for line in lines if line[1:].strip())
            return Mutant(module, after, int(at.split()[1].lstrip("-").split(",")[0]), change)
    return None


def copied(folder: Path) -> Path:
    """The tree as it lies here, and beside it the package with its folders mapped, which comes before the installed one."""
    listed = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    files = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, files.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)
    package = folder / "package" / "rnnspec"
    package.mkdir(parents=True)
    setup = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    for dotted, lies in setup["package-dir"].items():
        _, _, part = dotted.partition(".")
        for path in [folder / lies] if part else (folder / lies).iterdir():
            (package / (part or path.name)).symlink_to(path)
    return folder


def ended(folder: Path, program: str, *words: str, limit: float | None = None) -> bool:
    """Whether a program ended well in a copy, and within a time; what it started ends with it."""
    environment = {**os.environ, "PYTHONPATH": str(folder / "package"), "OPENBLAS_NUM_THREADS": "1"}
    how: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}
    run = subprocess.Popen([sys.executable, "-c", program, *words], cwd=folder, env=environment, **how)
    try:
        return run.wait(limit) == 0
    except subprocess.TimeoutExpired:
        return False
    finally:
        with suppress(ProcessLookupError):
            os.killpg(run.pid, signal.SIGKILL)
        run.wait()


def survives(folder: Path, found: Mutant, limit: float) -> bool:
    before = (path := folder / found.module).read_bytes()
    path.write_text(found.text, encoding="utf-8")
    shutil.rmtree(path.parent / "__pycache__", ignore_errors=True)  # a text of the same size and second looks compiled
    try:
        return ended(folder, PYTEST, *OPTIONS, *GUARDS[found.module], limit=limit)
    finally:
        path.write_bytes(before)
        shutil.rmtree(path.parent / "__pycache__", ignore_errors=True)


def limits(folder: Path, modules: list[str]) -> dict[str, float]:
    """Seconds that a module's tests may take: twice those that they take on the code as it is, which they must pass."""
    if not ended(folder, f"import rnnspec; assert rnnspec.__file__.startswith({str(folder)!r})"):
        raise click.ClickException("the tests would run the checkout, not its copy")
    found = {}
    for module in modules:
        start = time.perf_counter()
        if not ended(folder, PYTEST, *OPTIONS, *GUARDS[module]):
            raise click.ClickException(f"the tests that guard {module} fail on the code as it is")
        found[module] = 10 + 2 * (time.perf_counter() - start)
    return found


def told(tried: list[tuple[Mutant, bool]]) -> Iterator[str]:
    """The table by module, and the survivors."""
    whole = Counter(found.module for found, _ in tried)
    killed = Counter(found.module for found, lives in tried if not lives)
    equal = Counter(found.module for found, lives in tried if lives and found.reason)
    yield f"\n{'module':<40} mutants  killed  equivalent"
    for name in whole:
        yield f"{name:<40} {whole[name]:>7} {killed[name]:>7} {equal[name]:>11}"
    yield f"{'all':<40} {len(tried):>7} {killed.total():>7} {equal.total():>11}"
    share, noticed = (killed.total() / max(1, n) for n in (len(tried), len(tried) - equal.total()))
    yield f"{share:.1%} killed, {noticed:.1%} of those that a test can notice"
    for found, lives in tried:
        if lives:
            yield "\n".join(["", f"{found.module}:{found.line}", *found.change, *filter(None, [found.reason])])


@click.command()
@click.option("--sample", type=click.IntRange(1), help="So many places, not every one.")
@click.option("--seed", default=1, show_default=True, help="Which places, and which mutant of each.")
@click.option("--module", "modules", multiple=True, type=click.Choice(list(GUARDS)), metavar="FILE", help="Only these.")
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1), help="Copies, and runs at once.")
def main(sample: int | None, seed: int, modules: tuple[str, ...], workers: int) -> None:
    """Try mutants of the code that decides; ends with 1 where fewer than nine in ten are killed."""
    chosen, tried, copies = mutants([*(modules or GUARDS)], sample, seed), [], SimpleQueue[Path]()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(workers) as pool:
        for number in range(workers):
            copies.put(last := copied(Path(folder, str(number))))
        allowed = limits(last, sorted({found.module for found in chosen}))

        def judge(found: Mutant) -> bool:
            mine = copies.get()
            try:
                return survives(mine, found, allowed[found.module])
            finally:
                copies.put(mine)

        for found, lives in zip(chosen, pool.map(judge, chosen), strict=True):
            tried.append((found, lives))
            click.echo(f"{len(tried)}/{len(chosen)} {'SURVIVES' if lives else 'killed'} {found.module}:{found.line}")
    click.echo("\n".join(told(tried)))
    if sum(not lives for _, lives in tried) < LEAST * len(tried):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
