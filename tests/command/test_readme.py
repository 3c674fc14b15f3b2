"""The README: its Python runs, and what it names exists."""

import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from rnnspec.conformance import Report, check
from rnnspec.conformance.choices import of_file

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = ("README.md", "CONTRIBUTING.md", "docs/budget.md", "docs/contract.md", "docs/protocol.md")
FASTER = {'"mypackage.mylstm"': '"notebook"', 'cases=["lstm"]': 'cases=["softmax", "lstm_forward/generic"]'}


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize("code", blocks("python"))
def test_a_block_of_python_runs(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "mylstm", ModuleType("mylstm"))
    check("notebook", "float32", cases=["softmax"]).save("yesterday.json")
    for slow, fast in FASTER.items():
        code = code.replace(slow, fast)
    scope: dict[str, Any] = {}

    exec(code, scope)

    assert "report" not in scope or Report.load("today.json") == scope["report"]


def test_the_table_of_choices_is_one(tmp_path: Path) -> None:
    (table,) = blocks("toml")
    (tmp_path / "pyproject.toml").write_text(table)

    assert set(of_file(tmp_path / "pyproject.toml") or {}) == {"candidate", "case", "known-failing"}


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_to_a_file(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#]+)\)", text)

    assert [link for link in links if "://" not in link and not (ROOT / page).parent.joinpath(link).exists()] == []


def test_every_script_that_is_named_is_there() -> None:
    named = re.findall(
        r"(?:benchmarks|docs|examples|tests)/[\w/.-]+\w", README + (ROOT / "CONTRIBUTING.md").read_text()
    )

    assert [name for name in named if not (ROOT / name).exists()] == []
