"""What networks and the two functions of a matrix show."""

from dataclasses import replace

from rnnspec.reference import Direction, Kind, Operation

from .idea import FAR, FAR_UPSTREAM, OF_FAR, ONE_FULL, Idea


def _layers(n_l: int, n_d: int, n_x: int, n_a: int, m: int, T_x: int) -> dict[str, int]:
    return {"n_l": n_l, "n_d": n_d, "n_x": n_x, "n_a": n_a, "m": m, "T_x": T_x}


NETWORK = (
    Idea("generic", "two layers; every length differs", _layers(2, 1, 4, 5, 6, 3)),
    Idea(
        "bidirectional",
        "one layer in both directions, each with its own weights and initial state",
        _layers(1, 2, 4, 5, 3, 6),
    ),
    Idea("one-layer", "one layer in one direction is a plain sequence", _layers(1, 1, 3, 5, 4, 6)),
    Idea(
        "wide-input",
        "n_x > n_a in two layers, gradients into every output",
        _layers(2, 1, 7, 4, 5, 6),
        options=("final",),
    ),
    Idea("one-step", "a sequence of one step through two layers", _layers(2, 1, 4, 6, 3, 1)),
    Idea("batch-of-one", f"a single example, both directions; {OF_FAR}", _layers(1, 2, 5, 4, 1, 3), FAR),
    Idea(
        "no-state",
        "a0 is None, which stands for zeros in every layer and direction",
        _layers(2, 1, 5, 4, 3, 6),
        options=("a0=None",),
    ),
    Idea(
        "zero-state", "every layer starts from zeros and its biases do not", _layers(2, 1, 3, 4, 5, 6), zero=("state",)
    ),
    Idea(
        "huge",
        "pre-activations of ±1000 give finite outputs in range",
        _layers(2, 1, 6, 5, 4, 3),
        {"data": 5, "weight": 6},
        labels=("saturated",),
    ),
    Idea(
        "dims-equal",
        "n_x = n_a = m = T, so no shape can tell a layer's input from the network's",
        _layers(2, 1, 4, 4, 4, 4),
        labels=("symmetric",),
    ),
    Idea(
        "full-precision",
        "53-bit inputs: computing in float32 shows",
        _layers(1, 2, 4, 3, 5, 6),
        {"weight": -1},
        labels=("full-precision",),
        recipe="full",
    ),
    Idea(
        "ragged",
        "both directions of a ragged batch, one example has every step, the padding is garbage",
        _layers(1, 2, 5, 3, 4, 6),
        options=("lengths",),
        lengths=ONE_FULL,
    ),
    Idea(
        "deep-ragged",
        "three layers of two directions, ragged, gradients into every output",
        _layers(3, 2, 7, 5, 4, 6),
        options=("c0", "lengths", "final"),
    ),
    Idea(
        "loss-on-final-states",
        "the loss sees the final states alone",
        _layers(2, 2, 3, 2, 4, 5),
        zero=("da",),
        options=("final",),
        labels=("symmetric",),
        only="backward",
    ),
)

# of these families networks have few cases, and no covering array: their layers and directions are walked as those of the others are
FEW = ("gru", "lstm_peephole")
SHARED = ("generic", "huge", "batch-of-one", "no-state", "ragged", "deep-ragged", "loss-on-final-states")
DEEP = {**FAR_UPSTREAM, "c0": 3}
OF_ONE_LAYER = ("huge",)  # of these, where cases are few: a layer more is as many arrays more
OF_DEEP = "c0, where there is one, of up to 8, upstream gradients of up to 256"
SHARED_FORWARD = ("one-layer", "bidirectional", "full-precision")


def has_few(operation: Operation) -> bool:
    """Whether it is a network that has few cases."""
    return operation.kind is Kind.NETWORK and operation.family in FEW


def of_network(operation: Operation) -> tuple[Idea, ...]:
    """The ideas that a network's operation shows."""
    found = tuple(idea for idea in NETWORK if idea.only in ("", operation.direction))
    if not has_few(operation):
        return found
    few = SHARED + (SHARED_FORWARD if operation.direction is Direction.FORWARD else ())
    return tuple(_as_drawn(idea) for idea in found if idea.name in few)


def _as_drawn(idea: Idea) -> Idea:
    """The one case of three layers has gradients in them that a clip would change, as others have in more cases."""
    if idea.name in OF_ONE_LAYER:
        return replace(idea, dims={**idea.dims, "n_l": 1})
    return replace(idea, shows=f"{idea.shows}; {OF_DEEP}", scale=DEEP) if idea.name == "deep-ragged" else idea


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
