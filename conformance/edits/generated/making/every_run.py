"""Names of what every layer and direction of a network has."""

from collections.abc import Iterable
from itertools import product

LAYERS = 4  # of networks, at most


def in_every_run(names: Iterable[str]) -> tuple[str, ...]:
    """With those of layers and directions that other networks have."""
    names, runs = [*names], tuple(product(range(LAYERS), range(2)))
    cells = dict.fromkeys(name.partition("[")[0] for name in names if "[" in name)
    return (*(n for n in names if "[" not in n), *(f"{c}[{layer}][{d}]" for layer, d in runs for c in cells))
