"""A source's text as it is read: what is none is told, and what a function within an expression is given stays."""

from pathlib import Path

import pytest
from rnnspec.conformance.choices import BadChoice
from rnnspec.conformance.rebuild.changes.change import PLAIN
from rnnspec.conformance.rebuild.changes.every import changes
from rnnspec.conformance.rebuild.changes.source import Source
from rnnspec.conformance.rebuild.text import Text

JS = """export function step(x, y, n) {
  const pairs = x.map((a, k) => a * y[k]);
  for (let i = 0; i < n; i++) y[i] += x[i];
}
"""
RUST = """fn step(x: &[f64], u: &[f64]) -> Vec<f64> {
    (0..x.len()).map(|k| u[k]).collect()
}
"""


PARTED = """fn step(x: &[f64], y: &mut [f64]) {
    let (a, b) = parted(x);
    for (i, c) in x.iter().enumerate() {
        y[i] = b[i] * c;
    }
}
"""
BOUND = """void step(const Pair& x, double *y) {
    const auto& [p, q] = x;
    y[0] = p;
}
"""


@pytest.mark.parametrize(
    ("file", "text", "names"),
    [
        ("a.mjs", JS, {"a", "k"}),
        ("a.rs", RUST, {"k"}),
        ("b.rs", PARTED, {"a", "b", "i", "c"}),
        ("a.cpp", BOUND, {"p", "q"}),
    ],
)
def test_what_a_function_is_given_stays(tmp_path: Path, file: str, text: str, names: set[str]) -> None:
    (tmp_path / file).write_text(text)
    own = Text(tmp_path / file)
    source = Source(own)

    assert {own.tokens[place].text for place in own.bound if own.tokens[place].kind == "name"} == names
    heads = {own.tokens[place].start for place in own.bound}
    assert not [one for row in own.rows for one in changes(source, row) if one.start in heads]


@pytest.mark.parametrize(
    ("file", "text", "old", "new"),
    [("a.rs", PARTED, "b[i] * c", "a[i] * c"), ("a.cpp", BOUND, "y[0] = p", "y[0] = q")],
)
def test_what_a_value_is_parted_into_and_nothing_uses_is_likely_meant(
    tmp_path: Path, file: str, text: str, old: str, new: str
) -> None:
    (tmp_path / file).write_text(text)
    own = Text(tmp_path / file)

    found = {one.of(text): one.rank for row in own.rows for one in changes(Source(own), row)}

    assert found[text.replace(old, new)] == PLAIN


def test_words_of_a_language_are_no_names_and_a_new_array_is_one_operand(tmp_path: Path) -> None:
    text = "function f(xs, ys, zs) {\n  for (const t of xs) if (t in ys) delete ys[t];\n  for (const t of zs) put(t);\n  return new Float64Array(ys);\n}\n"
    (tmp_path / "a.mjs").write_text(text)
    own = Text(tmp_path / "a.mjs")

    kinds = {token.text: token.kind for token in own.tokens}
    assert {kinds[word] for word in ("of", "in", "delete", "new")} == {"word"}
    last = own.rows[-1]
    assert {own.cut(part) for part in own.parts(last.first, last.end)} == {"new Float64Array(ys)", "(ys)", "ys"}
    made = [one.of(text) for row in own.rows for one in changes(Source(own), row)]
    assert text.replace("of xs", "of zs") in made


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.c", b"\xff\xfe", "is no text in UTF-8"),
        ("a.c", b" " * ((1 << 20) + 1), "has more than"),
        ("none.c", None, "cannot be read"),
    ],
)
def test_what_is_no_source_is_told(tmp_path: Path, name: str, content: bytes | None, why: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)

    with pytest.raises(BadChoice, match=why):
        Text(tmp_path / name)
