"""What there is to say of a property beside what it does."""

from collections.abc import Callable
from dataclasses import dataclass

from rnnspec.reference import Direction, Kind, Operation

from .trial import Holds, said

BASE = "generic"  # the idea whose inputs a property is tried on, where it needs no option
LAYERS = (Kind.CELL, Kind.SEQUENCE, Kind.NETWORK)
OVER_TIME = (Kind.SEQUENCE, Kind.NETWORK)
ANY = tuple(Kind)
MOST, EACH = 1, 99  # of the cases with options: the one with the most, or those with each besides


@dataclass(frozen=True)
class Property:
    """What must hold, of which kinds of operation, and on the inputs of which idea, of a `backward` where it is another.

    `direction`, `operations` and `where` limit it further; `needs` are the features that it adds to its inputs, those that it
    takes out it is tried `without`. `with_options` is on the inputs of how many further cases it is tried at most, so that
    options are in use.
    """

    holds: Holds
    kinds: tuple[Kind, ...]
    base: str = BASE
    backward: str = ""
    direction: Direction | None = None
    operations: tuple[str, ...] = ()
    needs: Callable[[Operation], list[str]] = lambda _: []
    without: tuple[str, ...] = ()
    with_options: int = 0
    where: Callable[[Operation], bool] = lambda _: True

    def idea(self, operation: Operation) -> str:
        """On whose inputs it is tried."""
        return self.backward if self.backward and operation.direction is Direction.BACKWARD else self.base

    @property
    def says(self) -> str:
        """What must hold, in one line."""
        return said(self.holds)
