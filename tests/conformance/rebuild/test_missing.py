"""What is missing of a program in one place: a size, a stride, what a turn of a loop begins with, an array that is to be cleared, an array of its own."""

from pathlib import Path

import pytest
from rnnspec.conformance.rebuild.changes import missing
from rnnspec.conformance.rebuild.changes.change import FAR, LIKELY, NEAR, RARE, Change
from rnnspec.conformance.rebuild.changes.every import changes
from rnnspec.conformance.rebuild.changes.source import Source
from rnnspec.conformance.rebuild.slots import slots
from rnnspec.conformance.rebuild.switching import is_placed
from rnnspec.conformance.rebuild.text import Text

C = """static void step(const double *x, const layer *p, double *y, int n) {
    double *da = zeros(n), *dx = zeros(p->rows * 2);
    for (int i = 0; i < n; i++) {
        %s
        put(y, da, dx);
    }
}
"""


def squeezed(text: str) -> str:
    return "".join(one for one in text if one not in " \n();")


def ranks(source: Source) -> dict[str, float]:
    """The texts that changes make which a build has a place for, the likeliest of each."""
    found = dict[str, float]()
    for row in source.text.rows:
        for one in changes(source, row) if row.is_inside else ():
            if is_placed(source.text, slots(source.text), one):
                text = squeezed(one.of(source.text.whole))
                found[text] = min(one.rank, found.get(text, one.rank))
    return found


def summed(path: Path, text: str) -> set[str]:
    """What is put in that makes a sum of a name."""
    path.write_text(text)
    source = Source(Text(path))
    every = (one.new for row in source.text.rows if row.is_inside for one in missing.summed(source, row))
    return {squeezed(one) for one in every}


@pytest.mark.parametrize(
    ("name", "begins", "text"),
    [
        ("a.c", "double sum = 0;", "void f(double *y, int n) { %s for (int i = 0; i < n; i++) { double e = exp(y[i]); y[i] = e; } g(sum); }"),
        ("a.js", "let sum = 0;", "function f(y, n) { %s for (let i = 0; i < n; i++) { const e = exp(y[i]); y[i] = e; } g(sum); }"),
        ("a.rs", "let mut sum = 0.0;", "fn f(y: &mut [f64], n: usize) { %s for i in 0..n { let e = y[i].exp(); y[i] = e; } g(sum); }"),
    ],
)  # fmt: skip
def test_a_number_that_is_never_another_is_made_a_sum(tmp_path: Path, name: str, begins: str, text: str) -> None:
    path = tmp_path / name

    assert {"sum+=e", "sum+=y[i]"} <= summed(path, text % begins)
    assert not summed(path, text % f"{begins} sum += 1;")
    assert not summed(path, text % begins.replace("double", "const double").replace("let mut", "let").replace("let sum", "const sum"))  # fmt: skip


@pytest.mark.parametrize(
    ("there", "meant", "most"),
    [
        ("if (!alive(i)) break;", "if (!alive(i)) continue;", LIKELY),
        ("if (!alive(i)) continue;", "if (!alive(i)) ;", FAR),
        (
            "if (!alive(i)) continue;\n y[i] = x[i];",
            "y[i] = 0; if (!alive(i)) continue;\n y[i] = x[i];",
            NEAR,
        ),
        ("put(x, i * n);\n put(y, i * p->rows);", "put(x, i * p->rows * n);\n put(y, i * p->rows);", LIKELY),
        ("take(y, 2 * p->rows);\n take(x, p->rows);", "take(y, 2 * p->rows);\n take(x, p->rows * n);", RARE),
        (
            "memset(da, 0, n * sizeof *da);",
            "memset(da, 0, n * sizeof *da); memset(dx, 0, p->rows * 2 * sizeof *dx);",
            LIKELY,
        ),
        (
            "memset(y, 0, n * sizeof *y);\n add(p->sums, x);",
            "memset(y, 0, n * sizeof *y);\n memset(p->sums, 0, n * sizeof *p->sums); add(p->sums, x);",
            LIKELY,
        ),
        ("const int *on = alive(p);\n y[i] += x[i];", "const int *on = alive(p);\n if (on[i]) y[i] += x[i];", LIKELY),
        ("add(p->sums, x, n * n);", "memset(p->sums, 0, sizeof *p->sums * n * n); add(p->sums, x, n * n);", NEAR),
        (
            "for (int k = 0; k < n; k++) add(p->sums, x, k);",
            "memset(p->sums, 0, sizeof *p->sums * n); for (int k = 0; k < n; k++) add(p->sums, x, k);",
            NEAR,
        ),
        (
            "memset(da, 0, n * sizeof *da);\n memcpy(y, x, p->n_v * sizeof *y);",
            "memset(da, 0, p->n_v * sizeof *da);\n memcpy(y, x, p->n_v * sizeof *y);",
            LIKELY,
        ),
        ("add(x, i, n);", "add(n, x, i);", NEAR),
        ("put(p->sums);\n put(x + i);", "put(p->sums);\n put(p->sums + i);", FAR),
        ("for (int j = 0; j < n; j++) y[j] += x[n * j];", "for (int j = 0; j < n; j++) y[j] += x[n * j + i];", LIKELY),
    ],
    ids=[
        *("a turn alone", "no turn", "what a turn begins with", "a stride", "a size", "an array of another size"),
        *(
            "an array that is reached",
            "a condition of what nothing uses",
            "an array of a size that loops have",
            "before the loop that hands it on",
        ),
        *("as many as are copied", "three in another order", "what is handed on alone elsewhere", "a term of an index"),
    ],
)
def test_what_is_missing_is_among_the_changes(tmp_path: Path, there: str, meant: str, most: float) -> None:
    (tmp_path / "a.c").write_text(C % there)

    found = ranks(Source(Text(tmp_path / "a.c")))

    assert found[squeezed(C % meant)] <= most


