"""What the functions of a text do with arrays: where they are read, made, handed on, cleared."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from ..blocks import is_statement
from ..languages import CPP, ENDINGS, SCRIPTS, C
from ..names import Names
from ..text import Part, Row, Text
from ..tokens import REACHING

MEMSET = re.compile(r"\bmemset\((\w+(?:(?:\.|->)\w+)*),")
CLEARING = {
    **dict.fromkeys(SCRIPTS, ("{}.fill(0)",)),
    **dict.fromkeys(CPP, ("for (auto &each : {}) each = 0", "for (auto &each : {}) each.assign(each.size(), 0)")),
    ".rs": ("{}.fill(0.0)",),
}
ZEROS = {  # how an array is declared as zeros in C and C++, and what makes it so again
    re.compile(r"\b(\w+)(?: ?\[[^\]]+\])+ ?= ?\{[{}\s0.,]*\}"): "{1}({0}, 0, sizeof {0})",
    re.compile(r"\barray ?<[^;=(){}]+> ?(\w+) ?(?:= ?)?\{[{}\s0.,]*\}"): "{0} = {{}}",
}


class Arrays:
    """By a function's number, in the text's order."""

    def __init__(self, text: Text) -> None:
        self.text, self.tokens, self.names = text, text.tokens, Names(text)

    def said(self, first: int, end: int) -> str:
        return self.text.cut(Part(first, end))

    @cached_property
    def indices(self) -> defaultdict[int, dict[str, None]]:
        """By function, where its arrays are read and written."""
        found = defaultdict[int, dict[str, None]](dict)
        for row in self.text.rows:
            for place in range(row.first + 1, row.end):
                end = self.text.pairs.get(place, 0)
                if self.tokens[place].text == "[" and place + 1 < end <= row.end and self.text.ends_value(place - 1):
                    found[row.function][self.said(place + 1, end)] = None
        return found

    @cached_property
    def arrays(self) -> defaultdict[int, dict[str, None]]:
        """By function, what is indexed."""
        found = defaultdict[int, dict[str, None]](dict)
        for row in self.text.rows:
            for part in self.text.parts(row.first, row.end):
                if self.tokens[part.end - 1].text == "]" and self.tokens[part.first].kind == "name":
                    found[row.function][self.said(part.first, self.text.pairs[part.end - 1])] = None
        return found

    @cached_property
    def made(self) -> defaultdict[int, dict[str, list[str]]]:
        """By function and array, what the call is given that makes it: `back = zeros(n)`."""
        found = defaultdict[int, dict[str, list[str]]](dict)
        for row in self.text.rows:
            for place in range(row.first + 1, row.end - 2):
                end = self.text.pairs.get(place + 2, 0)
                if self.tokens[place].text == "=" and self.tokens[place + 2].text == "(" and end <= row.end:
                    several = [self.said(a, b) for a, b in self.text.cuts(place + 3, end)]
                    found[row.function][self.tokens[place - 1].text] = several
        return found

    @cached_property
    def handed(self) -> defaultdict[int, dict[str, None]]:
        """By function, names by which something is given to others, with what they are reached of, and arrays."""
        found = defaultdict[int, dict[str, None]](dict)
        for row in self.text.rows:
            for place in range(row.first + 1, row.end):
                name, before = self.tokens[place], self.tokens[place - 1].text
                is_alone = self.tokens[place + 1 : place + 2] and self.tokens[place + 1].text in (",", ")")
                is_array = name.text in self.names.pointing[row.function] and before not in REACHING
                first = self._reached_from(place, row.first)
                is_given = is_alone and self.tokens[first - 1].text in ("(", ",", "&", "mut")
                if name.kind == "name" and (is_array or is_given):
                    found[row.function][self.said(first, place + 1)] = None
        return found

    def _reached_from(self, place: int, least: int) -> int:
        """Where `a.b->c` begins, which ends there."""
        while place - 2 > least and self.tokens[place - 1].text in REACHING and self.tokens[place - 2].kind != "mark":
            place -= 2
        return place

    @cached_property
    def sizes(self) -> dict[str, None]:
        """How many elements are cleared or copied anywhere, in C: `n * sizeof(double)`."""
        return {self.text.cut(part): None for row in self.text.rows for part in self.sized(row)}

    def sized(self, row: Row) -> Iterator[Part]:
        """Where a row says how many."""
        for part in self.text.parts(row.first, row.end):
            if [one.text for one in self.tokens[part.end : part.end + 2]] == ["*", "sizeof"]:
                yield part

    @cached_property
    def clearing(self) -> list[str]:
        """Statements that set an array to 0, with {} in its place: each form once, and the language's."""
        found = dict.fromkeys(CLEARING.get(self.text.path.suffix, ()))
        for row in (one for one in self.text.rows if is_statement(self.text, one)):
            if match := MEMSET.search(self.said(row.first, row.end)):
                own = re.compile(rf"(?<![\w.>]){re.escape(match[1])}\b")
                found[own.sub("{}", self.said(row.first, row.end))] = None
        return [*found]

    @cached_property
    def emptying(self) -> defaultdict[int, list[str]]:
        """By function, what makes zeros again of an array that is declared as zeros, in C and C++."""
        found = defaultdict[int, list[str]](list)
        clear = "memset" if "memset(" in self.text.whole else "__builtin_memset"  # which needs no header
        for form, again in ZEROS.items() if ENDINGS[self.text.path.suffix] is C else ():
            for match in form.finditer(self.text.whole):
                found[self.text.function_at(match.start(1))].append(again.format(match[1], clear))
        return found
