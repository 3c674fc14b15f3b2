"""A report as Markdown, JUnit's XML and a badge: what each says, read back by parsers of others."""

from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from markdown_it import MarkdownIt
from planted.fakes import fake
from rnnspec.conformance import Ending, Outcome, Report, Verdict, check
from rnnspec.conformance.report import wording
from rnnspec.conformance.report.badge import badge, standing
from rnnspec.conformance.report.junit import junit
from rnnspec.conformance.report.markdown import LINES, markdown
from rnnspec.conformance.report.report import Record

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parents[1] / "vendor" / "junit-10.xsd"))


def _raises(*_: Any) -> Any:
    raise RuntimeError("not today")


RAISES = {"sigmoid": _raises, "softmax": _raises, "rnn_forward": _raises}
SHAPES = {"sigmoid": lambda x: x.T, "softmax": lambda x: x.T, "rnn_cell_forward": lambda xt, a, p: (xt, xt, None)}
SUMMARY = 1 << 20  # bytes that GitHub takes of a job's summary


@cache
def notebook() -> Report:
    return check("notebook")


def everything() -> Report:
    return check("reference", cases=["sigmoid"])


def blocks(page: str) -> list[Any]:
    """The page's tokens, as GitHub's Markdown has them."""
    return MarkdownIt("gfm-like").parse(page)


def read(xml: str) -> list[Any]:
    tree = etree.fromstring(xml.encode())
    SCHEMA.assertValid(tree)
    return tree.findall("testsuite/testcase")


def test_a_page_says_the_verdict_first_then_a_table_then_the_causes() -> None:
    report = notebook()
    page = markdown(report)
    tokens = blocks(page)
    verdict, *causes = [token.content for token in tokens if token.type == "fence"]
    headings = [token.content for before, token in pairwise(tokens) if before.type == "heading_open"]

    assert page.startswith("## rnnspec: not conformant\n")
    assert verdict.startswith("notebook is not conformant [float64]: 64 passed, 107 failed")
    assert headings[1:3] == [
        "explained by `sigmoid-summed`: 11 failing cases",
        "explained by `softmax-over-everything`: 39 failing cases",
    ]
    assert causes[1].startswith("softmax/one-row: p is outside its budget")
    assert "explained by `softmax-over-everything`: 10 of 10 failing and 1 of 1 passing cases match" in causes[1]
    assert causes[1].endswith("  reproduce: rnnspec check notebook --case softmax/one-row\n")
    assert "| `lstm_forward` | 7 | 27 |  |  | 33 |\n" in page
    assert sum(int(heading.split()[-3]) for heading in headings[1:]) == len(report.failures)  # each is of one cause


def first_lines(texts: list[str]) -> list[str]:
    return [text.partition("[")[0].strip() for text in texts]


@pytest.mark.parametrize(
    "of", [notebook, lambda: check(RAISES), lambda: check(SHAPES)], ids=["bugs", "raises", "shapes"]
)
def test_a_page_and_a_terminal_tell_the_same_first_and_in_one_order(of: Any) -> None:
    report = of()
    fences = [token.content for token in blocks(markdown(report)) if token.type == "fence"]
    in_terminal, on_page = first_lines(wording.failures(report, verbose=True)), first_lines(fences[1:])

    assert on_page[0] == in_terminal[0] == first_lines(wording.failures(report))[0]
    for of_properties in (False, True):  # which stand behind all cases
        told = [line for line in on_page if ("/property/" in line) == of_properties]
        assert [line for line in in_terminal if line in told] == told
    assert on_page == sorted(on_page, key=lambda line: "/property/" in line)
    assert fences[1].split("reproduce:")[0] == wording.failures(report)[0].split("reproduce:")[0]


def test_an_exception_in_every_call_is_one_section_of_a_function() -> None:
    page = markdown(check(RAISES))

    assert page.count("### ") == len(RAISES)
    assert "does not hold" not in page


@pytest.mark.parametrize("count", [1, 2, 9, 300])
def test_a_page_has_200_lines_whatever_the_reports(count: int) -> None:
    verdict = Verdict("a", "a is outside its budget", 1e9, (0,), "[unit=0]", 1.0, 2.0, 3, 4)
    outcomes = [
        Outcome(f"op{n}/case", f"op{n}", Ending.FAIL, [], {"a": verdict}, f"wrong in way {n}") for n in range(900)
    ]
    many = Report("many", "1", "float64", "", outcomes, record=Record([f"problem {n}" for n in range(500)]))

    page = markdown(*[many] * count)

    lines = page.rstrip("\n").split("\n")
    assert 150 < len(lines) <= LINES
    assert len(page.encode()) < SUMMARY
    shown_causes, left = page.count("### "), int(lines[-1].split()[1])
    assert shown_causes + left == 900 * count
    assert lines[-1].startswith(f"And {left} more causes of failures")


def test_several_reports_stand_side_by_side() -> None:
    single = check("reference", "float32", cases=["softmax"])

    page = markdown(notebook(), single)

    assert page.startswith("## rnnspec: not conformant; conformant in part\n")
    assert "1  notebook is not conformant [float64]" in page
    assert "2  reference is conformant [float32]" in page
    assert f"| `softmax` | 12 of 18 fail | {single.totals['pass']} passed |\n" in page
    assert "### report 1: explained by `softmax-over-everything`" in page
    assert [suite.get("name") for suite in etree.fromstring(junit(notebook(), single).encode())] == [
        "notebook [float64]",
        "reference [float32]",
    ]


