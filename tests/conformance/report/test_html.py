"""The page of a report: one file, small and soon written, in which all that a candidate said is data and never markup."""

import json
import re
import time
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from planted.pages import HOSTILE, everything_wrong, hostile
from rnnspec.conformance import Report, check
from rnnspec.conformance.report import html

LARGEST, SLOWEST = 5_000_000, 2.0  # bytes; seconds of the processor, which others may be using too


class Elements(HTMLParser):
    """Every element of a page, and the text of its blocks of data."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str | None] = []
        self.texts: dict[str, str] = {}
        self.inside = ""
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value for name, value in attrs if name in ("src", "href", "action", "srcset", "data")]
        self.inside = dict(attrs).get("id") or tag

    def handle_data(self, data: str) -> None:
        self.texts[self.inside] = self.texts.get(self.inside, "") + data


@pytest.fixture(scope="module")
def notebook() -> Report:
    return check("notebook", cases=["softmax", "lstm_forward"])


def test_a_page_is_made_of_the_json_alone(notebook: Report, tmp_path: Path) -> None:
    notebook.save(tmp_path / "report.json")

    assert html.html(Report.load(tmp_path / "report.json")).encode() == html.html(notebook).encode()


def test_a_page_has_the_reports_and_names_nothing_outside_of_it(notebook: Report) -> None:
    page = html.html(notebook, check("reference", cases=["softmax"])).encode()

    found = Elements(page)
    data: dict[str, Any] = json.loads(found.texts["data"])
    assert [report["candidate"]["name"] for report in data["reports"]] == ["notebook", "reference"]
    assert [report["verdict"] for report in data["reports"]] == ["not conformant", "conformant"]
    assert found.addresses == []
    assert re.findall(rb"https?://[^\"' ]+", page) == [b"http://www.w3.org/2000/svg"]
    assert "url(" not in found.texts["style"]


def test_what_a_hostile_candidate_says_adds_no_element() -> None:
    report = hostile()

    plain, odd = Elements(html.html(check({}, cases=["softmax"])).encode()), Elements(html.html(report).encode())

    assert odd.tags == plain.tags
    said = json.loads(odd.texts["data"])["reports"][0]
    assert said["candidate"]["name"] == report.candidate
    assert HOSTILE["message"][:40] in " ".join(case["message"] for case in said["cases"])
    assert b"<" not in re.search(rb'id="data">(.*?)</script>', html.html(report).encode(), re.S)[1]  # type: ignore[index]


def test_a_failing_case_says_how_it_is_run_again(notebook: Report) -> None:
    (data,) = json.loads(Elements(html.html(notebook).encode()).texts["data"])["reports"]

    said = {case["id"]: case.get("reproduce") for case in data["cases"]}
    assert said["softmax/zero"] == "rnnspec check notebook --case softmax/zero"
    assert {id for id, words in said.items() if words} == {o.id for o in notebook.failures}


def test_a_report_of_more_than_1500_cases_is_small_and_soon_read_and_written(tmp_path: Path) -> None:
    report = everything_wrong()
    report.save(tmp_path / "report.json")
    took, page = [], b""

    for _ in range(3):
        begun = time.process_time()
        page = html.html(Report.load(tmp_path / "report.json")).encode()
        took.append(time.process_time() - begun)

    assert len(report) > 1500
    assert len(report.failures) > 1000
    assert len(page) <= LARGEST
    assert min(took) <= SLOWEST
