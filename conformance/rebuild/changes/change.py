"""One change of a text."""

import re
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

# a quarter of the logarithm of how many are tried for one that it was: of 122 mistakes that others have made, 0 is one in 30, 1 one in 2000
PLAIN, LIKELY, NEAR, FAR, RARE, STRANGE = 0.0, 0.15, 0.5, 1.0, 1.5, 2.0
UP_TO = {"<", "<=", "..", "..="}  # before where a loop ends
TWICE = re.compile(r"!\(!(?:(\w+(?:(?:\.|->)\w+|\[[^\[\]]*\])*)|\(([^()]*)\))\)")  # a condition turned round that is so
SIBLING = 0.6  # how much alike two names are of which one may stand for the other by mistake


@dataclass(frozen=True)
class Change:
    """What is to stand between two places of a text instead; the less its rank the likelier."""

    start: int
    end: int
    new: str
    rank: float

    def of(self, text: str) -> str:
        return text[: self.start] + self.new + text[self.end :]

    @property
    def plain(self) -> "Change":
        """As a person writes it: what is turned round twice is as it was. A choice of both may be of two kinds, and is not built."""
        match = TWICE.fullmatch(self.new)
        return replace(self, new=match[1] or match[2]) if match else self


def unlike(one: str, other: str) -> float:
    """How unlikely it is that one name stands for another."""
    is_short = max(len(one), len(other)) <= 2
    is_alike = is_short or SequenceMatcher(None, one, other, autojunk=False).ratio() >= SIBLING
    return LIKELY if is_alike else NEAR
