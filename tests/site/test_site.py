"""The built site: its links lead somewhere, it is small, it asks for nothing, and a person can read it on any device."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag

import pytest
from lxml import html
from manual import building
from planted.browsing import faults
from rnnspec.conformance.deviations.catalogue import CATALOGUE
from rnnspec.reference import FAMILIES, OPERATIONS

LARGEST = 25 * 10**6  # bytes
KINDS = (  # one page of each kind
    *("index", "operations/index", "operations/diagonal_step_backward", "operations/pad_sequence", "families/lstm"),
    *(
        "deviations/peephole-o-uses-cprev",
        "files/examples/own/fused_lstm.c",
        "files/CONTRIBUTING.md",
        "own/torch",
        "failures",
        "conventions",
        "api",
    ),
    *("contract", "protocol", "search", "scoreboard", "speed"),
)
by_kind = pytest.mark.parametrize("name", KINDS)


def test_every_operation_family_and_deviation_has_a_page(site: Any) -> None:
    wanted = {
        *(f"operations/{name}.html" for name in OPERATIONS),
        *(f"families/{family.name}.html" for family in FAMILIES),
        *(f"deviations/{name}.html" for name in CATALOGUE),
    }

    assert wanted - {*site.pages()} == set()
    assert len(wanted) > 300


def test_it_is_small(site: Any) -> None:
    size = sum(path.stat().st_size for path in site.folder.rglob("*") if path.is_file())

    assert size < LARGEST
    assert re.search(
        rf"^\d+ pages and a board, {size / 10**6:.1f} MB: {site.folder}/index\.html\ntook \d+ s$",
        site.said,
        re.MULTILINE,
    )


def test_a_folder_that_is_no_site_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")

    with pytest.raises(SystemExit, match=re.escape(f"{tmp_path} is no site and not empty: give another folder to -o")):
        building.write(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_link_that_leads_nowhere_ends_the_build(tmp_path: Path) -> None:
    pytest.importorskip("sphinx", reason="no Sphinx: pip install -e '.[site]'")
    shutil.copytree(building.SOURCE, tmp_path / "source", ignore=shutil.ignore_patterns("*.md"))
    (tmp_path / "source/index.md").write_text("# One\n\n[two](gone.md)\n")
    code = (
        "import sys; from pathlib import Path; from manual import building; building._sphinx(*map(Path, sys.argv[1:]))"
    )
    words = [sys.executable, "-c", code, str(tmp_path / "source"), str(tmp_path / "built")]

    done = subprocess.run(words, cwd=building.ROOT / "docs/pages", capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "gone.md" in done.stderr
    assert done.stderr.endswith("the site has pages that are wrong, as said above\n")


def broken(folder: Path, page: str) -> Iterator[str]:
    """Links of a page that lead to no file of the folder, or to no place in it, and what it would fetch from elsewhere."""
    for element, attribute, link, _ in parsed(folder / page).iterlinks():
        if re.match(r"(https?|mailto):", link):
            if element.tag not in ("a",) and not (element.tag == "link" and element.get("rel") == "canonical"):
                yield f"{page}: <{element.tag} {attribute}> fetches {link}"
            continue
        if link.startswith("data:"):
            continue
        path, anchor = urldefrag(link)
        target = (folder / page).parent / unquote(path.partition("?")[0]) if path else folder / page
        if not target.resolve().is_relative_to(folder.resolve()) or not target.is_file():
            yield f"{page}: {link} is no file"
        elif anchor and target.suffix == ".html" and unquote(anchor) not in ids(target.resolve()):
            yield f"{page}: {link} is no place"


@cache
def parsed(path: Path) -> Any:
    return html.parse(str(path)).getroot()


@cache
def ids(path: Path) -> frozenset[str]:
    return frozenset(parsed(path).xpath("//@id"))


def test_no_link_is_dead_and_nothing_is_fetched_from_elsewhere(site: Any) -> None:
    dead = [each for page in site.pages() for each in broken(site.folder, page)]

    assert dead == []


def test_a_dead_link_and_a_foreign_picture_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        '<p id="here"></p><a href="b.html">b</a><a href="#gone">c</a><a href="#here">d</a>'
        '<a href="../e.html">e</a><img src="https://example.org/f.png"><a href="https://example.org">g</a>'
    )

    assert [*broken(tmp_path, "a.html")] == [
        "a.html: b.html is no file",
        "a.html: #gone is no place",
        "a.html: ../e.html is no file",
        "a.html: <img src> fetches https://example.org/f.png",
    ]


def test_no_page_tells_where_it_was_made(site: Any) -> None:
    told = [page for page in site.pages() if str(building.ROOT) in (site.folder / page).read_text(encoding="utf-8")]

    assert told == []


def test_every_heading_of_a_table_has_words(site: Any) -> None:
    empty = [p for p in site.pages() for th in parsed(site.folder / p).iter("th") if not th.text_content().strip()]

    assert empty == []


def test_no_page_is_wider_than_a_phone_or_says_an_error(site: Any, opened: Any) -> None:
    page, wide = opened(), {}

    for name in site.pages():
        page.goto((site.folder / name).as_uri(), wait_until="load")
        if (width := page.evaluate("document.documentElement.scrollWidth")) > 360:
            wide[name] = width

    assert wide == {}


@by_kind
def test_axe_finds_no_fault_in_light_and_dark(site: Any, opened: Any, name: str) -> None:
    for width, scheme in ((1400, "light"), (360, "dark")):
        page = opened(width, scheme)
        page.goto((site.folder / f"{name}.html").as_uri())

        assert faults(page) == []


def test_axe_finds_no_fault_of_a_page_that_no_other_is_like(site: Any, opened: Any) -> None:
    names = [name for name in site.pages() if re.fullmatch(r"(own/)?[\w-]+\.html", name) and name[:-5] not in KINDS]
    page, found = opened(1400, "dark"), {}

    for name in names:
        page.goto((site.folder / name).as_uri())
        if said := faults(page):
            found[name] = said

    assert len(names) > 20
    assert found == {}


def test_dark_is_dark_and_light_is_light(site: Any, opened: Any) -> None:
    def ground(scheme: str) -> int:
        page = opened(1400, scheme)
        page.goto((site.folder / "index.html").as_uri())
        colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return sum(map(int, re.findall(r"\d+", colour)[:3]))

    assert ground("dark") < 3 * 64 < 3 * 192 < ground("light")


def test_search_finds_an_operation_without_a_network(site: Any, opened: Any) -> None:
    page = opened(1400)
    page.goto((site.folder / "index.html").as_uri())

    page.locator("input.sidebar-search").first.fill("peephole output gate old cell state")
    page.keyboard.press("Enter")
    found = page.locator("#search-results a[href^='deviations/peephole-o-uses-cprev.html']").first
    found.wait_for()
    found.click()

    page.wait_for_url("**/deviations/peephole-o-uses-cprev.html*")
    assert page.locator("h1").inner_text().startswith("peephole-o-uses-cprev")


def test_equations_are_drawn_as_mathematics(site: Any, opened: Any) -> None:
    page = opened(1400)
    page.goto((site.folder / "operations/selective_scan_step_forward.html").as_uri())

    kinds = page.evaluate("[...document.querySelectorAll('math')].map(node => node.constructor.name)")
    heights = page.evaluate("[...document.querySelectorAll('math')].map(node => node.getBoundingClientRect().height)")
    assert len(kinds) > 5
    assert {*kinds} == {"MathMLElement"}
    assert min(heights) > 0