@pytest.mark.parametrize(
    ("file", "declared", "again"),
    [
        ("a.c", "double acc[4][8] = {{0}};", "__builtin_memset(acc, 0, sizeof acc);"),
        ("a.c", "memset(y, 0, 8); double acc[ROWS] = {0};", "memset(acc, 0, sizeof acc);"),
        ("a.cpp", "std::array<double, 8> acc{};", "acc = {};"),
    ],
    ids=["in C", "in C that clears others", "in C++"],
)
def test_what_is_declared_as_zeros_too_far_out_is_made_so_again(
    tmp_path: Path, file: str, declared: str, again: str
) -> None:
    text = "void f(double *y, int n) {\n%s\nfor (int i = 0; i < n; i++) {\n%sadd(acc, y[i]);\n}\n}\n"
    (tmp_path / file).write_text(text % (declared, ""))

    found = ranks(Source(Text(tmp_path / file)))

    assert found[squeezed(text % (declared, again))] <= NEAR


@pytest.mark.parametrize("value", ["new Float64Array(m)", "[]", "zeros(m)"])
@pytest.mark.parametrize("new", ["new ", ""])
def test_each_place_of_a_list_is_to_have_an_array_of_its_own(tmp_path: Path, value: str, new: str) -> None:
    text = "export const rows = (n, m) => {};\n"
    (tmp_path / "a.mjs").write_text(text.format(f"{new}Array(n).fill({value})"))

    found = ranks(Source(Text(tmp_path / "a.mjs")))

    assert found[squeezed(text.format(f"Array.from({{ length: n }}, () => {value})"))] <= LIKELY


def test_all_of_a_call_may_be_as_another_has_it(tmp_path: Path) -> None:
    text = "fn f(d: &Matrix, n: usize, m: usize) {\nput(d.rows_of(0, n));\nput(d.rows_of(%s));\n}\n"
    (tmp_path / "a.rs").write_text(text % "m, n + m")

    assert ranks(Source(Text(tmp_path / "a.rs")))[squeezed(text % "0, n")] <= NEAR


@pytest.mark.parametrize(("file", "new"), [("a.mjs", "new Float64Array(n)"), ("a.c", "zeros(n)")])
def test_what_one_array_is_given_to_has_its_own_each(tmp_path: Path, file: str, new: str) -> None:
    text = "void f(gates *d, int n) {\n%s;\n}\n"
    (tmp_path / file).write_text(text % f"d.f = d.i = d.o = {new}")

    found = ranks(Source(Text(tmp_path / file)))

    assert found[squeezed(text % f"d.f = {new}; d.i = {new}; d.o = {new}")] <= LIKELY


def test_a_condition_of_another_function_may_be_missing(tmp_path: Path) -> None:
    text = "void f(int *on, double *y, int j) {\n%sy[j] = 1;\n}\nvoid g(int *on, double *x, int j) {\nif (on[j]) x[j] = 2;\n}\n"
    (tmp_path / "a.c").write_text(text % "")

    assert ranks(Source(Text(tmp_path / "a.c")))[squeezed(text % "if (on[j]) ")] <= RARE


JS = """class Layer {
  constructor(n) {
    this.units = n;
  }
  run(x, order) {
    let first = x.copy();
    let last = x;
    %s
    for (const t of order) {
      this.records[t] = this.units + first;
    }
    return { first, last: %s };
  }
}
"""


@pytest.mark.parametrize(
    ("there", "meant", "most"),
    [
        (JS % ("", "last"), JS % ("this.records = [];", "last"), NEAR),
        (JS % ("this.records = [];", "first"), JS % ("this.records = [];", "last"), NEAR + LIKELY),
        (C % "double *z = malloc(n * 8);", C % "double *z = calloc(1, n * 8);", LIKELY),
    ],
    ids=["a list that nothing makes", "what is handed on in an object", "memory that is to begin as zeros"],
)
def test_what_is_not_made_or_is_another_is_among_them(tmp_path: Path, there: str, meant: str, most: float) -> None:
    path = tmp_path / ("layer.js" if "class" in there else "layer.c")
    path.write_text(there, encoding="utf-8")

    found = ranks(Source(Text(path)))

    assert found[squeezed(meant)] <= most


@pytest.mark.parametrize(
    "text",
    [
        JS % ("this.records = [];", "last"),
        JS % ("this.records ??= [];", "last"),
        (JS % ("", "last")).replace("class Layer {", "class Layer {\n  records = [];"),
    ],
    ids=["in a function", "where it is not yet", "as a field"],
)
def test_a_list_that_is_made_is_not_made_again(tmp_path: Path, text: str) -> None:
    path = tmp_path / "layer.js"
    path.write_text(text, encoding="utf-8")

    assert not [
        own for own in ranks(Source(Text(path))) if own.count("this.records=[]") > text.count("this.records = []")
    ]


@pytest.mark.parametrize(
    ("new", "plain"),
    [
        ("!(!(job->dy))", "job->dy"),
        ("!(!live[b])", "live[b]"),
        ("!(!job->rows[k + 1])", "job->rows[k + 1]"),
        ("!(live)", "!(live)"),
        ("!(!a == b)", "!(!a == b)"),  # of which the second mark is a's alone
        ("!(!f(a) && (b))", "!(!f(a) && (b))"),
        ("!(!(a) && (b))", "!(!(a) && (b))"),
    ],
)
def test_what_is_turned_round_twice_is_told_as_it_was(new: str, plain: str) -> None:
    assert Change(3, 7, new, NEAR).plain == Change(3, 7, plain, NEAR)
