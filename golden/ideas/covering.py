"""Ideas from rows of the covering array: what an operation does where two levels meet (golden/factors.py)."""

from rnnspec.reference import Kind, Operation

from ..entry import INT32
from ..factors import ABSENT, GIVEN, Row, factors, rows
from .containers import FILLED, container
from .idea import FAR_UPSTREAM, FAR_VALUES, Idea
from .networks import has_few
from .over_time import VALUES
from .recurrences import OF_FAMILY

WORDS = {
    **{("T_x", "below m"): "short", ("T_x", "one"): "one-step", ("m", "one"): "one-example", ("n_x", "wide"): "wide"},
    **{("n_l", "one"): "one-layer", ("n_l", "three"): "three-layers", ("n_d", "two"): "two-directions"},
    **{("clip", "never"): "never-clipped", ("clip", "always"): "always-clipped"},
}
NUMBERS = {"one": 1, "two": 2, "three": 3}
STEPS = {"above m": 6, "below m": 3, "one": 1}
# of four examples in so many steps
ORDERED = {
    6: {
        "falling": (6, 4, 3, 1),
        "rising": (1, 3, 4, 6),
        "ties": (2, 5, 2, 5),
        "zeros": (3, 0, 6, 0),
        "int32": (4, 1, 6, 2),
    },
    3: {
        "falling": (3, 2, 1, 0),
        "rising": (0, 1, 2, 3),
        "ties": (1, 3, 1, 3),
        "zeros": (2, 0, 3, 0),
        "int32": (1, 3, 0, 2),
    },
    1: {"zeros": (0, 1, 0, 1), "int32": (1, 0, 1, 1)},
}
SEQUENCES = {
    6: {"falling": (6, 4, 3, 1), "rising": (1, 3, 4, 6), "ties": (2, 5, 2, 5), "equal": (6, 6, 6, 6)},
    3: {"falling": (3, 2, 1, 1), "rising": (1, 1, 2, 3), "ties": (1, 3, 1, 3), "equal": (3, 3, 3, 3)},
}
MAY_BE = ("saturated", "tiny", "symmetric")  # they are small, and are of something else: what one is is found out
CLIPPED = {"some": 0, "never": 6, "always": -8}  # powers of two


APART = {("slstm", "levels-one-step")}  # what a sequence of it compares is too near in float16 in its other cases


def covering(operation: Operation) -> tuple[Idea, ...]:
    """An idea for each row of an operation's covering array; none of what has few cases."""
    if has_few(operation):
        return ()
    if operation.family in OF_FAMILY:
        plain = OF_FAMILY[operation.family][0]
        return tuple(_recurrent(operation, _name(operation, row), row, plain) for row in rows(operation))
    make = _contained if operation.kind is Kind.CONTAINER else _layered
    return tuple(make(_name(operation, row), row) for row in rows(operation))


def _name(operation: Operation, row: Row) -> str:
    """The levels that are not the plainest, in words: a case's id says what meets in it, for ever."""
    plainest = {name: levels[0] for name, levels in factors(operation).items()}
    return "-".join(["levels", *(_word(name, level) for name, level in row.items() if level != plainest[name])])


def _word(name: str, level: str) -> str:
    said = {GIVEN: name, ABSENT: f"no-{name}"}.get(level) or WORDS.get((name, level), level)
    return said.replace("_", "-").lower()


def _layered(name: str, row: Row) -> Idea:
    T_x, m, far = STEPS[row["T_x"]], 4 if row["m"] == "many" else 1, row["n_x"] == "wide"
    narrow, n_a, other = (2, 3, 5) if T_x != 3 else (2, 5, 6)
    n_x, n_y = (narrow, other) if row["n_x"] == "narrow" else (other, narrow)
    layers = {axis: NUMBERS[row[axis]] for axis in ("n_l", "n_d") if axis in row}
    dims = {**layers, "n_x": n_x, "n_a": n_a, "m": m, "T_x": T_x, **({} if layers else {"n_y": n_y})}
    return Idea(
        name,
        f"two levels of every two factors meet: {', '.join(f'{factor} {level}' for factor, level in row.items())}",
        dims,
        scale={"clip": _clipped(row) if "clip" in row else 0, **(FAR_VALUES if far else FAR_UPSTREAM)},
        labels=MAY_BE,
        options=tuple(_options(row)),
        lengths=_lengths(row["lengths"], m, T_x),
        half=False,
    )


def _clipped(row: Row) -> int:
    """The limit's power of two: beside a c0 that is far, that of what is clipped sometimes or never is as far."""
    far = row["n_x"] == "wide" and row["c0"] == GIVEN and row["clip"] != "always"
    return CLIPPED[row["clip"]] + (FAR_VALUES["state"] if far else 0)


def _recurrent(operation: Operation, name: str, row: Row, plain: Idea) -> Idea:
    T_x, m = STEPS[row["T_x"]], 4 if row["m"] == "many" else 1
    half = (operation.family, name) in APART  # whose gradients float16 has to hold
    return Idea(
        name,
        f"two levels of every two factors meet: {', '.join(f'{factor} {level}' for factor, level in row.items())}",
        {**plain.dims, "m": m, "T_x": T_x},
        scale=VALUES if m == 1 else {} if half else FAR_UPSTREAM,
        labels=MAY_BE,
        options=(*_options(row), *_further(operation, row)),
        lengths=_lengths(row["lengths"], m, T_x),
        values={"scale": 0.75, "eps": 2.0**-20},
        half=half,
        recipe=plain.recipe,
    )


def _further(operation: Operation, row: Row) -> list[str]:
    """The other states and the gradients into them, which come with those of the first."""
    first, *others = operation.states
    begun, ended = row.get(f"{first}0") == GIVEN, row.get(f"d{first}_last") == GIVEN
    return [*(f"{s}0" for s in others if begun), *(f"d{s}_last" for s in others if ended)]


def _options(row: Row) -> list[str]:
    found = [name for name, level in row.items() if level == GIVEN and name not in ("a0", "g")]
    if row["lengths"] != "none":
        found.append("lengths")
    if row["lengths"] == "int32":
        found.append(INT32)
    return [*found, *(f"{name}=None" for name, level in row.items() if level == ABSENT and name in ("a0", "g"))]


def _lengths(level: str, m: int, T_x: int) -> tuple[int, ...]:
    if level in ("none", "full"):
        return (T_x,) * m
    return ORDERED[T_x][level] if m > 1 else (min(T_x, 4),)


def _contained(name: str, row: Row) -> Idea:
    T_x = STEPS[row["T_x"]]
    lengths = SEQUENCES[T_x][row["order"]] if row["m"] == "many" else (T_x,)
    options = [option for option, level in row.items() if level == GIVEN]
    values = {"padding_value": FILLED, "total_length": T_x + 2, "enforce_sorted": False}
    words = ", ".join(f"{factor} {level}" for factor, level in row.items())
    longest = T_x + 2 if "total_length" in options else 0
    given = {option: values[option] for option in options if option in values}
    return container(
        name, f"two levels of every two factors meet: {words}", lengths, 3, " ".join(options), longest, **given
    )
