"""Many changes of a text in one build, of which the running program makes the one whose number stands in a file.

So each costs a run, and no build (Untch, Offutt and Harrold 1993, "Mutation analysis using mutant schemata").
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .blocks import statement_at
from .changes.change import Change
from .languages import CPP, ENDINGS, TYPED, prelude
from .rust import lends
from .slots import Slot
from .text import Text

CLOSURE = re.compile(r"\[[^\[\]]*\]\s*(\(|\{|mutable\b)|[{;]")  # and what is no expression
TRUTH = re.compile(r"^\s*!|[=!<>]=|&&|\|\||(?<![-<>])[<>](?![<>])")
CONDITION, LONGEST_HEAD = re.compile(r"\b(if|while)\s*\($|;$"), 16


@dataclass
class Switched:
    """A text with changes in it, by number; of each line of it which of them stand there."""

    text: str
    numbers: Mapping[int, set[int]] = field(default_factory=dict)
    choices: Mapping[int, Slot] = field(default_factory=dict)  # the expression that a change is another of
    behind: float = math.inf  # the line from which on nothing is the text's own
    own: set[int] = field(default_factory=set)  # the lines that are what one change puts there, and nothing else

    def last(self, lines: Iterable[int]) -> set[int]:
        """Of lines in which something is chosen, the last of each choice: those before it go by the type of what is chosen behind them."""
        own = ((number, line) for line in sorted(lines) for number in self.numbers.get(line, ()))
        return {*{self.choices[number]: line for number, line in own if number in self.choices}.values()}

    def alone(self, lines: Iterable[int]) -> set[int]:
        """The changes that have one of these lines for themselves."""
        own = (self.numbers.get(line, set()) for line in lines)
        return {number for numbers in own if len(numbers) == 1 for number in numbers}

    def blamed(self, lines: Iterable[int], beside: Mapping[int, Iterable[int]] | None = None) -> set[int]:
        """The changes that have a line that is refused for themselves; where none does, what has one that is told beside, else all of a line."""
        own = {line: self.numbers[line] for line in lines if line in self.numbers}
        if found := self.alone(own):
            return found
        told = ((numbers, (beside or {}).get(line, ())) for line, numbers in own.items())
        return {number for numbers, others in told for number in self.alone(others) or numbers}

    def doubted(self, lines: Mapping[int, Iterable[int]]) -> list[int]:
        """Where none stands in the lines themselves: those in what is quoted with one, or that stand next behind it, for each line."""
        found = set[int]()
        for line, quoted in lines.items():
            behind = min((n for n in self.numbers if n >= line), default=0)
            found |= self.blamed(quoted) or self.blamed([behind])
        return sorted(found)


def is_placed(text: Text, slots: Sequence[Slot], change: Change) -> bool:
    """Whether there is a way to have a change beside what stands there."""
    is_held = any(slot.start <= change.start and change.end <= slot.end for slot in slots)
    return is_held or change.start == change.end or bool(statement_at(text, change.start, change.end))


def switched(text: Text, slots: Sequence[Slot], changes: Mapping[int, Change], is_plain: bool = False) -> Switched:
    """What no slot holds and is no statement's is left out."""
    return _Writing(text, slots, changes).written(prelude(text, is_plain))


