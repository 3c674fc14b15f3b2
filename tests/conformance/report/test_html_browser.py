"""The page in a browser: Chromium opens it, clicks, filters and walks; it asks for nothing, and axe-core finds no fault."""

from pathlib import Path
from typing import Any

import pytest
from planted.browsing import ASKED, USABLE, WIDTHS, faults
from planted.pages import HOSTILE, hostile
from rnnspec.conformance import check
from rnnspec.golden import load


def test_a_click_opens_a_failing_case_with_all_that_is_known_of_it(opened: Any) -> None:
    page = opened("notebook")

    page.opens("lstm_forward/generic")

    case = page.at("#case")
    text = case.inner_text()
    assert "Shows: every length differs" in text
    assert "a, y, c are outside their budgets" in text
    assert "first step outside: 0 of 0…3" in text
    assert "Explained by sigmoid-summed with softmax-over-everything with c-aliases-a: 21 of 21" in text
    assert "rnnspec check notebook --case lstm_forward/generic" in text
    assert page.at("#case .diff .add").first.inner_text() == "+    return 1 / (1 + np.sum(np.exp(-x)))"
    assert "c_next, remembered = remember(affine(" in page.at("[data-part=equation]").inner_text()
    assert page.at("#case .map rect:not(.cursor)").count() == 5 * 4
    assert page.address + "#lstm_forward/generic" == page.page.url


def test_lines_of_the_source_are_shown_as_they_would_have_to_be(opened: Any) -> None:
    page = opened("repaired", mark="#rnn_backward/generic")

    why = page.at("[data-part=why]").inner_text()
    assert "Repaired by a change at layer.py:57: 49 of 49 failing cases pass with it." in why
    assert "Its lines, as they are and as they would have to be:" in why
    assert page.at("#case .diff .del").first.inner_text() == "-        dWa += d @ book[slot - 1].T"


def test_the_map_shows_the_step_and_unit_that_are_off_and_tells_their_numbers(opened: Any) -> None:
    page = opened("nameless", mark="#rnn_forward/generic")

    rects = page.at("#case .map rect:not(.cursor)")
    fills = [rects.nth(i).get_attribute("fill") for i in range(20)]
    assert [fills.index(fill) for fill in fills if fills.count(fill) == 1 and "185" not in fill] == [4 * 4 + 2]
    assert "first step outside: 2 of 0…3; the only one" in page.at("[data-part=map]").inner_text()
    page.at("[data-part=map] .mapbox").focus()
    for key in ("ArrowDown",) * 4 + ("ArrowRight",) * 2:
        page.page.keyboard.press(key)
    assert page.at("[data-part=map] .readout").inner_text().startswith("a[unit=4, example=")
    assert "× budget" in page.at("[data-part=map] .readout").inner_text()
    assert "No known deviation gives this" in page.at("[data-part=why]").inner_text()


