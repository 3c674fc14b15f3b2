"""What to draw and why: every case of every operation, from one list of ideas.

An idea says one thing about a layer; it becomes one case of each operation that can show it. The
id of a case, `<operation>/<idea>`, is never renumbered and never reused.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import count

from rnnspec.reference import OPERATIONS, Operation
from rnnspec.reference.contract import ANY

LABELS = {
    "saturated": "many pre-activations are beyond 3",
    "tiny": "most pre-activations are below 0.3",
    "symmetric": "lengths or values coincide",
    "chaotic": "roundings are amplified past first order in float32; float64 only",
    "full-precision": "53 significant bits, so a silent downcast shows; float64 only",
}

# the ideas that every family gets; the families of FULL get all
ESSENTIAL = {
    *("generic", "wide-input", "zero-state", "saturated", "tiny", "batch-of-one", "dims-equal", "full-precision"),
    *("one-step", "long", "no-state", "reverse", "ragged", "ragged-reverse", "a-gradient-only", "c-gradient-only"),
    *("initial-cell", "loss-on-predictions", "loss-on-final-state", "every-gradient", "every-option"),
}
FULL = ("rnn", "lstm", "gru", "gru_reset_after")
NOTEBOOK = ("rnn", "lstm")  # the families that the notebook has
SEQUENCE_ONLY = ("wide-state", "zero-input", "zero-bias")  # of the ideas that a cell could show too
RAGGED = (5, 0, 1, 4)  # unsorted, a 3-cycle when sorted, one empty, the longest shorter than T


@dataclass(frozen=True)
class Idea:
    """One thing to show.

    `dims` are the axes' lengths. `scale` raises the power of two that bounds a kind of array
    (`data`, `state`, `weight`, `bias`, `upstream`) or a single array; arrays of the kinds or names in `zero` are all 0.
    """

    name: str
    shows: str
    dims: Mapping[str, int]
    scale: Mapping[str, int] = field(default_factory=dict)
    zero: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    options: tuple[str, ...] = ()  # keywords in use, "final" for the gradient into every final state, "a0=None"
    only: str = ""  # "forward" or "backward"
    recipe: str = "dyadic"


@dataclass(frozen=True)
class Case:
    operation: Operation
    idea: Idea

    @property
    def id(self) -> str:
        return f"{self.operation.name}/{self.idea.name}"

    @property
    def dtypes(self) -> list[str]:
        exact = not {"chaotic", "full-precision"} & set(self.idea.labels)
        return ["float64", "float32", "float16"] if exact else ["float64"]

    @property
    def features(self) -> list[str]:
        """The keywords that this case uses of this operation's."""
        offered = self.operation.all_options
        final = [name for name in offered if name.endswith("_last")] if "final" in self.idea.options else []
        return [*(name for name in self.idea.options if name in offered or name == "a0=None"), *final]

    @property
    def dims(self) -> dict[str, int]:
        """The lengths of the axes that this operation has."""
        operation, dims = self.operation, dict(self.idea.dims)
        axes = " ".join([*operation.inputs.values(), *operation.all_parameters(dims).values()])
        if "n_p" in axes and len(set(dims.values())) > 1:
            # a projection makes smaller: the idea's n_a is that of the output, and the cell has more
            dims |= {"n_p": dims["n_a"], "n_a": _free(dims)}
        elif "n_p" in axes:
            dims["n_p"] = dims["n_a"]
        return {name: n for name, n in dims.items() if re.search(rf"\b{name}\b", axes) or ANY in axes}


def _free(dims: Mapping[str, int]) -> int:
    return next(n for n in count(dims["n_a"] + 1) if n not in dims.values())


def _dims(n_x: int, n_a: int, m: int, T_x: int, n_y: int) -> dict[str, int]:
    return {"n_x": n_x, "n_a": n_a, "m": m, "T_x": T_x, "n_y": n_y}


