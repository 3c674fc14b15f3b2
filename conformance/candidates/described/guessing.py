"""A description guessed from shapes: what stands in a weight by its shape, the order of gates by what passes."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import product

from .packing import GATES
from .pattern import BadDescription

N_X, N_A, BATCH, STEPS = 3, 5, 6, 4  # all different, and no sum or multiple of one another that a layer has
# by the number of gates
FAMILIES = {4: ("lstm",), 3: ("gru_reset_after", "gru", "lstm_coupled"), 1: ("rnn", "rnn_relu")}
COLUMNS = {N_X: ("Wx",), N_A: ("Wh",), N_X + N_A: ("Wxh", "Whx")}
Shapes = Mapping[str, tuple[int, ...]]


def weights_of(shapes: Shapes) -> Iterator[tuple[str, dict[str, str], str]]:
    """Families, each with names of weights by what may stand in them, and the letters of gates that have names of their own.

    Raises BadDescription where shapes tell nothing.
    """
    whole = _together(shapes)
    matrices = {name: part for name, part in whole.items() if len(part[0]) == 2 and 1 not in part[0]}
    vectors = {name: math.prod(shape) * parts for name, (shape, parts) in whole.items() if name not in matrices}
    found = [[*_matrix(name, *part)] for name, part in matrices.items()]
    if not found or not all(found) or len({gates for ways in found for gates, *_ in ways}) != 1:
        raise BadDescription(f"the shapes of its parameters tell no layer: {_listed(shapes)} at n_x={N_X}, n_a={N_A}")
    gates = found[0][0][0]
    ways = [{key: name for _, key, name in chosen} for chosen in product(*found)]
    if len(found) > max(map(len, ways)):
        raise BadDescription(f"the shapes of its parameters tell no layer but several: {_listed(shapes)}")
    for family in FAMILIES.get(gates, ()):
        for names in (names for names in ways if len(names) == len(found)):
            yield family, names | _biases(family, vectors), _letters(shapes, next(iter(names.values())))


def _together(shapes: Shapes) -> dict[str, tuple[tuple[int, ...], int]]:
    """Shapes by name, and how many gates have one each: those are one, with `{gate}` in the place of the letter."""
    patterns = {name: [*_patterns(name)] for name in shapes}
    shared = Counter((pattern, shapes[name]) for name, found in patterns.items() for pattern in found)
    found: dict[str, tuple[tuple[int, ...], int]] = {}
    for name, shape in shapes.items():
        pattern = max(patterns[name], key=lambda one: shared[one, shape], default=name)
        found[pattern if shared[pattern, shape] > 1 else name] = shape, max(shared[pattern, shape], 1)
    return found


def _letters(shapes: Shapes, name: str) -> str:
    """What stands in the place of `{gate}` in a name, in the order in which the layer has it."""
    before, gate, after = name.removesuffix(".T").partition("{gate}")
    return (
        "".join(n[len(before) : len(n) - len(after)] for n in shapes if n.startswith(before) and n.endswith(after))
        if gate
        else ""
    )


def _patterns(name: str) -> Iterator[str]:
    """A name with `{gate}` in place of each letter in it that may be a gate's."""
    letters = "".join({letter for _, known in GATES.values() for letter in known})
    for place in re.finditer(rf"(?<![a-z]{{2}})[{letters}](?![A-Za-z])", name):
        yield f"{name[: place.start()]}{{gate}}{name[place.end() :]}"


def _matrix(name: str, shape: tuple[int, ...], parts: int) -> Iterator[tuple[int, str, str]]:
    """How many gates, what stands in it, and the name, for each way that the shape allows."""
    for (rows, columns), written in ((shape, name), (shape[::-1], f"{name}.T")):
        if rows % N_A == 0 and (gates := parts * rows // N_A) in FAMILIES:
            yield from ((gates, key, written) for key in COLUMNS.get(columns, ()))


def _biases(family: str, sizes: Mapping[str, int]) -> dict[str, str]:
    vectors = [*sizes]
    if len(vectors) == 1:
        return {"b": vectors[0]}
    if family == "gru_reset_after" and len({*sizes.values()}) == len(vectors) == 2:
        inside, every = sorted(vectors, key=lambda name: sizes[name])
        return {"b": every, "bca": inside}
    ordered = sorted(vectors, key=lambda name: bool(re.search(r"hh|_h|h[./]|rec", name)))
    return dict(zip(("bx", "bh"), ordered, strict=False))


def _listed(shapes: Shapes) -> str:
    return ", ".join(f"{name} {shape}" for name, shape in shapes.items()) or "none"
