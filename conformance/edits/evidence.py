"""What a search needs of the cases that a candidate ran."""

from typing import Protocol

from rnnspec.golden import Golden
from rnnspec.reference import Operation

from ..run.outcome import Outcome


class Held(Protocol):
    """The outcomes of one operation and their goldens; `order` has failing and small cases first."""

    dtype: str
    outcomes: dict[str, Outcome]
    goldens: dict[str, Golden]
    order: list[str]

    @property
    def operation(self) -> Operation: ...
