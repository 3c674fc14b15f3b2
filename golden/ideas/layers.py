"""What cells and sequences show."""

from .idea import FAR, OF_FAR, ONE_FULL, Idea

# the ideas that every family gets; the families of FULL get all
ESSENTIAL = {
    *("generic", "wide-input", "huge", "batch-of-one", "dims-equal", "full-precision", "one-step", "long"),
    *("far-logits", "no-state", "reverse", "ragged", "ragged-reverse", "initial-cell", "two-steps"),
    *("loss-on-predictions", "loss-on-final-state", "every-gradient", "every-option"),
}
ESSENTIAL_CELL = {
    *("generic", "far-logits", "wide-input", "zero-state", "huge", "tiny", "batch-of-one", "full-precision"),
    *("a-gradient-only", "c-gradient-only"),
}
FULL = ("rnn", "lstm", "gru", "gru_reset_after")
NOTEBOOK = ("rnn", "lstm")  # the families that the notebook has
SEQUENCE_ONLY = (
    "wide-state",
    "zero-input",
    "zero-bias",
    "dims-one",
    "dims-equal",
)  # of the ideas that a cell could show too


def _dims(n_x: int, n_a: int, m: int, T_x: int, n_y: int) -> dict[str, int]:
    return {"n_x": n_x, "n_a": n_a, "m": m, "T_x": T_x, "n_y": n_y}


LAYER = (
    Idea(
        "generic",
        "every length differs and n_x < n_a; states, biases and upstream gradients are non-zero",
        _dims(3, 5, 7, 4, 2),
    ),
    Idea("wide-input", "n_x > n_a, every length differs", _dims(7, 3, 5, 4, 2)),
    Idea(
        "zero-state",
        "the layer starts from zeros and its biases do not; upstream gradients of up to 64",
        _dims(4, 5, 3, 6, 2),
        {"upstream": 6},
        zero=("state",),
    ),
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
        {"data": 5, "weight": 6, "Wp": 0},
        labels=("saturated",),
    ),
    Idea(
        "tiny",
        "all inputs are below 2^-8, the layer is nearly linear",
        _dims(5, 3, 4, 6, 2),
        {"data": -9, "state": -8, "bias": -8, "clip": -9, "Pf": 0, "Pi": 0, "Po": 0},
        labels=("tiny",),
    ),
    Idea("batch-of-one", f"a batch of a single example; {OF_FAR}", _dims(3, 4, 1, 5, 2), FAR | {"Wp": -1}),
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
    Idea("wide-state", "n_a > 128 and no multiple of 32", _dims(3, 131, 2, 4, 5), only="forward", weight_bits=3),
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
    Idea("long", "fifty steps of a contracting layer", _dims(3, 5, 2, 50, 4), {"weight": -1}),
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
        "each example starts from its own last step, one has all of them, the padding is garbage",
        _dims(5, 3, 4, 6, 2),
        options=("lengths", "reverse"),
        lengths=ONE_FULL,
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
