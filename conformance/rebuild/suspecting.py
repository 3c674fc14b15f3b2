"""Which expressions of a program are to be suspected: those on which outputs rest that are wrong, best all of them, and few that are right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..repair.moving import moved
from .blocks import is_statement
from .changes.change import Change
from .slots import Slot
from .text import Row, Text
from .trying import Trying

NUDGES = ("({}) * 1.0009765625", "({}) + 1")  # the second where the first changes nothing: it is 0, or counts
UNKNOWN, OF_RIGHT, OF_PART, ELSEWHERE, CALM = 0.3, 0.5, 0.5, 1.2, 0.7
LATER, NEVER = 0.05, 1.5  # for each statement that was begun after it, before a crash; where it was not


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
        if self.outputs is None or (self.is_done and self.outputs):
            return UNKNOWN
        calm = CALM * self.is_calm
        if not wrong <= self.outputs:  # where too little is done, what is done shows in a part of it
            return calm + (OF_PART if wrong & self.outputs else ELSEWHERE)
        return calm + OF_RIGHT * len(self.outputs - wrong) / max(1, len(self.outputs))


def suspects(trying: Trying, failing: str, passing: Sequence[str]) -> dict[tuple[Path, Slot], Suspect]:
    """Of each value of the sources, from what changes where it is another. Raises Unbuilt, NoTime."""
    places = [(path, slot) for path, several in trying.slots.items() for slot in several if slot.is_value]
    places += [(path, slot) for path, text in trying.texts.items() for slot in _done(text, trying.slots[path])]
    found = dict.fromkeys(places, Suspect(None))
    left = places
    for form in NUDGES:
        built = trying.built({n: (path, _nudged(trying, path, slot, form)) for n, (path, slot) in enumerate(left, 1)})
        base = {id: trying.outputs(id) for id in (failing, *passing)}
        if not base[failing]:  # it crashes, and all that is known is where
            return found | _begun(trying, failing)
        still = list[tuple[Path, Slot]]()
        for number in sorted(built):
            trying.hurry()
            trying.pick(number)
            if not (now := trying.outputs(failing)):  # it has crashed
                continue
            calm = any(moved(base[id], trying.outputs(id)) for id in passing)
            place, outputs = left[number - 1], frozenset(moved(base[failing], now))
            found[place] = Suspect(outputs, calm, place[1] not in trying.slots[place[0]])
            still += [] if calm or outputs else [place]
        trying.pick(0)
        left = still
    return found


def _begun(trying: Trying, failing: str) -> dict[tuple[Path, Slot], Suspect]:
    """Of each row, and the values in it, how long before the crash it was begun."""
    found = dict[tuple[Path, Slot], Suspect]()
    for path, several in trying.last_begun(failing).items():
        text = trying.texts[path]
        for row, others in zip(text.rows, several, strict=True):
            known = Suspect(None, known=NEVER if others is None else min(NEVER, others * LATER))
            own = span_of(text, row)
            within = (slot for slot in trying.slots[path] if own.start <= slot.start and slot.end <= own.end)
            found.update({(path, slot): known for slot in (own, *within)} if any(several) else {})
    return found


def _done(text: Text, several: Sequence[Slot]) -> list[Slot]:
    """Statements without a value, which are nudged by leaving them out."""
    spans = (span_of(text, row) for row in text.rows if row.is_inside and is_statement(text, row))
    return [one for one in spans if not any(s.is_value and one.start <= s.start and s.end <= one.end for s in several)]


def span_of(text: Text, row: Row) -> Slot:
    """All of a row, as if it were one value."""
    return Slot(text.tokens[row.first].start, text.tokens[row.end - 1].end, True)


def _nudged(trying: Trying, path: Path, slot: Slot, form: str) -> Change:
    if slot not in trying.slots[path]:
        return Change(slot.start, slot.end, "", 0.0)
    text = trying.texts[path].whole[slot.start : slot.end]
    return Change(slot.start, slot.end, form.format(text), 0.0)


def rank(
    change: Change, within: Sequence[Slot], path: Path, known: Mapping[tuple[Path, Slot], Suspect], wrong: set[str]
) -> float:
    """How unlikely a change is to be the one: of itself, and of the smallest value that it is in."""
    values = [slot for slot in within if slot.is_value and slot.start <= change.start and change.end <= slot.end]
    suspect = known.get((path, min(values, key=lambda s: s.end - s.start)), Suspect(None)) if values else Suspect(None)
    return change.rank + suspect.unlikely(wrong)
