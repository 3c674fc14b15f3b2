"""Which files a program is built of, and by which command: what a user says of it."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..choices import LONGEST, BadChoice
from .languages import ENDINGS, JAVASCRIPT

SECONDS = 120.0


@dataclass(frozen=True)
class Rebuild:
    """The files of which a program is built, the command that does it, which is run in a copy of the current folder, None where the program
    is read as it is; and seconds for all that, the builds among them. Raises BadChoice for what cannot be.
    """

    sources: Sequence[Path | str]
    build: str | None = None
    seconds: float = SECONDS

    def __post_init__(self) -> None:
        if not self.sources:
            raise BadChoice("source: name a file of which the program is built")
        if not 0 < self.seconds <= LONGEST:
            raise BadChoice(f"source: {self.seconds} seconds are not above 0 and up to {LONGEST}")
        try:
            shlex.split(self.build or "")
        except ValueError as error:
            raise BadChoice(f"build: {self.build}: {error}") from None
        for path in map(Path, self.sources):
            if path.suffix == ".py":
                raise BadChoice(
                    f"source: {path}: a candidate in Python is looked at without; --line looks for its line"
                )
            if path.suffix not in ENDINGS:
                raise BadChoice(
                    f"source: {path} is of no language that is known here: want one of {', '.join(ENDINGS)}"
                )
            if not (self.build or "").split() and ENDINGS[path.suffix] is not JAVASCRIPT:
                raise BadChoice(f"build: say by which command the program is built of {path}")
