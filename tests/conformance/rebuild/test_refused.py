"""What a compiler says of a text that it refuses: in which lines that is, and whose they are."""

from pathlib import Path

import pytest
from rnnspec.conformance.rebuild.changes.change import Change
from rnnspec.conformance.rebuild.refused import (
    beside_in,
    chosen_in,
    clashing_in,
    instantiated_in,
    lines_of,
    missing_in,
    mistyped_in,
    quoted_in,
    unknown_in,
)
from rnnspec.conformance.rebuild.slots import Slot, slots
from rnnspec.conformance.rebuild.switching import Switched, is_placed, switched
from rnnspec.conformance.rebuild.text import Text

BORROWED = """error[E0596]: cannot borrow `*to` as mutable, as it is behind a `&` reference
   --> a.rs:14:13
    |
14  |             to.fill(b);
    |             ^^ `to` is a `&` reference, so it cannot be borrowed as mutable
    |
help: consider specifying this binding's type
    |
2   |             let to: &mut [f64] = (
    |                   ++++++++++++

error: aborting due to 1 previous error
"""
RUST = """fn step(x: &[f64], to: &mut [f64]) {
    let row = x[0] + 1.0;
    to[0] = row;
}
"""


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        ("In file included from b.c:3:\na.c:7:9: error: wrong\na.c:8:2: warning: odd\na.c:9:1: note: error", {7}),
        ("warning: odd\n --> a.c:3:4\nerror[E0308]: mismatched\n  --> src/a.c:12:5\n", {12}),
        ("file:///home/a.c:21\n   x ?? y\n   ^^\nSyntaxError: no", {21}),
        ("error[E0382]: moved\n --> a.c:9:1\n7 | if rnnspec { b }\n  |     - value moved here\n", {9, 7}),
        ("all is well", set()),
    ],
)
def test_the_lines_that_are_refused_are_read_from_what_a_compiler_says(said: str, lines: set[int]) -> None:
    assert lines_of(said, "a.c") == lines


def test_the_functions_that_a_linker_does_not_find() -> None:
    assert missing_in("/usr/bin/ld: a.o: in function `step':\na.c:(.text+0x7): undefined reference to `walk'\n") == {
        "walk"
    }


def test_the_names_that_a_compiler_does_not_know_where_they_stand() -> None:
    said = "a.c:7:9: error: ‘q’ undeclared (first use)\na.c:8:9: error: wrong\na.c:9:1: error: 'z' was not declared\n"
    rust = "error[E0425]: cannot find value `row` in this scope\n --> a.rs:4:2\n\nerror: wrong\n --> a.rs:5:2\n"

    assert unknown_in(said, "a.c") == {7: {"q"}, 9: {"z"}}
    assert unknown_in(rust, "a.rs") == {4: {"row"}}


def test_the_lines_that_are_told_with_an_error() -> None:
    said = "error[E0277]: wrong\n --> a.rs:9:3\nnote: `closure@a.rs:7:1: 7:4`\n --> a.rs:2:1\n\nnote: a.rs:3:1: odd\n"

    assert beside_in(said, "a.rs") == {9: {7, 2}}
    assert beside_in("a.c:7:9: error: wrong\na.c:8:1: note: x\n", "a.c") == {}


def test_a_line_of_several_is_put_down_to_them_where_no_line_is_ones_own() -> None:
    made = Switched("", {1: {1, 2, 3}, 2: {1}, 3: {2}, 4: {3}, 5: {4, 5}})

    assert made.blamed([1]) == {1, 2, 3}
    assert made.blamed([1, 3]) == {2}
    assert made.blamed([1], {1: [3, 5]}) == {2}
    assert made.blamed([1, 5], {1: [4]}) == {3, 4, 5}


def test_the_lines_for_which_a_template_is_written_out() -> None:
    said = "a.hpp:54:5:   required from here\nb.hpp:7:1:   required from 'void f()'\na.hpp:6:4: error: wrong\n"

    assert instantiated_in(said, "a.hpp") == {54}
    assert lines_of(said, "a.hpp") == {6}