class _Writing:
    def __init__(self, text: Text, slots: Sequence[Slot], changes: Mapping[int, Change]) -> None:
        self._text, self._language = text, ENDINGS[text.path.suffix]
        self._parts, self._line = list[str](), 1
        self._numbers, self._own = dict[int, set[int]](), set[int]()
        self._within: dict[Slot, dict[int, Change]] = {slot: {} for slot in slots}
        self._whole = dict[tuple[int, int], dict[int, Change]]()  # what stands between two places, or is put in at one
        for number, change in changes.items():
            if change.start == change.end:
                self._whole.setdefault((change.start, change.end), {})[number] = change
                continue
            holding = [s for s in slots if s.start <= change.start and change.end <= s.end]
            if holding:
                self._within[min(holding, key=lambda one: one.end - one.start)][number] = change
            elif row := statement_at(text, change.start, change.end):
                self._whole.setdefault(row, {})[number] = change
        self._slots = [slot for slot in slots if self._within[slot]]

    def written(self, prelude: str) -> Switched:
        whole, is_last = self._text.whole, self._language.is_last
        start = 0 if is_last else self._text.begin
        for part in (whole[:start], "\n", prelude) if not is_last else ():
            self._put(part)
        self._range(start, len(whole), None)
        behind = self._line + 1 if is_last else math.inf
        self._put(f"\n{prelude}" if is_last else "")
        choices = {number: slot for slot, several in self._within.items() for number in several}
        return Switched("".join(self._parts), self._numbers, choices, behind, self._own)

    def _put_new(self, text: str, number: int) -> None:
        """What a change puts there."""
        begun = self._line
        self._put(text, [number])
        self._own |= {*range(begun, self._line)}

    def _put(self, text: str, numbers: Iterable[int] = ()) -> None:
        last = self._line + text.count("\n")
        for line in range(self._line, last + (not text.endswith("\n"))) if numbers else ():
            self._numbers.setdefault(line, set()).update(numbers)
        self._parts.append(text)
        self._line = last

    def _range(self, start: int, end: int, inside: Slot | None) -> None:
        """A stretch of the text, with what slots and statements in it may be instead."""
        own = [s for s in self._slots if start <= s.start and s.end <= end and s != inside]
        spans = [(s.start, s.end) for s in own] + [
            one for one in self._whole if start <= one[0] and one[1] <= end and not inside
        ]
        at = start
        for first, last in sorted(set(spans), key=lambda one: (one[0], one[0] < one[1], -one[1])):
            if first < at:  # inside another
                continue
            self._put(self._text.whole[at:first])
            if first == last:
                self._put_in(first)
            elif (first, last) in self._whole and not inside:
                self._statement(first, last)
            else:
                self._slot(next(s for s in own if (s.start, s.end) == (first, last)))
            at = last
        self._put(self._text.whole[at:end])

    def _put_in(self, place: int) -> None:
        """One of several, or nothing."""
        self._put("{\n")
        for number, change in self._whole.pop((place, place)).items():
            own, end, _ = self._language.instead.replace("{n}", str(number)).rpartition("\n")
            self._put_new(own.replace("{new}", change.new) + end, number)
        self._put("}\n")

    def _statement(self, first: int, last: int) -> None:
        """One of several, else what stands there."""
        several = self._whole.pop((first, last))
        self._put("{\n")
        for number, change in several.items():
            new = self._text.whole[first : change.start] + change.new + self._text.whole[change.end : last]
            own, end, other = self._language.instead.replace("{n}", str(number)).rpartition("\n")
            self._put_new(own.replace("{new}", new) + end, number)
            self._put(other)
        self._put("{ ")
        self._range(first, last, None)
        self._put("; }\n}")

    def _slot(self, slot: Slot) -> None:
        """One of several, else what stands there."""
        several, language = self._within[slot], self._language
        if language.lent and lends(self._text.whole[slot.start : slot.end]):
            language = language.lent
        self._put("(", several)
        self._put("\n")
        if language.first:
            self._old(language.first, slot)
        # an index that is no whole number would have a compiler refuse the choice, and so all that is one of it
        cast = language.of_index if slot.is_index else ""
        for number, change in several.items():
            new = self._text.whole[slot.start : change.start] + change.new + self._text.whole[change.end : slot.end]
            typed = self._typed(new, slot)
            own, end, other = language.choice.replace("{n}", f"{number}{typed}").rpartition("\n")
            self._put_new(own.replace("({new})", f"{cast}({{new}})").replace("{new}", new) + end, number)
            self._put(other)
        if language.first:
            self._put(language.other, several)
        else:
            self._old(language.other, slot)
        self._put(")", several)

    def _typed(self, new: str, slot: Slot) -> str:
        """What has a compiler look at a choice by itself: no closure, nothing that is true or false, as an address may be, and no 0, which may be one."""
        old, before = self._text.whole[slot.start : slot.end], self._text.whole[: slot.start].rstrip()
        forms = (CLOSURE,) if self._text.path.suffix in CPP else (CLOSURE, TRUTH)  # of which C++ makes no number
        is_free = any(form.search(one) for form in forms for one in (new, old))
        if new == "0" or is_free or CONDITION.search(before[-LONGEST_HEAD:]):
            return ""
        return TYPED.get(self._text.path.suffix, "").replace("{new}", new).replace("{old}", old)

    def _old(self, form: str, slot: Slot) -> None:
        """What stands there, in which others may be."""
        several = self._within[slot]
        before, _, after = form.replace("{several}", " | ".join(map(str, several))).partition("{old}")
        self._put(before, several)
        self._range(slot.start, slot.end, slot)
        self._put(after)
