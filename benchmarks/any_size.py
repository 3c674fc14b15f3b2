"""Budgets that are estimated: how wide beside the proven ones, at what cost, and which faults they see.

python benchmarks/any_size.py --ratio [--count 100] [--seed 1]
python benchmarks/any_size.py --cost
python benchmarks/any_size.py --faults
python benchmarks/any_size.py --chains
"""

import time
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise, product
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray
from rnnspec.conformance.deviations.copy import deviating
from rnnspec.conformance.deviations.deviation import Edit
from rnnspec.conformance.finding import candidate_of
from rnnspec.conformance.run.runner import Runner
from rnnspec.conformance.verdict.budget import of_golden, share
from rnnspec.golden import Golden, cases, load
from rnnspec.golden.case import CASES
from rnnspec.golden.estimated import estimate
from rnnspec.golden.sized import Size, Sized, sized
from rnnspec.reference import FUNCTIONS, OPERATIONS, Kind
from rnnspec.reference.arithmetics import primitives
from rnnspec.reference.gate import affine

Arrays = dict[str, NDArray[Any]]
DTYPES = ("float64", "float32", "float16")
ROUNDS = 3
BASE = {"n_a": 64, "n_x": 32, "m": 16, "T_x": 32}
COSTS = (BASE, *({**BASE, **more} for more in ({"n_a": 128}, {"n_a": 256}, {"T_x": 64}, {"T_x": 128}, {"m": 64})))
COSTS += ({"n_a": 256, "n_x": 128, "m": 32, "T_x": 64},)
SIZES = ({"n_a": 64, "n_x": 32, "m": 8, "T_x": 16}, {"n_a": 256, "n_x": 128, "m": 16, "T_x": 64})
LONG = ({"n_a": 256, "n_x": 128, "m": 32, "T_x": 512}, {"n_a": 32, "n_x": 16, "m": 64, "T_x": 4096})
OPERATION_OF_FAULTS = ("lstm_forward", "lstm_backward")
OFF = """    y = np.tanh(z)
    return y + np.asarray(30 * np.finfo(y.dtype).eps / 2, y.dtype)"""


def case_at(operation: str, lengths: Mapping[str, int]) -> Sized:
    return sized(OPERATIONS[operation], Size(lengths))


def ran(case: Sized, inputs: Arrays, parameters: Arrays, functions: Any = FUNCTIONS) -> Arrays:
    with np.errstate(all="ignore"):
        return case.operation.named(case.operation.call(functions, inputs, parameters), [*inputs, *parameters])


def of_dtype(arrays: Arrays, dtype: str) -> Arrays:
    return {name: array.astype(dtype) if array.dtype.kind == "f" else array for name, array in arrays.items()}


def worst(golden: Golden, got: Arrays, dtype: str) -> float:
    """In budgets."""
    errors = {name: np.abs(got[name].astype(np.float64) - want) for name, want in golden.outputs.items()}
    return max((float(share(e, of_golden(golden, n, dtype)).max(initial=0.0)) for n, e in errors.items()), default=0.0)


def ratios(count: int, seed: int, dtype: str) -> Iterator[tuple[str, float]]:
    """Of each output of so many goldens, the median of the estimated budgets over the proven ones."""
    fit = [e.id for e in cases() if dtype in e.dtypes and not e.exact and e.operation.kind is not Kind.CONTAINER]
    for id in np.random.default_rng(seed).permutation(fit)[:count]:
        proven, found = load(str(id)), estimate(CASES[str(id)], dtype).golden
        for name in found.outputs:
            one, other = (of_golden(golden, name, dtype) for golden in (found, proven))
            both = (one > 0) & (other > 0)
            if both.any():
                yield f"{id} {name}", float(np.median(one[both] / other[both]))


def ratio(count: int, seed: int) -> None:
    for dtype in DTYPES:
        found = sorted(ratios(count, seed, dtype), key=lambda row: row[1])
        values = [value for _, value in found]
        told = ", ".join(f"{q} % {np.percentile(values, q):.2f}" for q in (5, 25, 50, 75, 95))
        click.echo(f"{dtype}: {len(values)} outputs of {count} goldens: {told}")
        for name, value in (found[0], found[-1]):
            click.echo(f"  {value:8.3f}  {name}")


