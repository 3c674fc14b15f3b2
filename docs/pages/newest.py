"""What the newest versions of projects gave: docs/newest.json, one answer for each defect and each candidate that shows it."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from frameworks import DOCS
from rnnspec.conformance.report import format
from rnnspec.golden import saving

NEWEST = DOCS / "newest.json"
FIXED = "FIXED"
Told = dict[str, dict[str, str]]  # by candidate: its version, what was said, and when


def answer(version: str, said: str) -> dict[str, str]:
    return {"version": version, "said": said, "date": f"{date.today()}"}


def read() -> dict[str, dict[str, Told]]:
    """By what it is of, by a defect's title."""
    found: dict[str, dict[str, Told]] = json.loads(NEWEST.read_text(encoding="utf-8"))
    return found


def keep(asked: Mapping[str, Mapping[str, Told]]) -> None:
    """New answers in place of older ones; what is not installed here, and so not asked, keeps its own."""
    known: dict[str, Any] = read()
    for kind, of in asked.items():
        for title, told in of.items():
            known[kind][title] = known[kind].get(title, {}) | told
    saving.save(NEWEST, format.written(known))


def fixed(told: Told, short: Callable[[str], str] = str) -> str:
    """Whether upstream has fixed it, in which version, asked when."""
    if not told:
        return "not run"
    states = {one["said"].startswith(FIXED) for one in told.values()}
    says = "in part" if len(states) > 1 else "yes" if states == {True} else "no"
    versions = dict.fromkeys(short(one["version"]) for one in told.values())
    return f"{says}: {', '.join(versions)} ({max(one['date'] for one in told.values())})"
