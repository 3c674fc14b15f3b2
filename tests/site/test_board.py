"""The scoreboard on the site: every cell leads somewhere, and what a person clicks opens."""

import gzip
import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from manual import building
from planted.browsing import faults
from rnnspec.reference import OPERATIONS


def test_every_cell_of_the_board_leads_to_a_case_of_a_report(site: Any) -> None:
    board, reports = (data(site.folder / "board" / name) for name in ("index.html", "reports/all.html"))

    held = {}
    for name, (_, packed) in reports["packed"].items():
        (report,) = json.loads(gzip.decompress(b64decode(packed)))
        undefined = {f"{operation}/{case}" for operation, cases in report["undefined"].items() for case in cases}
        held[f"all.html?{name}"] = {case["id"] for case in report["cases"]} | undefined | {""}
    assert {row["file"] for row in board["reports"]} == {*held}
    assert len(held) == len([*(building.ROOT / "docs/reports").glob("*.json.gz")])
    cells = [(row["file"], id) for row in board["reports"] for cell in row["cells"].values() for id in cell[4:]]
    assert [cell for cell in cells if cell[1] not in held[cell[0]]] == []
    assert len(cells) > 10_000


def data(page: Path) -> Any:
    return json.loads(page.read_text(encoding="utf-8").partition('id="data">')[2].partition("</script>")[0])


def test_the_board_is_found_and_a_cell_of_it_opens_its_case(site: Any, opened: Any) -> None:
    page = opened(1400)
    page.goto((site.folder / "scoreboard.html").as_uri())

    page.get_by_role("link", name="The board").click()
    page.locator("#find").fill("torch 2")
    page.locator('#operations a[aria-label^="lstm_backward, torch [float32]"]').click()

    page.locator("#case h2").wait_for()
    assert "/board/reports/all.html?torch-float32-" in page.url
    assert page.title() == "torch is conformant [float32]"


@pytest.mark.parametrize(("width", "scheme"), [(1400, "light"), (360, "dark")])
def test_axe_finds_no_fault_of_the_board(site: Any, opened: Any, width: int, scheme: str) -> None:
    page = opened(width, scheme)
    page.goto((site.folder / "board/index.html").as_uri() + "#find=torch 2&dtype=float32&family=lstm")

    assert faults(page) == []
    assert page.locator("#operations tbody th").count() == sum(each.family == "lstm" for each in OPERATIONS.values())


def test_on_a_phone_who_tests_nothing_of_an_operation_is_one_line_that_opens(site: Any, opened: Any) -> None:
    page = opened(360)
    page.goto((site.folder / "board/index.html").as_uri() + "#family=lstm")
    row = page.locator("#operations tbody tr").first
    cells, seen = row.locator("td.mark"), row.locator("td.mark:visible")
    idle, tried = row.locator("td.mark.unsupported").count(), row.locator("td.mark:is(.pass, .part, .fail)").count()

    assert cells.count() == idle + tried
    assert seen.count() == tried > 0
    button = row.locator("button")
    assert button.inner_text() == f"– not tested: {idle} more"
    button.click()
    assert seen.count() == cells.count()
    assert not button.is_visible()


@pytest.mark.parametrize(("width", "mark"), [(1400, ""), (360, "&show=untested")])
def test_nothing_is_folded_on_a_desk_or_where_it_is_asked_for(site: Any, opened: Any, width: int, mark: str) -> None:
    page = opened(width)
    page.goto((site.folder / "board/index.html").as_uri() + f"#family=lstm{mark}")

    row = page.locator("#operations tbody tr").first
    assert row.locator("td.unsupported:visible").count() == row.locator("td.unsupported").count() > 3
    assert row.locator("button:visible").count() == 0


def test_on_a_phone_a_candidates_numbers_are_seen_without_scrolling_to_the_side(site: Any, opened: Any) -> None:
    page = opened(360)
    page.goto((site.folder / "board/index.html").as_uri() + "#find=torch 2&dtype=float32")

    cells = page.locator("#candidates thead button, #candidates tbody tr:first-child > *")
    boxes = [cell.bounding_box() for cell in cells.all()]
    assert len(boxes) == 16
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= 360 for box in boxes)
    label = "getComputedStyle(document.querySelector('#candidates td.untried'), '::before').content"
    assert page.evaluate(label) == '"not tested"'
