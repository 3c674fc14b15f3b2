"""What people have beside a plain source: programs that are older, links, much that a build says, marks before a text, tables."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import rnnspec
from rnnspec.conformance.rebuild.choice import Rebuild
from rnnspec.conformance.rebuild.hearing import MOST, heard
from rnnspec.conformance.rebuild.languages import prelude
from rnnspec.conformance.rebuild.marking import before_crash
from rnnspec.conformance.rebuild.searching import Search
from rnnspec.conformance.rebuild.slots import slots
from rnnspec.conformance.rebuild.text import LONGEST_ROW, Text
from rnnspec.conformance.rebuild.workshop import Unbuilt
from rnnspec.conformance.repair.asking import Repair

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
CC = "cc -O0 lstm.c -lm -o lstm"
ONE_STEP = ["lstm_forward/one-step"]
WRONG = ("g->b[q][k]", "g->b[q][(k + q) % n]")


def written(folder: Path, *change: str) -> str:
    """The example with a mistake, built; its header as it was."""
    if not shutil.which("cc"):
        pytest.skip("cc is not installed")
    shutil.copytree(EXAMPLES / "c_only", folder, dirs_exist_ok=True)
    right = (folder / "layer.h").read_text()
    assert right.count(change[0]) == 1
    (folder / "layer.h").write_text(right.replace(*change))
    subprocess.run(CC.split(), check=True)
    return right


def said_of(rebuild: Rebuild) -> list[str]:
    report = rnnspec.check(["./lstm"], cases=ONE_STEP, explain_seconds=0, rebuild=rebuild)
    assert not any(one.is_change for one in report.explanations)
    return [note for note in report.record.notes if note.startswith("--source: no change was looked for: ")]


def test_nothing_is_told_to_repair_a_program_that_is_older_than_its_source(folder: Path) -> None:
    (folder / "layer.h").write_text(written(folder, *WRONG))

    (note,) = said_of(Rebuild(["layer.h"], CC))

    assert "built anew as it stands the program passes lstm_forward/one-step, which failed" in note


def test_a_link_that_leads_to_itself_is_told_and_no_verdict_lost(folder: Path) -> None:
    written(folder, *WRONG)
    (folder / "loop").symlink_to("loop")

    (note,) = said_of(Rebuild(["layer.h"], CC))

    assert "the current folder cannot be copied" in note


def test_a_script_that_may_be_run_may_be_so_in_the_copy(folder: Path) -> None:
    if not shutil.which("node"):
        pytest.skip("node is not installed")
    shutil.copytree(EXAMPLES / "node", folder, dirs_exist_ok=True)
    script, right, wrong = folder / "lstm.mjs", "dc[k] + da[k] * o[k]", "dc[k] - da[k] * o[k]"
    text = script.read_text()
    assert text.count(right) == 1
    script.write_text(f"#!/usr/bin/env node\n{text.replace(right, wrong)}")
    script.chmod(0o755)

    cases = ["lstm_backward/one-step"]
    report = rnnspec.check(["./lstm.mjs"], cases=cases, explain_seconds=0, rebuild=Rebuild(["lstm.mjs"]))

    (found,) = report.explanations
    assert (wrong in found.difference[0], right in found.difference[1]) == (True, True)


def test_no_more_is_kept_of_what_a_build_says_than_its_beginning_and_its_end() -> None:
    text = f"print('begun' + {8 * MOST} * '.' + 'ended')"

    with subprocess.Popen([sys.executable, "-c", text], stdout=subprocess.PIPE) as work:
        said = heard(work, 60.0)

    assert said.startswith(b"begun.")
    assert said.endswith(b".ended\n")
    assert len(said) == 2 * MOST


def test_what_a_build_says_without_end_is_heard_until_its_time_is_up() -> None:
    with subprocess.Popen(["yes"], stdout=subprocess.PIPE) as work:
        with pytest.raises(subprocess.TimeoutExpired):
            heard(work, 0.2)
        work.kill()


def test_a_mark_before_a_text_stays_before_it(tmp_path: Path) -> None:
    (tmp_path / "a.c").write_text("\ufeffint f(int a) { return a; }\n")

    assert Text(tmp_path / "a.c").begin == 1


def test_a_table_is_not_looked_at(tmp_path: Path) -> None:
    table = ", ".join(map(str, range(LONGEST_ROW)))
    (tmp_path / "a.c").write_text(f"int f(int a) {{ int b = a + (3); int t[] = {{{table}}}; return t[b]; }}\n")
    text = Text(tmp_path / "a.c")

    found = [text.whole[slot.start : slot.end] for slot in slots(text)]

    assert "a + (3)" in found
    assert "t[b]" in found
    assert "0" not in found


def test_what_stands_before_a_crash_in_its_function_was_begun_last(tmp_path: Path) -> None:
    lines = [
        "fn f(a: f64) -> f64 {",
        "    a * a",
        "}",
        "fn g(v: &[f64]) -> f64 {",
        "    let n = v.len();",
        "    v[n]",
        "}",
    ]
    (tmp_path / "a.rs").write_text("\n".join(lines))
    text = Text(tmp_path / "a.rs")

    begun = before_crash(text, "the process died: thread 'main' panicked at a.rs:6:5: index out of bounds")

    by_line = {text.line(text.tokens[row.first].start): n for row, n in zip(text.rows, begun, strict=True)}
    assert (by_line[6], by_line[5]) == (0, 1)
    assert by_line[2] is not None
    assert by_line[2] > 5
    assert before_crash(text, "panicked at b.rs:6:5") == []


@pytest.mark.parametrize(
    ("text", "is_module"),
    [
        ("/*\n import this by require\n*/\nconst a = require('a');", False),
        ("import a from 'a';", True),
        ("export const a = 1;", True),
        ("const a = import('a');", False),
    ],
)
def test_what_a_comment_says_makes_no_module(tmp_path: Path, text: str, is_module: bool) -> None:
    (tmp_path / "a.js").write_text(f"{text}\nfunction f(b) {{ return b; }}\n")

    assert ("import *" in prelude(Text(tmp_path / "a.js"))) == is_module


def test_what_was_found_is_kept_where_the_search_comes_to_a_wrong_end(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(folder, *WRONG)
    found = Search.repairs

    def ended(self: Search) -> Iterator[Repair]:
        yield from found(self)
        raise Unbuilt("error: no room")

    monkeypatch.setattr(Search, "repairs", ended)
    report = rnnspec.check(["./lstm"], cases=ONE_STEP, explain_seconds=0, rebuild=Rebuild(["layer.h"], CC))

    assert [one.is_change for one in report.explanations] == [True]
    assert "--source: no more change was looked for: error: no room" in report.record.notes
