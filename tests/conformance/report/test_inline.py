"""What a notebook shows of a report: every text escaped, small, and readable on white and on black."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from planted.pages import HOSTILE, hostile
from rnnspec.conformance import Ending, Outcome, Report, check
from rnnspec.reference import OPERATIONS

LARGEST = 12_000  # characters
PAGE = "<!doctype html><html lang=en><title>t</title><body style='background:{};color:{}'><main><h1>r</h1>{}</main>"
GROUNDS = {"light": ("#fff", "#000"), "dark": ("#111", "#eee")}


class Tags(HTMLParser):
    """The names of a text's elements, and their attributes'."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.found |= {tag, *(f"{tag}.{name}" for name, _ in attrs)}


def test_it_has_the_verdict_the_counts_and_what_explains_the_failures() -> None:
    report = check("notebook", cases=["softmax", "lstm_forward"])

    text = report._repr_html_()

    assert "<b>notebook</b> is <b>not conformant</b>, as far as it was asked [float64]" in text
    totals = f"{report.totals['pass']} passed, {len(report.failures)} failed, {len(report.untested)} not tested"
    assert totals in text
    ends = [o.outcome for o in report.by_operation()["softmax"]]
    passed, failed, not_tested = (ends.count(one) for one in (Ending.PASS, Ending.FAIL, Ending.UNSUPPORTED))
    assert f'<th scope="row">softmax</th><td>{passed}</td><td>{failed}</td><td>{not_tested}</td>' in text
    for explanation in report.explanations:
        assert " with ".join(f"<code>{name}</code>" for name in explanation.deviations) in text


def test_what_a_hostile_candidate_says_is_text() -> None:
    report = hostile()
    report.version = HOSTILE["version"]

    text = report._repr_html_()

    assert report.failures
    assert Tags(text).found == {
        *("div", "div.class", "style", "p", "b", "i", "i.style", "br", "table", "thead", "tbody", "tr"),
        *("th", "th.scope", "td", "code"),
    }
    assert "&lt;img src=x onerror=alert(1)&gt;" in text
    assert [line for line in text.split("\n") if not line.isprintable()] == []
    assert not re.search("https?:|url\\(|@import", text)


def test_it_is_small_however_much_is_wrong() -> None:
    cases = [Outcome(f"{name}/generic", name, Ending.FAIL, message="wrong " * 700) for name in OPERATIONS]
    report = Report("everything wrong" * 100, "", "float64", "", cases=cases)

    text = report._repr_html_()

    assert len(text) <= LARGEST
    assert "more operations" in text


def test_nothing_tested_and_what_was_skipped_are_said() -> None:
    assert "is <b>not tested at all</b>" in Report("x", "", "float64", "")._repr_html_()
    right = check("reference", cases=["softmax"])
    skipping = replace(right, skipped=["softmax/a", "softmax/b"], missing=["softmax/c"])
    assert "3 not tested" in skipping._repr_html_()
    assert "0 not tested" in right._repr_html_()


@pytest.mark.parametrize("ground", GROUNDS)
def test_axe_finds_no_fault_on_a_light_or_a_dark_ground(browsed: Any, tmp_path: Path, ground: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    text = check("notebook", cases=["softmax"], explain_seconds=0)._repr_html_()
    (tmp_path / "page.html").write_text(PAGE.format(*GROUNDS[ground], text))

    page = browsed(tmp_path / "page.html", 360)

    found = Axe().run(page.page).response
    assert "color-contrast" in {each["id"] for each in found["passes"]}
    assert found["violations"] == []
    assert page.page.evaluate("document.documentElement.scrollWidth") <= 360
