"""What is of another kind by its declaration or by what is done with it is tried late; what may be of the same is not."""

from pathlib import Path

import pytest
from rnnspec.conformance.rebuild import rust
from rnnspec.conformance.rebuild.changes.change import FAR
from rnnspec.conformance.rebuild.changes.every import changes
from rnnspec.conformance.rebuild.changes.source import Source
from rnnspec.conformance.rebuild.text import Text

CPP = """struct Tape {
    std::vector<double> gates, states;
};
static Matrix slot(Buffer& buffer, size_t rows) { return Matrix(buffer.data(), rows); }
static void run(const Shape& shape, const Tape& tape, Buffer& work, size_t n) {
    const Matrix da = slot(work, n), dv = slot(work, shape.rows);
    gather(shape, da, tape.gates);
    da(0, 1) = shape.rows * n;
    put(dv, slot(work, n));
}
"""
RUST = """fn run(x: &[f64], n: usize, scale: f64) -> f64 {
    let size: usize = n + 1;
    put(x, n, scale, size)
}
"""


@pytest.fixture
def source(tmp_path: Path) -> Source:
    (tmp_path / "a.cpp").write_text(CPP)
    return Source(Text(tmp_path / "a.cpp"))


def function_of(source: Source, name: str) -> int:
    return next(
        row.function for row in source.text.rows for p in range(row.first, row.end) if source.tokens[p].text == name
    )


@pytest.mark.parametrize(
    ("one", "other", "is_other"), [("a", "b", False), ("a", "c", True), ("c", "d", False), ("a", "e", True)]
)
def test_what_is_declared_in_one_row_has_its_own_stars(tmp_path: Path, one: str, other: str, is_other: bool) -> None:
    (tmp_path / "a.c").write_text(
        "void f(int n) {\n    double *a = made(n), *b = made(n), c = 0, d = 1, **e = all(n);\n}\n"
    )
    source = Source(Text(tmp_path / "a.c"))

    assert source.kinds.differ(one, other, function_of(source, "made")) is is_other


@pytest.mark.parametrize(
    ("old", "new", "is_other"),
    [
        ("shape", "tape", True),
        ("shape", "n", True),
        ("da", "n", True),
        ("slot(work, n)", "-slot(work, n)", True),
        ("shape, da", "da, shape", True),
        ("tape.gates", "da", True),
        ("da", "dv", False),
        ("tape.gates", "tape.states", False),
        ("shape.rows", "n", False),
        ("n", "-n", False),
        ("da", "nobody", False),
        ("slot(work, n)", "dv", False),
    ],
)
def test_in_cpp(source: Source, old: str, new: str, is_other: bool) -> None:
    assert source.kinds.differ(old, new, function_of(source, "gather")) is is_other


def test_what_is_declared_alike_may_stand_for_one_another(source: Source) -> None:
    function = function_of(source, "gather")

    assert [source.kinds.alike(name, function) for name in ("da", "shape", "n")] == [["dv"], [], []]


def test_numbers_of_rust_are_of_several_kinds(tmp_path: Path) -> None:
    (tmp_path / "a.rs").write_text(RUST)
    source = Source(Text(tmp_path / "a.rs"))
    function = function_of(source, "size")

    found = [source.kinds.differ("n", new, function) for new in ("scale", "size", "x", "-n")]

    assert found == [True, False, True, True]  # which has no sign


@pytest.mark.parametrize(
    ("old", "new", "is_refused"),
    [
        ("Vec::new()", "x", True),
        ("iter", "map", True),
        ("skip", "take", False),
        ("n", "Grads", True),
        ("n", "Grads::of(n)", False),
        ("n", "GATES", False),
        ("row", "column", False),
    ],
)
def test_what_rust_refuses_by_the_look_of_it(old: str, new: str, is_refused: bool) -> None:
    assert rust.refuses(old, new) is is_refused


def test_what_is_of_another_kind_comes_late(source: Source) -> None:
    found = {
        (source.text.whole[one.start : one.end], one.new): one.rank
        for row in source.text.rows
        if row.is_inside
        for one in changes(source, row)
    }

    assert found["shape", "tape"] > FAR > found["da", "dv"]


def test_a_name_is_known_where_it_is_declared_alone(source: Source) -> None:
    """Also behind a call in the same row."""
    head = next(row for row in source.text.rows if not row.is_inside and source.tokens[row.first + 1].text == "Matrix")
    body = next(row for row in source.text.rows if row.is_inside and row.function == head.function)

    assert {"shape", "tape", "da"} <= source.names.unseen(body)
    assert not [one for one in changes(source, body) if one.new in ("shape", "tape", "da", "dv")]


def test_what_a_function_is_given_is_known_in_all_of_it(tmp_path: Path) -> None:
    """Also where it is parted as it is given, and another has a name of its own that is the same."""
    whole = """function back(dy, y, a, { Wy }, grads) {
  const d = like(a);
  d[0] = y.data[0] * dy.data[0] * Wy[0];
  return grads;
}
function other() {
  const y = 1;
  return y;
}
"""
    (tmp_path / "a.mjs").write_text(whole)
    source = Source(Text(tmp_path / "a.mjs"))

    found = {one.of(whole) for row in source.text.rows if row.is_inside for one in changes(source, row)}

    assert {whole.replace("like(a)", f"like({name})") for name in ("y", "dy")} <= found
    assert whole.replace("like(a)", "like(d)") in found


@pytest.mark.parametrize(("other", "is_late"), [("part", False), ("scale", True), ("names", True)])
def test_what_is_indexed_may_be_what_is_declared_with_elements(tmp_path: Path, other: str, is_late: bool) -> None:
    text = """fn run(x: &[f64], names: &[String], scale: f64, tape: &Tape) -> f64 {
    let part = &mut tape.rows[1..];
    part[0] = names[0].len() as f64;
    put(x, scale, 1)
}
"""
    (tmp_path / "b.rs").write_text(text)
    source = Source(Text(tmp_path / "b.rs"))

    found = {one.of(text): one.rank for row in source.text.rows for one in changes(source, row)}

    assert (found[text.replace("put(x,", f"put({other},")] >= FAR) == is_late


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("a.rs", "struct Packed { input: Vec<f64>, bias: Vec<f64> }\nfn run(p: &Packed) {\n    put(&p.input);\n}\n"),
        (
            "a.c",
            "typedef struct packed { double *input, *bias; } packed;\nvoid run(packed *p) {\n    put(p->input);\n}\n",
        ),
    ],
)
def test_another_field_of_the_same_structure_comes_before_those_of_others(tmp_path: Path, file: str, text: str) -> None:
    other = "struct Other { double *wrong; };\n" if file == "a.c" else "struct Other { wrong: Vec<f64> }\n"
    (tmp_path / file).write_text(other + text)
    source = Source(Text(tmp_path / file))

    found = {one.of(source.text.whole): one.rank for row in source.text.rows for one in changes(source, row)}

    field, stranger = (source.text.whole.replace("input)", f"{name})") for name in ("bias", "wrong"))
    assert found[field] < found.get(stranger, float("inf"))
    assert found[field] < FAR
