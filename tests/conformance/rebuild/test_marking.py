"""Where a program says nothing of where it went wrong, its statements have left their numbers: in JavaScript, too."""

import shutil
import subprocess
from pathlib import Path

import pytest
from rnnspec.conformance.rebuild.marking import marked, recency
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
