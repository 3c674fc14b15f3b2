"""Which statements a program did last, where it crashes: each leaves its number in memory that outlives it, or the program says in which line it was."""

import re
from collections.abc import Collection, Iterable, Sequence

from .blocks import gaps
from .languages import ENDINGS, MARKS, prelude
from .text import Text

ANYWHERE = 14  # as many statements as may stand between a crash and what another function does


def marked(text: Text, first: int, without: Collection[int] = ()) -> tuple[str, list[int]]:
    """A text of which each statement is marked, from a number on, but for some, and of each row that number; as it is where its language has no marks."""
    language, number, numbers, places = ENDINGS[text.path.suffix], first - 1, list[int](), dict[int, int]()
    for row in text.rows:
        start = text.tokens[row.first].start
        if row.is_inside and start in gaps(text, row) and number + 1 < MARKS:
            number += 1
            places[start] = number
        numbers.append(max(first, number))
    if not language.mark:
        return text.whole, numbers
    whole = text.whole
    for place in sorted((at for at, n in places.items() if n not in without), reverse=True):
        whole = whole[:place] + language.mark.replace("{n}", str(places[place])) + whole[place:]
    return f"{whole[: text.begin]}\n{prelude(text)}{whole[text.begin :]}", numbers


def marks_in(whole: str, lines: Iterable[int]) -> set[int]:
    """The numbers of the marks that stand in lines of a text."""
    rows = whole.splitlines()
    return {int(n) for line in lines if line <= len(rows) for n in re.findall(r"rnnspec_mark\((\d+)\)", rows[line - 1])}


def recency(numbers: Sequence[int], stamps: Sequence[int]) -> list[int | None]:
    """Of each row, how many others were begun after it; None where it was not."""
    order = sorted({stamps[number] for number in numbers if stamps[number]}, reverse=True)
    return [order.index(stamps[number]) if stamps[number] else None for number in numbers]


def before_crash(text: Text, said: str) -> list[int | None]:
    """Of each row, how many others of its function stand between it and the line of this file in which a program says that it crashed; [] where it says
    none.
    """
    said = " ".join(said.split())
    match = re.search(rf"(?<![\w.-]){re.escape(text.path.name)}:(\d+)(:\d+)?", said)
    line = int(match[1]) if match else 0
    begun = [n for n, row in enumerate(text.rows) if row.is_inside and text.line(text.tokens[row.first].start) <= line]
    if not begun:
        return []
    last, function = begun[-1], text.rows[begun[-1]].function
    return [
        min(last - n, ANYWHERE) if n <= last and row.function == function else ANYWHERE
        for n, row in enumerate(text.rows)
    ]