LAYER = (
    Idea(
        "generic",
        "every length differs and n_x < n_a; states, biases and upstream gradients are non-zero",
        _dims(3, 5, 7, 4, 2),
    ),
    Idea("wide-input", "n_x > n_a, every length differs", _dims(7, 3, 5, 4, 2)),
    Idea("zero-state", "the layer starts from zeros and its biases do not", _dims(4, 5, 3, 6, 2), zero=("state",)),
    Idea(
        "zero-input",
        "state and biases alone drive the layer",
        _dims(5, 3, 4, 6, 2),
        {"state": 1, "bias": 2},
        zero=("data",),
    ),
    Idea("zero-bias", "all biases are zero", _dims(6, 5, 3, 4, 2), zero=("bias",)),
    Idea(
        "saturated",
        "most gates are driven to their ends",
        _dims(3, 4, 5, 6, 2),
        {"weight": 3, "Wp": 0},
        labels=("saturated",),
    ),
    Idea(
        "huge",
        "pre-activations of ±1000 give finite outputs in range",
        _dims(2, 3, 4, 5, 6),
        {"data": 5, "weight": 6},
        labels=("saturated",),
    ),
    Idea(
        "tiny",
        "all inputs are below 2^-8, the layer is nearly linear",
        _dims(5, 3, 4, 6, 2),
        {"data": -9, "state": -8, "bias": -8, "clip": -9, "Pf": 0, "Pi": 0, "Po": 0},
        labels=("tiny",),
    ),
    Idea("batch-of-one", "a batch of a single example", _dims(3, 4, 1, 5, 2), {"weight": -1}),
    Idea("dims-one", "every length is 1", _dims(1, 1, 1, 1, 1), {"bias": 2, "weight": -1}, labels=("symmetric",)),
    Idea(
        "dims-equal",
        "every length is 4, so no shape can tell two axes apart",
        _dims(4, 4, 4, 4, 4),
        labels=("symmetric",),
    ),
    Idea(
        "far-logits",
        "logits of the head lie thousands apart, within an example and between examples",
        _dims(3, 4, 5, 2, 6),
        {"Wya": 10, "Wy": 10},
        only="forward",
    ),
    Idea("wide-state", "n_a > 128 and no multiple of 32", _dims(3, 131, 2, 4, 5), only="forward"),
    Idea(
        "full-precision",
        "53-bit inputs: computing in float32 shows",
        _dims(4, 3, 6, 5, 2),
        {"weight": -1},
        labels=("full-precision",),
        recipe="full",
    ),
    Idea(
        "notebook",
        "the inputs that the notebook draws, from its own seed",
        _dims(3, 5, 10, 4, 2),
        labels=("full-precision", "saturated"),
        recipe="notebook",
    ),
)

OVER_TIME = (
    Idea("one-step", "a sequence of one step", _dims(3, 5, 4, 1, 2)),
    Idea("two-steps", "the state is carried once", _dims(4, 6, 3, 2, 5)),
    Idea("three-steps", "a gradient passes through a step in the middle", _dims(5, 4, 6, 3, 2)),
    Idea("long", "fifty steps of a contracting layer", _dims(4, 6, 3, 50, 2), {"weight": -1}),
    Idea(
        "last-step-only", "the loss sees the last step alone", _dims(4, 3, 5, 6, 2), only="backward", recipe="last-step"
    ),
    Idea(
        "first-step-only",
        "the loss sees the first step alone",
        _dims(3, 5, 2, 4, 6),
        only="backward",
        recipe="first-step",
    ),
)

WITH_OPTIONS = (
    Idea("no-state", "a0 is None, which stands for zeros", _dims(5, 6, 3, 4, 2), options=("a0=None",)),
    Idea("reverse", "time runs backwards, the outputs stay in input order", _dims(4, 5, 3, 6, 2), options=("reverse",)),
    Idea("ragged", "lengths differ and the padding is garbage", _dims(3, 5, 4, 6, 2), options=("lengths",)),
    Idea(
        "ragged-reverse",
        "each example starts from its own last step, the padding is garbage",
        _dims(5, 3, 4, 6, 2),
        options=("lengths", "reverse"),
    ),
    Idea(
        "loss-on-predictions",
        "the loss sees the predictions alone",
        _dims(3, 5, 4, 6, 2),
        zero=("da",),
        options=("dy",),
        only="backward",
    ),
    Idea(
        "loss-on-final-state",
        "the loss sees the final state alone, and the lengths differ",
        _dims(5, 3, 4, 6, 2),
        zero=("da",),
        options=("lengths", "final"),
        only="backward",
    ),
    Idea(
        "every-gradient",
        "gradients flow into every output and every final state",
        _dims(3, 4, 5, 6, 2),
        options=("c0", "dy", "final"),
        only="backward",
    ),
    Idea(
        "every-option",
        "ragged, reversed, from given states, with gradients into every output",
        _dims(3, 5, 4, 6, 2),
        options=("c0", "dy", "final", "lengths", "reverse"),
        only="backward",
    ),
)