def test_of_choices_between_numbers_and_addresses_the_last_is_the_one() -> None:
    said = "a.c:3:7: warning: pointer/integer type mismatch in conditional expression\na.c:4:7: warning: odd\n"
    one, other = Slot(0, 9), Slot(20, 29)
    made = Switched("", {3: {1}, 4: {2}, 5: {3}, 9: {4}}, {1: one, 2: one, 3: one, 4: other})

    assert chosen_in(said, "a.c") == {3}
    assert made.last([3, 4, 9]) == {4, 9}


def test_what_is_shown_with_a_line_that_is_refused() -> None:
    assert quoted_in(BORROWED, "a.rs") == {14: {14, 2}}
    assert quoted_in("a.c:7:9: error: wrong\n    7 | x\n", "a.c") == {}


def test_where_nothing_stands_in_a_line_those_in_what_is_quoted_are_doubted_and_else_those_behind(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.rs").write_text(RUST)
    own = Text(tmp_path / "a.rs")
    first, second = RUST.index("x[0]"), RUST.index("row;")
    changes = {1: Change(first, first + 4, "x[1]", 0), 2: Change(second, second + 3, "-row", 0)}

    made = switched(own, slots(own), changes)

    last, lines = len(made.text.splitlines()), made.text.splitlines()
    assert [made.blamed([n]) for n, line in enumerate(lines, 1) if "pick() == " in line] == [{1}, {2}]
    assert made.blamed([last]) == set()
    assert made.doubted({last: [min(made.numbers)]}) == [1]
    assert made.doubted({1: []}) == [1]


def test_the_first_of_a_choice_in_rust_is_what_stands_there(tmp_path: Path) -> None:
    (tmp_path / "a.rs").write_text(RUST)
    own = Text(tmp_path / "a.rs")
    first = RUST.index("x[0]")

    made = switched(own, slots(own), {7: Change(first, first + 4, "x[1]", 0)})

    assert made.text.index("x[0] + 1.0") < made.text.index("rnnspec_pick() == 7 { rnnspec_one = x[1] + 1.0; }")
    assert "matches!(rnnspec_pick(), 7)" in made.text


def test_what_clashes_with_another_change_is_told_from_what_is_wrong_by_itself() -> None:
    lent = "error[E0506]: cannot assign to `db[_]` because it is borrowed\n   --> a.rs:35:28\n    |\n"
    wrong = "error[E0308]: mismatched types\n  --> a.rs:12:5\n"

    assert lines_of(f"{lent}\n{wrong}", "a.rs") == {35, 12}
    assert clashing_in(f"{lent}\n{wrong}", "a.rs") == {35}


def test_a_change_of_what_is_declared_has_no_place(tmp_path: Path) -> None:
    (tmp_path / "a.rs").write_text(RUST)
    own = Text(tmp_path / "a.rs")
    name, value = RUST.index("row ="), RUST.index("1.0")

    assert not is_placed(own, slots(own), Change(name, name + 3, "to", 0))
    assert is_placed(own, slots(own), Change(value, value + 3, "2.0", 0))
    assert is_placed(own, slots(own), Change(name, name, "to[0] = 1.0; ", 0))


def test_what_a_compiler_says_is_read_with_its_margins() -> None:
    """Numbers of lines are as wide as the widest of a block, a closure has the marks of a margin, and a build may have said something before."""
    wide = "error[E0308]: mismatched types\n  --> a.rs:8:9\n   |\n 8 |     let outputs = x;\n   |         ^^^^^^^ expected\n...\n12 |     y\n"
    closure = "error[E0308]: mismatched types\n --> a.rs:4:5\n  |\n4 |     xs.map(|x| scale)\n  |                ^^^^^ expected\n"

    assert mistyped_in(f"   Compiling rr v0.1.0\n{wide}\n\n{closure}", "a.rs") == {8: {"outputs"}, 4: {"scale"}}
    assert clashing_in("   Compiling rr v0.1.0\nerror[E0506]: lent\n --> a.rs:3:1\n", "a.rs") == {3}
