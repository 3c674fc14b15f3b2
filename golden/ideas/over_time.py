"""What every recurrence of named inputs shows."""

from collections.abc import Mapping
from dataclasses import replace

from .idea import FAR_UPSTREAM, FAR_VALUES, OF_FAR, ONE_FULL, Idea

SLOW = -(2.0**-23)  # a decay that float32 can just tell from none
RESET = -(2.0**13)  # one that leaves nothing, in any dtype

# a stabiliser and a rate are logarithms, and what keys are held against is no value
VALUES = FAR_VALUES | dict.fromkeys(("m0", "m_prev", "L", "A_log", "a", "at"), 0) | {"tap": -6}


def common(one: Mapping[str, int], other: Mapping[str, int], equal: Mapping[str, int]) -> tuple[Idea, ...]:
    """What every recurrence shows; `one` and `other` have lengths that differ, in another order."""
    single = {**one, "m": 1}
    return (
        Idea("generic", "every length differs; state and upstream gradients are non-zero", one),
        Idea(
            "batch-of-one",
            f"a batch of a single example; {OF_FAR}",
            single,
            VALUES | FAR_UPSTREAM,
            labels=("saturated",),
        ),
        Idea("zero-state", "the state starts from zeros", other, zero=("state", "positive"), options=("state",)),
        Idea(
            "dims-equal", "every length is the same, so no shape can tell two axes apart", equal, labels=("symmetric",)
        ),
        Idea(
            "full-precision",
            "53-bit inputs: computing in float32 shows",
            other,
            labels=("full-precision",),
            recipe="full",
        ),
        *(replace(idea, dims={**(one if idea.dims else other), **idea.dims}) for idea in OVER_TIME),
    )


# the lengths here are put over those of a family
OVER_TIME = (
    Idea("initial-state", "the state that is given is where it starts", {}, options=("state",)),
    Idea("one-step", "a sequence of one step from a given state", {"T_x": 1}, options=("state",)),
    Idea(
        "long",
        "twenty-four steps that forget",
        {"T_x": 24, "m": 2, "n_h": 1, "n_hv": 1, "n_c": 3, "n_s": 1},
        {"weight": -1, "delta": 2},
        values={"A": -1.0},
        labels=("symmetric",),
    ),
    Idea(
        "ragged",
        "lengths differ and the padding is garbage",
        {"T_x": 6},
        {"data": 1},
        labels=("tiny",),
        options=("lengths",),
        lengths=ONE_FULL,
    ),
    Idea(
        "ragged-from-a-state",
        "an example of length 0 keeps its state",
        {"T_x": 6},
        {"data": 1},
        labels=("tiny",),
        options=("state", "lengths"),
    ),
    Idea(
        "loss-on-final-state",
        "the loss sees the final state alone, and the lengths differ",
        {"T_x": 6},
        {"data": 1},
        labels=("tiny",),
        zero=("do", "dy", "dh", "dout"),
        options=("lengths", "final"),
        only="backward",
    ),
    Idea(
        "every-gradient",
        f"gradients flow into every output and the final state; {OF_FAR}",
        {},
        VALUES | FAR_UPSTREAM,
        labels=("saturated",),
        options=("state", "final"),
        only="backward",
    ),
)
# no step shows the first, and steps alone show the second
SEQUENCES = {*(idea.name for idea in OVER_TIME), "over-a-chunk", "over-two-chunks", "one-reset", "dims-equal"} | {
    "zero-rows",
    "strong-decay",
    "steps-of-twenty",
    "begins-anew-ragged",
    *("minus-three", "short-of-a-chunk", "a-chunk", "key-replaced", "key-reflected"),
    *("hgrn", "hgrn2", "gla", "simple-gla", "gated-deltanet", "kda", "rwkv7", "gdn2"),
}
STEPS = {"batch-of-one", "zero-state"}
HALF = {"generic", "initial-state", "ragged", "decay-of-a-head", "slow-decay"}  # which are for float16 too
