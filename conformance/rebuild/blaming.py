"""Which changes of a text it is that a compiler refuses: those whose lines it names, those that it says once for several, or half of those that may be."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from .changes.change import Change
from .refused import (
    beside_in,
    called_in,
    chosen_in,
    clashing_in,
    expanded_in,
    instantiated_in,
    lines_of,
    missing_in,
    mistyped_in,
    quoted_in,
    unknown_in,
)
from .switching import Switched
from .text import Text
from .tokens import FREE

IN_QUOTES = re.compile(r"\"[^\"]*\"|'[^']*'")
Placed = tuple[Path, Change]
Numbered = Mapping[int, Placed]
OfCalls = dict[int, list[int]]  # by the line of a call that no function takes


class Blame:
    """What compilers said of changes of these texts."""

    def __init__(self, texts: Mapping[Path, Text]) -> None:
        self._texts = texts
        self._clashed = set[Placed]()
        self.refused = set[Placed]()  # as they would be again

    def forget(self) -> None:
        """What clashed may do so once more."""
        self._clashed.clear()

    def parted(
        self, said: str, made: Mapping[Path, Switched], changes: Numbered, is_halved: bool
    ) -> tuple[dict[int, Placed], dict[int, Placed]]:
        """Changes of which some are refused, without those; and what of them is to be tried later."""
        of_calls = {path: self._of_calls(path, said, one, changes) for path, one in made.items()}
        blamed, doubted = self._blamed(said, made, changes, of_calls)
        rest = {number: changes[number] for number in doubted[len(doubted) // 2 :] if len(doubted) > 1}
        blamed |= {*doubted} if not rest else set()
        clashing = {n for path, one in made.items() for n in one.blamed(clashing_in(said, path.name))}
        rest |= {n: changes[n] for n in clashing if changes[n] not in self._clashed}  # not for the second time
        halves = (several[len(several) // 2 :] for own in of_calls.values() for several in own.values())
        rest |= {n: changes[n] for half in halves for n in half}
        self._clashed |= {changes[n] for n in clashing}
        blamed -= {*rest}
        self.refused |= {changes[n] for n in blamed - clashing}
        left = {number: one for number, one in changes.items() if number not in blamed and number not in rest}
        # nobody is, or one after the other for others' sake: the likelier half first
        if len(left) == len(changes) == 1:
            self.refused |= {*left.values()}
            left = {}
        elif not (blamed or rest) or is_halved:
            several = [*left.items()]
            left, half = dict(several[: len(left) // 2]), dict(several[len(left) // 2 :])
            rest |= half
        return left, rest

    def _blamed(
        self, said: str, made: Mapping[Path, Switched], changes: Numbered, of_calls: Mapping[Path, OfCalls]
    ) -> tuple[set[int], list[int]]:
        """Those for which a compiler refuses the texts, or where it names a line that is nobody's those that one of may be it."""
        blamed, doubted = set[int](), list[int]()
        for path, one in made.items():
            unknown = unknown_in(said, path.name)
            lines = lines_of(said, path.name) or expanded_in(said, path.name)
            lines -= of_calls[path].keys()
            # of a name whose declaration is refused C++ says so once more wherever it is read
            behind = {
                line for line in unknown if not any(_tells(changes[n][1], unknown[line]) for n in one.alone([line]))
            }
            lines = (lines - behind or lines) | one.last(chosen_in(said, path.name))
            found, templates = one.blamed(lines, beside_in(said, path.name)), instantiated_in(said, path.name)
            of_templates = one.alone(templates)
            blamed |= found | self._like([changes[n] for n in of_templates], changes)
            blamed |= set() if found or of_templates else one.blamed(templates)
            quoted = quoted_in(said, path.name)
            doubted += self._mistyped(path, said, one, changes) or one.doubted(
                {line: quoted.get(line, ()) for line in lines}
            )
            own = [(changes[n], name) for line, names in unknown.items() for n in one.blamed([line]) for name in names]
            blamed |= self._alike([told for told, name in own if told[1].new == name], changes)
            blamed |= self._unknown(own, changes)
        missing = [f"{name}(" for name in missing_in(said)]
        blamed |= {n for n, (_, one) in changes.items() if any(call in one.new for call in missing)}
        return blamed, [] if blamed else doubted

    def _mistyped(self, path: Path, said: str, made: Switched, changes: Numbered) -> list[int]:
        """Where a variable of a function is of another type, and nothing is changed there: what is changed where it stands, and in what it is made of."""
        text, found = self._texts[path], set[int]()
        starts = {number: one.start for number, (place, one) in changes.items() if place == path}
        for line, names in mistyped_in(said, path.name).items():
            before = max((other for other in made.numbers if other < line), default=None)
            if line in made.numbers or before is None:
                continue
            of = text.function_at(starts[min(made.numbers[before])])
            for first, end in _spans(text, names, of):
                found |= {number for number, start in starts.items() if first <= start < end}
        return sorted(found)

    def _of_calls(self, path: Path, said: str, made: Switched, changes: Numbered) -> OfCalls:
        """All that is changed in it, the likelier first, where that is more than one; not of a call that is one change's own."""
        text, found = self._texts[path], OfCalls()
        for line in called_in(said, path.name) - made.own:
            rows = {text.row_at(changes[n][1].start) for n in made.numbers.get(line, ())}
            several = [n for n, (place, own) in changes.items() if place == path and text.row_at(own.start) in rows]
            found |= {line: several} if len(several) > 1 else {}
        return found

    def _alike(self, unknown: Iterable[Placed], changes: Numbered) -> set[int]:
        """Changes to a name in a row in which that is not known: a compiler says so once."""

        def key(path: Path, one: Change) -> tuple[Path, int, str]:
            return path, self._texts[path].row_at(one.start), one.new

        known = {key(*one) for one in unknown}
        return {number for number, one in changes.items() if key(*one) in known}

    def _unknown(self, told: Iterable[tuple[Placed, str]], changes: Numbered) -> set[int]:
        """Changes in a function that put a name there which it has nowhere, and that is not known in it: a compiler of C or C++ says so once."""

        def home(path: Path, one: Change) -> tuple[Path, int]:
            return path, self._texts[path].function_at(one.start)

        known = {(*home(*placed), name) for placed, name in told if _tells(placed[1], [name])}
        known = {(path, of, name) for path, of, name in known if name not in self._texts[path].words[of]}
        by_home = defaultdict[tuple[Path, int], set[str]](set)
        for path, of, name in known:
            by_home[path, of].add(name)
        return {number for number, one in changes.items() if _tells(one[1], by_home[home(*one)])}

    def _like(self, refused: Iterable[Placed], changes: Numbered) -> set[int]:
        """Changes of the same to the same, in a function: of a template a compiler says once that it cannot be written out for a type."""

        def key(path: Path, one: Change) -> tuple[Path, int, str, str]:
            text = self._texts[path]
            return path, text.function_at(one.start), text.whole[one.start : one.end], one.new

        known = {key(*one) for one in refused}
        return {number for number, one in changes.items() if key(*one) in known}


def _tells(change: Change, names: Iterable[str]) -> bool:
    """Whether one of these names stands in what a change puts there, and is reached of nothing."""
    new = IN_QUOTES.sub("", change.new)
    return any(re.search(rf"{FREE}{re.escape(name)}\b", new) for name in names)


def _spans(text: Text, names: set[str], function: int) -> Iterator[tuple[int, int]]:
    """Where one of these stands in a function: from where its row begins to the end of what is opened there."""
    for row in (row for row in text.rows if row.function == function):
        places = range(row.first, row.end)
        if names & {text.tokens[place].text for place in places}:
            last = max([row.end - 1, *(text.pairs[place] for place in places if place in text.pairs)])
            yield text.tokens[row.first].start, text.tokens[last].end


def halves(changes: Numbered) -> list[Numbered]:
    """None of what cannot be parted."""
    several = [*changes.items()]
    middle = len(several) // 2
    return [dict(several[:middle]), dict(several[middle:])] if middle else []
