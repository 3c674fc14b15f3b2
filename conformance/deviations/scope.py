"""Which operations a deviation affects, and how an edit reaches every family."""

from collections.abc import Iterable, Mapping
from types import ModuleType

from rnnspec.reference import OPERATIONS, Direction, Kind
from rnnspec.reference.families import (
    gru,
    gru_reset_after,
    lstm,
    lstm_clipped,
    lstm_coupled,
    lstm_peephole,
    lstm_projected,
    rnn,
    rnn_relu,
)
from rnnspec.reference.family import Family

from .deviation import Edit, Way

RNNS = (rnn, rnn_relu)
GRUS = (gru, gru_reset_after)
FOUR_GATES = (lstm, lstm_peephole, lstm_projected, lstm_clipped)
LSTMS = (*FOUR_GATES, lstm_coupled)
GATED = (*GRUS, *LSTMS)
ALL = (*RNNS, *GATED)
SQUARE = tuple(f for f in ALL if f is not lstm_projected)  # the recurrent matrix is, so no shape shows its transpose

PARTS = {
    "cell_forward": (Kind.CELL, Direction.FORWARD),
    "cell_backward": (Kind.CELL, Direction.BACKWARD),
    "forward": (Kind.SEQUENCE, Direction.FORWARD),
    "backward": (Kind.SEQUENCE, Direction.BACKWARD),
    "network_forward": (Kind.NETWORK, Direction.FORWARD),
    "network_backward": (Kind.NETWORK, Direction.BACKWARD),
}
BY_PART = {(o.family, o.kind, o.direction): name for name, o in OPERATIONS.items()}
HEADED = ("cell_forward", "forward")  # what predicts
PREDICTED = (*HEADED, "backward")  # and what goes back through the predictions
FORWARD = (*HEADED, "network_forward")
BACKWARD = ("cell_backward", "backward", "network_backward")
EVERY = (*FORWARD, *BACKWARD)
OVER_TIME = ("forward", "backward", "network_forward", "network_backward")
BACK_IN_TIME = ("backward", "network_backward")
NETWORK = ("network_forward", "network_backward")


def of(families: Iterable[ModuleType], parts: Iterable[str] = EVERY, more: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Names of the operations that these families have of these parts, and `more`."""
    kinds = [PARTS[part] for part in parts]
    places = ((family.FAMILY.name, *kind) for family in families for kind in kinds)
    return (*(BY_PART[place] for place in places if place in BY_PART), *more)


def each(families: Iterable[ModuleType], function: str, old: str, new: str) -> Way:
    """The same edit in the function of that name of each family."""
    return tuple(Edit(getattr(family, function), old, new) for family in families)


# what most write: the reference takes the sigmoid of -z, which keeps more digits
ONE_MINUS_INPUT: Way = (
    Edit(
        lstm_coupled.forward,
        "    a_next, exposed",
        "    _, i, g, _ = remembered\n"
        "    c_next, remembered = (1 - i) * c_prev + i * g, (1 - i, i, g, c_prev)\n"
        "    a_next, exposed",
    ),
)


def weights_seen(view: str, back: str) -> tuple[Way, ...]:
    """A cell sees other weights: its backward follows and hands gradients back as they were given, or as it sees them, or does not know.

    `view` makes a dict from weights `p`, `back` one from `gradients`, both where `n` is the length of the state.
    """
    forward = Edit(
        Family.step,
        "    new, intermediates = self.forward(*given, state, parameters)",
        f"    p, n = parameters, len(state[0])\n    new, intermediates = self.forward(*given, state, {view})",
    )
    backward, as_seen = (
        Edit(
            Family.step_backward,
            "    *dgiven, dprevious, gradients = self.backward(into, cache.intermediates, cache.parameters)\n"
            "    return tuple(dgiven), dprevious, gradients",
            "    p, n = cache.parameters, len(into[0])\n"
            f"    *dgiven, dprevious, gradients = self.backward(into, cache.intermediates, {view})\n"
            f"    return tuple(dgiven), dprevious, {handed}",
        )
        for handed in (back, "gradients")
    )
    return (forward, backward), (forward, as_seen), (forward,)


def renamed(names: Mapping[str, str]) -> tuple[Way, ...]:
    """A cell reads the weights of one name where it should read those of another."""
    view = ", ".join(f'"{name}": p["{seen}"]' for name, seen in names.items())
    back = ", ".join(f'"d{seen}": gradients["d{name}"]' for name, seen in names.items())
    return weights_seen(f"{{**p, {view}}}", f"{{**gradients, {back}}}")
