"""What recurrences are given that have a name of their own under a family's: its inputs, and no flag, tell them apart."""

from dataclasses import replace

from .attention import attention
from .idea import Idea

SMALL = attention(1, 1, 4, 2, 1, 5)  # a key of four halves has length 1


def _of_head(idea: Idea) -> Idea:
    return replace(idea, dims={**idea.dims, "n_g": 1})


def _named(name: str, shows: str, recipe: str = "dyadic", decay: int = 0, **values: float) -> Idea:
    """One whose scale is given, or whose state is."""
    options = ("scale",) if "scale" in values else ("state",)
    return Idea(name, shows, SMALL, {"decay": decay}, (), ("symmetric",), options, recipe=recipe, values=values)


NAMED_LINEAR = (
    _named("gla", "slow decays, one a key: GLA", decay=-4),
    _of_head(_named("simple-gla", "slow decays, one a head: simple GLA", decay=-4)),
    _named("hgrn2", "keys are 1 - exp(g), scale 1: HGRN2", "hgrn2", scale=1.0),
)
NAMED_LOW_RANK = (
    _named("rwkv7", "a is less a key of length 1, b some of that key, scale 1: RWKV-7", "rwkv7", -2, scale=1.0),
    _named("gdn2", "what is erased is each key's own, what is written each value's: GDN-2", "gdn2"),
)
NAMED_DELTA = (
    _of_head(_named("gated-deltanet", "keys of length 1, one decay a head: Gated DeltaNet", "unit-keys", -2)),
    _named("kda", "keys of length 1, one decay a key: Kimi's delta attention", "unit-keys", -2),
    _of_head(_named("key-replaced", "one key of length 1, beta 1: of values it holds the last", "one-key", beta=1.0)),
    _of_head(
        _named("key-reflected", "one key of length 1, beta 2: what it held changes its sign", "one-key", beta=2.0)
    ),
)
