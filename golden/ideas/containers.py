"""What padding and packing show. Lengths are the ideas' own: nothing is drawn but the values."""

from .idea import Idea

SORTED, UNSORTED = (6, 4, 3, 1), (3, 1, 5, 2)


def _of(lengths: tuple[int, ...], n: int, longest: int = 0) -> dict[str, int]:
    each = {f"L{i}": length for i, length in enumerate(lengths)}
    return {"m": len(lengths), "n": n, "L": sum(lengths), "T_x": max(longest, *lengths), "L_max": max(lengths), **each}


def container(
    name: str, shows: str, lengths: tuple[int, ...], n: int = 2, options: str = "", longest: int = 0, **values: float
) -> Idea:
    return Idea(
        name, shows, _of(lengths, n, longest), options=tuple(options.split()), recipe="containers", values=values
    )


FILLED = -7.5

CONTAINERS: dict[str, tuple[Idea, ...]] = {
    "pad_sequence": (
        container("generic", "sequences of unequal length, filled up with zeros", UNSORTED),
        container("batch-first", "examples before time", UNSORTED, options="batch_first"),
        container(
            "padding-value", "filled up with another number", UNSORTED, options="padding_value", padding_value=FILLED
        ),
        container(
            "every-option",
            "examples before time, filled up with another number",
            SORTED,
            5,
            "batch_first padding_value",
            padding_value=FILLED,
        ),
        container("equal-lengths", "nothing to fill up", (4, 4, 4), 5),
        container("one-sequence", "a batch of one", (5,), 3),
        container("one-step", "a sequence of a single step beside longer ones", (1, 4, 2), 3),
    ),
    "pack_sequence": (
        container("generic", "sequences that fall in length", SORTED),
        container(
            "unsorted",
            "sequences in any order, and the way back",
            UNSORTED,
            options="enforce_sorted",
            enforce_sorted=False,
        ),
        container(
            "sorted-unenforced",
            "sorting that is not enforced leaves sorted sequences alone",
            SORTED,
            3,
            "enforce_sorted",
            enforce_sorted=False,
        ),
        container("equal-lengths", "sequences of one length keep their order", (4, 4, 4), 5),
        container("one-sequence", "a batch of one", (5,), 3),
        container("long-tail", "one example outlasts the others", (7, 2, 1), 3),
    ),
    "pack_padded_sequence": (
        container("generic", "lengths that fall, the padding is garbage", SORTED),
        container(
            "unsorted",
            "lengths in any order, and the way back",
            UNSORTED,
            options="enforce_sorted",
            enforce_sorted=False,
        ),
        container("batch-first", "examples before time", SORTED, 3, "batch_first"),
        container(
            "every-option",
            "examples before time, in any order",
            UNSORTED,
            3,
            "batch_first enforce_sorted",
            enforce_sorted=False,
        ),
        container("all-shorter", "every length is below T", (5, 3, 2), 4, longest=7),
        container("equal-lengths", "lengths that do not fall and do not rise", (4, 4, 4), 5),
        container("one-sequence", "a batch of one", (5,), 3),
    ),
    "pad_packed_sequence": (
        container("generic", "a packed batch that was sorted", SORTED),
        container("unsorted", "examples come back in their own order", UNSORTED),
        container("batch-first", "examples before time", SORTED, 3, "batch_first"),
        container("padding-value", "filled up with another number", UNSORTED, 3, "padding_value", padding_value=FILLED),
        container(
            "total-length",
            "filled up beyond the longest example",
            UNSORTED,
            3,
            "total_length",
            longest=8,
            total_length=8,
        ),
        container(
            "every-option",
            "all options at once",
            UNSORTED,
            3,
            "batch_first padding_value total_length",
            longest=9,
            total_length=9,
            padding_value=FILLED,
        ),
        container("one-sequence", "a batch of one", (5,), 3),
    ),
}
