"""Which operations a fault makes wrong, in few words: `both("gru")`, `over_time("B", *ALL)`, `networks("F")`."""

LAYERED = ("rnn", "lstm", "lstm_peephole", "gru", "gru_reset_after")
WITH_CELL = ("lstm", "lstm_peephole", "lstm_coupled", "lstm_projected", "lstm_clipped")
GRUS = ("gru", "gru_reset_after")
ALL = ("rnn", "rnn_relu", *GRUS, *WITH_CELL)
COMPLETE = ("rnn", "lstm", *GRUS)  # the families that get every case there is
DIRECTIONS = {"F": "forward", "B": "backward"}


def cells(directions: str, *families: str) -> tuple[str, ...]:
    return tuple(f"{family}_cell_{DIRECTIONS[d]}" for family in families for d in directions)


def sequences(directions: str, *families: str) -> tuple[str, ...]:
    return tuple(f"{family}_{DIRECTIONS[d]}" for family in families for d in directions)


def networks(directions: str, *families: str) -> tuple[str, ...]:
    layered = [family for family in families or LAYERED if family in LAYERED]
    return tuple(f"{family}_network_{DIRECTIONS[d]}" for family in layered for d in directions)


def over_time(directions: str, *families: str) -> tuple[str, ...]:
    return sequences(directions, *families) + networks(directions, *families)


def heads(*families: str) -> tuple[str, ...]:
    """Where predictions are made."""
    return cells("F", *families) + sequences("F", *families)


def backward(*families: str) -> tuple[str, ...]:
    return cells("B", *families) + over_time("B", *families)


def values(*families: str) -> tuple[str, ...]:
    """Where a state is wrong, and what is linearised there: all but one step's gradients."""
    return cells("F", *families) + over_time("FB", *families)


def both(*families: str) -> tuple[str, ...]:
    return cells("FB", *families) + over_time("FB", *families)


def recurrences(directions: str, *families: str) -> tuple[str, ...]:
    """Their steps and sequences."""
    kinds = ("_step", "")
    return tuple(f"{family}{kind}_{DIRECTIONS[d]}" for family in families for kind in kinds for d in directions)
