"""What is known of an expression or a statement of a program that gives a wrong result, and how unlikely that makes it to be the mistake."""

from collections.abc import Iterable
from dataclasses import dataclass

# a quarter of a logarithm, as of changes: of how much rarer a mistake stands where it is as here than where nothing is known
UNKNOWN, OF_RIGHT, OF_PART, ELSEWHERE, CALM = 0.3, 0.5, 0.5, 1.2, 0.7
# of a statement without a value: all that is wrong rests on it, something, nothing
DONE, OF_OTHERS, IDLE = 0.1, 0.3, 0.7


@dataclass(frozen=True)
class Suspect:
    """The outputs of a case that fails that rest on it, whether some of what passes do; None where that is not known."""

    outputs: frozenset[str] | None
    is_calm: bool = False
    is_done: bool = False  # no value: with less of what it does other outputs may be wrong
    known: float | None = None  # where all else says nothing

    def unlikely(self, wrong: set[str]) -> float:
        if self.known is not None:
            return self.known
        if self.outputs is None:
            return UNKNOWN
        calm, right = CALM * self.is_calm, OF_RIGHT * len(self.outputs - wrong) / max(1, len(self.outputs))
        if self.is_done and wrong <= self.outputs:
            return calm + DONE + right
        if self.is_done:
            return calm + (OF_OTHERS if self.outputs else IDLE)
        if not wrong <= self.outputs:  # where too little is done, what is done shows in a part of it
            return calm + (OF_PART if wrong & self.outputs else ELSEWHERE)
        return calm + right


NOTHING = Suspect(None)


def joined(several: Iterable[Suspect]) -> Suspect:
    """What is known of what all of these make together."""
    told = [one for one in several if one.outputs is not None]
    outputs = frozenset(name for one in told for name in one.outputs or ())
    return Suspect(outputs, any(one.is_calm for one in told), is_done=True) if told else NOTHING