@pytest.mark.parametrize(
    ("record", "says"),
    [
        (Record(excused=True, notes=["all 12 failures are those of known.json"]), "every failure is a known one"),
        (Record(["known.json: softmax/zero: passes now"], excused=True), "not conformant"),
        (Record(), "not conformant"),
    ],
)
def test_a_page_says_how_the_report_stands_to_what_is_known(record: Record, says: str) -> None:
    page = markdown(replace(check("notebook", cases=["softmax"]), record=record))

    assert page.startswith(f"## rnnspec: {says}\n")
    assert all(line in page for line in (*record.notes, *record.problems))


def test_junit_has_a_test_a_case_by_what_came_of_it() -> None:
    report = notebook()
    found = {
        f"{test.get('classname')}/{test.get('name')}": [child.tag for child in test] for test in read(junit(report))
    }

    assert list(found) == [outcome.id for outcome in report]
    wanted = {Ending.PASS: [], Ending.FAIL: ["failure"], Ending.UNSUPPORTED: ["skipped"]}
    assert all(found[outcome.id] == wanted[outcome.outcome] for outcome in report)
    (suite,) = etree.fromstring(junit(report).encode())
    numbers = {name: int(suite.get(name)) for name in ("tests", "failures", "errors", "skipped")}
    assert numbers == {"tests": len(report), "failures": 107, "errors": 0, "skipped": len(report.untested)}


def test_junit_is_not_greener_than_the_run() -> None:
    report = check("notebook", "float32", cases=["softmax"])
    missing = replace(report, missing=["softmax/zero"], record=Record(["softmax/zero: promised", "known.json: x"]))
    known = replace(report, record=Record(excused=True))

    of = {
        name: [[child.tag for child in test] for test in read(junit(r))]
        for name, r in {"m": missing, "k": known}.items()
    }

    assert report.skipped  # full-precision, which is for float64 alone
    assert of["m"][-3:] == [["skipped"], ["error"], ["failure"]]
    assert of["k"].count(["skipped"]) == len(report.failures) + len(report.untested) + len(report.skipped)
    assert ["failure"] not in of["k"]


def outcomes(**counts: int) -> Report:
    cases = [
        Outcome(f"softmax/{end}-{n}", "softmax", Ending(end)) for end, count in counts.items() for n in range(count)
    ]
    return Report("mine", "1", "float64", "", cases)


@pytest.mark.parametrize(
    ("reports", "says"),
    [
        ([outcomes()], "nothing tested"),
        ([outcomes(unsupported=9)], "nothing tested"),
        ([outcomes(**{"pass": 9})], "conformant"),
        ([outcomes(**{"pass": 9}), outcomes(**{"pass": 2})], "conformant"),
        ([outcomes(**{"pass": 9, "unsupported": 3})], "conformant · 9 of 12"),
        ([replace(outcomes(**{"pass": 9}), skipped=["softmax/full-precision"])], "conformant · 9 of 10"),
        ([outcomes(**{"pass": 9}), outcomes(unsupported=2)], "conformant · 9 of 11"),
        ([replace(outcomes(**{"pass": 9}), partial=True)], "conformant in part · 9 of 9 asked"),
        ([replace(outcomes(**{"pass": 9}), missing=["softmax/zero"])], "not conformant · 1 of 9 fail"),
        ([outcomes(**{"pass": 9, "fail": 1, "crash": 1})], "not conformant · 2 of 11 fail"),
        ([replace(outcomes(**{"pass": 8, "fail": 1}), record=Record(excused=True))], "not conformant · 1 of 9 fail"),
        ([outcomes(**{"pass": 9}), outcomes(timeout=1)], "not conformant · 1 of 10 fail"),
    ],
)
def test_a_badge_is_full_only_where_it_is(reports: list[Report], says: str) -> None:
    words, colour = standing(*reports)
    green = standing(outcomes(**{"pass": 1}))[1]

    assert words == says
    assert (colour == green) == (says == "conformant")
    assert f">{says}</text>" in badge(*reports)


def test_the_badge_of_all_there_is_is_full() -> None:
    assert standing(everything())[0].startswith("conformant in part")
    assert standing(replace(everything(), partial=False))[0] == "conformant"
    assert standing(check(fake(), "float32", cases=["softmax"]))[0].startswith("conformant in part · ")


@pytest.mark.parametrize(
    ("partial", "problems", "says"),
    [
        (False, [], "conformant"),
        (True, [], "conformant in part"),
        (False, ["outputs moved"], "conformant, but not as recorded"),
        (True, ["outputs moved"], "conformant in part, but not as recorded"),
    ],
)
def test_a_page_says_of_what_it_is_the_verdict(partial: bool, problems: list[str], says: str) -> None:
    page = markdown(replace(everything(), partial=partial, record=Record(problems)))

    assert page.startswith(f"## rnnspec: {says}\n")


def test_a_suite_says_which_candidate_it_is_of() -> None:
    report = replace(everything(), candidate="mine.py", version="")
    (suite,) = etree.fromstring(junit(report).encode())

    assert {one.get("name"): one.get("value") for one in suite.iter("property")}["candidate"] == "mine.py"
    assert [one.get("name") for one in suite.iter("property") if not one.get("value")] == []
