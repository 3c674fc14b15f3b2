"""The README: its Python runs, its commands print what it shows, what it names exists, and its counts are those of the goldens."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from click.testing import CliRunner
from manual.replaying import differing
from rnnspec.conformance import Report
from rnnspec.conformance.choices import of_file
from rnnspec.conformance.deviations.catalogue import CATALOGUE
from rnnspec.conformance.selection import known_ids
from rnnspec.golden import cases, load
from rnnspec.reference import Kind
from rnnspec.tools import main

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = ("README.md", "CONTRIBUTING.md", "docs/budget.md", "docs/contract.md", "docs/protocol.md")
FASTER = {'cases=["lstm"]': 'cases=["lstm_forward/generic"]'}
# one case says whether a line runs; the notebook fails it, and what is wrong with a softmax is soon found
SHORT, OF_NOTEBOOK = ("--case", "lstm_forward/generic"), ("--case", "softmax/generic")
LINES = [line for line in README.splitlines() if line.startswith(("    rnnspec ", "    pytest ", "    cc "))]


AT_A_SIZE = "check examples/fused_lstm.py --at n_a=256,n_x=128,m=32,T_x=64 --case lstm_forward --case lstm_backward"
# what README says a command prints, by a text of its block, and the command's exit code
PRINTED = {
    ("check", "examples/fused_lstm.py"): ("examples/fused_lstm.py is conformant", 0),
    ("check", "notebook"): ("softmax/one-row: ", 1),
    tuple(AT_A_SIZE.split()): ("estimated at this size", 0),
}


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


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
        if "--at" in words and tuple(words[1:]) in PRINTED:  # which is run with what it prints
            continue
        if words[:2] == ["rnnspec", "check"] and not {"--write-known-failing", "--case"} & {*words}:
            words[2:2] = OF_NOTEBOOK if "notebook" in words else SHORT
        if "--seconds" in words:
            words[words.index("--seconds") + 1] = "1"
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
    words = ["check", "notebook", "--case", "lstm_forward/generic", "--map"]
    result = CliRunner().invoke(main, words, prog_name="rnnspec", env={"FORCE_COLOR": None})

    drawn = result.stdout[result.stdout.index("the error of ") :]
    assert f"```\n{drawn}```\n" in README


@pytest.mark.parametrize("command", PRINTED, ids=" ".join)
def test_a_command_prints_what_is_shown(command: tuple[str, ...]) -> None:
    text, code = PRINTED[command]
    (block,) = [block for block in blocks("") if text in block]
    environment = {name: value for name, value in os.environ.items() if name != "FORCE_COLOR"} | {"PYTHONUTF8": "1"}
    words = [sys.executable, "-m", "rnnspec", *command]

    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8")

    assert done.returncode == code, done.stderr
    assert differing(block.split("\n"), done.stdout) == ""


def test_prose_has_the_numbers_of_the_block() -> None:
    (block,) = [block for block in blocks("") if "fused_lstm.py is conformant" in block]
    found = re.search(r": (\d+) passed, .*\nclosest .* at (0\.\d+) of it$", block, re.MULTILINE)

    assert found
    assert f"\n{found[1]} verdicts, and the worst error anywhere is {found[2]} of what" in README


def test_counts_are_those_of_the_goldens() -> None:
    count, verdicts, deviations = len(cases()), len(known_ids()), len(CATALOGUE)

    assert re.findall(r"fixtures/ has (\d+) cases", README) == [str(count)]
    assert re.findall(r"(\d+) goldens in place", page("CONTRIBUTING.md")) == [str(count)]
    assert re.findall(r"in all for (\d+) verdicts", README) == [str(verdicts)]
    assert re.findall(r"^\| `(?:reference|tests.*)`.*? \| (\d+) \|", page("docs/budget.md"), re.MULTILINE) == (
        [str(verdicts)] * 2
    )
    assert re.findall(r"(\d+) deviations", README) == [str(deviations)] * 2


def test_torch_passes_as_many_on_both_pages() -> None:
    (number,) = re.findall(r"^\| torch \| float64 \| (\d+) \|", page("docs/frameworks.md"), re.MULTILINE)

    assert f"| `torch` (2.13.0) | {number} |" in page("docs/budget.md")


def test_what_is_refused_for_float16_is_counted() -> None:
    meant = [entry for entry in cases() if "float16" in (*entry.dtypes, *entry.refused)]
    why = [entry.refused["float16"] for entry in meant if "float16" in entry.refused]
    wide, close, beyond = (sum(of in reason for reason in why) for of in ("may err by", "compared", "does not hold"))
    containers = [e for e in meant if e.id.split("/")[1].startswith("levels") and e.operation.kind is Kind.CONTAINER]

    assert f"Of {len(meant)} cases that are meant for float16" in page("docs/budget.md")
    assert f"but for {len(containers)} of containers" in page("docs/budget.md")
    assert wide + close + beyond == len(why)
    said = (
        f"{wide} are refused for this, {close} for a close comparison\nand {beyond} because it does not hold an output"
    )
    assert said in page("docs/budget.md")


def test_what_float8_would_hold_is_counted() -> None:
    kinds = (ml_dtypes.float8_e4m3fn, ml_dtypes.float8_e5m2)
    held, total, whole = [0, 0], 0, 0
    for golden in (load(entry.id) for entry in cases()):
        given = [a for group in (golden.inputs, golden.parameters) for a in group.values() if a.dtype.kind == "f"]
        flat = np.concatenate([a.ravel() for a in given]) if given else np.zeros(0)
        with np.errstate(over="ignore", invalid="ignore"):
            exact = [int((flat.astype(kind).astype(np.float64) == flat).sum()) for kind in kinds]
        held, total = [a + b for a, b in zip(held, exact, strict=True)], total + flat.size
        whole += flat.size in exact and flat.size > 0

    said = (
        f"of {len(cases())} goldens {whole} have inputs that are exact in one of them, and of {total:,} numbers that are"
        f" given {held[0] / total:.0%} and {held[1] / total:.0%} are.".replace("%", " %")
    )
    assert said in page("docs/budget.md")


def test_a_name_of_its_own_has_cases_of_that_name() -> None:
    rows = re.findall(r"^\| .* \| `(\w+)` \|.*\| `([\w-]+)` \|$", page("docs/contract.md"), re.MULTILINE)

    assert len(rows) == 13
    for family, name in rows:
        assert {f"{family}_forward/{name}", f"{family}_backward/{name}"} <= {entry.id for entry in cases()}
