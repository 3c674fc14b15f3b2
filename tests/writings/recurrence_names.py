"""What the operations on recurrences call their arrays, and a step as a sequence of one step: for both other writings."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Arrays: TypeAlias = Mapping[str, NDArray[Any]]
Outputs: TypeAlias = dict[str, NDArray[Any]]

NUMBERS = ("scale", "eps", "low", "high")  # no gradient flows into them
MARK = "reset"  # of each example and step, True or False
BONUS = "u"  # a weight that is an option, where it is no input over time


class Names(NamedTuple):
    """`states` by the shape that one example's have, `like` the input whose shape the output has.

    What has no states is a gate: one step, and its arrays are called by their own names.
    """

    inputs: tuple[str, ...]
    states: Mapping[str, Callable[[Arrays], tuple[int, ...]]]
    output: str
    like: str

    @property
    def at_a_step(self) -> dict[str, str]:
        """What a step calls its inputs and its output, and what a sequence does."""
        names = {f"{name}t": name for name in self.inputs} | {f"{self.output}_t": self.output}
        return names if self.states else {name: name for name in names.values()}


def matrix(arrays: Arrays) -> tuple[int, ...]:
    """A state of keys by values for each head of the values."""
    return (len(arrays["v"]), arrays["k"].shape[1], arrays["v"].shape[1])


def of(name: str) -> Callable[[Arrays], tuple[int, ...]]:
    return lambda arrays: arrays[name].shape[:-2]


WINDOW = {"s": lambda arrays: (len(arrays["w"]), arrays["w"].shape[1] - 1)}
FAMILIES = {
    "causal_conv": Names(("x",), WINDOW, "y", "x"),
    "causal_conv_silu": Names(("x",), WINDOW, "y", "x"),
    "diagonal": Names(("x", "g"), {"h": of("x")}, "h", "x"),
    "gated_linear": Names(("q", "k", "v", "g"), {"S": matrix}, "o", "v"),
    "gated_delta": Names(("q", "k", "v", "g", "beta"), {"S": matrix}, "o", "v"),
    "dplr": Names(("q", "k", "v", "g", "a", "b"), {"S": matrix}, "o", "v"),
    "mlstm": Names(("q", "k", "v", "i", "f"), {"C": matrix, "n": of("k"), "m": of("i")}, "h", "v"),
    "slstm": Names(("i", "f", "z", "o"), {state: of("z") for state in "hcnm"}, "h", "z"),
    "selective_scan": Names(("u", "delta", "B", "C"), {"h": lambda arrays: arrays["A"].shape}, "y", "u"),
    "selective_scan_layer": Names(("u", "raw", "B", "C", "z"), {"h": lambda arrays: arrays["A_log"].shape}, "out", "u"),
    "min_gru": Names(("z", "x"), {"h": of("x")}, "h", "x"),
    "min_lstm": Names(("f", "i", "x"), {"h": of("x")}, "h", "x"),
    "rg_lru": Names(("x", "r", "i"), {"h": of("x")}, "h", "x"),
    "wkv4": Names(("k", "v"), {state: of("v") for state in "cnm"}, "y", "v"),
    "decay_gate": Names(("alpha",), {}, "g", "alpha"),
    "bounded_decay_gate": Names(("alpha",), {}, "g", "alpha"),
    "time_step_gate": Names(("raw",), {}, "delta", "raw"),
    "l2norm": Names(("x",), {}, "y", "x"),
}


class Said(NamedTuple):
    """What the name of an operation says."""

    family: str
    step: bool
    backward: bool


def said(operation: str) -> Said:
    found = re.fullmatch(r"(\w+?)(_step)?_(forward|backward)", operation)
    assert found, operation
    return Said(found[1], bool(found[2]) or not FAMILIES[found[1]].states, found[3] == "backward")


def operations(family: str) -> list[str]:
    kinds = ("_step_forward", "_step_backward", "_forward", "_backward")
    return [f"{family}{kind}" for kind in kinds if FAMILIES[family].states or "step" not in kind]


class Call(NamedTuple):
    """A call over time, sorted by what its arrays are; a state that is not given is zeros."""

    steps: Arrays
    starts: Arrays
    given: frozenset[str]
    weights: Arrays
    numbers: Mapping[str, float]
    upstream: Arrays
    marks: Arrays
    lengths: list[int]
    output: tuple[int, ...]


def sorted_out(names: Names, inputs: Arrays, parameters: Arrays) -> Call:
    everything = {**inputs, **parameters}
    *_, m, T_x = everything[names.like].shape
    upstream = [f"d{name}" for name in (names.output, *(f"{state}_last" for state in names.states))]
    starts = {f"{state}0": np.zeros((*shape(everything), m)) for state, shape in names.states.items()}
    if unknown := inputs.keys() - {*names.inputs, *starts, *upstream, *NUMBERS, "lengths", BONUS, MARK}:
        raise ValueError(f"these writings do not have {sorted(unknown)}")
    bonus = {BONUS: inputs[BONUS]} if BONUS in inputs and BONUS not in names.inputs else {}
    return Call(
        steps={name: inputs[name] for name in names.inputs if name in inputs},
        starts={name: inputs.get(name, zeros) for name, zeros in starts.items()},
        given=frozenset(inputs),
        weights={**parameters, **bonus},
        numbers={name: float(inputs[name]) for name in NUMBERS if name in inputs},
        upstream={name: inputs[name] for name in upstream if name in inputs},
        marks={MARK: inputs[MARK]} if MARK in inputs else {},
        lengths=inputs["lengths"].tolist() if "lengths" in inputs else [T_x] * m,
        output=everything[names.like].shape,
    )


def spellings(names: Names) -> dict[str, str]:
    """A step's names, and those that a sequence has for the same."""
    spelt = {one: two for one, two in names.at_a_step.items() if two not in names.states or two in names.inputs}
    for state in names.states:
        spelt |= {f"{state}_prev": f"{state}0", f"{state}_next": f"{state}_last"}
    return spelt | {f"d{one}": f"d{two}" for one, two in spelt.items()}


def over_time(names: Names) -> set[str]:
    own = {*names.inputs, names.output, MARK}
    return own | {f"d{name}" for name in own}


def as_sequence(names: Names, inputs: Arrays) -> Outputs:
    spelt, timed = spellings(names), over_time(names)
    arrays = {spelt.get(name, name): array for name, array in inputs.items()}
    return {name: array[..., None] if name in timed else array for name, array in arrays.items()}


def as_step(names: Names, outputs: Arrays) -> Outputs:
    """The outputs of a sequence of one step by a step's names; a state that is read is said once."""
    spelt, timed = {two: one for one, two in spellings(names).items()}, over_time(names)
    kept = {name: array for name, array in outputs.items() if not (name == names.output and name in names.states)}
    return {spelt.get(name, name): array[..., 0] if name in timed else array for name, array in kept.items()}
