"""A source file as its tokens: rows of them, functions, and what an operand is. No grammar of a language is needed for that."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from pygments.lexers import get_lexer_for_filename
from pygments.util import ClassNotFound

from ..choices import BadChoice
from .tokens import REACHING, tokens

LONGEST = 1 << 20  # bytes of a source
OPENING, CLOSING = {"(": ")", "[": "]", "{": "}"}, {")": "(", "]": "[", "}": "{"}
ASSIGNING = {"=", "+=", "-=", "*=", "/="}
CONDITION, ENDING = re.compile(r"^\s*#\s*if"), re.compile(r"^\s*#\s*endif")
LONGEST_ROW = 400  # tokens of a row that is looked at: what is longer is a table, or was not written by hand
PARTING = {"let", "const", "var", "auto", "for"}  # before names in brackets that are declared by what they are given
HEADS = {"for", "if", "while", "switch"}  # of a block that is no function's


@dataclass(frozen=True)
class Row:
    """The tokens of a statement, or of as much of it as stands on lines that belong together: places in the text's list."""

    first: int
    end: int
    function: int
    is_inside: bool  # of a function, or of another block


@dataclass(frozen=True)
class Part:
    """An operand, from one token to the one behind its last."""

    first: int
    end: int


class Text:
    """A file's text. Raises BadChoice where its language is none that is known by its name, or where it is no text."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            if path.stat().st_size > LONGEST:
                raise BadChoice(f"source: {path} has more than {LONGEST} bytes")
            self.whole = path.read_bytes().decode()
            lexer = get_lexer_for_filename(path.name)
        except OSError as error:
            raise BadChoice(f"source: {path} cannot be read: {error.strerror}") from None
        except UnicodeDecodeError:
            raise BadChoice(f"source: {path} is no text in UTF-8") from None
        except ClassNotFound:
            raise BadChoice(f"source: {path.name} ends as no language's source does: want .c, .rs, .js …") from None
        self.tokens = [*tokens(lexer, self.whole)]

    def cut(self, part: Part) -> str:
        return self.whole[self.tokens[part.first].start : self.tokens[part.end - 1].end]

    def row_at(self, start: int) -> int:
        """The number of the row that a place of the text is in."""
        return bisect_right(self._starts, start)

    @cached_property
    def _starts(self) -> list[int]:
        return [self.tokens[row.first].start for row in self.rows]

    @property
    def begin(self) -> int:
        """Where the first token stands that depends on no more conditions of a preprocessor than any other."""
        depths, depth, at = list[tuple[int, int]](), 0, 0
        for token in self.tokens:
            lines = self.whole[at : token.start].splitlines()
            depth += sum(len(CONDITION.findall(line)) - len(ENDING.findall(line)) for line in lines)
            at = token.end
            depths.append((depth, token.start))
        return max(min(depths, default=(0, 0))[1], int(self.whole.startswith("\ufeff")))

    def line(self, place: int) -> int:
        return self.whole.count("\n", 0, place) + 1

    @cached_property
    def pairs(self) -> dict[int, int]:
        """Of each bracket, by place, the one that goes with it."""
        found, open_ = dict[int, int](), list[int]()
        for place, token in enumerate(self.tokens):
            if token.text in OPENING:
                open_.append(place)
            elif token.text in CLOSING and open_ and self.tokens[open_[-1]].text == CLOSING[token.text]:
                found[place] = open_[-1]
                found[open_.pop()] = place
        return found

    def free(self, first: int, end: int) -> Iterator[int]:
        """Places outside of all brackets that are opened between these."""
        place = first
        while place < end:
            yield place
            place = max(place, self.pairs.get(place, place)) + 1

    def cuts(self, first: int, end: int) -> list[tuple[int, int]]:
        """What commas part between two places."""
        places = [first - 1, *(p for p in self.free(first, end) if self.tokens[p].text == ","), end]
        return [(a + 1, b) for a, b in pairwise(places) if b > a + 1]

    def values(self, row: Row) -> Iterator[tuple[int, int]]:
        """What is assigned or returned in a row."""
        for place in range(row.first, row.end - 1):
            if self.tokens[place].text in (*ASSIGNING, "return"):
                ends = (p for p in self.free(place + 1, row.end) if self.tokens[p].text in (",", ")", "]"))
                if (end := next(ends, row.end)) > place + 1:
                    yield place + 1, end

    @cached_property
    def bound(self) -> set[int]:
        """Places of what a function within an expression is given, and of what a value is parted into: names that these declare."""
        found, tokens = set[int](), self.tokens
        for place, token in enumerate(tokens[:-1]):
            if token.kind == "name" and tokens[place + 1].text == "=>":
                found.add(place)
            elif (
                token.text == "("
                and (end := self.pairs.get(place, -2)) + 1 < len(tokens)
                and tokens[end + 1].text == "=>"
            ):
                found |= {*range(place, end + 1)}
            elif token.text == "|" and place and tokens[place - 1].text in ("(", ",", "=", "move"):
                end = next((p for p in range(place + 1, len(tokens)) if tokens[p].text == "|"), place)
                found |= {*range(place, end + 1)}
            elif token.text in OPENING and self._parts_a_value(place):
                found |= {*range(place, self.pairs[place] + 1)}
        return found

    def _parts_a_value(self, place: int) -> bool:
        """Whether a bracket is opened there behind `let`, `auto&` or alike, with names in it that a value is parted into."""
        end = self.pairs.get(place, len(self.tokens))
        before = place - 1 - (self.tokens[place - 1].text == "&")
        is_behind = before >= 0 and self.tokens[before].text in PARTING
        return is_behind and end + 1 < len(self.tokens) and self.tokens[end + 1].text in ("=", "in", "of")

    @cached_property
    def rows(self) -> list[Row]:
        """Cut where a line, a block or a statement ends, but for what stands in round or square brackets."""
        found, first, open_, function = list[Row](), 0, list[str](), 0
        code = list[bool]()  # of each block that is open whether statements stand in it

        def cut(end: int) -> None:
            if end > first:
                is_short = any(token.text == "=>" for token in self.tokens[first:end])
                found.append(Row(first, end, function, (any(code) or is_short) and end - first <= LONGEST_ROW))

        for place, token in enumerate(self.tokens):
            is_free = not open_ or open_[-1] == "{"
            if is_free and place > first and self._is_new_line(place) and not self._goes_on(place):
                cut(place)
                first = place
            if is_free and place > first and token.kind != "mark" and self.is_body(place):
                cut(place)
                first = place
            if (is_free and token.text == ";") or token.text in ("{", "}"):
                cut(place)
                first = place + 1
            if token.text in OPENING:
                open_.append(token.text)
                code.append(token.text == "{" and self._is_code(place))
            elif token.text in CLOSING and open_:
                open_.pop()
                is_end = code.pop() and not any(code)  # of a function, which may lie in a class or a namespace
                function += token.text == "}" and (is_end or not open_)
        cut(len(self.tokens))
        return found

    def function_at(self, place: int) -> int:
        """The number of the function in which a place of the text is."""
        return self.rows[self.row_at(place) - 1].function

    @cached_property
    def words(self) -> defaultdict[int, set[str]]:
        """By function, all names that stand in its body."""
        found = defaultdict[int, set[str]](set)
        for row in (row for row in self.rows if row.is_inside):
            found[row.function] |= {token.text for token in self.tokens[row.first : row.end] if token.kind == "name"}
        return found

    def _is_code(self, place: int) -> bool:
        """Whether a block that is opened there is one of statements, by what stands before it."""
        before = next((p for p in range(place - 1, -1, -1) if self.tokens[p].text in ("{", "}", ";", ")", "=>")), 0)
        between = {one.text for one in self.tokens[before + 1 : place]}
        return self.tokens[before].text in (")", "=>") and not between & {"=", "struct", "enum", "union", "class"}

    def is_body(self, place: int) -> bool:
        """Whether a statement begins there that is of a head in brackets, or of an `else`."""
        own, before = self.tokens[place - 1].text, self.pairs.get(place - 1, 0)
        return own == "else" or (own == ")" and before > 0 and self.tokens[before - 1].text in HEADS)

    def body_end(self, place: int) -> int:
        """Where a block ends that begins there, or the statement that does."""
        while place < len(self.tokens) and self.tokens[place].text in HEADS:
            place = self.pairs.get(place + 1, place + 1) + 1
        if place < len(self.tokens) and self.tokens[place].text == "{":
            return self.pairs.get(place, len(self.tokens))
        return next((p for p in range(place, len(self.tokens)) if self.tokens[p].text == ";"), len(self.tokens))

    def _is_new_line(self, place: int) -> bool:
        return "\n" in self.whole[self.tokens[place - 1].end : self.tokens[place].start]

    def _goes_on(self, place: int) -> bool:
        """Whether a line goes on with what stood before it."""
        before, now = self.tokens[place - 1], self.tokens[place]
        return (before.kind == "mark" and before.text not in ")]}") or (now.kind == "mark" and now.text not in "({[}")

    def ends_value(self, place: int) -> bool:
        """Whether a value ends with this token."""
        token = self.tokens[place]
        return token.is_value or token.text in (")", "]")

    def part_from(self, place: int, end: int) -> Part | None:
        """The operand that begins there: a name, a number or what is in brackets, with what is called, indexed, reached or made new of it."""
        token = self.tokens[place] if place < end else None
        if token is not None and token.text == "new":
            part = self.part_from(place + 1, end)
            return Part(place, part.end) if part else None
        if token is None or not (token.is_value or token.text == "("):
            return None
        at = self.pairs.get(place, place) + 1
        if at < len(self.tokens) and self.tokens[at].text == "=>":  # what a function is given
            return None
        while at < end:
            text = self.tokens[at].text
            if text in REACHING and at + 1 < end:
                at += 2
            elif text in ("(", "[") and at in self.pairs:
                at = self.pairs[at] + 1
            else:
                break
        return Part(place, at) if at <= end else None

    def parts(self, first: int, end: int) -> Iterator[Part]:
        """All operands between two places, those inside others, too."""
        last = end if end - first <= LONGEST_ROW else first
        begins = (p for p in range(first, last) if p == first or self.tokens[p - 1].text not in (*REACHING, "new"))
        yield from filter(None, (self.part_from(place, end) for place in begins))