WITH_CELL_STATE = (
    Idea("initial-cell", "the cell state starts from c0", _dims(3, 5, 7, 4, 2), options=("c0",)),
    Idea("initial-cell-one-step", "c0 reaches the one step there is", _dims(6, 4, 3, 1, 2), options=("c0",)),
    Idea(
        "initial-cell-ragged",
        "an example of length 0 keeps both its states",
        _dims(3, 5, 4, 6, 2),
        options=("c0", "lengths"),
    ),
)

WITH_CELL_GRADIENT = (
    Idea("a-gradient-only", "the loss sees a_next alone", _dims(3, 5, 4, 1, 2), zero=("dc_next",), only="backward"),
    Idea("c-gradient-only", "the loss sees c_next alone", _dims(4, 3, 5, 1, 2), zero=("da_next",), only="backward"),
)


def _matrix(n: int, m: int) -> dict[str, int]:
    return {"n": n, "m": m}


MATRIX = (
    Idea("generic", "every element differs, both lengths differ", _matrix(5, 7), {"data": 1}),
    Idea("one-column", "a batch of a single example", _matrix(6, 1), {"data": 1}),
    Idea("one-row", "a single unit", _matrix(1, 5)),
    Idea(
        "square",
        "both lengths are equal, so no shape can tell the axes apart",
        _matrix(4, 4),
        {"data": 1},
        labels=("symmetric",),
    ),
    Idea("tiny", "all inputs are below 2^-8", _matrix(3, 5), {"data": -9}, labels=("tiny",)),
    Idea("saturated", "values up to ±32", _matrix(4, 6), {"data": 4}, labels=("saturated",)),
    Idea("huge", "values up to ±2048 give finite outputs in range", _matrix(4, 9), {"data": 10}, labels=("saturated",)),
    Idea(
        "columns-apart",
        "the outer columns differ by more than 1000",
        _matrix(3, 5),
        {"data": 1},
        labels=("saturated",),
        recipe="columns-apart",
    ),
    Idea("tall", "131 rows", _matrix(131, 3), {"data": 1}),
    Idea("zero", "every value is 0", _matrix(3, 4), zero=("data",), labels=("symmetric", "tiny")),
    Idea(
        "full-precision",
        "53-bit inputs: computing in float32 shows",
        _matrix(5, 6),
        labels=("full-precision",),
        recipe="full",
    ),
)


def ideas(operation: Operation) -> tuple[Idea, ...]:
    """The ideas that an operation can show."""
    forward = operation.forward or operation
    if not forward.parameters:
        return MATRIX
    over_time = "T_x" in str(forward.arguments)
    found = LAYER + (OVER_TIME + WITH_OPTIONS if over_time else ())
    if "c0" in forward.options:
        found += WITH_CELL_STATE
    if not over_time and "dc_next" in operation.arguments:
        found += WITH_CELL_GRADIENT
    family = forward.name.removesuffix("_forward").removesuffix("_cell")
    return tuple(_as_drawn(forward, idea) for idea in found if _shown_by(operation, family, idea))


def _as_drawn(forward: Operation, idea: Idea) -> Idea:
    # the notebook's LSTM has seven steps, its RNN four
    longer = idea.name == "notebook" and forward.name == "lstm_forward"
    return replace(idea, dims={**idea.dims, "T_x": 7}) if longer else idea


def _shown_by(operation: Operation, family: str, idea: Idea) -> bool:
    direction = "backward" if operation.forward else "forward"
    if idea.only not in ("", direction) or (idea.name == "notebook" and family not in NOTEBOOK):
        return False
    if idea.name in SEQUENCE_ONLY and "T_x" not in str(operation.inputs):
        return False
    if family == "rnn_relu" and "saturated" in idea.labels:
        return False  # nothing saturates: a rectifier of such weights leaves float16
    return family in FULL or idea.name in ESSENTIAL


CASES: dict[str, Case] = {
    case.id: case for operation in OPERATIONS.values() for idea in ideas(operation) for case in (Case(operation, idea),)
}
