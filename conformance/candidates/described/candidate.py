"""A described layer as a candidate, which can be described otherwise."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rnnspec.golden import Golden

from ...candidate import Candidate, Move
from ...run.local import Local
from ...run.outcome import Ending, Outcome
from ...run.runner import Runner
from ..recurrent.layer import Operations
from .description import Description
from .fitting import probed
from .packing import orders

Make = Callable[[Description], Operations]


@dataclass(frozen=True, kw_only=True)
class Described(Local):
    """Functions that follow from a description; `make` is what makes them of one. One that is `costly` is not tried in other orders."""

    description: Description
    make: Make
    costly: bool = False

    def on(self, device: str) -> Candidate:
        """As it is described now, which may be otherwise than it was first."""
        moved = super().on(device)
        assert isinstance(moved, Described)
        return replace(moved, description=self.description, functions=moved.make(self.description))

    def hints(self, dtype: str, failing: Sequence[Outcome], load: Callable[[str], Golden]) -> list[str]:
        """The order of gates with which all that fails in the first operation would pass, as a question."""
        ids = [o.id for o in failing if o.operation == failing[0].operation and o.verdicts and o.outcome is Ending.FAIL]
        own = self.description
        others = orders(own.like, own.gates, own.names) if not callable(own.weights) else ()
        for gates in (gates for gates in others if gates != own.gates) if ids and not self.costly else ():
            runner = Runner(replace(self, functions=self.make(replace(self.description, gates=gates))), dtype)
            if all(runner.case(load(id)).outcome is Ending.PASS for id in ids):
                which = f"all {len(ids)} failing cases of {failing[0].operation}"
                return [f"with gates={gates!r} {which} pass: is that your order?"]
        return []


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
