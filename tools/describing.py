"""A case and a deviation in words and as data."""

import inspect
from dataclasses import asdict
from typing import Any

import numpy as np
from rnnspec.conformance.deviations import Deviation
from rnnspec.golden import Golden

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
    """A deviation's entry, with the code that makes the reference deviate."""
    data = {
        "id": entry.id,
        "kind": entry.kind,
        "summary": entry.summary,
        "affects": list(entry.affects),
        "exposed by": entry.exposed_by,
        "seen in": list(entry.seen_in),
    }
    lines = [entry.id, "", *(f"  {key:<10} {_words(value)}" for key, value in data.items() if key != "id")]
    for original, deviate in entry.changes.items():
        lines += ["", f"  in place of {original.__module__}.{original.__name__}:", ""]
        lines += [f"    {line}" for line in inspect.getsource(deviate).rstrip().splitlines()]
    return data, "\n".join(lines)
