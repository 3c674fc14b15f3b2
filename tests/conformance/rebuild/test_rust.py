"""Changes in Rust, side by side: a choice is refused for its own sake alone, and what is no value has no choice."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from planted.rebuilding import asked, tried
from rnnspec.conformance.rebuild.blaming import Blame, Placed
from rnnspec.conformance.rebuild.changes.change import LIKELY, Change
from rnnspec.conformance.rebuild.changes.every import changes
from rnnspec.conformance.rebuild.changes.source import Source
from rnnspec.conformance.rebuild.refused import lines_of
from rnnspec.conformance.rebuild.rust import lends
from rnnspec.conformance.rebuild.slots import slots
from rnnspec.conformance.rebuild.switching import is_placed, switched
from rnnspec.conformance.rebuild.text import Text
from rnnspec.conformance.rebuild.trying import Trying

RUST = """struct Tape { rows: Vec<f64>, marks: Vec<usize>, names: [String; 2] }

fn run(x: &[f64], tape: &Tape, n: usize) -> f64 {
    let scaled = |by: f64, f: fn(f64) -> f64| -> Vec<f64> {
        x.iter().map(|v| f(by * v)).collect()
    };
    let part = &tape.rows[n..n + 2];
    let whole = &[scaled(2.0, f64::abs), scaled(1.0, f64::exp)];
    let made = Tape { rows: vec![part[0]], marks: vec![n], names: Default::default() };
    made.rows[0] + whole[0][n] + whole[1][n]
}

fn main() {
    let tape = Tape { rows: vec![1.0, 2.0, 4.0], marks: vec![5, 6, 7], names: Default::default() };
    println!("{}", run(&[1.0, -3.0], &tape, 1));
}
"""


@pytest.mark.parametrize(
    ("text", "is_lent"),
    [
        ("&a", False),
        ("&mut a.b", False),
        ("&tape.c[s * n..(s + 1) * n]", False),
        ("&rows[of(s)[0]]", False),
        ("a(&b)", False),
        ("&made(n)", True),
        ("&[1.0, 2.0]", True),
        ("&a.iter()", True),
        ("&(a + b)", True),
    ],
)
def test_what_is_made_there_and_lent_is_not_kept(text: str, is_lent: bool) -> None:
    assert lends(text) == is_lent


def _text(folder: Path, whole: str = RUST) -> Text:
    (folder / "a.rs").write_text(whole)
    return Text(folder / "a.rs")


def _instead(old: str, new: str) -> Change:
    assert RUST.count(old) == 1
    return Change(RUST.index(old), RUST.index(old) + len(old), new, 0.0)


@pytest.mark.parametrize("old", ["fn(f64)", "f64| -> Vec<f64>", "Tape { rows: vec![part[0]]"])
def test_a_type_has_no_choice(tmp_path: Path, old: str) -> None:
    text = _text(tmp_path)
    start = RUST.index(old)

    within = [RUST[one.start : one.end] for one in slots(text) if one.start <= start < one.end]

    assert not [one for one in within if one.startswith(old[:4])]
    assert is_placed(text, slots(text), _instead("vec![part[0]]", "vec![part[1]]"))


@pytest.mark.parametrize(
    ("own", "other"),
    [("lengths[i].cmp(&lengths[k])", "lengths[k].cmp(&lengths[i])"), ("a.max(b)", "b.max(a)")],
)
def test_what_is_compared_may_be_turned_round(tmp_path: Path, own: str, other: str) -> None:
    text = f"fn f(order: &mut [usize]) {{\n    order.sort_by(|&i, &k| {own});\n}}\n"
    (tmp_path / "a.rs").write_text(text)
    source = Source(Text(tmp_path / "a.rs"))

    found = {one.of(text): one.rank for row in source.text.rows for one in changes(source, row)}

    assert found[text.replace(own, other)] <= LIKELY


@pytest.mark.skipif(not shutil.which("rustc"), reason="rustc is not installed")
def test_what_a_function_of_two_gives_has_a_choice(tmp_path: Path) -> None:
    own = "x.iter().map(|v| f(by * v)).collect()"
    text = RUST.replace(own, "x.iter().map(|v| f(by * v)).fold(0.0, |a, b| a + b)")
    text = text.replace("-> Vec<f64> {", "-> f64 {").replace("whole[0][n] + whole[1][n]", "whole[0] + whole[1]")
    start = text.index("a + b")

    assert _built(tmp_path, {1: Change(start, start + 5, "a - b", 0.0)}, text) == ({1}, 1)


def _built(folder: Path, changes: dict[int, Change], whole: str = RUST, clashing: bool = False) -> tuple[set[int], int]:
    """Those that can be built side by side, and how many compilers it takes; where some are `clashing`, others are to be tried later."""
    text = _text(folder, whole)
    left: dict[int, Placed] = {number: (text.path, one) for number, one in changes.items()}
    blame = Blame({text.path: text})
    for turn in range(1, 10):
        made = switched(text, slots(text), {number: one for number, (_, one) in left.items()})
        (folder / "a.rs").write_text(made.text)
        done = subprocess.run(["rustc", "a.rs"], cwd=folder, capture_output=True, text=True, check=False)
        if not done.returncode:
            return {*left}, turn
        left, later = blame.parted(done.stderr, {text.path: made}, left, False)
        assert clashing == bool(later)
    raise AssertionError("it is never built")


@pytest.mark.skipif(not shutil.which("rustc"), reason="rustc is not installed")
def test_each_reference_is_refused_for_its_own_sake(tmp_path: Path) -> None:
    own = "&tape.rows[n..n + 2]"
    wrong = {2 * n + 1: _instead(own, f"&tape.{one}[0..2]") for n, one in enumerate(("marks", "names"))}
    right = {2 * n + 2: _instead(own, f"&{one}[0..2]") for n, one in enumerate(("x", "tape.rows"))}

    assert _built(tmp_path, wrong | right) == ({*right}, 2)


@pytest.mark.skipif(not shutil.which("rustc"), reason="rustc is not installed")
def test_what_is_made_there_can_be_another(tmp_path: Path) -> None:
    assert _built(tmp_path, {1: _instead("scaled(2.0, f64::abs)", "scaled(2.0, f64::exp)")}) == ({1}, 1)


@pytest.mark.skipif(not shutil.which("rustc"), reason="rustc is not installed")
def test_what_may_not_be_changed_is_told_where_it_is_and_not_where_it_is_declared(tmp_path: Path) -> None:
    place = RUST.index("made.rows[0] + whole")
    wrong = {n: Change(place, place, f"whole[{n}][0] = 1.0; ", 0.0) for n in (0, 1)}
    right = _instead("scaled(1.0, f64::exp)", "scaled(3.0, f64::exp)")

    assert _built(tmp_path, {1: right, 2: wrong[0], 3: wrong[1]})[0] == {1}


@pytest.mark.skipif(not shutil.which("rustc"), reason="rustc is not installed")
def test_what_a_function_may_not_read_is_told_where_it_reads_it(tmp_path: Path) -> None:
    own = "made.rows[0] + whole[0][n]"
    text = RUST.replace("let made", "let mut made").replace(
        f"    {own}", f"    made.rows.sort_by(|a, b| a.total_cmp(b));\n    {own}"
    )
    place = text.index("a.total_cmp(b)")
    wrong = Change(place, place + 14, "a.total_cmp(&made.rows[0])", 0.0)
    right = Change(place, place + 14, "b.total_cmp(a)", 0.0)

    assert _built(tmp_path, {1: wrong, 2: right}, text, clashing=True) == ({2}, 2)


def test_of_a_file_that_is_not_meant_no_line_is_told() -> None:
    said = (
        "error[E0596]: cannot borrow `*a` as mutable, as it is not declared as mutable\n  --> b.rs:7:9\n   |\n"
        "7 |     let a = 1;\n   |         ^ not mutable\n...\n9 |     *a = 2;\n   |      - cannot borrow as mutable\n"
    )

    assert (lines_of(said, "a.rs"), lines_of(said, "b.rs")) == (set(), {9})


COUNTING = """use std::io::BufRead;
use std::sync::atomic::{AtomicI32, Ordering};

