"""Which names may stand for one another: those that are seen where they stand, and that are used alike."""

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from .blocks import before_values
from .declared import Declared
from .languages import ENDINGS, SCRIPTS, C
from .text import Row
from .tokens import REACHING

COUNTS, POINTS = "counts ", "points"  # whether it does, in how a name is used; what something else is reached of
HANDING, HANDED = {"=", "(", ",", ":", "[", "return"}, {")", "]", "}", ",", ";"}  # around a name that stands alone
TO_CALLS = {"(", ","}, {")", ","}  # … that is handed to a function
Span = tuple[int, int]


class Names(Declared):
    """Of a text, by place among its tokens."""

    def others(self, place: int, row: Row) -> Iterator[str]:
        """What may be meant there instead; nothing where a name is declared."""
        own, use = self._tokens[place].text, self.use(place, row)
        if self.is_declared(place):
            return
        for other, spans in self._known[use].items():
            if other != own and (use[0] or any(first <= place < end for first, end in spans)):
                yield other

    def beside(self, place: int, row: Row) -> Iterator[str]:
        """What is reached of the same, and used otherwise."""
        own, use = self._tokens[place].text, self.use(place, row)
        if " of " in use[0]:
            every = (names for (how, kind), names in self._known.items() if how == use[0] and kind != use[1])
            found = dict.fromkeys(name for names in every for name in names if name not in self._known[use])
            yield from (name for name in found if name != own)

    def fields_beside(self, place: int, row: Row) -> Iterator[str]:
        """Of what is reached, the other fields of the structures that have one of this name."""
        own = self._tokens[place].text
        if " of " in self.use(place, row)[0]:
            near = {*self.others(place, row), *self.beside(place, row), own}
            several = (fields for fields in self._structures if own in fields)
            yield from dict.fromkeys(name for fields in several for name in fields if name not in near)

    def reached(self, place: int, row: Row) -> Iterator[str]:
        """What is reached of others, where something is; what is declared to be."""
        own, use = self._tokens[place].text, self.use(place, row)
        if " of " in use[0]:
            near = {*self._known[use], *self.beside(place, row), own}
            alike = (names for (how, kind), names in self._known.items() if kind == use[1] and how[:2] == use[0][:2])
            yield from dict.fromkeys(name for names in (*alike, self._fields) for name in names if name not in near)

    def of(self, base: str) -> list[str]:
        """All that is reached of a name, with it: `a.rows`."""
        every = ((use[0].split(" of "), names) for use, names in self._known.items() if " of " in use[0])
        return [
            f"{base}{how[0]}{name}" for how, names in every if how[1:] == [base] for name in names if how[0] in REACHING
        ]

    def counted(self, place: int, row: Row) -> Iterator[str]:
        """What does not count, where it does, or the other way round."""
        use = self.use(place, row)
        if use[1].startswith(COUNTS) and not self.is_declared(place):
            for other, spans in self._known["", f"{COUNTS}{use[1] != f'{COUNTS}True'}"].items():
                if other != self._tokens[place].text and any(first <= place < end for first, end in spans):
                    yield other

    def pointed(self, place: int, row: Row) -> Iterator[str]:
        """What something may be reached of, where something is, and that is handed on elsewhere."""
        use = self.use(place, row)
        if use[0] == "" and use[1] in ("[", *REACHING):
            near = {*self.others(place, row)}
            for other, spans in self._known["", POINTS].items():
                if other not in near and any(first <= place < end for first, end in spans):
                    yield other

    def handed(self, place: int, row: Row) -> Iterator[str]:
        """Where a name is handed on, what something is reached of where nothing is of this one, or the other way round."""
        own, use = self._tokens[place], self.use(place, row)
        before, after = (self._tokens[at].text if 0 <= at < len(self._tokens) else "" for at in (place - 1, place + 1))
        # where no type says what may be, also in an object, in a list, and to another name
        begins, ends = (HANDING, HANDED) if self._text.path.suffix in SCRIPTS else TO_CALLS
        if before in begins and after in ends and use[0] == "" and not use[1].endswith("True"):
            several = self._known["", f"{COUNTS}False"] if use[1] == POINTS else self.pointing[row.function]
            yield from (name for name in several if name != own.text)

    def called(self, arguments: int) -> list[str]:
        """Functions that the text calls with so many for what they give, with what they are of."""
        known = (
            (use, name)
            for use, names in self._known.items()
            if use[0].startswith("called")
            for name in names
            if use[1] == str(arguments)
        )
        known = ((use, name) for use, name in known if " of " in use[0] or name not in self.doing)
        own = (f"{use[0].removeprefix('called of ')}.{name}" if " of " in use[0] else name for use, name in known)
        return [*dict.fromkeys(own)]

    def methods(self) -> list[str]:
        """What is called of something, without an argument."""
        every = ((use, names) for use, names in self._known.items() if use[0].startswith("called of") and use[1] == "0")
        return [*dict.fromkeys(name for _, names in every for name in names)]

    def use(self, place: int, row: Row) -> tuple[str, str]:
        """How a name is used: what is reached of something or called is so everywhere, and what counts is no other number."""
        after = self._tokens[place + 1].text if place + 1 < len(self._tokens) else ""
        base = self._tokens[place - 2].text if place > 1 and self._tokens[place - 1].text in REACHING else ""
        if after == "(":
            return f"called{base and ' of '}{base}", str(self._arguments(place + 1))
        kind = after if after == "[" or after in REACHING else ""
        if base:
            return f"{self._tokens[place - 1].text} of {base}", kind
        name = self._tokens[place].text
        points = POINTS if name in self.pointing[row.function] else ""
        return "", kind or points or f"{COUNTS}{name in self._counting[row.function]}"

    def counts(self, place: int, row: Row) -> bool:
        """Whether it is a name of what does."""
        return self.use(place, row)[1] == f"{COUNTS}True"

    def unseen(self, row: Row) -> set[str]:
        """Of names that are declared those that cannot be read there."""
        known = (name for name in self._declared if name in self._spans)
        return {n for n in known if not any(first < row.end and row.first < end for first, end in self._spans[n])}

    @cached_property
    def doing(self) -> set[str]:
        """Functions that are called and give nothing that is used."""
        calls = {
            p
            for p in range(len(self._tokens) - 1)
            if self._tokens[p].kind == "name" and self._tokens[p + 1].text == "("
        }
        begins = {row.first for row in self._text.rows if row.is_inside}
        used = {self._tokens[p].text for p in calls - begins if not self.is_declared(p)}
        return {self._tokens[p].text for p in calls & begins} - used

    @cached_property
    def _declared(self) -> set[str]:
        return {
            token.text for place, token in enumerate(self._tokens) if token.kind == "name" and self.is_declared(place)
        }

    @cached_property
    def _spans(self) -> dict[str, list[Span]]:
        """Of each name, wherever it is known."""
        found = defaultdict[str, list[Span]](list)
        for names in self._known.values():
            for name, spans in names.items():
                found[name] += spans
        return found

    @cached_property
    def _known(self) -> defaultdict[tuple[str, str], dict[str, list[Span]]]:
        """By use, names and where they are known."""
        found = defaultdict[tuple[str, str], dict[str, list[Span]]](dict)
        ends = dict[int, int]()  # of a head's row, for the statement behind it
        for row in self._text.rows:
            end = ends.get(row.first) or self._end_of(row)
            if self.is_head(row):
                ends[row.end] = end
            for place in range(row.first, row.end):
                if self._tokens[place].kind == "name":
                    is_new = self.is_declared(place) or row.first in ends
                    first, use = place if is_new else self._start_of(row, place), self.use(place, row)
                    span = first, end
                    if use[0].startswith("called"):  # a function may be so in C from its definition on, else everywhere
                        span = first if ENDINGS[self._text.path.suffix] is C else 0, len(self._tokens)
                    found[use].setdefault(self._tokens[place].text, []).append(span)
        return found

    def _end_of(self, row: Row) -> int:
        """Where what is known in a row may be known no more: where the block ends that it stands in or is the head of."""
        # a brace may part one of what a function is given
        given = (self._text.pairs.get(p, 0) for p in range(row.first, row.end) if self._tokens[p].text == "(")
        begins = next((end + 1 for end in given if end > row.end), row.end)
        begins += [one.text for one in self._tokens[begins : begins + 1]] == ["=>"]
        end = self._text.body_end(begins) if self.is_head(row) else 0
        return end or next((self._text.pairs[p] for p in self._blocks(row.first)), len(self._tokens))

    def _start_of(self, row: Row, place: int) -> int:
        """What is read in a block is likely known from its beginning; in a loop's head it may be declared."""
        return place if self.is_head(row) else next(self._blocks(row.first), 0)

    def _blocks(self, place: int) -> Iterator[int]:
        """Those of statements that are open there, the innermost first."""
        p, values = place - 1, before_values(self._text)
        while p >= 0:
            if self._tokens[p].text == "{" and p in self._text.pairs and self._tokens[p - 1].text not in values:
                yield p
            p = self._text.pairs.get(p, p) - 1 if self._tokens[p].text in ("}", ")", "]") else p - 1

    def _arguments(self, place: int) -> int:
        """How many stand in the brackets that are opened there."""
        end = self._text.pairs.get(place, place + 1)
        return (end > place + 1) + sum(self._tokens[p].text == "," for p in self._text.free(place + 1, end))

    @cached_property
    def _counting(self) -> defaultdict[int, set[str]]:
        """By function, names that stand in indices or in a loop's head."""
        found = defaultdict[int, set[str]](set)
        for row in self._text.rows:
            for place in range(row.first, row.end):
                if self._tokens[place].text == "[" and place and self._text.ends_value(place - 1):
                    found[row.function] |= self._plain(place + 1, self._text.pairs.get(place, place))
                if self._tokens[place].text == "for":
                    end = self._text.pairs.get(place + 1, row.end)
                    of_values = {self._tokens[p].text for p in self._text.bound if place < p < end}
                    found[row.function] |= self._plain(place + 1, end) - of_values
        return found

    def _plain(self, first: int, end: int) -> set[str]:
        """Names between two places that are not indexed, called or reached through."""
        names = (
            p for p in range(first, end) if self._tokens[p].kind == "name" and self._tokens[p - 1].text not in REACHING
        )
        return {self._tokens[p].text for p in names if self._tokens[p + 1].text not in ("[", "(", *REACHING)}

    @cached_property
    def pointing(self) -> defaultdict[int, set[str]]:
        """By function, names of which something is indexed or reached, and those that are declared behind a type's asterisk or as a reference."""
        found = defaultdict[int, set[str]](set)
        for row in self._text.rows:
            places = (p for p in range(row.first, row.end) if self._tokens[p].kind == "name")
            found[row.function] |= {self._tokens[p].text for p in places if self._points(p, row)}
        return found

    def _points(self, place: int, row: Row) -> bool:
        start = max(0, place - 2)
        before, after = (
            [token.text for token in self._tokens[a:b]] for a, b in ((start, place), (place + 1, place + 3))
        )
        is_given = before[-1:] in (["*"], ["&"]) and self.is_head(row) and not row.is_inside
        is_declared = before[-1:] == ["*"] and self._tokens[start].kind == "word"
        return is_given or is_declared or after == [":", "&"] or after[:1] in (["["], *([one] for one in REACHING))
