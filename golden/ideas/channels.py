"""What recurrences show whose units stand each by itself, or in heads that mix them."""

from dataclasses import replace

from .idea import FAR_UPSTREAM, ONE_FULL, Idea
from .over_time import SLOW, common


def _channels(n_c: int, n_s: int, m: int, T_x: int) -> dict[str, int]:
    """Channels, inputs that the state keeps, examples, steps."""
    return {"n_c": n_c, "n_s": n_s, "m": m, "T_x": T_x}


def _heads(n_h: int, n_u: int, m: int, T_x: int) -> dict[str, int]:
    return {"n_h": n_h, "n_u": n_u, "m": m, "T_x": T_x}


def _scan(n_c: int, n_n: int, m: int, T_x: int) -> dict[str, int]:
    """Channels, states of each, examples, steps."""
    return {"n_c": n_c, "n_n": n_n, "m": m, "T_x": T_x}


CHANNELS = common(_channels(5, 3, 4, 6), _channels(4, 2, 3, 7), _channels(4, 3, 4, 4))
WINDOWS = (
    Idea(
        "fewer-steps-than-window", "fewer steps than the state keeps", _channels(5, 3, 4, 2), options=("state", "final")
    ),
    Idea("as-many-steps-as-window", "as many steps as the state keeps", _channels(5, 3, 4, 3), labels=("symmetric",)),
    Idea(
        "window-of-two",
        "the state keeps one input; values of up to 64",
        _channels(5, 1, 4, 6),
        {"data": 5},
        labels=("saturated",),
        options=("state", "final"),
    ),
)
UNITS = (
    Idea("no-decay", "the decay is exactly 0: nothing is forgotten", _channels(5, 3, 4, 6), zero=("g", "gt")),
    Idea("slow-decay", "a decay of -2^-23", _channels(5, 3, 4, 6), values={"g": SLOW, "gt": SLOW}, options=("state",)),
    Idea("strong-decay", "decays of up to -8 a step", _channels(5, 3, 4, 6), {"decay": 2}),
    Idea("one-reset", "a decay of -8192 in the middle", _channels(5, 3, 4, 6), recipe="one-reset", options=("state",)),
    Idea("over-a-chunk", "one step more than 64", _channels(2, 3, 1, 65), options=("state", "final")),
    Idea("hgrn", "what is written is 1 - exp(g) of a candidate: HGRN", _channels(3, 2, 4, 5), recipe="hgrn"),
)
GATED_UNITS = (
    Idea(
        "wide-gates",
        "pre-activations of up to ±4, upstream gradients of up to 256",
        _channels(5, 3, 4, 6),
        {"gate": 1, **FAR_UPSTREAM},
        labels=("saturated",),
    ),
    Idea(
        "extreme-gates",
        "pre-activations of up to ±64",
        _channels(5, 3, 4, 6),
        {"gate": 5, "data": 5},
        labels=("saturated",),
    ),
    Idea(
        "over-a-chunk",
        "one step more than 64",
        _channels(2, 3, 1, 65),
        options=("state", "final"),
        labels=("saturated",),
    ),
)
RATES = (
    GATED_UNITS[2],
    Idea(
        "hardly-any-decay",
        "a rate of softplus(-16): 1 - a^2 is 1e-7 and has to be computed as such",
        _channels(5, 3, 4, 6),
        values={"L": -16.0},
        options=("state",),
    ),
    Idea("fast-rate", "a rate of softplus(4)", _channels(5, 3, 4, 6), values={"L": 4.0}, options=("state", "final")),
    Idea("begins-anew", "some steps begin anew", _channels(3, 2, 4, 6), options=("reset", "state", "final")),
    Idea(
        "begins-anew-ragged",
        "lengths differ, and a step that begins anew may be padding",
        _channels(3, 2, 4, 6),
        {"data": 1},
        labels=("tiny",),
        options=("reset", "state", "lengths"),
        lengths=ONE_FULL,
    ),
)
WEIGHTED = (
    *(idea if idea.recipe == "full" else replace(idea, recipe="untied") for idea in CHANNELS),
    Idea(
        "wide-keys",
        "keys of up to ±16: one value is nearly the mean",
        _channels(3, 2, 2, 5),
        {"k": 5, "kt": 5},
        recipe="untied",
    ),
    Idea("slow-decay", "a decay of -2^-23", _channels(3, 2, 2, 5), values={"g": SLOW}),
    Idea(
        "strong-decay",
        "a decay of -8 a step",
        _channels(3, 2, 2, 5),
        values={"g": -8.0},
        options=("state", "final"),
        recipe="untied",
    ),
    Idea(
        "over-a-chunk",
        "one step more than 64",
        _channels(2, 3, 1, 65),
        options=("state", "final"),
        recipe="untied",
    ),
)
MIXED = (
    *common(_heads(2, 3, 4, 6), _heads(3, 2, 4, 5), _heads(3, 3, 3, 3)),
    Idea("wide-gates", "pre-activations of up to ±16", _heads(2, 3, 4, 6), {"gate": 3}, labels=("saturated",)),
    Idea(
        "fresh-beside-running",
        "an example that begins beside ones that run, and an input gate of exp(-8)",
        _heads(2, 3, 4, 6),
        values={"i": -8.0, "it": -8.0},
        options=("state",),
        recipe="fresh",
    ),
)
SCAN = (
    *common(_scan(5, 3, 4, 6), _scan(3, 4, 2, 7), _scan(4, 4, 4, 4)),
    Idea("large-steps", "steps of up to 8: what was is forgotten", _scan(5, 3, 4, 6), {"delta": 3}, options=("state",)),
    Idea(
        "small-steps",
        "steps of 2^-10",
        _scan(5, 3, 4, 6),
        values={"delta": 2.0**-10, "deltat": 2.0**-10},
        options=("state", "final"),
    ),
    Idea("over-a-chunk", "one step more than 64", _scan(2, 3, 1, 65), options=("state", "final")),
)
OF_LAYER = {  # few, as the scan by itself has the others
    **dict.fromkeys(("generic", "full-precision", "ragged"), ""),
    **dict.fromkeys(("initial-state", "ragged-from-a-state"), "forward"),
    **{"loss-on-final-state": "backward", "every-gradient": "backward"},
}
SCAN_LAYER = (
    *(
        replace(idea, only=OF_LAYER[idea.name])
        for idea in common(_scan(2, 3, 4, 5), _scan(3, 2, 1, 6), _scan(3, 3, 3, 3))
        if idea.name in OF_LAYER
    ),
    Idea(
        "steps-of-twenty",
        "steps of softplus(19.875) and softplus(20.125): some libraries' is the identity above 20",
        _scan(2, 3, 1, 4),
        {"b": -2},
        values={"raw": 20.0},
        labels=("saturated", "symmetric"),
        weight_bits=0,
    ),
)
