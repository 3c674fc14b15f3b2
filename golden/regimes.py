"""What the numbers of a problem are like, where they are not plain: saturating, tiny, sparse, alike, cancelling, of all bits, below the normal numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Regime:
    """Powers of two that kinds of arrays are scaled by, and the pattern that they are drawn in, "" for an operation's own."""

    scale: Mapping[str, int] = field(default_factory=dict)
    recipe: str = ""


def _all(by: int) -> dict[str, int]:
    return dict.fromkeys(("data", "state", "upstream", "key"), by)


PLAIN, ALL_BITS = "", "full"
REGIMES: Mapping[str, Regime] = {
    PLAIN: Regime(),
    "sparse": Regime(recipe="sparse"),
    "equal-rows": Regime(recipe="equal-rows"),
    "cancelling": Regime(recipe="cancelling"),
    "every-bit": Regime(recipe=ALL_BITS),  # of the format that is given: what rounds it to fewer shows
    "tiny": Regime(_all(-8)),
    "large": Regime({"data": 8}),
    "saturated": Regime({"weight": 3, "bias": 2, "gate": 2}),
    "far": Regime({"gate": 4, "bias": 4}),  # where exp, softplus and sigmoid are nearly 1, z and 0 or 1, and not yet
    "below-float16": Regime(_all(-15)),
    "below-float32": Regime(_all(-128)),
    "below-float64": Regime(_all(-1024)),
}
