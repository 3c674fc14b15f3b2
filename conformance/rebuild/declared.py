"""Where a text declares a name: a type stands before it; and what structures are made of."""

from functools import cached_property

from .text import HEADS, Row, Text

READING = {
    *("return", "in", "of", "else", "if", "while", "do", "case", "match", "throw", "yield", "await", "co_return"),
    *("new", "delete", "typeof", "instanceof", "sizeof", "and", "or", "not"),
}  # words of which a name is read behind
STRUCTURES, HEAD = ("struct", "class", "union"), 12  # and the tokens of what stands before its block
OF_TYPES = {"::", "<", ">", ",", "&", "*"}  # marks that stand in one


class Declared:
    """Of a text, by place among its tokens."""

    def __init__(self, text: Text) -> None:
        self._text, self._tokens = text, text.tokens

    def is_declared(self, place: int) -> bool:
        """Whether a type stands before it: it is what is declared."""
        if place in self._of_classes:
            return True
        before, type = (self._tokens[at] if at >= 0 else None for at in (place - 1, place - 2))
        is_pointer = before is not None and before.text in ("*", "&") and type is not None and type.kind == "word"
        own = type if is_pointer else before
        return own is not None and own.kind in ("name", "word") and own.text not in READING

    @cached_property
    def _of_classes(self) -> set[int]:
        """Places behind a class's mark: in a function's head no product, and with a template's arguments, as nothing else in the row, no comparison."""
        found = set[int]()
        for row in self._text.rows:
            is_type = True  # so far
            is_function = not row.is_inside and self.is_head(row)
            for place in range(row.first + 1, row.end):
                before, type = self._tokens[place - 1], self._tokens[max(row.first, place - 2)]
                is_type = is_type and (before.text in OF_TYPES or before.kind in ("name", "word", "number"))
                is_marked = before.text in ("&", "*") and (type.kind == "name" or type.text == ">")
                is_of_class = is_function and is_marked
                if self._tokens[place].kind == "name" and (is_of_class or (is_type and before.text == ">")):
                    found.add(place)
        return found

    def is_head(self, row: Row) -> bool:
        """Whether it is one of a loop or a function."""
        is_loop = self._tokens[row.first].text in HEADS
        return is_loop or (not row.is_inside and row.end < len(self._tokens) and self._tokens[row.end].text == "{")

    @cached_property
    def _fields(self) -> list[str]:
        """What is declared outside of functions, and in no head of one: a structure's."""
        rows = (row for row in self._text.rows if not row.is_inside and not self.is_head(row))
        places = (p for row in rows for p in range(row.first, row.end) if self._tokens[p].kind == "name")
        return [
            self._tokens[p].text for p in places if self._tokens[p + 1 : p + 2] and self._tokens[p + 1].text in ";,:"
        ]

    @cached_property
    def _structures(self) -> list[dict[str, None]]:
        """The fields of each block that is declared to be a structure."""
        found = list[dict[str, None]]()
        for place in (p for p, token in enumerate(self._tokens) if token.text in STRUCTURES):
            head = range(place + 1, min(place + HEAD, len(self._tokens)))
            opened = next((p for p in head if self._tokens[p].text in ("{", ";", "(")), 0)
            if opened in self._text.pairs and self._tokens[opened].text == "{":
                inside = range(opened + 1, self._text.pairs[opened])
                names = (p for p in inside if self._tokens[p].kind == "name" and self._tokens[p + 1].text in ";,:=")
                found.append({self._tokens[p].text: None for p in names})
        return found
