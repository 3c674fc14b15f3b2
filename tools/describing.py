"""A case and a deviation in words and as data."""

import re
from dataclasses import asdict
from typing import Any

import numpy as np
from rnnspec.conformance import deviant
from rnnspec.conformance.budget import budget
from rnnspec.conformance.deviations import Deviation, difference
from rnnspec.conformance.verdict import compare
from rnnspec.golden import Golden, cases, load

GROUPS = ("inputs", "parameters", "outputs", "sensitivity", "underflow")


def case(golden: Golden, as_hex: bool) -> tuple[dict[str, Any], str]:
    """What a case shows, how it came about, and its arrays: their shapes and range, or every value in hex."""
    data = asdict(golden.entry)
    lines = [golden.id, "", *(f"  {key:<13} {_words(value)}" for key, value in data.items() if key != "id"), ""]
    for group in GROUPS:
        for name, array in getattr(golden, group).items():
            lines.append(
                f"  {f'{group}/{name}':<20} {array.shape!s:<14} {np.abs(array).min():.3g} … {np.abs(array).max():.3g} in size"
            )
            if as_hex:
                lines += [f"    {list(at)} {float(array[at]).hex()}" for at in np.ndindex(array.shape)]
    arrays = {group: {n: a.tolist() for n, a in getattr(golden, group).items()} for group in GROUPS}
    return {**data, **arrays}, "\n".join(lines)


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{k} = {v}" for k, v in value.items())
    return ", ".join(map(str, value)) or "–" if isinstance(value, list) else str(value)


def deviation(entry: Deviation) -> tuple[dict[str, Any], str]:
    """A deviation's entry, the difference as code in each way that it occurs, and what it does to one case."""
    data = {
        "id": entry.id,
        "kind": entry.kind,
        "summary": entry.summary,
        "affects": list(entry.affects),
        "exposed by": entry.exposed_by,
        "seen in": [link(place) for place in entry.seen_in],
    }
    lines = [entry.id, "", *(f"  {key:<10} {_words(value)}" for key, value in data.items() if key != "id")]
    differences = [difference(way) if way else f"every operation is computed in {entry.dtype}" for way in entry.ways]
    for number, text in enumerate(differences, 1):
        title = "the difference as code" if number == 1 else f"it also occurs as (way {number})"
        lines += ["", f"  {title}", "", *(f"    {line}" for line in text.splitlines())]
    data["differences"] = differences
    if print_ := fingerprint(entry):
        data["fingerprint"] = print_
        lines += ["", "  its fingerprint", "", *(f"    {line}" for line in print_)]
    return data, "\n".join(lines)


def link(place: str) -> str:
    """`owner/name#12` as the address of its thread."""
    thread = re.fullmatch(r"([\w.-]+/[\w.-]+)#(\d+)", place)
    return f"https://github.com/{thread[1]}/issues/{thread[2]}" if thread else place


def fingerprint(entry: Deviation) -> list[str]:
    """What it makes of the first case in which it shows: the outputs that are wrong, and the worst element of each."""
    affected = sorted((bool(e.labels), e.id) for e in cases() if e.operation.name in entry.affects)
    for _, name in affected:  # some show only where a case is saturated, but a plain one says more
        golden = load(name)
        found = deviant.outputs(golden, "float64", entry.ways[0], entry.dtype)
        if found is None or not deviant.margin(golden, found) > 1:
            continue
        lines = [f"in {name}"]
        for output, got in found.items():
            want, (axes, _) = golden.outputs[output], golden.entry.axes()[f"outputs/{output}"]
            lines.append(f"{output:<8} {_judged(output, got, golden, want, axes)}")
        return lines
    return []


def _judged(output: str, got: Any, golden: Golden, want: Any, axes: str) -> str:
    if golden.entry.bits == 0:
        return "as it should be" if np.array_equal(got, want) else f"{got.ravel()[:6]}, want {want.ravel()[:6]}"
    allowed = budget(golden.sensitivity[output], golden.underflow[output], want, "float64")
    with np.errstate(all="ignore"):
        verdict = compare(output, got.astype(np.float64), want, allowed, axes, "float64")
    if verdict.passed:
        return "as it should be"
    if verdict.worst is None:
        return verdict.problem
    return (
        f"{verdict.outside} of {verdict.size} elements outside, worst at {verdict.place}:"
        f" {verdict.got:.6g}, want {verdict.want:.6g}, {verdict.worst:.1e} × budget"
    )