static CALLS: AtomicI32 = AtomicI32::new(0);

fn counted(by: i32) -> i32 {
    CALLS.fetch_add(by, Ordering::SeqCst) + by
}

fn main() {
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        match line.find("\\"id\\":\\"") {
            None => println!("{}", START),
            Some(at) => println!("{{\\"id\\":\\"{}\\",\\"error\\":\\"{}\\"}}", &line[at + 6..at + 18], counted(1)),
        }
    }
}

const START: &str = r#"{"protocol":1,"name":"n","version":"1","frameworks":"","dtypes":[],"operations":{}}"#;
"""


def _counting(text: str) -> Iterator[Trying]:
    Path("count.rs").write_text(text)
    yield from tried("count.rs", "rustc count.rs", "./count")


def _of_count(trying: Trying, *news: str) -> dict[int, Placed]:
    (path,) = trying.texts
    place = trying.texts[path].whole.index("counted(1)") + len("counted(")
    return {number: (path, Change(place, place + 1, new, 0.0)) for number, new in enumerate(news, 1)}


@pytest.mark.skipif(not shutil.which("rustc"), reason="rustc is not installed")
@pytest.mark.parametrize("edition", ["2018", "2021", "2024"])
def test_a_program_begins_anew_for_each_change(folder: Path, edition: str) -> None:
    for trying in _counting(COUNTING):
        trying._workshop._build += ["--edition", edition]
        assert trying.built(_of_count(trying, "2", "None.unwrap()")) == {1, 2}
        assert trying.begins_anew

        trying.pick(1)
        assert [asked(trying), asked(trying)] == ["2", "4"]
        trying.pick(2)
        assert asked(trying) == "it crashed"
        trying.pick(0)
        assert [asked(trying), asked(trying)] == ["1", "2"]


@pytest.mark.skipif(not shutil.which("rustc"), reason="rustc is not installed")
def test_where_nothing_may_be_unsafe_it_remembers(folder: Path) -> None:
    for trying in _counting(f"#![forbid(unsafe_code)]\n{COUNTING}"):
        assert trying.built(_of_count(trying, "2")) == {1}
        assert not trying.begins_anew

        trying.pick(1)
        assert [asked(trying), asked(trying)] == ["2", "4"]
        trying.pick(0)
        assert asked(trying) == "5"
