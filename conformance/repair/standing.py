"""Changes that are made together, one behind the other."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from .placing import Guard, Placing
from .source import Change, File

Made = tuple[File, Change]


@contextmanager
def standing(several: tuple[Made, ...], guarded: Guard | None = None) -> Iterator[None]:
    """Within it they are made: of the source, and where it is `guarded` of what runs, too. Raises SyntaxError or ValueError where that cannot be."""
    with ExitStack() as stack:
        for file, change in several:
            stack.enter_context(change.made())
            if guarded:
                stack.enter_context(Placing([file], guarded).of(file, change.statement))
        yield


def fewest(several: tuple[Made, ...], passes: Callable[[], bool], guarded: Guard) -> tuple[Made, ...]:
    """Without those that the last does not need."""
    for one in several[:-1]:
        rest = tuple(other for other in several if other is not one)
        with standing(rest, guarded):
            is_right = passes()
        if is_right:
            several = rest
    return several
