"""No text of a candidate is interpreted: not by a terminal, Rich, JSON, pytest, a list of known failures or GitHub."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result
from markdown_it import MarkdownIt
from planted.texts import NAMED, candidate, drawn
from rnnspec.conformance import Report
from rnnspec.conformance.selection import known_ids
from rnnspec.golden import FOLDER
from rnnspec.reference import OPERATIONS
from rnnspec.tools import main

ROOT = Path(__file__).resolve().parents[2]
TEXTS = {"those that have a name": [*NAMED.values()]} | {f"drawn {seed}": drawn(seed, 15) for seed in range(3)}
STYLES = re.compile(r"\x1b\[[\d;]*m")  # that Rich and pytest may give their own words
SOME = {name: TEXTS[name] for name in ("those that have a name", "drawn 0")}
GENERIC = {f"{name}/generic": None for name in OPERATIONS}  # each operation of a candidate says a text of its own
by_texts = pytest.mark.parametrize("texts", TEXTS.values(), ids=TEXTS)


def run(*words: str) -> Result:
    result = CliRunner().invoke(main, words, prog_name="rnnspec", env={"FORCE_COLOR": None})
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def plain(text: str) -> None:
    """Nothing that a terminal would act on, and no more than a person reads."""
    assert [line for line in text.split("\n") if not line.isprintable()] == []
    assert len(text) < 250 * len(known_ids(FOLDER))


@pytest.mark.sampled("texts", SOME, TEXTS)
def test_the_command_shows_and_records_any_text(tmp_path: Path, texts: list[str]) -> None:
    (tmp_path / "odd.py").write_text(candidate(texts))
    odd, known = str(tmp_path / "odd.py"), str(tmp_path / "known.json")

    few = ("--explain-seconds", "2")

    first = run("check", odd, *few, "--write-known-failing", known, "--json", str(tmp_path / "report.json"))
    again = run("check", odd, *few, "--known-failing", known)
    verbose = run("check", odd, "--verbose", "--json", "-", *(word for id in GENERIC for word in ("--case", id)))

    assert (first.exit_code, again.exit_code, verbose.exit_code) == (1, 0, 1), again.output[-2000:]
    plain(first.output)
    plain(again.output)
    written = json.loads((tmp_path / "report.json").read_bytes())["cases"]
    assert json.loads(verbose.stdout)["cases"] == [case for case in written if case["id"] in GENERIC]
    assert Report.load(tmp_path / "report.json").failures
    for entry in json.loads(Path(known).read_bytes())["failing"]["float64"].values():
        assert entry["reason"].isprintable()
    if "[/x]" in texts[0]:
        assert "[/x] [bold]loud[/bold]" in first.output
        assert ":smile:" in first.output


def test_a_reason_for_not_testing_is_short_in_the_summary(tmp_path: Path) -> None:
    (tmp_path / "many.py").write_text(
        "from rnnspec import Unsupported\nfrom rnnspec.reference import softmax\ncount = 0\n"
        "def sigmoid(x):\n    global count\n    count += 1\n    raise Unsupported(f'[/{count}] ' + 'because ' * 1000)\n"
    )

    result = run("check", str(tmp_path / "many.py"))

    assert result.exit_code == 0
    assert "[/1] because because" in " ".join(result.output.split())
    assert "more reasons" in " ".join(result.output.split())
    assert len(result.output) < 5000


@by_texts
@pytest.mark.parametrize("isolate", [(), ("--isolate",)], ids=["here", "isolated"])
def test_a_candidate_that_does_not_start_says_why_in_one_line(
    tmp_path: Path, texts: list[str], isolate: tuple[str, ...]
) -> None:
    for text in texts if not isolate else texts[:3]:
        (tmp_path / "broken.py").write_text(f"raise RuntimeError({text!r})\n")

        result = run("check", str(tmp_path / "broken.py"), *isolate)

        assert result.exit_code == 3
        assert result.stderr.startswith(f"Error: {tmp_path / 'broken.py'} did not start: RuntimeError")
        assert result.stderr.count("\n") == 1
        plain(result.stderr)
        assert len(result.stderr) < 1000


SAYING = """
class Odd(Exception):
    def __str__(self):
        {act}
    __repr__ = __str__
