"""Markdown as the site's pages are written in."""

import re
from collections.abc import Iterable

MEANT = re.compile(r"([\\`*_{}\[\]<>#|$~^@&])")  # what Markdown, or MyST, would read


def text(words: str) -> str:
    """Words that are only words."""
    return MEANT.sub(r"\\\1", words)


def code(words: str) -> str:
    """Words of code within a line, also in a table."""
    return f"`{words}`".replace("|", "\\|")


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    """A table of cells that are Markdown; nothing where it has no row."""
    heads, rows = list(heads), [list(row) for row in rows]
    lines = [f"| {' | '.join(row)} |" for row in (heads, ["---"] * len(heads), *rows)]
    return [*lines, ""] if rows else []


def fence(language: str, lines: str) -> list[str]:
    """A block that may hold any text."""
    longest = max([2, *(len(run) for run in re.findall(r"`+", lines))])
    return [f"{'`' * (longest + 1)}{language}", lines.rstrip("\n"), "`" * (longest + 1), ""]


def wrapped(language: str, lines: str) -> list[str]:
    """A block whose lines may be longer than a page is wide: they are broken there."""
    return fence(f"{{code-block}} {language}\n:class: wrapped\n", lines)


def prose(words: str) -> list[str]:
    """Plain text as paragraphs; what stands in columns, or further in, stays as it is."""
    lines = []
    for block in re.split(r"\n\s*\n", words):
        if re.search(r"^ |\S {2,}\S", block, re.MULTILINE):
            lines += wrapped("text", block)
        else:
            parts = re.split(r"`([^`]+)`", block)
            lines += ["".join(code(part) if at % 2 else text(part) for at, part in enumerate(parts)), ""]
    return lines


def raw(html: str) -> list[str]:
    return fence("{raw} html", html)


def orphan(lines: Iterable[str], searched: bool = True) -> str:
    """A page that no list of pages has, so that the list beside every page stays short: others lead to it."""
    return "\n".join(["---", "orphan: true", *["nosearch: true"] * (not searched), "---", "", *lines]) + "\n"
