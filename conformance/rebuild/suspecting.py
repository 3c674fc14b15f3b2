"""Which expressions of a program are to be suspected: those on which outputs rest that are wrong, best all of them, and few that are right."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from ..candidate import Got
from ..repair.moving import moved
from .blocks import is_statement
from .changes.change import Change
from .languages import SCRIPTS
from .slots import Slot
from .suspect import NOTHING, Suspect, joined
from .text import HEADS, Row, Text
from .trying import Trying

# the second where the first changes nothing that is wrong: it is 0, or counts
NUDGES = ("({}) * 1.0009765625", "({}) + 1")
# and in JavaScript, which goes on with it, where it is no number
OF_NO_NUMBER = "(rnnspec_one => rnnspec_one === rnnspec_one ? rnnspec_one : 1)({})"
AHEAD = 300  # rows in which a name is looked for that one declares
LATER, NEVER = 0.05, 1.5  # for each statement that was begun after it, before a crash; where it was not


def suspects(trying: Trying, failing: str, passing: Sequence[str]) -> dict[tuple[Path, Slot], Suspect]:
    """Of each value of the sources, from what changes where it is another. Raises Unbuilt, NoTime."""
    places = [(path, slot) for path, several in trying.slots.items() for slot in several if slot.is_value]
    places += [(path, slot) for path, text in trying.texts.items() for slot in _done(text, trying.slots[path])]
    found = dict.fromkeys(places, NOTHING)
    left, is_script = places, any(path.suffix in SCRIPTS for path in trying.texts)
    for form in (*NUDGES, *([OF_NO_NUMBER] if is_script else [])):
        built = trying.built({n: (path, _nudged(trying, path, slot, form)) for n, (path, slot) in enumerate(left, 1)})
        base = {id: trying.outputs(id) for id in (failing, *passing)}
        if not base[failing] and not trying.answers(failing):  # it crashes, and all that is known is where
            return found | _begun(trying, failing)
        is_lost = any(map(_is_infinite, base[failing].values()))  # what goes into an infinity shows in nothing
        still = list[tuple[Path, Slot]]()
        for number in sorted(built):
            trying.hurry()
            trying.pick(number)
            place, now = left[number - 1], trying.outputs(failing)
            if not now:  # it has crashed, or answers with less than it is to
                still += [] if base[failing] else [place]
                continue
            calm = found[place].is_calm or any(moved(base[id], trying.outputs(id)) for id in passing)
            # of an answer that has not all that it is to have, all rests on what makes it one that has
            outputs = frozenset(moved(base[failing], now) if base[failing] else now)
            is_told = calm or outputs or not is_lost
            found[place] = Suspect(outputs, calm, place[1] not in trying.slots[place[0]]) if is_told else NOTHING
            still += [] if outputs else [place]  # it may be 0, or no number, in this case alone
        trying.pick(0)
        left = still
    return found | {key: one for path, text in trying.texts.items() for key, one in _heirs(path, text, trying, found)}


def _is_infinite(got: Got) -> bool:
    return isinstance(got, np.ndarray) and got.dtype.kind == "f" and not np.isfinite(got).all()


def _heirs(
    path: Path, text: Text, trying: Trying, found: Mapping[tuple[Path, Slot], Suspect]
) -> Iterator[tuple[tuple[Path, Slot], Suspect]]:
    """Of what no value can be nudged, what is known of its body, or of where the names stand that it declares."""
    known = dict[int, Suspect]()  # by row
    for n in reversed(range(len(text.rows))):
        row = text.rows[n]
        within = held_in(text, trying.slots[path], row)
        known[n] = joined(found.get((path, slot), NOTHING) for slot in within)
        is_head = text.tokens[row.first].text in HEADS
        is_idle = is_head and not known[n].outputs and not known[n].is_calm
        if row.is_inside and (known[n] is NOTHING or is_idle):
            of_others = joined(known[heir] for heir in _resting(text, n))
            # a body on which nothing rests may be one that never runs, for its head's sake
            known[n] = of_others if of_others.outputs or not is_head else NOTHING
        for slot in within if row.is_inside else ():
            own = found.get((path, slot), NOTHING)
            if own.outputs is None or (is_idle and not own.outputs):
                yield (path, slot), known[n]


def _resting(text: Text, n: int) -> Iterator[int]:
    """The rows behind one that are its body, or in which a name stands that it gives something."""
    row, tokens = text.rows[n], text.tokens
    end = text.body_end(row.end) if tokens[row.first].text in HEADS else 0
    given = {tokens[p - 1].text for p in range(row.first + 1, row.end) if tokens[p].text == "="}
    for heir in range(n + 1, min(len(text.rows), n + 1 + AHEAD)):
        other = text.rows[heir]
        if other.function != row.function:
            return
        is_told = any(token.text in given for token in tokens[other.first : other.end])
        if other.first < end or (not end and is_told):
            yield heir


def _begun(trying: Trying, failing: str) -> dict[tuple[Path, Slot], Suspect]:
    """Of each row, and the values in it, how long before the crash it was begun."""
    found = dict[tuple[Path, Slot], Suspect]()
    for path, several in trying.last_begun(failing).items():
        text = trying.texts[path]
        for row, others in zip(text.rows, several, strict=True):
            known = Suspect(None, known=NEVER if others is None else min(NEVER, others * LATER))
            within = held_in(text, trying.slots[path], row)
            found.update({(path, slot): known for slot in within} if any(several) else {})
    return found


def _done(text: Text, several: Sequence[Slot]) -> list[Slot]:
    """Statements without a value, which are nudged by leaving them out."""
    spans = (span_of(text, row) for row in text.rows if row.is_inside and is_statement(text, row))
    return [one for one in spans if not any(s.is_value and one.start <= s.start and s.end <= one.end for s in several)]


def span_of(text: Text, row: Row) -> Slot:
    """All of a row, as if it were one value."""
    return Slot(text.tokens[row.first].start, text.tokens[row.end - 1].end, True)


def held_in(text: Text, several: Sequence[Slot], row: Row) -> list[Slot]:
    """All of a row, and the expressions in it."""
    own = span_of(text, row)
    return [own, *(slot for slot in several if own.start <= slot.start and slot.end <= own.end)]


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
    suspect = known.get((path, min(values, key=lambda s: s.end - s.start)), NOTHING) if values else NOTHING
    return change.rank + suspect.unlikely(wrong)