def test_gradients_of_weights_have_a_map_of_gate_by_input_from_which_a_click_leads_to_the_gate(opened: Any) -> None:
    page = opened("nameless", mark="#lstm_backward/generic")

    page.at(".tab").filter(has_text="gate × input").click()

    rects = page.at("#case .map rect:not(.cursor)")
    assert rects.count() == 4 * 8
    outside = [i for i in range(32) if "185" not in (rects.nth(i).get_attribute("fill") or "")]
    names = page.at("#case .map text").all_text_contents()[:4]
    assert [names[i // 8] for i in outside] == ["Wi"] * 7
    rects.nth(outside[0]).click()
    assert page.at('.tab[aria-pressed="true"]').inner_text() == "dWi"
    assert page.at("#case .map rect:not(.cursor)").count() == 5 * 8


def test_inputs_and_outputs_are_looked_through_slice_by_slice(opened: Any) -> None:
    page = opened("notebook", mark="#lstm_forward/generic")
    golden = load("lstm_forward/generic")

    page.at("[data-part=values] select").first.select_option(label="inputs: x")
    page.at("[data-part=values] select").nth(1).select_option(label="6")
    page.at("[data-part=values] button").click()

    table = page.at("[data-part=values] tbody tr").all_inner_texts()
    assert [row.split("\t")[1:] for row in table] == [
        [value.hex() for value in row] for row in golden.inputs["x"][:, 6].tolist()
    ]


def test_filters_leave_what_they_say(opened: Any) -> None:
    page, report = opened("notebook"), check("notebook", cases=ASKED)
    ids = {o.id for o in report}

    assert {*page.shown()} == ids
    page.at('[data-outcome="fail"]').click()
    assert {*page.shown()} == {o.id for o in report.failures}
    page.at(".field select").nth(0).select_option("softmax")
    assert {*page.shown()} == {o.id for o in report.failures if o.operation == "softmax"}
    assert page.at("#count").inner_text() == f"{len(page.shown())} of {len(ids)} cases"
    page.at('[data-outcome="fail"]').click()
    page.at(".field select").nth(0).select_option("")
    page.at(".field select").nth(1).select_option("+c0")
    assert {*page.shown()} == {o.id for o in report if "c0" in o.features} != set()
    page.at(".field select").nth(1).select_option("none")
    assert {*page.shown()} == {o.id for o in report if not o.features}
    page.at(".field select").nth(1).select_option("")
    page.at("#find").fill("batch of a single example")
    found = {id for id, told in report.exhibit.cases.items() if "batch of a single example" in told["shows"]}
    assert {*page.shown()} == found
    assert {"softmax/one-column", "lstm_forward/batch-of-one"} <= found
    page.at("#find").fill("nothing has this")
    assert page.shown() == []


def test_reports_stand_side_by_side_and_a_dtype_leaves_its_own(opened: Any) -> None:
    page = opened("several")
    stripes = '.cell[aria-label^="softmax/zero:"] i'

    assert [page.at(stripes).nth(i).get_attribute("class").split()[0] for i in range(3)] == ["fail", "pass", "pass"]
    page.opens("softmax/zero")
    assert page.at("#case .casehead .tab").all_inner_texts() == [
        "notebook [float64]",
        "reference [float64]",
        "reference [float32]",
    ]
    page.at("#case .casehead .tab").nth(2).click()
    assert page.page.url.endswith("#softmax/zero@2")
    assert "passed" in page.at("#case .casehead .chip").inner_text()
    page.at(".field select").nth(2).select_option("float32")
    assert page.at(stripes).count() == 1


def test_the_whole_page_is_walked_by_keyboard(opened: Any) -> None:
    page = opened("notebook")
    press = page.page.keyboard.press

    for _ in range(60):
        press("Tab")
        if page.focused() == "softmax/generic":
            break
    assert page.focused() == "softmax/generic"
    press("ArrowRight")
    second = page.focused()
    assert second.startswith("softmax/")
    press("Enter")
    assert page.title() == second
    press("ArrowLeft")
    assert page.title() == page.focused() == "softmax/generic"
    press("Escape")
    assert (page.title(), page.focused()) == ("", "softmax/generic")
    press("n")
    failure = page.title()
    assert failure
    press("n")
    assert page.title() != failure
    press("p")
    assert page.title() == failure
    press("Escape")
    press("/")
    assert page.focused() == "find"


def test_on_a_phone_a_case_covers_the_page_and_back_leads_there(opened: Any) -> None:
    page = opened("notebook", width=360)

    page.opens("lstm_forward/generic")

    box = page.at("#case").bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 360, WIDTHS[360])
    assert page.page.evaluate("document.getElementById('page').inert") is True
    page.page.go_back()
    page.at("#case").wait_for(state="hidden")
    assert page.page.evaluate("document.getElementById('page').inert") is False


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_no_fault_is_found_at_any_width_in_light_and_dark(opened: Any, width: int, scheme: str, tmp_path: Path) -> None:
    for name, ids in {
        "notebook": ["", "lstm_forward/generic"],
        "nameless": ["lstm_backward/generic"],
        "several": ["softmax/zero"],
    }.items():
        for id in ids:
            page = opened(name, width, scheme, f"#{id}")
            assert faults(page.page) == [], (name, id)
            assert page.page.evaluate("document.documentElement.scrollWidth") <= width
            picture = page.page.screenshot(path=tmp_path / f"{name}.png")
            assert len(picture) > 10_000  # something is drawn


def test_a_hostile_name_message_and_version_are_text(opened: Any) -> None:
    page, report = opened("hostile", mark="#softmax/generic"), hostile()

    assert page.page.title() == f"{report.candidate} is not conformant [float64]"
    assert page.at("h1 .name").inner_text() == report.candidate == HOSTILE["name"]
    assert report.version in page.at(".facts").inner_text()
    assert page.at("#case .message").inner_text() == report["softmax/generic"].message
    assert page.at("img").count() == 0


def test_what_no_check_writes_is_shown_as_far_as_it_goes(opened: Any) -> None:
    page = opened("odd")

    for name in ("zero", "generic", "tiny"):
        page.opens(f"softmax/{name}")
        assert "Run it again" in page.at("#case").inner_text()
    page.opens("softmax/zero")
    page.at("[data-part=values] select").first.select_option(label="inputs: x")
    assert "(3, 0, 1048576)" in page.at("[data-part=values]").inner_text()
    assert opened("empty").at("h1").inner_text() == "nothing is nothing tested"


def test_more_than_1500_cases_are_usable_within_a_second(opened: Any) -> None:
    took = []

    for _ in range(3):
        page = opened("large")
        took.append(page.page.evaluate("performance.getEntriesByName('usable')[0].startTime"))

    assert page.at("#matrix .cell").count() > 1500
    assert min(took) <= USABLE
    begun = page.page.evaluate("performance.now()")
    page.page.evaluate("document.querySelector('[data-outcome=pass]').click()")
    page.page.evaluate("location.hash = 'lstm_network_backward/generic'")
    page.at("#case h2").wait_for()
    assert page.page.evaluate("performance.now()") - begun <= USABLE
