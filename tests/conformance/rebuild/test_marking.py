"""Where a program says nothing of where it went wrong, its statements have left their numbers: in JavaScript, too."""

import shutil
import subprocess
from pathlib import Path

import pytest
from rnnspec.conformance.rebuild.blocks import gaps
from rnnspec.conformance.rebuild.marking import marked, marks_in, recency
from rnnspec.conformance.rebuild.shared import Shared
from rnnspec.conformance.rebuild.text import Text

WHOLE = """function step({ x, n }, rows) {
  const { a, b } = x;
  const kind = { one: a, two: b }[n ? "one" : "two"];
  const given = n > 1 ? { id: a } : { id: b };
  if (n > 2) {
    given.id = kind;
  }
  for (let i = 0; i < 2; i++) {
    rows[i] = a;
  }
  return kind;
}
try {
  step({ x: { a: 1, b: 2 }, n: 2 }, null);
} catch {}
"""


@pytest.fixture
def node() -> str:
    found = shutil.which("node")
    if not found:
        pytest.skip("node is not installed")
    return found


def test_what_was_begun_last_before_an_error_is_known(tmp_path: Path, node: str) -> None:
    (tmp_path / "a.mjs").write_text(WHOLE)
    text = Text(tmp_path / "a.mjs")
    whole, numbers = marked(text, 0)
    (tmp_path / "marked.mjs").write_text(whole)
    shared = Shared(tmp_path / "shared", 0.0)
    try:
        done = subprocess.run([*shared.words, node, tmp_path / "marked.mjs"], capture_output=True, text=True)
        stamps = shared.stamps()
    finally:
        shared.close()

    assert (done.stdout, done.stderr) == ("", "")
    known = dict(
        zip((text.line(text.tokens[row.first].start) for row in text.rows), recency(numbers, stamps), strict=True)
    )
    assert (known[9], known[8], known[4], known[6]) == (0, 1, 3, None)


@pytest.mark.parametrize(
    "line",
    [
        "for (const { a, b } of rows) { put(a); }",
        "for (const [a, b] of rows) { put(a); }",
        "return { a: 1, ...(rows && { rows }), ...(rows ?? { rows }) };",
        "const of = rows; if (of) { put(of); }",
        "if (!rows) { throw { code: 1 }; } put(function* () { yield { rows }; });",
        "put(async () => { await { rows }; });",
    ],
)
def test_what_is_marked_is_javascript(tmp_path: Path, node: str, line: str) -> None:
    (tmp_path / "a.mjs").write_text(f"function step(rows, put) {{\n  {line}\n}}\n")
    whole, _ = marked(Text(tmp_path / "a.mjs"), 0)
    (tmp_path / "marked.mjs").write_text(whole)

    done = subprocess.run([node, "--check", tmp_path / "marked.mjs"], capture_output=True, text=True)

    assert (done.returncode, whole.count("rnnspec_mark(") > 1) == (0, True), done.stderr


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("a.rs", "let put = || { @one(1); @two(2); };"),
        ("a.rs", "if rows && (put) { @one(1); @two(2); }"),
        ("a.cpp", "auto put = [&](int&& q) -> int&& { @one(1); @two(2); };"),
    ],
)
def test_what_opens_a_block_behind_and_is_no_value_but_in_javascript(tmp_path: Path, name: str, line: str) -> None:
    whole = f"fn step(rows: bool, put: bool) {{\n  {line}\n}}\n"
    path = tmp_path / name
    path.write_text(whole.replace("@", ""))
    text = Text(path)

    begins = {text.tokens[row.first].start for row in text.rows}
    found = {place for row in text.rows for place in gaps(text, row)} & begins

    for at, _ in enumerate(whole.split("@")[1:]):
        place = len("".join(whole.split("@")[: at + 1]))
        assert place in found, whole[:place]


def test_a_mark_that_is_refused_goes_alone(tmp_path: Path) -> None:
    (tmp_path / "a.mjs").write_text(WHOLE)
    text = Text(tmp_path / "a.mjs")
    whole, numbers = marked(text, 0)
    place = next(n for n, line in enumerate(whole.splitlines(), 1) if "given.id = kind" in line)

    (refused,) = marks_in(whole, [place])
    again, same = marked(text, 0, {refused})

    assert same == numbers
    assert whole.replace(f"rnnspec_mark({refused}); ", "") == again
