"""A source's text, cut into rows and expressions whatever its language, and what is put in their place."""

from pathlib import Path

import pytest
from rnnspec.conformance.rebuild.changes.every import changes
from rnnspec.conformance.rebuild.changes.source import Source
from rnnspec.conformance.rebuild.slots import slots
from rnnspec.conformance.rebuild.switching import switched
from rnnspec.conformance.rebuild.text import Text

C = """static void step(const double *x, double *y, const double *w, int n, int m) {
    for (int i = 0; i < n; i++) {
        double z = w[i] * x[i * m + n], scale = 0.5;
        y[i] = %s;
        %s
    }
}
"""
JS = """export function step(x, y, n) {
  const pairs = x.map((a, k) => a * y[k]);
  for (let i = 0; i < n; i++) y[i] += %s;
}
"""
RUST = """fn step(x: &[f64], u: &[f64]) -> Vec<f64> {
    (0..x.len()).map(|k| %s).collect()
}
"""


def text_of(tmp_path: Path, name: str, text: str) -> Text:
    (tmp_path / name).write_text(text)
    return Text(tmp_path / name)


def squeezed(text: str) -> str:
    return "".join(text.split()).replace("(", "").replace(")", "").replace(";", "")


@pytest.mark.parametrize(
    ("name", "text", "there", "meant"),
    [
        ("an operator", C, ("z + w[i]", ""), ("z - w[i]", "")),
        ("a sign", C, ("-z", ""), ("z", "")),
        ("a sign that is missing", C, ("z", ""), ("-z", "")),
        ("a name", C, ("z * x[i]", ""), ("z * w[i]", "")),
        ("a number", C, ("z * 2", ""), ("z * 1", "")),
        ("an index", C, ("x[i * n + m]", ""), ("x[i * m + n]", "")),
        ("a neighbour", C, ("x[i]", ""), ("x[i - 1]", "")),
        ("a factor that is missing", C, ("z", ""), ("z * w[i]", "")),
        ("a factor too many", C, ("z * w[i]", ""), ("z", "")),
        ("arguments", C, ("pow(z, scale)", ""), ("pow(scale, z)", "")),
        ("a function", C, ("tanh(z)", "y[i] = exp(z);"), ("exp(z)", "y[i] = exp(z);")),
        ("added to", C, ("z", "y[i] = scale;"), ("z", "y[i] += scale;")),
        ("left out", C, ("z", "y[i] += scale;"), ("z", "")),
        ("a condition", C, ("z", "if (i < n) y[i] = z;"), ("z", "if (!(i < n)) y[i] = z;")),
        (
            "a condition that is missing",
            C,
            ("z", "if (i < n) y[i] = z;"),
            ("if (i < n) y[i] = z", "if (i < n) y[i] = z;"),
        ),
        ("a twin", C, ("z", "y[i] += z;"), ("z", "y[i] += z; y[i] += scale;")),
        ("another operand", C, ("z * y[i]", ""), ("z * w[i]", "")),
        ("another element", C, ("z", "y[i] = x[i];"), ("z", "y[i] = x[i * m + n];")),
        ("a clamp too many", C, ("fmin(z, 1.0)", ""), ("z", "")),
        ("a choice too many", C, ("z > 1 ? 1 : z", ""), ("z", "")),
        ("a choice within an argument too many", C, ("exp(i ? z : 0)", ""), ("exp(z)", "")),
        ("from the end", C, ("x[i]", ""), ("x[n - 1 - i]", "")),
        ("going on too many", C, ("z", "if (i) continue;"), ("z", "if (i) ;")),
        (
            "another gate's twin",
            C,
            ("z", "w0[i] += x0[i];\n w1[i] += x1[i];"),
            ("z", "w0[i] += x0[i];\n w1[i] += x1[i];"),
        ),
        (
            "a block's twin",
            C,
            ("z", "y[2 * n + i] = w[2 * m + i];"),
            ("z", "y[2 * n + i] = w[2 * m + i]; y[1 * n + i] = w[1 * m + i];"),
        ),
        ("a condition beside another", C, ("z", "if (i < n && z > 0) y[i] = 1;"), ("z", "if (z > 0) y[i] = 1;")),
        ("a condition before another", C, ("z", "if (i < n || n < m) y[i] = 1;"), ("z", "if (i < n) y[i] = 1;")),
        ("another order", C, ("z", "x[i] = z;\n y[i] = x[i];"), ("z", "y[i] = x[i]; x[i] = z;")),
        ("what stands elsewhere", C, ("z", "y[i] = 1;"), ("z", "y[i] = 1; y[i] = z;")),
        (
            "a name that nothing uses",
            C,
            ("z", "double most = 1; y[i] = exp(z);"),
            ("z", "double most = 1; y[i] = exp(z - most);"),
        ),
        (
            "what begins anew",
            C,
            ("z", "double s = 0; for (int k = 0; k < n; k++) { y[i] = s; }"),
            ("z", "double s = 0; for (int k = 0; k < n; k++) { s = 0; y[i] = s; }"),
        ),
        (
            "a sum of a name that nothing uses",
            C,
            ("z", "double *v; for (int k = 0; k < n; k++);"),
            ("z", "double *v; for (int k = 0; k < n; k++) v[k] += w[i];"),
        ),
        (
            "what a block ends with",
            C,
            ("z", "y[i] = x[i]; if (i) { y[i] = w[i]; }"),
            ("z", "y[i] = x[i]; if (i) { y[i] = w[i]; y[i] = x[i]; }"),
        ),
        ("another array", C, ("q.z[i]", "y[i] = p->w[i];"), ("p->w[i]", "y[i] = p->w[i];")),
        ("another's index", C, ("w[n]", "y[m * i] = 0;"), ("w[m * i]", "y[m * i] = 0;")),
        ("a call that a name is given to", C, ("at(m, i)", "y[i] = i;"), ("at(m, i)", "y[i] = at(m, i);")),
        ("a term of two factors", C, ("x[i] + n * m", ""), ("x[i]", "")),
        ("a factor and what it becomes", C, ("z * w[i]", "y[i] *= z;"), ("z * w[i]", "y[i] = w[i] * z;")),
        ("a size for what counts", C, ("x[n + i]", ""), ("x[n + m]", "")),
        ("of the first alone", C, ("z", "y[i] += scale;"), ("z", "if (i == 0) y[i] += scale;")),
        (
            "another gate's twin, of which a name stands nowhere else",
            C,
            ("z", "gate(s.r, p->wr, p->br); y[i] = p->wu[i] * s.u;"),
            ("z", "gate(s.r, p->wr, p->br); gate(s.u, p->wu, p->bu); y[i] = p->wu[i] * s.u;"),
        ),
        (
            "another loop's end",
            C,
            ("z", "for (int k = 0; k < n; k++) y[k] = 0;\n for (int k = 0; k < m; k++) y[k] = 1;"),
            ("z", "for (int k = 0; k < m; k++) y[k] = 0;\n for (int k = 0; k < m; k++) y[k] = 1;"),
        ),
        (
            "an array that is to be cleared",
            C,
            ("z", "memset(x, 0, n * sizeof *x);\n w[0] = y[1];"),
            ("z", "memset(x, 0, n * sizeof *x);\n memset(y, 0, n * sizeof *y); w[0] = y[1];"),
        ),
        (
            "up to where a range goes, of which it is known where it begins",
            C,
            ("z", "put(y, x + i * m, x + m);"),
            ("z", "put(y, x + i * m, x + (i + 1) * m);"),
        ),
        (
            "a factor as another call has it",
            C,
            ("z", "put(w, m);\n put(x, (n + 1) * i);"),
            ("z", "put(w, (n + 1) * m);\n put(x, (n + 1) * i);"),
        ),
        (
            "a loop that ends where something's number says",
            C,
            ("z", "for (int k = 0; k < n; k++) y[k] = q.rows * m;"),
            ("z", "for (int k = 0; k < q.rows; k++) y[k] = q.rows * m;"),
        ),
        (
            "another field of what a structure is made of",
            C,
            ("z", "view v = {a.p, a.rows, m};\n y[i] = a.stride;"),
            ("z", "view v = {a.p, a.rows, a.stride};\n y[i] = a.stride;"),
        ),
        (
            "where the greatest begins",
            C,
            ("z", "double top = 0;\n top = fmax(top, z);"),
            ("z", "double top = -INFINITY;\n top = fmax(top, z);"),
        ),
        (
            "a tile that is not whole",
            C,
            ("z", "for (int k = 0; k + TILE <= n; k += TILE) y[k] = 0;"),
            ("z", "for (int k = 0; k < n; k += TILE) y[k] = 0;"),
        ),
        (
            "whole tiles",
            C,
            ("z", "for (int k = 0; k < n; k += TILE) y[k] = 0;"),
            ("z", "for (int k = 0; k + TILE <= n; k += TILE) y[k] = 0;"),
        ),
        (
            "a function that is called with the same elsewhere",
            C,
            ("tanh(n)", "w = made(n);\n x = made(n);"),
            ("made(n)", "w = made(n);\n x = made(n);"),
        ),
        (
            "an array that nothing is written to elsewhere",
            C,
            ("z", "q.w[i] = z;\n q.w[i] = x[i] + q.b[n];"),
            ("z", "q.w[i] = z;\n q.b[i] = x[i] + q.b[n];"),
        ),
        ("a method too many in Rust", RUST, ("u[k].min(1.0) * x[k]",), ("u[k] * x[k]",)),
        ("a copy", JS, ("at(x)",), ("at(x.slice())",)),
        ("in JavaScript", JS, ("x[i] * pairs[n]",), ("x[i] * pairs[i]",)),
        ("in Rust", RUST, ("u[k] + x[k]",), ("u[k] * x[k]",)),
        ("a method in Rust", RUST, ("u[k].tanh() * x[k]",), ("u[k].tanh() * x[k].tanh()",)),
    ],
)
def test_what_is_meant_is_among_the_changes(
    tmp_path: Path, name: str, text: str, there: tuple[str, ...], meant: tuple[str, ...]
) -> None:
    file = {C: "a.c", JS: "a.mjs", RUST: "a.rs"}[text]
    own = text_of(tmp_path, file, text % there)
    # a condition that is put before a statement stands where that begins
    wanted = squeezed((text % meant).replace("y[i] = if (i < n) y[i] = z", "if (i < n) y[i] = z"))
    source = Source(own)

    found = [one for row in own.rows if row.is_inside for one in changes(source, row)]

    assert wanted in {squeezed(one.of(own.whole)) for one in found}, name
    assert len({one.of(own.whole) for one in found}) == len(found)


