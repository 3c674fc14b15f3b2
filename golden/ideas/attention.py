"""What recurrences with a matrix of states show: keys and values in heads, decays, groups, chunks."""

from dataclasses import replace

from .idea import FAR_UPSTREAM, Idea
from .over_time import SLOW, common


def attention(n_h: int, n_hv: int, n_k: int, n_v: int, m: int, T_x: int, n_g: int = 0) -> dict[str, int]:
    """Heads, keys, values, examples, steps; a decay for each key unless `n_g` is 1."""
    return {"n_h": n_h, "n_hv": n_hv, "n_k": n_k, "n_v": n_v, "n_g": n_g or n_k, "m": m, "T_x": T_x}


ATTENTION = common(
    attention(2, 2, 3, 5, 4, 6),
    attention(2, 2, 4, 3, 1, 5),
    attention(3, 3, 3, 3, 3, 3),
)
SCALED = Idea(
    "scaled",
    "a scale that is given; keys longer than one",
    attention(1, 1, 3, 5, 4, 6),
    {"k": 1, "kt": 1},
    options=("scale",),
    values={"scale": 0.75},
)
DECAYS = (
    Idea("decay-of-a-head", "one decay a head and step", attention(2, 2, 4, 3, 5, 6, n_g=1)),
    Idea("no-decay", "the decay is exactly 0: nothing is forgotten", attention(1, 1, 3, 5, 4, 6), zero=("g", "gt")),
    Idea(
        "slow-decay",
        "a decay of -2^-23",
        attention(2, 2, 3, 5, 1, 6, n_g=1),
        values={"g": SLOW, "gt": SLOW},
        options=("state",),
    ),
    Idea("strong-decay", "decays of up to -8 a step", attention(1, 1, 3, 5, 4, 6), {"decay": 2}),
    Idea(
        "one-reset",
        "a decay of -8192 in the middle leaves nothing of what was before",
        attention(2, 2, 3, 5, 1, 6, n_g=1),
        options=("state",),
        recipe="one-reset",
    ),
    Idea(
        "grouped-heads",
        "each head of q and k serves the next two of v",
        attention(2, 4, 3, 5, 1, 6, n_g=1),
        options=("state", "final"),
    ),
    Idea(
        "zero-rows",
        "the first example's first query and key are zeros",
        attention(2, 2, 3, 5, 4, 6),
        recipe="zero-rows",
    ),
    SCALED,
    Idea(
        "over-a-chunk",
        "one step more than 64: what works in chunks of 16, 32 or 64 has a rest of one",
        attention(1, 1, 2, 3, 1, 65, n_g=1),
        options=("state", "final"),
        labels=("symmetric",),
    ),
    Idea(
        "over-two-chunks",
        "two chunks of 64 and a rest of two",
        attention(1, 1, 2, 3, 1, 130, n_g=1),
        options=("state",),
        labels=("symmetric",),
        only="forward",
    ),
    Idea(
        "minus-three",
        "a decay of -3 at each of 32 steps: what is multiplied by exp(3 t) leaves float32",
        attention(1, 1, 2, 1, 1, 32),
        values={"g": -3.0},
        options=("state", "final"),
        labels=("symmetric",),
    ),
)
LINEAR = (
    Idea("linear-attention", "no decay is given: linear attention", attention(2, 2, 3, 5, 4, 6), options=("g=None",)),
    Idea(
        "retention",
        "each head decays by its own constant: retention",
        attention(3, 3, 2, 4, 5, 6, n_g=1),
        recipe="retention",
    ),
    Idea(
        "ssd",
        "one decay a head, groups of heads, scale 1: the state space dual",
        attention(2, 4, 3, 5, 1, 6, n_g=1),
        options=("scale", "state"),
        values={"scale": 1.0},
    ),
    Idea(
        "rwkv6",
        "a bonus u, and the output read before the write: RWKV-6; upstream gradients of up to 256",
        attention(2, 2, 3, 4, 5, 6),
        FAR_UPSTREAM,
        options=("u", "scale"),
        values={"scale": 1.0},
    ),
    Idea(
        "rwkv6-grouped",
        "a bonus where groups of values share a key, from a given state",
        attention(2, 4, 3, 5, 1, 6),
        options=("u", "state", "final"),
    ),
)
LOW_RANK = (
    Idea(
        "no-decay-given",
        "no decay is given: nothing is forgotten but by a and b",
        attention(2, 2, 3, 5, 4, 6),
        options=("g=None",),
    ),
)
DELTA = (
    Idea("delta-rule", "no decay is given: the delta rule", attention(2, 2, 3, 5, 4, 6), options=("g=None",)),
    Idea(
        "beta-zero",
        "beta is 0: nothing is written",
        attention(2, 2, 3, 5, 4, 6),
        zero=("beta", "betat"),
        options=("state",),
    ),
    Idea(
        "beta-one",
        "beta is 1: what a key holds is put in place of what it held",
        attention(2, 2, 3, 5, 4, 6),
        values={"beta": 1.0, "betat": 1.0},
    ),
    Idea(
        "beta-two",
        "beta is 2: what a key holds is reflected",
        attention(2, 2, 3, 5, 4, 6),
        values={"beta": 2.0, "betat": 2.0},
    ),
)
MEMORY = (
    Idea(
        "small-input-gate",
        "input gates of exp(-12): the normaliser is its floor",
        attention(2, 2, 3, 5, 4, 6),
        values={"i": -12.0, "it": -12.0},
    ),
    Idea(
        "vanishing-input-gate",
        "input gates of exp(-720), which no dtype holds",
        attention(2, 2, 3, 5, 4, 6),
        values={"i": -720.0, "it": -720.0},
        labels=("tiny",),
    ),
    Idea(
        "large-input-gate",
        "input gates of exp(12): the normaliser is the query's product with n",
        attention(2, 2, 3, 5, 4, 6),
        values={"i": 12.0, "it": 12.0},
        options=("state",),
    ),
    Idea(
        "extreme-gates",
        "gates of up to exp(64)",
        attention(2, 2, 3, 5, 4, 6),
        {"gate": 5},
        options=("final",),
        labels=("saturated", "chaotic"),
        recipe="full",
    ),
    SCALED,
    Idea(
        "with-eps",
        "an eps of 2^-20 beside the normaliser",
        attention(2, 2, 3, 5, 4, 6),
        options=("eps", "state"),
        values={"eps": 2.0**-20},
    ),
    Idea(
        "over-a-chunk",
        "one step more than 64: what works in chunks of 16, 32 or 64 has a rest of one",
        attention(1, 1, 2, 3, 1, 65),
        options=("state", "final"),
        labels=("symmetric",),
    ),
)
CHUNKS = tuple(
    Idea(
        name, shows, attention(1, 1, 2, 1, 1, T_x, n_g=1), options=("state", "final"), labels=("symmetric",), only=only
    )
    for name, T_x, only, shows in (
        ("short-of-a-chunk", 63, "", "one step less than 64: a chunk that is not full"),
        ("a-chunk", 64, "forward", "64 steps: chunks of 16, 32 or 64 without a rest"),
    )
)
CHUNKS_FORWARD = tuple(replace(idea, only="forward") for idea in CHUNKS)
