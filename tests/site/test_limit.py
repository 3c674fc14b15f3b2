"""A command of docs/pages says how long it took, and fails where that is longer than it may be."""

import pytest
from limiting import within


def test_what_takes_longer_than_it_may_ends(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match=r"^took longer than the 0 s that it may take$"), within(0):
        pass

    assert capsys.readouterr().out == "took 0 s\n"


@pytest.mark.parametrize("limit", [None, 600.0])
def test_what_is_soon_done_does_not(limit: float | None, capsys: pytest.CaptureFixture[str]) -> None:
    with within(limit):
        pass

    assert capsys.readouterr().out == "took 0 s\n"


def test_what_fails_says_why_and_not_how_long_it_took() -> None:
    with pytest.raises(SystemExit, match=r"^a page is wrong$"), within(0):
        raise SystemExit("a page is wrong")
