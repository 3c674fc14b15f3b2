"""What the newest versions of projects gave is what was run: one answer a defect, and its words in the page."""

import json
from pathlib import Path

import defects
import pytest

SHOWN = [defect for defect in defects.defects() if "shown" in defect]


def test_every_defect_was_asked_of_newer_versions_with_all_that_show_it() -> None:
    told = json.loads(defects.NEWEST.read_text(encoding="utf-8"))["defects"]

    assert {title: set(own) for title, own in told.items()} == {
        defect["title"]: {defect["shown"]["candidate"], *defect.get("also", ())} for defect in SHOWN
    }


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (("as recorded", "as recorded"), "no: 2.0 (2026-01-02)"),
        (("FIXED: a/b passes", "FIXED: a/b passes"), "yes: 2.0 (2026-01-02)"),
        (("as recorded", "FIXED: a/b passes"), "in part: 2.0 (2026-01-02)"),
        ((), "not run"),
    ],
)
def test_an_answer_is_told_in_a_word_with_its_version_and_day(
    said: tuple[str, ...], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {str(n): {"version": "project 2.0, torch 3.0", "said": one} for n, one in enumerate(said)}
    newest = {"date": "2026-01-02", "defects": {SHOWN[0]["title"]: told} if told else {}}
    monkeypatch.setattr(defects, "NEWEST", tmp_path / "newest.json")
    defects.NEWEST.write_text(json.dumps(newest), encoding="utf-8")

    assert defects._fixed(SHOWN[0]) == words
