"""What the newest versions of projects gave is what was run: one answer a defect, and its words in the page."""

import json
from pathlib import Path
from typing import Any

import defects
import layers
import newest
import pytest

SHOWN = [defect for defect in defects.defects() if "shown" in defect]
LAYERS = [(title, one["candidate"]) for title, _, one in layers.shown()]
AGAIN: dict[str, Any] = {"version": "project 2.0, torch 3.0", "date": "2026-01-02"}


def test_every_defect_was_asked_of_newer_versions_with_all_that_show_it() -> None:
    assert {title: set(own) for title, own in newest.read()["defects"].items()} == {
        defect["title"]: {defect["shown"]["candidate"], *defect.get("also", ())} for defect in SHOWN
    }


def test_every_layer_was_asked_too() -> None:
    known = newest.read()["layers"]

    assert sorted((title, name) for title, told in known.items() for name in told) == sorted(LAYERS)
    lines = [line for line in layers.table() if "rnnspec check" in line]
    assert len(lines) == len(LAYERS) >= 9
    assert not [line for line in lines if line.endswith("| not run |")]


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
    told = {str(n): {**AGAIN, "said": one} for n, one in enumerate(said)}
    monkeypatch.setattr(newest, "NEWEST", tmp_path / "newest.json")
    newest.NEWEST.write_text(json.dumps({"defects": {SHOWN[0]["title"]: told}, "layers": {}}), encoding="utf-8")

    assert defects._fixed(SHOWN[0]) == words


def test_who_is_not_asked_keeps_an_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newest, "NEWEST", tmp_path / "newest.json")
    old, new = ({**AGAIN, "said": said} for said in ("as recorded", "FIXED: a/b passes"))
    newest.NEWEST.write_text(json.dumps({"defects": {"one": {"x": old, "y": old}}, "layers": {"two": {"z": old}}}))

    newest.keep({"defects": {"one": {"x": new}}, "layers": {}})

    assert newest.read() == {"defects": {"one": {"x": new, "y": old}}, "layers": {"two": {"z": old}}}


def test_what_passes_in_a_newer_version_is_fixed_and_what_fails_is_as_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    def of(candidate: str, case: str) -> tuple[str, str, dict[str, str]]:
        return "a title", "0.1", {"candidate": candidate, "dtype": "float64", "case": case}

    def said() -> dict[str, str]:
        return {name: one["said"] for name, one in layers.asked()["a title"].items()}

    monkeypatch.setattr(
        layers, "shown", lambda: [of("reference", "softmax/generic"), of("notebook", "softmax/generic")]
    )

    assert said() == {"reference": "FIXED: softmax/generic passes", "notebook": "as recorded"}
