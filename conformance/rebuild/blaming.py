"""Which changes of a text it is that a compiler refuses: those whose lines it names, those that it says once for several, or half of those that may be."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
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
    quoted_in,
    unknown_in,
)
from .switching import Switched
from .text import Text

Placed = tuple[Path, Change]
Numbered = Mapping[int, Placed]


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
        blamed, doubted = self._blamed(said, made, changes)
        rest = {number: changes[number] for number in doubted[len(doubted) // 2 :] if len(doubted) > 1}
        blamed |= {*doubted} if not rest else set()
        clashing = {n for path, one in made.items() for n in one.blamed(clashing_in(said, path.name))}
        rest |= {n: changes[n] for n in clashing if changes[n] not in self._clashed}  # not for the second time
        rest |= {n: changes[n] for n in self._of_calls(said, made, changes)}
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

    def _blamed(self, said: str, made: Mapping[Path, Switched], changes: Numbered) -> tuple[set[int], list[int]]:
        """Those for which a compiler refuses the texts, or where it names a line that is nobody's those that one of may be it."""
        blamed, doubted = set[int](), list[int]()
        for path, one in made.items():
            unknown = unknown_in(said, path.name)
            lines = lines_of(said, path.name) or expanded_in(said, path.name)
            lines -= {line for line in called_in(said, path.name) if len(one.numbers.get(line, ())) > 1}
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
            doubted += one.doubted({line: quoted.get(line, ()) for line in lines})
            own = [(changes[n], name) for line, names in unknown.items() for n in one.blamed([line]) for name in names]
            blamed |= self._alike([told for told, name in own if told[1].new == name], changes)
            blamed |= self._unknown(own, changes)
        missing = [f"{name}(" for name in missing_in(said)]
        blamed |= {n for n, (_, one) in changes.items() if any(call in one.new for call in missing)}
        return blamed, [] if blamed else doubted

    def _of_calls(self, said: str, made: Mapping[Path, Switched], changes: Numbered) -> set[int]:
        """Of what is given in a call that no function takes the less likely half, that the other is tried without."""
        later = set[int]()
        for path, one in made.items():
            text = self._texts[path]
            for line in called_in(said, path.name):
                rows = {text.row_at(changes[n][1].start) for n in one.numbers.get(line, ())}
                several = [n for n, (place, own) in changes.items() if place == path and text.row_at(own.start) in rows]
                later |= {*several[len(several) // 2 :]} if len(several) > 1 else set()
        return later

    def _alike(self, unknown: Iterable[Placed], changes: Numbered) -> set[int]:
        """Changes to a name in a row in which that is not known: a compiler says so once."""

        def key(path: Path, one: Change) -> tuple[Path, int, str]:
            return path, self._texts[path].row_at(one.start), one.new

        known = {key(*one) for one in unknown}
        return {number for number, one in changes.items() if key(*one) in known}

    def _unknown(self, told: Iterable[tuple[Placed, str]], changes: Numbered) -> set[int]:
        """Changes in a function that put a name there which it has nowhere, and that is not known in it: a compiler of C++ says so once."""

        def home(path: Path, one: Change) -> tuple[Path, int]:
            text = self._texts[path]
            return path, text.rows[text.row_at(one.start) - 1].function

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
            return path, text.rows[text.row_at(one.start) - 1].function, text.whole[one.start : one.end], one.new

        known = {key(*one) for one in refused}
        return {number for number, one in changes.items() if key(*one) in known}


def _tells(change: Change, names: Iterable[str]) -> bool:
    """Whether one of these names stands in what a change puts there, and is reached of nothing."""
    return any(re.search(rf"(?<![\w.>:]){re.escape(name)}\b", change.new) for name in names)
