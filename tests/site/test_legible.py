"""What a person reads of a page is not cut, on a phone and on a desk, and colours say what they mean."""

import re
from typing import Any

import pytest
from manual import building
from rnnspec.conformance.deviations.catalogue import CATALOGUE


@pytest.mark.parametrize("width", [360, 1280, 1600])
def test_code_of_an_equation_is_broken_and_never_cut(site: Any, opened: Any, width: int) -> None:
    page = opened(width)
    cut = """[...document.querySelectorAll('.equation td.highlight')].filter((td) => td.scrollWidth > td.clientWidth
        || td.getBoundingClientRect().right > td.closest('.equation').getBoundingClientRect().right).map((td) => td.textContent)"""

    for name in ("lstm_cell_forward", "lstm_backward", "gated_delta_backward", "pad_packed_sequence"):
        page.goto((site.folder / f"operations/{name}.html").as_uri())

        assert page.locator(".equation td.highlight").count() > 0
        assert page.evaluate(cut) == []


def test_mathematics_stands_beside_its_code_where_there_is_room_and_above_it_on_a_phone(site: Any, opened: Any) -> None:
    beside = """[...document.querySelectorAll('.equation tr:has(math)')].map((tr) => [...tr.children].map((td) => td.getBoundingClientRect()))
        .map(([said, code]) => code.top < said.bottom)"""

    def share(width: int) -> float:
        page = opened(width)
        page.goto((site.folder / "operations/lstm_cell_forward.html").as_uri())
        found = page.evaluate(beside)
        return sum(found) / len(found)

    assert share(360) == 0
    assert share(1280) > 0.8


@pytest.mark.parametrize("name", ["api", "deviations/peephole-o-uses-cprev"])
def test_words_in_a_block_are_broken_on_a_phone(site: Any, opened: Any, name: str) -> None:
    page = opened(360)
    page.goto((site.folder / f"{name}.html").as_uri())

    assert page.locator(".wrapped pre").count() > 0
    assert page.evaluate(
        "[...document.querySelectorAll('.wrapped pre')].every((pre) => pre.scrollWidth <= pre.clientWidth)"
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_a_difference_adds_is_green_and_what_it_takes_away_is_red(site: Any, opened: Any, scheme: str) -> None:
    page = opened(1400, scheme)
    page.goto((site.folder / "deviations/peephole-o-uses-cprev.html").as_uri())

    def ground(kind: str) -> list[int]:
        colour = page.locator(f".highlight .{kind}").first.evaluate("node => getComputedStyle(node).backgroundColor")
        return [int(part) for part in re.findall(r"\d+", colour)[:3]]

    red, green = ground("gd"), ground("gi")
    assert red[0] > max(red[1:])
    assert green[1] > max(green[0], green[2])


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("CONTRIBUTING.md", "Contributing"),
        ("CHANGELOG.md", "Changelog"),
        ("examples/course.ipynb", "Is my LSTM right?"),
    ],
)
def test_what_is_written_to_be_read_is_no_block_of_source(site: Any, opened: Any, name: str, heading: str) -> None:
    page = opened(1400)
    page.goto((site.folder / f"files/{name}.html").as_uri())

    assert page.locator("h1").inner_text() == heading
    assert page.locator("article h2").count() > 1
    assert page.locator("pre").filter(has_text=re.compile(r"^# |cell_type", re.MULTILINE)).count() == 0


def test_a_search_finds_what_is_told_before_a_file_of_code_that_has_the_word(site: Any, opened: Any) -> None:
    page = opened(1400)
    page.goto((site.folder / "index.html").as_uri())

    page.locator("input.sidebar-search").first.fill("float16")
    page.keyboard.press("Enter")
    page.locator("#search-results li a").first.wait_for()
    page.get_by_text("Search finished").wait_for()

    found = page.locator("#search-results li a").evaluate_all("all => all.map((a) => a.getAttribute('href'))")
    assert any(place.startswith("budget.html") for place in found)
    assert [place for place in found if re.match(r"files/.*\.(py|toml|c|json)\.html", place)] == []


@pytest.mark.parametrize("name", ["defects", "conventions", "kill-matrix", "frameworks", "operations/lstm_forward"])
def test_a_row_of_a_wide_table_is_a_list_on_a_phone_and_says_its_columns(site: Any, opened: Any, name: str) -> None:
    page = opened(360)
    page.goto((site.folder / f"{name}.html").as_uri())
    cut = "[...document.querySelectorAll('.listed td')].filter((td) => td.getBoundingClientRect().right > 360).map((td) => td.innerHTML)"
    unsaid = "[...document.querySelectorAll('.listed td')].filter((td) => !td.dataset.of).map((td) => td.innerHTML)"

    assert page.locator(".listed td").count() > 10
    assert page.evaluate(cut) == []
    assert page.evaluate(unsaid) == []


def test_cells_are_named_by_their_column_where_a_table_has_many() -> None:
    row = '<tr><td><p>1</p></td>\n<td class="x"></td>\n<td>3</td>\n<td>4</td></tr>'
    heads = "".join(f'<th class="head"><p>{head}</p></th>' for head in ("a", "b &amp; c", "", "d"))
    few = '<table class="docutils"><tr><th class="head">a</th></tr><tr><td>1</td></tr></table>'

    found = building.named(f'<table class="docutils align-default"><tr>{heads}</tr>{row}</table>')
    assert re.findall(r'data-of="([^"]*)"', found) == ["a", "b &amp; c", "–", "d"]
    assert found.startswith('<table class="listed docutils align-default">')
    assert building.named(few) == few


def test_no_page_says_that_somebody_had_a_mistake_where_no_report_is_cited(site: Any) -> None:
    texts = [(site.folder / f"deviations/{name}.html").read_text(encoding="utf-8") for name in CATALOGUE]
    lists = [re.findall(r'id="who-had-it".*?<ul[^>]*>(.*?)</ul>', text, re.DOTALL) for text in texts]
    said = [re.sub(r"<[^>]+>", "", one).strip() for (one,) in lists]

    assert sum(words.startswith("No report is cited:") for words in said) > 40
    assert {"", "known", "known student error"} & {*said} == set()
