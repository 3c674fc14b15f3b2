"""The site's folder: pages are written, Sphinx makes HTML of them, every warning of its is an error."""

import re
import shutil
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from . import api, board, borrowed, conventions, deviations, figures, operations
from .borrowed import ROOT

SOURCE = ROOT / "docs/site"
SECTION = re.compile(r"^<!-- README: ?(.*) -->$", re.MULTILINE)
FILE = re.compile(r"^<!-- file: (.+) -->$", re.MULTILINE)
NAMED = {  # what Furo leaves without a name
    '<aside class="sidebar-drawer"': 'aria-label="all pages"',
    '<aside class="toc-drawer"': 'aria-label="this page"',
    '<p class="caption" role="heading"': 'aria-level="2"',
}
UNTITLED = '<div id="search-results"></div>'
SCROLLING = re.compile(r'<pre(?=>)|<div class="table-wrapper[^"]*"(?=>)')  # what may be wider than a phone
TABLE = re.compile(r'<table class="docutils.*?</table>', re.DOTALL)
HEAD = re.compile(r'<th class="head[^>]*>(.*?)</th>', re.DOTALL)
NARROW = 3  # columns that a phone has room for
OURS = "objects.inv"  # a folder that has it is a site


def write(target: Path) -> None:
    """Build the site into a folder, which is new, empty, or a site. Ends where a page is wrong."""
    if target.exists() and any(target.iterdir()) and not (target / OURS).is_file():
        sys.exit(f"{target} is no site and not empty: give another folder to -o")
    with TemporaryDirectory() as folder:
        source, built = Path(folder) / "source", Path(folder) / "built"
        with ProcessPoolExecutor(1) as beside:
            made = beside.submit(board.made)
            count = sources(source)
            _sphinx(source, built)
            _finish(built)
            _written(built, made.result())
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(built, target)
    size = sum(path.stat().st_size for path in target.rglob("*") if path.is_file()) / 10**6
    click.echo(f"{count} pages and a board, {size:.1f} MB: {target}/index.html")


def sources(folder: Path) -> int:
    """Write all that Sphinx reads, and say how many pages it is."""
    shutil.copytree(SOURCE, folder, ignore=shutil.ignore_patterns("*.md"))
    pages = dict(_pages())
    _written(folder, pages)
    for picture in (ROOT / "docs").glob("*.svg"):
        shutil.copy(picture, folder)
    (folder / "figures").mkdir(exist_ok=True)
    for place, drawn in figures.pictures():
        (folder / place).write_bytes(drawn)
    return len(pages)


def _written(folder: Path, pages: dict[str, str]) -> None:
    for place, text in pages.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_text(text, encoding="utf-8")


def _pages() -> Iterator[tuple[str, str]]:
    for path in sorted(SOURCE.rglob("*.md")):
        yield path.relative_to(SOURCE).as_posix(), by_hand(path)
    for part in (operations, deviations, borrowed, conventions, api):
        yield from part.pages()


def by_hand(path: Path) -> str:
    """A page of docs/site, with the sections of README.md and the files that it asks for; one of Markdown without its heading."""
    place = path.resolve().relative_to(SOURCE).as_posix()
    text = SECTION.sub(lambda found: borrowed.section(found[1], place), path.read_text(encoding="utf-8"))
    return FILE.sub(lambda found: _file(found[1], place), text)


def _file(path: str, page: str) -> str:
    text = (ROOT / path).read_text(encoding="utf-8").strip("\n")
    if not path.endswith(".md"):
        return text
    return borrowed.relinked(text.partition("\n")[2].strip("\n"), path.rpartition("/")[0], page)


def _sphinx(source: Path, built: Path) -> None:
    from sphinx.cmd.build import build_main

    if build_main(
        [
            "-W",
            "--keep-going",
            "-q",
            "-j",
            "auto",
            "-b",
            "html",
            "-d",
            str(source.parent / "read"),
            str(source),
            str(built),
        ]
    ):
        sys.exit("the site has pages that are wrong, as said above")


def _finish(built: Path) -> None:
    """What scrolls is reached by the keyboard; what only Sphinx needs is left out."""
    for path in built.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        for tag, name in NAMED.items():
            text = text.replace(tag, f"{tag} {name}")
        text = text.replace(UNTITLED, f"<h1>Search</h1>{UNTITLED}")
        text = TABLE.sub(lambda found: named(found[0]), text)
        path.write_text(SCROLLING.sub(r'\g<0> tabindex="0"', text), encoding="utf-8")
    shutil.rmtree(built / "_sources", ignore_errors=True)


def named(table: str) -> str:
    """A table whose cells say of which column they are, where it has many: on a phone a row of it is a list."""
    heads = [re.sub(r"<[^>]+>", "", head) for head in HEAD.findall(table)]
    if len(heads) <= NARROW:
        return table
    first, *rows = re.split(r"(?=<tr)", table.replace('class="docutils', 'class="listed docutils', 1))
    return first + "".join(_row(row, heads) for row in rows)


def _row(row: str, heads: list[str]) -> str:
    left = iter(heads)
    return re.sub(r"<td(?=[ >])", lambda _: f'<td data-of="{next(left)}"'.replace('=""', '="–"'), row)