@pytest.mark.parametrize(
    ("there", "meant"),
    [
        ("z * scale + y[i]", "z * (scale + y[i])"),
        ("z * (scale + y[i])", "z * scale + y[i]"),
        ("z - scale * y[i]", "(z - scale) * y[i]"),
        ("z * (scale - y[i])", "z * scale - y[i]"),
    ],
)
def test_brackets_may_be_missing_or_too_many(tmp_path: Path, there: str, meant: str) -> None:
    own = text_of(tmp_path, "a.c", C % (there, ""))
    source = Source(own)

    assert C % (meant, "") in {one.of(own.whole) for row in own.rows for one in changes(source, row)}


def test_expressions_are_found_without_a_grammar(tmp_path: Path) -> None:
    own = text_of(tmp_path, "a.c", C % ("z", "if (i) free(y);"))

    found = {own.whole[one.start : one.end] for one in slots(own)}

    assert found == {"0", "i < n", "i++", "w[i] * x[i * m + n]", "i", "i * m + n", "0.5", "z", "y"}


def test_of_several_changes_in_one_text_each_has_its_line(tmp_path: Path) -> None:
    own = text_of(tmp_path, "a.c", C % ("z * w[i]", "y[i] += z;"))
    source = Source(own)
    every = dict(enumerate((one for row in own.rows if row.is_inside for one in changes(source, row)), 1))

    made = switched(own, slots(own), every)

    lines = made.text.splitlines()
    alone = {number for several in made.numbers.values() if len(several) == 1 for number in several}
    assert len(alone) > 0.8 * len(every)
    for line, several in made.numbers.items():
        if len(several) == 1:
            (number,) = several
            assert f"rnnspec_pick == {number})" in lines[line - 1] or f"rnnspec_pick == {number} " in lines[line - 1]
    assert made.blamed({10**6}) == set()
