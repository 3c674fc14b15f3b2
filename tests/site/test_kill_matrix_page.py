"""The check of the kill matrix: what rounds otherwise may be off by a power of ten on another processor, and nothing else may."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

PAGES = Path(__file__).resolve().parents[2] / "docs" / "pages"
TABLE = "deviation,generic,tall,zero\ngate-if-swapped,12,13,\nf64-to-f32,7,6,\n"


@pytest.mark.parametrize(
    ("old", "new", "is_same"),
    [
        ("", "", True),
        ("f64-to-f32,7,6,", "f64-to-f32,7,7,", True),
        ("f64-to-f32,7,6,", "f64-to-f32,7,8,", False),
        ("f64-to-f32,7,6,", "f64-to-f32,7,6,1", False),
        ("f64-to-f32,7,6,", "f64-to-f32,7,6", False),
        ("gate-if-swapped,12,13,", "gate-if-swapped,12,14,", False),
        ("f64-to-f32,7,6,\n", "", False),
        ("f64-to-f32", "computed-in-f16", False),
    ],
)
def test_tables_are_one_but_for_roundings(old: str, new: str, is_same: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(PAGES))
    page = importlib.import_module("kill_matrix")

    assert page.same(TABLE, TABLE.replace(old, new)) is is_same
