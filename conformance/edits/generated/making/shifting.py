"""By how many steps a value is of another one, and how that is said."""


class InTime(int):
    """By how many in time, whichever way it is run, where what is before t = 0 is the last: as indices that are negative have it."""


BEFORE = InTime(-1)


def shifted(shift: int, is_back: bool) -> str:
    """In words: on the way back what is run before is behind."""
    if isinstance(shift, InTime):
        return " of t - 1, at t = 0 of the last step"
    return f" of the step {'before' if (shift < 0) is not is_back else 'behind'}" if shift else ""
