"""The README: its Python runs, and what it names exists."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from rnnspec.conformance import Report
from rnnspec.conformance.choices import of_file
from rnnspec.tools import main

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = ("README.md", "CONTRIBUTING.md", "docs/budget.md", "docs/contract.md", "docs/protocol.md")
FASTER = {'cases=["lstm"]': 'cases=["lstm_forward/generic"]'}
# one case says whether a line runs
SHORT = ("--case", "lstm_forward/generic")
LINES = [line for line in README.splitlines() if line.startswith(("    rnnspec ", "    pytest ", "    cc "))]


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize("code", blocks("python"))
def test_a_block_of_python_runs(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
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


def test_every_line_of_the_command_runs_when_it_is_pasted(tmp_path: Path) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    wrong = []
    for line in LINES:
        words = shlex.split(line, comments=True)
        if words[:2] == ["rnnspec", "check"] and "--write-known-failing" not in words:
            words[2:2] = SHORT if "--case" not in words else []
        if words[0] == "pytest":
            words += ["-q", "--rnnspec-case", SHORT[1]]
        done = subprocess.run(words, cwd=tmp_path, env={**os.environ, "PATH": path}, capture_output=True, text=True)
        if done.returncode not in (0, 1) or "Error" in done.stderr:
            wrong.append((line, done.returncode, done.stderr[-300:]))

    assert wrong == []
    assert len(LINES) > 12


def test_no_line_to_paste_has_a_placeholder_or_promises_a_package_index() -> None:
    pasted = [line for line in README.splitlines() if line.startswith("    ")] + blocks("yaml") + blocks("toml")
    installed = re.findall(r"pip install ([^`\n]*)", README)

    assert [line for line in pasted if re.search(r"<\w+>|mypackage|path/to", line)] == []
    assert [words for words in installed if re.search(r"(^|\s)[\'\"]?rnnspec", words.partition("&&")[0])] == []
    assert len(installed) > 3


def test_the_map_is_what_the_command_draws() -> None:
    words = ["check", "notebook", "--case", "lstm_forward", "--map"]
    result = CliRunner().invoke(main, words, prog_name="rnnspec", env={"FORCE_COLOR": None})

    drawn = result.stdout[result.stdout.index("the error of ") :]
    assert f"```\n{drawn}```\n" in README
