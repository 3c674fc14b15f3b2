"""What a run of an operation can differ in, as factors and levels, and cases in which every two levels meet.

One idea shows one thing. What goes wrong only where two things meet, as lengths that fall with a T of 1, or a
gradient into the last cell state where time is reversed, no list of ideas can be trusted to have: so the levels are declared,
and the cases are a covering array of strength two over them. `infeasible` says which two cannot meet, and why.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import combinations, product

from rnnspec.reference import Kind, Operation
from rnnspec.reference.contract import MARKS

Level = tuple[str, str]  # factor, level
Row = Mapping[str, str]  # factor -> level
Levels = tuple[tuple[str, tuple[str, ...]], ...]  # the factors of an operation: most have those of many another

ABSENT, GIVEN = "absent", "given"
LENGTHS = ("none", "full", "falling", "rising", "ties", "zeros", "int32")
FEWER = ("none", "falling")  # of a recurrence by itself: the loop is a layer's, and is known to use them
ORDERS = ("falling", "rising", "ties", "equal")
CLIPS = ("some", "never", "always")


def factors(operation: Operation) -> dict[str, tuple[str, ...]]:
    """The factors of an operation with their levels, the plainest level of each first."""
    if operation.kind is Kind.CONTAINER:
        options = dict.fromkeys(operation.options, (ABSENT, GIVEN))
        return {"order": ORDERS, "T_x": ("above m", "below m"), "m": ("many", "one"), **options}
    if operation.kind not in (Kind.SEQUENCE, Kind.NETWORK):
        return {}
    found: dict[str, tuple[str, ...]] = dict.fromkeys(operation.all_omittable, (GIVEN, ABSENT))
    layered = "n_x" in operation.dims
    further = operation.states[1:] if not layered else ()  # a recurrence's states come together
    together = {*MARKS, "lengths", *(f"{s}0" for s in further), *(f"d{s}_last" for s in further)}
    found |= {name: (ABSENT, GIVEN) for name in operation.all_options if name not in together}
    if "lengths" in operation.all_options:
        found["lengths"] = LENGTHS if layered else FEWER
    found |= {"T_x": ("above m", "below m", "one"), "m": ("many", "one")}
    if layered:
        found["n_x"] = ("narrow", "wide")
    else:
        found["T_x"] = ("above m", "one")
    if operation.kind is Kind.NETWORK:
        found |= {"n_l": ("two", "one", "three"), "n_d": ("one", "two")}
    if "clip" in (operation.forward or operation).parameters:
        found["clip"] = CLIPS
    return found


def infeasible(operation: Operation, one: Level, two: Level) -> str:
    """Why two levels cannot meet, "" where they can."""
    return _apart(_levels(operation), one, two)


def _levels(operation: Operation) -> Levels:
    return tuple(factors(operation).items())


@cache
def _apart(known: Levels, one: Level, two: Level) -> str:
    if why := clash(one, two):
        return why
    for name, levels in known:
        if name not in (one[0], two[0]) and all(clash((name, n), one) or clash((name, n), two) for n in levels):
            return f"no level of {name} goes with both"
    return ""


@cache
def clash(one: Level, two: Level) -> str:
    """Why two levels exclude each other, "" where they do not."""
    for a, b in ((one, two), (two, one)):
        for first, second, why in REASONS:
            if a[0] == first[0] and a[1] in first[1] and b[0] == second[0] and b[1] in second[1]:
                return why
    return ""


Some = tuple[str, tuple[str, ...]]  # a factor, and some of its levels
REASONS: tuple[tuple[Some, Some, str], ...] = (
    (("m", ("one",)), ("T_x", ("below m",)), "no length is below 1"),
    (("m", ("one",)), ("lengths", ("falling", "rising", "ties")), "one example has no order"),
    (("m", ("one",)), ("order", ("falling", "rising", "ties")), "one sequence has no order"),
    (("m", ("one",)), ("lengths", ("zeros",)), "nothing is computed: the property no-steps"),
    (("T_x", ("one",)), ("lengths", ("falling", "rising", "ties")), "a length is 0 or 1"),
    (("order", ("rising", "ties")), ("enforce_sorted", (ABSENT,)), "is refused: the property refuses-unsorted"),
    (("order", ("ties", "equal")), ("enforce_sorted", (GIVEN,)), "the order of equal lengths is free"),
    (("T_x", ("below m",)), ("enforce_sorted", (GIVEN,)), "two of them are of one length, and their order is free"),
    (("m", ("one",)), ("enforce_sorted", (GIVEN,)), "one sequence is sorted"),
)


def pairs(operation: Operation) -> Iterator[tuple[Level, Level]]:
    """Every two levels of two factors, feasible or not."""
    return _pairs(_levels(operation))


def _pairs(known: Levels) -> Iterator[tuple[Level, Level]]:
    for (one, levels), (two, others) in combinations(known, 2):
        for level, other in product(levels, others):
            yield (one, level), (two, other)


def met(row: Row) -> set[tuple[Level, Level]]:
    """The pairs of levels that meet in a row."""
    return set(combinations(row.items(), 2))


def rows(operation: Operation) -> tuple[Row, ...]:
    """Rows in which every feasible pair of levels meets: greedy, each from the first pair that is still missing."""
    return _rows(_levels(operation))


@cache  # all that imports the cases waits for it
def _rows(known: Levels) -> tuple[Row, ...]:
    missing = dict.fromkeys(pair for pair in _pairs(known) if not _apart(known, *pair))
    found: list[Row] = []
    while missing:
        row = _completed(known, dict(next(iter(missing))), missing)
        for pair in met(row):
            missing.pop(pair, None)
        found.append(row)
    return tuple(found)


def _completed(known: Levels, begun: dict[str, str], missing: Iterable[tuple[Level, Level]]) -> Row:
    """A row from two levels: of each further factor the level that meets most of what is missing, without a clash."""
    wanted = set(missing)
    row = dict(begun)
    for name, levels in sorted(known, key=lambda factor: -len(factor[1])):
        if name not in row:
            row[name] = _level(known, (name, levels), row, wanted)
    return {name: row[name] for name, _ in known}


def _level(known: Levels, factor: tuple[str, tuple[str, ...]], row: Row, wanted: set[tuple[Level, Level]]) -> str:
    (name, levels), others = factor, list(row.items())
    place = [name for name, _ in known].index

    def gain(level: str) -> int:
        both = (((name, level), other) if place(name) < place(other[0]) else (other, (name, level)) for other in others)
        return sum(pair in wanted for pair in both)

    fit = [level for level in levels if not any(_apart(known, (name, level), other) for other in others)]
    return max(fit, key=gain)
