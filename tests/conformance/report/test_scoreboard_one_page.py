"""A board whose reports are all on one page: each opens by its name, and what is asked for in vain is told."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from planted.browsing import faults


def test_all_reports_on_one_page_are_opened_by_their_name(browsed: Any, stored: Callable[[str], Path]) -> None:
    place = stored("one page").parent / "reports/all.html"

    page = browsed(place, mark="?notebook-float64-1.10#lstm_forward/generic")
    page.followed += [f"{place.as_uri()}?notebook-float64-1.10"]

    page.at("#case h2").wait_for()
    assert page.title() == "lstm_forward/generic"
    assert page.page.title() == "notebook is not conformant [float64]"
    page.page.keyboard.press("Escape")
    assert page.page.url.endswith("?notebook-float64-1.10")
    assert page.at("#matrix .cell").count() > 50


@pytest.mark.parametrize("mark", ["", "?nothing", "?__proto__", "?%", "#lstm_forward/generic"])
@pytest.mark.parametrize("width", [360, 1600])
def test_a_page_of_all_reports_lists_them_where_none_is_asked_for(
    browsed: Any, stored: Callable[[str], Path], width: int, mark: str
) -> None:
    place = stored("one page").parent / "reports/all.html"

    page = browsed(place, width, mark=mark)
    page.followed += page.asked

    links = page.at("#overview a")
    assert links.all_inner_texts()[1] == "notebook is not conformant [float64]"
    assert page.at("h1").inner_text() == ("There is no such report here" if "?" in mark else "Reports")
    assert faults(page.page) == []
    page.followed += [f"{place.as_uri()}?notebook-float64-1.9"]
    links.nth(1).click()
    page.at("#matrix .cell").first.wait_for()
    assert page.page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_cell_leads_to_its_case_where_all_reports_are_on_one_page(
    browsed: Any, stored: Callable[[str], Path]
) -> None:
    page = browsed(stored("one page"))
    name = "reports/all.html?notebook-float64-1.10"
    page.followed += [(stored("one page").parent / "reports/all.html").as_uri() + name.removeprefix("reports/all.html")]

    page.at('#operations a[aria-label^="lstm_forward, notebook"]').click()

    page.at("#case h2").wait_for()
    assert f"{name}#lstm_forward/" in page.page.url
    assert page.at("#case .chip.fail").count() == 1
