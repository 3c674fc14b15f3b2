"""The board in a browser: it opens from disk, is sorted and filtered by keyboard, and its state survives in the address."""

from collections.abc import Callable

import pytest
from planted.browsing import WIDTHS, Opened, faults
from planted.pages import HOSTILE

Opening = Callable[..., Opened]


def column(page: Opened, n: int) -> list[str]:
    """What stands in a column of the candidates' table, the first being 1."""
    return list(page.at(f"#candidates tbody tr > :nth-child({n})").all_inner_texts())


def operations(page: Opened) -> list[str]:
    return list(page.at("#operations tbody th").all_inner_texts())


def tabbed(page: Opened, selector: str) -> None:
    """Go to what is there by the keyboard alone."""
    for _ in range(60):
        page.page.keyboard.press("Tab")
        if page.page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"no way to {selector} by Tab")


def test_not_tested_is_counted_as_loudly_as_failed(board: Opening) -> None:
    page = board("several")

    counts = page.at("#counts li")
    assert [counts.nth(i).inner_text().split(" ", 1)[1] for i in range(3)] == ["passed", "failed", "not tested"]
    sizes = page.page.evaluate(
        "[...document.querySelectorAll('#counts b')].map(node => getComputedStyle(node).fontSize)"
    )
    assert len({*sizes}) == 1
    told = page.at("#untried").inner_text()
    assert "operations that no candidate here is tested on" in told
    assert "sigmoid, rnn_cell_backward" in told
    assert "112 operations not asked for" in told
    assert "not defined (gated_linear_step_forward)" in told


def test_why_it_is_not_tested_is_told_of_what_is_shown(board: Opening) -> None:
    page = board("several", mark="#family=lstm&find=1.10")

    (card,) = page.at("#untried .card:not(.whole)").all_inner_texts()
    untested = int(column(page, 7)[0])
    assert f": {untested} not tested" in card
    assert sum(int(number.split()[0]) for number in page.at("#untried .card li").all_inner_texts()) == untested > 0


@pytest.mark.parametrize(
    ("mark", "verdicts"),
    [
        ("", ["not conformant", "conformant", "conformant"]),
        ("family=lstm", ["not conformant", "conformant", "conformant"]),
        ("family=gated_linear", ["nothing tested", "conformant", "conformant"]),
        ("family=gated_linear&sort=verdict&down=1", ["nothing tested", "conformant", "conformant"]),
        ("family=gated_linear&sort=verdict", ["conformant", "conformant", "nothing tested"]),
    ],
)
def test_a_verdict_of_a_family_is_that_of_its_operations(board: Opening, mark: str, verdicts: list[str]) -> None:
    page = board("several", mark=f"#{mark}")

    assert [text.partition(" (")[0] for text in column(page, 4)] == verdicts


def test_a_cell_leads_to_its_case_in_the_page_of_its_report(board: Opening) -> None:
    page = board("several")

    page.at('#operations a[aria-label^="lstm_forward, notebook"]').click()

    page.at("#case h2").wait_for()
    assert page.page.url.split("/")[-2:][0].startswith("notebook-float64-1.10.html#lstm_forward")
    assert page.title().startswith("lstm_forward/")
    assert page.at("#case .chip.fail").count() == 1


def test_candidates_are_sorted_by_the_keyboard_and_the_address_keeps_it(board: Opening) -> None:
    page = board("several")
    assert column(page, 1) == ["notebook", "reference", "reference"]

    tabbed(page, '[data-sort="untested"]')
    page.page.keyboard.press("Enter")

    most_first = [int(text) for text in column(page, 7)]
    assert most_first == sorted(most_first, reverse=True)
    assert len({*most_first}) > 1
    assert page.at("th[aria-sort]").inner_text().startswith("not tested")
    assert page.focused() == page.page.evaluate("document.activeElement.id")
    assert page.page.evaluate("document.activeElement.dataset.sort") == "untested"
    page.page.keyboard.press("Enter")
    assert [int(text) for text in column(page, 7)] == most_first[::-1]
    page.page.reload()
    assert [int(text) for text in column(page, 7)] == most_first[::-1]
    assert page.page.url == f"{page.address}#sort=untested"


def test_filters_are_set_by_the_keyboard_and_survive_a_reload(board: Opening) -> None:
    page = board("several")
    press = page.page.keyboard.press

    tabbed(page, "#find")
    page.page.keyboard.type("note")
    press("Tab")
    press("Tab")
    page.page.keyboard.type("lstm")
    press("Tab")
    page.page.keyboard.type("failed")

    for again in (False, True):
        if again:
            page.page.reload()
        assert column(page, 1) == ["notebook"]
        assert operations(page) == ["lstm_forward"]
        assert page.at("#find").input_value() == "note"
    assert page.page.url == f"{page.address}#find=note&family=lstm&show=failed"


