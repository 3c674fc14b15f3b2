"""A described layer as a candidate, which can be described otherwise."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from rnnspec.golden import Golden
from rnnspec.golden.entry import GoldenError

from ...candidate import Candidate, Move
from ...run.local import Local
from ...run.outcome import Ending, Outcome
from ...run.runner import Runner
from ..recurrent.layer import Operations
from .asking import others
from .description import Description
from .fitting import probed
from .pattern import BadDescription

CORRECT = "correct what is not so, and check the candidate"
KEEP = "these lines are a candidate: keep them beside your tests"
TWO = "a layer of two biases is given 2 b as the first and -b as the second, which is b where it adds both; 2 b or -b in what differs is one of them alone"
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
        """The first other description with which all that fails in the first operation would pass, as a question; what to do with a guess."""
        two = [TWO] if failing and {"bx", "bxh"} & self.description.names.keys() else []
        if self.guessed:
            return [*two, CORRECT if failing else KEEP]
        ids = [o.id for o in failing if o.operation == failing[0].operation and o.verdicts and o.outcome is Ending.FAIL]
        for description, otherwise, question in others(self.description) if ids and not self.costly else ():
            try:
                functions = self.make(description)
            except BadDescription:  # that cannot be meant
                continue
            there = [id.replace(self.description.like, description.like, 1) for id in ids]
            if passing := _passing(Runner(replace(self, functions=functions), dtype), there, load):
                which = f"all {passing} failing cases of {failing[0].operation}"
                return [f"with {otherwise} {which} pass: {question}?"]
        return two


def _passing(runner: Runner, ids: list[str], load: Callable[[str], Golden]) -> int:
    """How many pass, of those that there are, if all do."""
    found = list[Golden]()
    for id in ids:
        with suppress(GoldenError):
            found.append(load(id))
    return len(found) if all(runner.case(golden).outcome is Ending.PASS for golden in found) else 0


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