class Missing(ModuleNotFoundError):
    name = property(lambda self: 1 / 0)
raise {kind}
"""


@pytest.mark.parametrize("act", ["raise ValueError('no text')", "return 3", "raise SystemExit(0)"])
@pytest.mark.parametrize("kind", ["Odd()", "type('[/x]\\x1b[31m', (Odd,), {})()", "Missing('a')"])
def test_an_exception_without_a_text_is_named_too(tmp_path: Path, act: str, kind: str) -> None:
    (tmp_path / "broken.py").write_text(SAYING.format(act=act, kind=kind))

    result = run("check", str(tmp_path / "broken.py"))

    assert result.exit_code == 3
    assert "did not start" in result.stderr
    plain(result.stderr)


@pytest.mark.parametrize("texts", SOME.values(), ids=["named", "drawn"])
def test_pytest_shows_any_text(tmp_path: Path, texts: list[str]) -> None:
    (tmp_path / "odd.py").write_text(candidate(texts))
    words = [
        "-q",
        "-rA",
        "--tb=short",
        "-p",
        "no:cacheprovider",
        "--junitxml=results.xml",
        "--pyargs",
        "rnnspec.conformance",
    ]
    asked = [word for name in (*GENERIC, "repeatable") for word in ("--rnnspec-case", name)]

    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words, "--rnnspec-candidate", "odd.py", *asked],
        cwd=tmp_path,
        env={**os.environ, "PYTHONUTF8": "1"},
        capture_output=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr == b""
    output = STYLES.sub("", done.stdout.decode())
    assert "INTERNALERROR" not in output
    assert [line for line in output.split("\n") if not line.isprintable()] == []
    assert (tmp_path / "results.xml").stat().st_size < 600_000


def test_githubs_summary_and_log_take_no_text_for_theirs(tmp_path: Path) -> None:
    (tmp_path / "odd.py").write_text(candidate([*NAMED.values()]))
    (step,) = [s for s in yaml.safe_load((ROOT / "action.yml").read_text())["runs"]["steps"] if s["name"] == "Check"]
    asked = " ".join(f"--case {id}" for id in GENERIC)
    given = {"CANDIDATE": "odd.py", "DTYPE": "float64", "KNOWN": "", "OPTIONS": asked, "REPORT": "report.json"}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    command = step["run"].replace("rnnspec check", "printf '%s\\n' '```' '::error::no' '<b>'; rnnspec check", 1)

    done = subprocess.run(
        ["bash", "-e", "-c", command],
        cwd=tmp_path,
        env={**os.environ, **given, "PATH": path, "GITHUB_STEP_SUMMARY": "summary.md"},
        capture_output=True,
        text=True,
        check=False,
    )

    summary = (tmp_path / "summary.md").read_text()
    tokens = MarkdownIt("gfm-like").parse(summary)
    inline = {child.type for token in tokens for child in token.children or ()}
    assert summary.startswith("## rnnspec: not conformant\n")
    assert inline == {"text", "code_inline"}
    assert {token.type for token in tokens if token.level == 0 and token.nesting != -1} == {
        *("heading_open", "fence", "paragraph_open", "table_open")
    }
    stop, *log, go = done.stdout.splitlines()
    token = stop.removeprefix("::stop-commands::")
    assert go == f"::{token}::"
    assert len(token) >= 16
    assert token not in "".join(log)
    assert done.returncode == 1


def test_the_texts_are_what_they_say() -> None:
    source = ast.parse(candidate(TEXTS["drawn 0"]))

    assert any(
        ast.literal_eval(node.value) == TEXTS["drawn 0"]
        for node in source.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.List)
    )