def test_an_address_that_is_handed_on_shows_the_same(board: Opening) -> None:
    page = board("several", mark="#dtype=float32&show=passed&order=name&family=lstm")

    assert column(page, 3) == ["float32"]
    assert operations(page) == ["lstm_forward"]
    page.page.evaluate("location.hash = '#versions=all&sort=version'")
    page.page.wait_for_function("document.querySelectorAll('#candidates tbody tr').length === 4")
    assert [text for text in column(page, 2) if text != "–"] == ["1.9", "1.10"]


@pytest.mark.parametrize("mark", ["#sort=nothing&show=%00&family=__proto__", "#%", "#a=b&a=c", "#find=%ff"])
def test_an_address_of_nonsense_shows_the_board(board: Opening, mark: str) -> None:
    page = board("several", mark=mark)

    assert page.at("#count").is_visible()
    assert len(operations(page)) == 116 or "find" in mark


def test_arrows_lead_from_cell_to_cell(board: Opening) -> None:
    page = board("several")
    at = "document.activeElement.getAttribute('aria-label')"

    tabbed(page, ".marks a")
    assert page.page.evaluate(at).startswith("softmax, notebook [float64]")
    page.page.keyboard.press("ArrowRight")
    assert page.page.evaluate(at).startswith("softmax, reference [float32]")
    page.page.keyboard.press("ArrowDown")
    assert page.page.evaluate(at).startswith("rnn_cell_forward, reference [float32]")
    page.page.keyboard.press("ArrowLeft")
    page.page.keyboard.press("ArrowLeft")
    assert page.page.evaluate(at).startswith("rnn_cell_forward, notebook [float64]")


def test_versions_over_time_say_what_changed(board: Opening) -> None:
    page = board("several")

    rows = page.at('[aria-label="versions of notebook [float64]"] tbody tr').all_inner_texts()
    assert [row.split("\t")[0] for row in rows] == ["1.9", "1.10"]
    assert "the first here" in rows[0]
    assert "2 tested no more: softmax/generic, lstm_forward/one-step" in rows[1]


@pytest.mark.parametrize(
    ("mark", "shown"),
    [
        ("", ["1.9", "1.10"]),
        ("#find=1.10", ["1.10"]),
        ("#find=reference", []),
        ("#dtype=float32", []),
        ("#dtype=float64&family=lstm&show=failed", ["1.9", "1.10"]),
        ("#family=gated_linear&show=failed", []),
    ],
)
def test_versions_over_time_are_of_what_the_filters_leave(board: Opening, mark: str, shown: list[str]) -> None:
    page = board("several", mark=mark)

    assert page.at("#versions tbody th").all_inner_texts() == shown
    assert page.at("#versions h2").count() == bool(shown)


def test_versions_over_time_count_and_say_what_changed_in_a_family(board: Opening) -> None:
    whole, part, other = (board("several", mark=f"#find=1.10{mark}") for mark in ("", "&family=lstm", "&family=rnn"))

    def told(page: Opened) -> list[str]:
        return [text.strip() for text in page.at("#versions tbody tr").inner_text().split("\t")]

    assert [int(told(whole)[n]) > int(told(part)[n]) > 0 for n in (1, 2)] == [True, True]
    assert told(part)[3] == column(part, 7)[0]
    assert told(whole)[4] == "2 tested no more: softmax/generic, lstm_forward/one-step"
    assert told(part)[4] == "1 tested no more: lstm_forward/one-step"
    assert told(other)[4] == "nothing has changed"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1600])
def test_no_fault_is_found_at_any_width_in_light_and_dark(board: Opening, width: int, scheme: str) -> None:
    page = board("several", width, scheme, "#versions=all&family=lstm&sort=failed&down=1")

    assert faults(page.page) == []
    assert page.page.evaluate("document.documentElement.scrollWidth") <= width
    assert len(page.page.screenshot()) > 10_000  # something is drawn


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_the_page_where_nothing_is_left_out(board: Opening, width: int) -> None:
    page = board("several", width, mark="#versions=all")

    assert page.page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_hostile_name_message_and_version_are_text(board: Opening) -> None:
    page = board("odd", 360)

    assert page.page.title() == "rnnspec scoreboard"
    assert HOSTILE["name"] in operations(page)
    assert page.at("#candidates tbody a").all_inner_texts()[1:] == [f"{HOSTILE['name']}{n}" for n in range(2)]
    assert page.at("img").count() == 0
    assert page.page.evaluate("document.documentElement.scrollWidth") <= 360
