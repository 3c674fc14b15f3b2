"""The board of many reports: what it counts, what it refuses, and that no word of a candidate is more than a text in it."""

import gzip
import json
from base64 import b64decode
from collections import Counter
from dataclasses import replace
from html import escape
from typing import Any

import pytest
from planted.pages import HOSTILE, hostile
from rnnspec.conformance import Ending, Outcome, Report, check
from rnnspec.conformance.report.format import ReportError
from rnnspec.conformance.report.html import html
from rnnspec.conformance.report.scoreboard import INDEX, scoreboard
from rnnspec.golden import read_manifest
from rnnspec.reference import OPERATIONS

SOME = ["softmax", "lstm_forward"]


def board(*reports: Report) -> dict[str, str]:
    return dict(scoreboard([(f"{n}.json", report) for n, report in enumerate(reports)]))


def data_of(pages: dict[str, str]) -> Any:
    return json.loads(pages[INDEX].partition('id="data">')[2].partition("</script>")[0])


@pytest.fixture(scope="module")
def notebook() -> Report:
    return check("notebook", cases=SOME, explain_seconds=0)


@pytest.fixture(scope="module")
def single() -> Report:
    return check("reference", "float32", cases=SOME)


def test_a_cell_has_what_passed_failed_and_was_not_tested_the_closest_and_the_case_that_tells(notebook: Report) -> None:
    (row,) = data_of(board(notebook))["reports"]

    for operation, outcomes in notebook.by_operation().items():
        passed, failed, untested, closest, id, near = row["cells"][operation]
        assert passed == sum(o.outcome == "pass" for o in outcomes) > 0
        assert failed == sum(o.failed for o in outcomes) > 0
        assert untested == sum(o.outcome == "unsupported" for o in outcomes)
        assert closest == max((o.worst for o in outcomes if o.outcome == "pass" and o.verdicts), default=None)
        assert notebook[id].failed
        assert near == "" or (notebook[near].outcome, notebook[near].worst) == ("pass", closest)
    reasons = {why: sum(counts.values()) for why, counts in row["why"]}
    assert reasons == dict(Counter(outcome.message for outcome in notebook.untested))
    assert sum(reasons.values()) > 0


def test_inputs_that_a_dtype_cannot_hold_and_what_is_missing_are_not_tested(single: Report) -> None:
    gone = replace(single, missing=["lstm_forward/gone", "rnn_forward/gone"])

    (row,) = data_of(board(gone))["reports"]

    assert len(single.skipped) > 0
    reasons = {why: sum(counts.values()) for why, counts in row["why"]}
    assert reasons["inputs that float32 cannot hold"] == len(single.skipped)
    assert reasons["promised by the manifest, and without a verdict"] == 2
    assert row["cells"]["rnn_forward"] == [0, 0, 1, None, "", ""]
    untested = sum(cell[2] for cell in row["cells"].values())
    assert untested == len(single.untested) + len(single.skipped) + 2


def test_more_reasons_than_there_is_room_for_are_told_as_one(single: Report) -> None:
    cases = [Outcome(f"softmax/c{n}", "softmax", Ending.UNSUPPORTED, message=f"because {n}") for n in range(20)]

    (row,) = data_of(board(replace(single, cases=cases, skipped=[], missing=[])))["reports"]

    assert len(row["why"]) == 13
    assert row["why"][-1] == ["8 more reasons", {"softmax": 8}]
    assert row["cells"]["softmax"][:3] == [0, 0, 20]


def test_every_operation_has_its_row_where_the_goldens_are_these_tested_or_not(single: Report) -> None:
    earlier = replace(single, goldens="abc")

    assert [name for name, _ in data_of(board(single))["operations"]] == [*OPERATIONS]
    assert single.goldens == read_manifest().digest
    assert {name for name, _ in data_of(board(earlier))["operations"]} == {*SOME}


def test_each_report_has_a_page_of_its_own_whatever_it_is_called(single: Report) -> None:
    names = ["a/../b", "A/../B", "", "..", "ü" * 500, HOSTILE["name"]]

    pages = board(*(replace(single, candidate=name) for name in names))

    files = [name for name in pages if name != INDEX]
    assert len(files) == len(names) == len({name.lower() for name in files})
    for name in files:
        folder, _, file = name.partition("/")
        assert folder == "reports"
        assert file.isascii()
        assert not {*'/\\<>:"|?*%# '} & {*file}
        assert not file.startswith(".")
        assert len(file) < 200
    assert [row["file"] for row in data_of(pages)["reports"]] == [name.removeprefix("reports/") for name in files]
    assert list(pages)[-1] == INDEX


def test_a_name_of_other_letters_is_told_in_the_files_name(single: Report) -> None:
    names = {
        **{"模型": "xn--xgs754b", "模型二": f"xn--{'模型二'.encode('punycode').decode()}", "Modèle": "mod-le-xn--8ca"},
        **{"Модель LSTM": "lstm-xn--d1acsbk1g", "ﬁt": "fit", "🙂": "none", "x" * 10**6 + "模" * 10**6: "x" * 60},
    }

    rows = data_of(board(*(replace(single, candidate=name, version="") for name in names)))["reports"]

    assert [row["file"].removesuffix("-float32-none.html") for row in rows] == [*names.values()]
    assert len({row["file"] for row in rows}) == len(names)
    again = data_of(board(replace(single, candidate="模型二", version="")))["reports"]
    assert again[0]["file"] == rows[1]["file"]  # whatever stands beside it


