"""Why an operation's cases fail: deviations that reproduce it, or where it begins."""

from dataclasses import dataclass

EDIT = "edit"  # the kind of what no story is known of: the equation's own difference says it
CONVENTION = "convention"  # the kind of a deviation that is no bug
CHANGE = "change"  # the kind of what the candidate's own source says, where one change of that repairs it
CALL = "call"  # the kind of what a call does besides its formula


@dataclass(frozen=True)
class Told:
    """What a report says of one deviation; a report can be read where the catalogue has moved on."""

    id: str
    kind: str
    summary: str
    seen_in: str
    exposed_by: str = ""


@dataclass(frozen=True)
class Explanation:
    """Deviations, or edits of the equation, that together reproduce what a candidate gave on every failing case of an operation."""

    operation: str
    deviations: tuple[str, ...]
    cases: tuple[str, ...]
    failing: int
    alternatives: tuple[tuple[str, ...], ...] = ()  # sets that these inputs cannot tell from it
    told: tuple[Told, ...] = ()
    difference: tuple[str, ...] = ()  # what they change in the reference: the lines of a unified diff
    passing: int = 0  # cases that pass, against which they are held, too
    telling: tuple[
        str, ...
    ] = ()  # for each alternative a case that was not run and tells it from these, where one is known
    roundings: float = (
        0.0  # how many roundoffs of a case's largest element are no matter, where roundings are wrong besides
    )

    @property
    def is_edit(self) -> bool:
        """Whether an edit was found where no deviation is known."""
        return any(told.kind == EDIT for told in self.told)

    @property
    def is_change(self) -> bool:
        """Whether a change of the candidate's own source was found where nothing in the equations explains it."""
        return any(told.kind == CHANGE for told in self.told)

    @property
    def line(self) -> str:
        """The one line that such a change makes, or nothing."""
        made = [line[1:].strip() for line in self.difference if line.startswith("+")]
        return made[0] if self.is_change and len(made) == 1 else ""


@dataclass(frozen=True)
class Localisation:
    """Where an operation's failures begin, in words, when no known deviation reproduces them."""

    operation: str
    cases: tuple[str, ...]
    lines: tuple[str, ...]


Reason = Explanation | Localisation
