"""A described layer as a candidate, which can be described otherwise."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import permutations

from rnnspec.golden import Golden

from ...candidate import Candidate, Move
from ...run.local import Local
from ...run.outcome import Ending, Outcome
from ...run.runner import Runner
from ..recurrent.layer import Operations
from .description import Description
from .fitting import probed
from .packing import GATES

CORRECT = "correct what is not so, and check the candidate"
KEEP = "these lines are a candidate: keep them beside your tests"
Make = Callable[[Description], Operations]


@dataclass(frozen=True, kw_only=True)
class Described(Local):
    """Functions that follow from a description; `make` is what makes them of one. One that is `costly` is not tried in other orders,
    and what is `guessed` is to be corrected where something fails.
    """

    description: Description
    make: Make
    costly: bool = False
    guessed: bool = False

    def on(self, device: str) -> Candidate:
        """As it is described now, which may be otherwise than it was first."""
        moved = super().on(device)
        assert isinstance(moved, Described)
        functions = moved.make(self.description)
        return replace(
            moved, description=self.description, functions=functions, costly=self.costly, guessed=self.guessed
        )

    def hints(self, dtype: str, failing: Sequence[Outcome], load: Callable[[str], Golden]) -> list[str]:
        """The order of gates with which all that fails in the first operation would pass, as a question; what to do with a guess."""
        if self.guessed:
            return [CORRECT if failing else KEEP]
        ids = [o.id for o in failing if o.operation == failing[0].operation and o.verdicts and o.outcome is Ending.FAIL]
        for gates in self._others() if ids and not self.costly else ():
            runner = Runner(replace(self, functions=self.make(replace(self.description, gates=gates))), dtype)
            if all(runner.case(load(id)).outcome is Ending.PASS for id in ids):
                which = f"all {len(ids)} failing cases of {failing[0].operation}"
                return [f"with gates={gates!r} {which} pass: is that your order?"]
        return []

    def _others(self) -> Iterator[str]:
        own = self.description.gates or GATES[self.description.like][0]
        yield from ("".join(order) for order in permutations(own) if "".join(order) != own)


def described(
    name: str, version: str, description: Description, make: Make, move: Move | None = None, *, costly: bool = False
) -> Described:
    """A candidate of a description. Raises BadDescription where the layer is not as it says."""
    functions = make(description)
    probed(description.like, functions)
    return Described(
        name=name,
        version=version,
        functions=functions,
        move=move,
        description=description,
        make=make,
        costly=costly,
    )