def test_versions_of_a_candidate_are_in_the_order_of_their_numbers_and_say_what_changed(notebook: Report) -> None:
    right = check("reference", cases=SOME)
    versions = {"2.10.0": right, "2.10.0rc1": notebook, "2.9.1": notebook, "2.9.0": notebook}

    rows = data_of(board(*(replace(r, candidate="x", version=v) for v, r in versions.items())))["reports"]

    assert [row["version"] for row in rows] == ["2.9.0", "2.9.1", "2.10.0rc1", "2.10.0"]
    assert [row["newest"] for row in rows] == [False, False, False, True]
    assert [len(row["changes"]) for row in rows[:3]] == [0, 0, 0]
    of = Counter(OPERATIONS[outcome.operation].family for outcome in notebook.failures)
    assert {family: lines[0].partition(": ")[0] for family, lines in rows[3]["changes"].items()} == {
        "": f"{len(notebook.failures)} fixed",
        "lstm": f"{of['lstm']} fixed",
    }
    assert 0 < of["lstm"] < len(notebook.failures)


def test_dtypes_and_precisions_are_no_versions_of_each_other(single: Report) -> None:
    other = check("reference", precision="amp-bf16", cases=["softmax"])
    double = check("reference", cases=["softmax"])

    rows = data_of(board(single, other, double))["reports"]

    assert [(row["dtype"], row["newest"]) for row in rows] == [("float32", True), ("amp-bf16", True), ("float64", True)]


def test_reports_of_different_goldens_are_refused_by_name(single: Report, notebook: Report) -> None:
    other, none = replace(notebook, goldens="ab12"), replace(notebook, goldens="")

    with pytest.raises(ReportError) as refused:
        scoreboard([(f"{n}.json", report) for n, report in enumerate([single, other, single, none, *[single] * 9])])

    assert str(refused.value) == (
        "reports of different goldens cannot stand on one board: "
        f"0.json, 2.json, 4.json and 8 more of {single.goldens}; 1.json of ab12; 3.json of none; "
        "run `rnnspec check` again for those of the others"
    )


def test_what_does_not_say_its_goldens_and_estimates_of_two_versions_are_refused(single: Report) -> None:
    one = replace(single, goldens="estimated")

    assert scoreboard([("a.json", one), ("b.json", one)])
    with pytest.raises(ReportError, match=r"a\.json: does not say which goldens"):
        list(scoreboard([("a.json", replace(single, goldens=""))]))
    with pytest.raises(ReportError, match=r"b\.json of estimated by rnnspec 0\.1\.0"):
        list(scoreboard([("a.json", one), ("b.json", replace(one, rnnspec="0.1.0"))]))


def test_no_report_is_no_board() -> None:
    with pytest.raises(ReportError, match="there is no report"):
        scoreboard([])


def test_what_a_hostile_candidate_says_adds_no_element(single: Report) -> None:
    odd = hostile()
    odd = replace(odd, candidate=HOSTILE["name"], version=HOSTILE["version"])
    case = replace(odd.cases[0], operation=HOSTILE["name"])
    odd = replace(odd, cases=[case, *odd.cases[1:]])

    page, plain = board(odd)[INDEX], board(replace(single, cases=[]))[INDEX]

    assert page.count("<") == plain.count("<")
    together = [dict(scoreboard([("a", report)], one_page=True))["reports/all.html"] for report in (odd, single)]
    assert together[0].count("<") == together[1].count("<")
    row = data_of({INDEX: page})["reports"][0]
    assert (row["candidate"], row["version"]) == (HOSTILE["name"], HOSTILE["version"])
    assert row["cells"][HOSTILE["name"]][:3] == [0, 1, 0]


def test_a_board_is_the_same_each_time(single: Report, notebook: Report) -> None:
    assert board(single, notebook) == board(single, notebook)


def test_reports_on_one_page_are_what_the_pages_of_each_show(single: Report, notebook: Report) -> None:
    given = [("a", single), ("b", notebook)]

    pages = dict(scoreboard(given, one_page=True))

    assert [*pages] == ["reports/all.html", INDEX]
    names = [row["file"] for row in data_of(pages)["reports"]]
    packed = data_of({INDEX: pages["reports/all.html"]})["packed"]
    assert names == [f"all.html?{name}" for name in packed]
    assert len(names) == 2
    for report, (title, data) in zip((single, notebook), packed.values(), strict=True):
        page = html(report)
        assert escape(title) == page.partition("<title>")[2].partition("</title>")[0]
        assert json.loads(gzip.decompress(b64decode(data))) == data_of({INDEX: page})["reports"]
    apart = sum(map(len, dict(scoreboard(given)).values())) - len(pages[INDEX])
    assert len(pages["reports/all.html"]) < 0.6 * apart
