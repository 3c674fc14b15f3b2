"""Which nodes an edit changes: a place of the source at every step, at one end of the loop, or with all that are like it."""

from dataclasses import dataclass

from .places import Place

EACH, ALL, ALIKE, SAME, LIKE, NAMED = "each", "all", "alike", "same", "like", "named"
EVERY, FIRST, LAST, COLUMNS, AHEAD = "every", "first", "last", "columns", "ahead"


@dataclass(frozen=True)
class Group:
    """`extent` is the k-th of a place (each), all of a place, all of its innermost expression (alike), all nodes of a primitive
    (same), what is given and begins and is shaped alike (like), or is of these names (named); `only` are steps, what is one column wide, or what comes before a backward.
    """

    place: Place
    k: int = 0
    extent: str = EACH
    only: str = EVERY
