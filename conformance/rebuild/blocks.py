"""Statements of a text: which may be left out, follow one another, and between which another may be put in."""

from collections.abc import Set

from .languages import SCRIPTS
from .text import ASSIGNING, Row, Text

DOING = {*ASSIGNING, "++", "--", ","}  # behind what a statement begins with
LITERAL = {"=", ":", ",", "(", "[", "&", "return"}  # before what is a value
IN_SCRIPTS = {*LITERAL, "&&", "||", "??", "throw", "yield", "await", "default"}
PARTING = {"const", "let", "var"}  # before one that parts one into names
FIRST = {"*", "&", "++", "--", "(", "[", "{", "-", "!", "|", "::"}  # marks that a statement may begin with
HEADS = {
    "struct",
    "class",
    "union",
    "enum",
    "namespace",
    "extends",
}  # before the name of a block that holds what is declared
LEAVING = ("continue", "break")
BEHIND = {"else", "catch", "case", "default"}  # what a block before goes on with, and what labels


def statement_at(text: Text, start: int, end: int) -> tuple[int, int] | None:
    """Where the statement, or all that follow one another, begin and end that these places are in, and that others may stand in the place of."""
    first, last = (max(0, text.row_at(place) - 1) for place in (start, end - 1))
    while first < last and _follows(text, first):
        first -= 1
    while first < last and last + 1 < len(text.rows) and _follows(text, last + 1):
        last += 1
    several = text.rows[first : last + 1]
    begins, ends = text.tokens[several[0].first].start, text.tokens[several[-1].end - 1].end
    is_run = all(is_statement(text, one) for one in several) and all(
        _follows(text, n) for n in range(first + 1, last + 1)
    )
    return (begins, ends) if begins <= start and end <= ends and is_run else None


def _follows(text: Text, n: int) -> bool:
    """Whether a row is a statement right behind another, which is not all that a loop or a condition is of."""
    both = text.rows[max(0, n - 1) : n + 1]
    is_behind = len(both) == 2 and both[0].end + 1 == both[1].first and not text.is_body(both[0].first)
    return is_behind and all(is_statement(text, one) for one in both)


def following(text: Text, row: Row) -> Row | None:
    """The statement right behind one."""
    n = text.row_at(text.tokens[row.first].start)
    return text.rows[n] if n < len(text.rows) and _follows(text, n) else None


def is_statement(text: Text, row: Row) -> bool:
    """Whether it is all of one that declares nothing, and that may be left out."""
    after = [token.text for token in text.tokens[row.end : row.end + 2]]
    if row.end == row.first + 1 and text.tokens[row.first].text in LEAVING:
        return after[:1] == [";"] and after[1:] != ["else"]
    first = next((p for p in range(row.first, row.end) if text.tokens[p].text not in ("*", "++", "--")), row.end)
    part = text.part_from(first, row.end)
    is_done = part is not None and (part.end == row.end or text.tokens[part.end].text in DOING)
    return bool(after[:1] == [";"] and after[1:] != ["else"] and is_done and text.tokens[first].kind != "word")


def gaps(text: Text, row: Row) -> list[int]:
    """Where a statement may be put in before one, and behind it where a block ends or nothing is done in a loop: places of the text."""
    tokens, before = text.tokens, text.tokens[row.first - 1].text if row.first else ""
    found, first = list[int](), tokens[row.first]
    is_label = first.text in BEHIND or any(tokens[p].text == "=>" for p in text.free(row.first, row.end))
    is_head = (
        is_label or (before == "}" and first.text == "while") or (before == "{" and opens_value(text, row.first - 1))
    )
    is_head |= row.first - 1 in text.bound  # `of` behind the names that a value is parted into
    is_new = first.kind != "mark" or (first.text in FIRST and (before, first.text) != ("}", "["))
    if before in (";", "{", "}") and not is_head and is_new:
        found.append(first.start)
    after = [token.text for token in tokens[row.end : row.end + 2]]
    if after in ([";", "}"], ["{", "}"]):
        found.append(tokens[row.end + 1].start)
    if after[:1] == [";"] and text.is_body(row.end):
        found.append(tokens[row.end].start)
    return found


def is_behind(text: Text, row: Row, gap: int) -> bool:
    """Whether one of a row's gaps is right behind a statement."""
    if gap > text.tokens[row.first].start:
        return is_statement(text, row)
    n = text.row_at(gap) - 1
    return n > 0 and text.rows[n - 1].end + 1 == row.first and is_statement(text, text.rows[n - 1])


def opens_value(text: Text, place: int) -> bool:
    """Whether a brace stands there, and what it opens is a value: behind a mark, a type in brackets, or a type or a new name of one."""
    before = text.tokens[place - 1] if place and text.tokens[place].text == "{" else None
    if before is not None and before.text == ")" and place - 1 in text.pairs:
        before = text.tokens[text.pairs[place - 1] - 1]
    is_chosen = before is not None and before.text == "?" and text.path.suffix != ".rs"
    is_behind = before is not None and (before.text in before_values(text) or before.text in PARTING)
    return before is not None and (is_chosen or is_behind or _is_of_a_type(text, place - 1))


def before_values(text: Text) -> Set[str]:
    """Before a brace, or the brackets before it, that opens a value: in JavaScript it may be an object's."""
    return IN_SCRIPTS if text.path.suffix in SCRIPTS else LITERAL


def _is_of_a_type(text: Text, place: int) -> bool:
    """In Rust whether it is a type, in C++ whether a type stands there, or a name that is declared with one."""
    own, before = text.tokens[place], text.tokens[max(0, place - 1)]
    if own.kind != "name" or text.path.suffix == ".rs":
        return own.kind == "name" and own.text[:1].isupper()
    return before.text in (*LITERAL, ">") or (before.kind in ("name", "word") and before.text not in HEADS)
