"""A change in words: the lines of the source as they are, and as they would have to be."""

import ast
import difflib
import os
from collections.abc import Iterator
from typing import Any

from .differing import MOST, difference
from .source import Change, File
from .standing import Made, standing

INDENT = 4


def place(file: File, change: Change, folder: str) -> str:
    """The file, as it is called from a folder, and the first line that is another."""
    text = _text_with(file, change)
    line = change.statement.node.lineno if text is None else 1 + _alike(file.text.splitlines(), text.splitlines())
    return f"{called_from(file.path, folder)}:{line}"


def called_from(path: str, folder: str) -> str:
    try:
        near = os.path.relpath(path, folder)
    except ValueError:  # on another drive
        near = os.pardir
    return os.path.basename(path) if near.startswith(os.pardir) else near


def _alike(old: list[str], new: list[str]) -> int:
    """How many lines are the same from the first on."""
    return next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))


def lines(made: tuple[Made, ...]) -> list[str]:
    """The difference that changes make, without what stands around it: in the source's own words, where all of it can be said so."""
    found = list[str]()
    for path in dict.fromkeys(file.path for file, _ in made):
        own = tuple((file, change) for file, change in made if file.path == path)
        file = own[0][0]
        old = ast.unparse(file.tree)
        with standing(own):
            new, wanted = ast.unparse(file.tree), ast.dump(file.tree)
        text = _with_all(file, [change for _, change in own], wanted)
        found += difference(file.text, text) if text is not None else difference(old, new)
    return found if len(found) <= MOST else [*found[: MOST - 1], "…"]


def _with_all(file: File, several: list[Change], wanted: str) -> str | None:
    """The source with each change in its own lines, where that is the tree that is wanted."""
    rows, parts = file.text.splitlines(), list[tuple[int, int, list[str]]]()
    for change in several:
        if (text := _text_with(file, change)) is None:
            return None
        new = text.splitlines()
        codes = difflib.SequenceMatcher(None, rows, new, autojunk=False).get_opcodes()
        parts += [(i, j, new[k:m]) for tag, i, j, k, m in codes if tag != "equal"]
    for i, j, instead in sorted(parts, reverse=True):
        rows[i:j] = instead
    text = "\n".join([*rows, ""])
    return text if _dumped(text) == wanted else None


def _dumped(text: str) -> str:
    try:
        return ast.dump(ast.parse(text))
    except (SyntaxError, ValueError):
        return ""


def _text_with(file: File, change: Change) -> str | None:
    """The source with a change alone, where its own words can say that."""
    with standing(((file, change),)):
        wanted = ast.dump(file.tree)
    return next((text for text in _texts(file, change) if _dumped(text) == wanted), None)


def _texts(file: File, change: Change) -> Iterator[str]:
    """What the source may look like with it: with the part's own text in its place, or with the statements of a body in theirs."""
    if isinstance(change.part, list):
        yield from _of_body(file, change)
        return
    before = change.spot.part
    rows = file.text.splitlines(keepends=True)
    start = _at(rows, before.lineno, before.col_offset)
    end = _at(rows, before.end_lineno, before.end_col_offset)
    for text in (new := ast.unparse(change.part), f"({new})"):
        yield file.text[:start] + text + file.text[end:]


def _at(rows: list[str], line: int, column: int) -> int:
    """Where in the text that is: columns are of bytes."""
    return sum(map(len, rows[: line - 1])) + len(rows[line - 1].encode()[:column].decode(errors="replace"))


def _of_body(file: File, change: Change) -> Iterator[str]:
    rows, body = file.text.splitlines(), change.spot.part
    first, last = body[0], body[-1]
    own = {id(node) for node in ast.walk(file.tree)}
    kept = {id(node) for node in change.part}
    # of what another stands in the place of
    lost = iter([_above(node, rows) for node in body[1:] if id(node) not in kept])
    new = list[str]()
    for node in change.part:
        if id(node) not in own:
            new += next(lost, [])
        elif node is not first:
            new += _above(node, rows)
        new += _rows_of(node, first.col_offset, rows, own)
    yield "\n".join([*rows[: _first(first) - 1], *new, *rows[last.end_lineno :], ""])


def _above(node: ast.stmt, rows: list[str]) -> list[str]:
    """The comments and what is blank directly above a statement."""
    end = start = _first(node) - 1
    while start and (not (row := rows[start - 1].strip()) or row.startswith("#")):
        start -= 1
    return rows[start:end]


def _rows_of(node: ast.stmt, indent: int, rows: list[str], own: set[int]) -> Iterator[str]:
    """The lines of a statement, of the source where it has them."""
    if id(node) in own:
        yield from _moved(rows[_first(node) - 1 : node.end_lineno], node.col_offset, indent)
    elif isinstance(node, ast.For | ast.While | ast.If) and not node.orelse:
        inside: Any = node.body
        known = [one for one in inside if id(one) in own]
        within = [one for one in known if one.lineno > node.lineno and one.col_offset > node.col_offset]
        head = within[0].lineno - 1 - len(_above(within[0], rows)) if within else node.lineno
        yield from _moved(rows[node.lineno - 1 : max(node.lineno, head)], node.col_offset, indent)
        deeper = within[0].col_offset - node.col_offset if within else INDENT
        for one in inside:
            yield from _moved(_above(one, rows), one.col_offset, indent + deeper) if one in within else ()
            yield from _rows_of(one, indent + deeper, rows, own)
    else:
        yield from (" " * indent + line for line in ast.unparse(node).splitlines())


def _first(node: ast.stmt) -> int:
    return min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])


def _moved(rows: list[str], before: int, indent: int) -> Iterator[str]:
    """Further in or out; what is blank, and what begins further out, stays."""
    is_same = indent == before
    yield from (
        " " * indent + row[before:] if not is_same and row.strip() and not row[:before].strip() else row for row in rows
    )
