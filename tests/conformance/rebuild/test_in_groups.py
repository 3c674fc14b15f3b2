"""What is missing of several at once, as a statement beside one has it, and a name that is one of several in a loop's head."""

from pathlib import Path

import pytest
from rnnspec.conformance.rebuild.changes.every import changes
from rnnspec.conformance.rebuild.changes.source import Source
from rnnspec.conformance.rebuild.text import Text

HOISTED = """void f(const double *z, double *p, int m) {
    %s
    for (int b = 0; b < m; b++) {
        top = z[b] > top ? z[b] : top;
        total += z[b];
        p[b] = total - top;
    }
}
"""


def every(path: Path, text: str) -> set[str]:
    """The text with each of its changes."""
    path.write_text(text)
    source = Source(Text(path))
    return {one.of(text) for row in source.text.rows if row.is_inside for one in changes(source, row)}


@pytest.mark.parametrize(
    ("declared", "again", "is_made"),
    [
        ("double top = -INFINITY, total = 0;", "top = -INFINITY, total = 0; ", True),
        ("double top = -1e300, total = 0;", "top = -1e300, total = 0; ", True),
        ("double top = -1e-9, total = 0;", "top = -1e-9, total = 0; ", True),
        ("double top = -DBL_MAX, *q = p, total = 0;", "top = -DBL_MAX", False),
        ("const double top = -INFINITY, total = 0;", "top = -INFINITY, total = 0; ", False),
        ("double top = first(z), total = 0;", "top = first(z), total = 0; ", False),
    ],
)
def test_all_of_a_declaration_begins_again_in_a_block(tmp_path: Path, declared: str, again: str, is_made: bool) -> None:
    text = HOISTED % declared

    found = every(tmp_path / "a.c", text)

    assert (text.replace("{\n        top", f"{{\n        {again}top") in found) == is_made


def test_a_statement_may_be_as_the_one_beside_it(tmp_path: Path) -> None:
    text = "void f(Run& r) {\n    a = keep(r.a, a);\n    c = r.c;\n    put(a, c);\n}\n"

    found = every(tmp_path / "a.cpp", text)

    assert text.replace("c = r.c", "c = keep(r.c, c)") in found


def test_beside_is_three_before_and_three_behind(tmp_path: Path) -> None:
    text = "void f(Run& r) {\n    a = keep(r.a, a);\n    p();\n    q();\n    c = r.c;\n    s();\n    t();\n    u();\n    d = put(r.d, d);\n}\n"

    found = every(tmp_path / "a.cpp", text)

    assert text.replace("c = r.c", "c = keep(r.c, c)") in found
    assert text.replace("c = r.c", "c = put(r.c, c)") not in found


def test_what_a_head_parts_a_value_into_may_be_a_value(tmp_path: Path) -> None:
    text = "function f(parts, du, dx) {\n  for (const [W, left, right] of parts) {\n    add(dx, back(W, du));\n    outer(right, left);\n  }\n  du[0] = dx[0];\n}\n"

    found = every(tmp_path / "a.mjs", text)

    assert text.replace("back(W, du)", "back(W, right)") in found
