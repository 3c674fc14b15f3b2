"""How close parts of an expression bind, and what several parts make together."""

from typing import Any

from .symbols import element, row, said, sign

ATOM, INDEXED = 10, 9
APPLIED = sign("\u2061")  # a function and its argument


def table(rows: list[list[str]]) -> str:
    cells = ["".join(element("mtd", cell, style="text-align: left") for cell in each) for each in rows]
    return element("mtable", *(element("mtr", each) for each in cells))


def cases(*branches: Any) -> str:
    """(value, condition) …, and what is meant otherwise."""
    rows = [[value, row(said("where "), test)] for value, test in branches[:-1]]
    return row(sign("{"), table([*rows, [branches[-1], said("otherwise")]]))