def seconds(work: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def cost() -> None:
    for lengths in COSTS:
        case = case_at("lstm_backward", lengths)
        golden = estimate(case, "float64").golden
        plain = seconds(lambda c=case, g=golden: ran(c, g.inputs, g.parameters))  # type: ignore[misc]
        whole = seconds(lambda c=case: estimate(c, "float64"))  # type: ignore[misc]
        size = ", ".join(f"{axis} {n}" for axis, n in lengths.items())
        click.echo(f"{size:40} reference {plain:7.4f} s, estimate {whole:7.3f} s: {whole / plain:5.1f} times")


def weight_off(by: float) -> Callable[[Arrays], Arrays]:
    def altered(p: Arrays) -> Arrays:
        wrong = p["Wf"].copy()
        wrong[3, 0] += wrong.dtype.type(by)
        return {**p, "Wf": wrong}

    return altered


def bias_off(p: Arrays) -> Arrays:
    wrong = p["bf"].copy()
    wrong[3] *= wrong.dtype.type(1.01)
    return {**p, "bf": wrong}


def unit_dropped(p: Arrays) -> Arrays:
    """Of the state, in what one gate sees."""
    wrong = p["Wf"].copy()
    wrong[:, 3] = 0
    return {**p, "Wf": wrong}


FAULTS: dict[str, Callable[[Arrays], Arrays]] = {
    "nothing": dict,
    "one weight off by 1e-2": weight_off(1e-2),
    "one weight off by 1e-3": weight_off(1e-3),
    "one weight off by 1e-4": weight_off(1e-4),
    "one bias off by 1 %": bias_off,
    "one unit dropped in one gate": unit_dropped,
}


PRODUCT = 'p[f"W{gate}"] @ v'
HALVED = """(p[f"W{gate}"].astype("float16") @ v.astype("float16")).astype(v.dtype)"""
EDITS = {
    "tanh off by 30 u": Edit(primitives.tanh, "    return np.tanh(z)", OFF),
    "products of float16": Edit(affine, PRODUCT, HALVED),
}


def faults() -> None:
    for lengths in SIZES:
        click.echo(", ".join(f"{axis} {n}" for axis, n in lengths.items()))
        for name in OPERATION_OF_FAULTS:
            case = case_at(name, lengths)
            found = {dtype: estimate(case, dtype) for dtype in DTYPES}
            for fault, shares in {**of_parameters(case, found), **of_functions(case, found)}.items():
                told = "  ".join(f"{dtype} {shares[dtype]:9.2g}" for dtype in DTYPES)
                click.echo(f"  {name:14} {fault:30} {told}")
            for dtype, one in found.items():
                click.echo("".join(f"  {name} {dtype}: no verdict on {out}\n" for out in one.untold), nl=False)


def of_parameters(case: Sized, found: Any) -> dict[str, dict[str, float]]:
    """How far outside each is, in budgets, by dtype."""
    told: dict[str, dict[str, float]] = {}
    for fault, altered in FAULTS.items():
        told[fault] = {}
        for dtype, one in found.items():
            inputs, parameters = (of_dtype(arrays, dtype) for arrays in (one.golden.inputs, one.golden.parameters))
            told[fault][dtype] = worst(one.golden, ran(case, inputs, altered(parameters)), dtype)
    return told


def of_functions(case: Sized, found: Any) -> dict[str, dict[str, float]]:
    told: dict[str, dict[str, float]] = {}
    for fault, edit in EDITS.items():
        told[fault] = {}
        for dtype, one in found.items():
            inputs, parameters = (of_dtype(arrays, dtype) for arrays in (one.golden.inputs, one.golden.parameters))
            with deviating([edit]) as functions:
                told[fault][dtype] = worst(one.golden, ran(case, inputs, parameters, dict(functions)), dtype)
    return told


def chains() -> None:
    """How near torch comes in a gradient that it sums over examples and steps at once, that into what an LSTM's gate i takes of x: by its size."""
    for lengths, dtype in product(LONG, ("float64", "float32")):
        golden = estimate(case_at("lstm_backward", lengths), dtype).golden
        runner, of_x = Runner(candidate_of("torch"), dtype), slice(lengths["n_a"], None)
        inputs, parameters = runner.fresh(golden.inputs), runner.fresh(golden.parameters)
        got: Any = runner.call(golden.entry.operation, inputs, parameters)["dWi"]
        off = np.abs(got.astype(np.float64) - golden.outputs["dWi"])
        shares, size = share(off, of_golden(golden, "dWi", dtype))[:, of_x], np.abs(golden.outputs["dWi"][:, of_x])
        edges = np.quantile(size, np.linspace(0, 1, 6))
        parts = [shares[(size >= low) & (size <= high)] for low, high in pairwise(edges)]
        told = "  ".join(f"{float(np.sqrt((part**2).mean())):.3f} ({float(part.max()):.2f})" for part in parts)
        click.echo(f"{', '.join(f'{axis} {n}' for axis, n in lengths.items())}, {dtype}: {told}")


@click.command()
@click.option("--ratio", "what", flag_value="ratio", help="Estimated over proven budgets, of goldens.")
@click.option("--cost", "what", flag_value="cost", help="An estimate over the reference, forward and backward.")
@click.option("--faults", "what", flag_value="faults", help="How far outside some faults are.")
@click.option("--chains", "what", flag_value="chains", help="How near long sums come to their budgets, of torch.")
@click.option("--count", default=100, help="With --ratio: of how many goldens.")
@click.option("--seed", default=1, help="With --ratio: which.")
def main(what: str | None, count: int, seed: int) -> None:
    """Measure what budgets that are estimated are worth."""
    if what is None:
        raise click.UsageError("give --ratio, --cost, --faults or --chains")
    {"ratio": lambda: ratio(count, seed), "cost": cost, "faults": faults, "chains": chains}[what]()


if __name__ == "__main__":
    main()
