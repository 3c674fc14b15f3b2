"""What a compiler says of a text that it refuses: in which lines that is, and whose they are."""

from pathlib import Path

import pytest
from rnnspec.conformance.rebuild.blaming import Blame
from rnnspec.conformance.rebuild.changes.change import Change
from rnnspec.conformance.rebuild.refused import (
    beside_in,
    called_in,
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


def test_what_is_refused_alone_is_so_though_no_line_names_it(tmp_path: Path) -> None:
    """Else it would be put back for the next build, and the next."""
    (tmp_path / "a.rs").write_text(RUST)
    text = Text(tmp_path / "a.rs")
    path, change = text.path, Change(RUST.index("x[0]"), RUST.index("x[0]") + 4, "x[1]", 0.0)
    blame = Blame({path: text})
    made = {path: switched(text, slots(text), {1: change})}

    assert blame.parted("error: it is, and nobody knows why", made, {1: (path, change)}, False) == ({}, {})
    assert blame.refused == {(path, change)}


def test_of_a_name_whose_declaration_is_refused_its_readers_are_not_blamed(tmp_path: Path) -> None:
    whole = "void f() {\n    const Matrix a = slot(n, m), b = slot(m, n);\n    put(b, n);\n}\n"
    (tmp_path / "a.cpp").write_text(whole)
    text, path = Text(tmp_path / "a.cpp"), Path("a.cpp")
    places = whole.index("n, m"), whole.index("n);\n}")
    size, other = (Change(at, at + 1, new, 0.0) for at, new in zip(places, ("Buffer", "m"), strict=True))
    changes = {1: (path, size), 2: (path, other)}
    made = {path: switched(text, slots(text), {number: one for number, (_, one) in changes.items()})}
    first, second = (next(n for n, own in made[path].numbers.items() if own == {number}) for number in changes)
    said = f"a.cpp:{first}:1: error: operands differ\na.cpp:{second}:1: error: 'b' was not declared in this scope\n"

    left, rest = Blame({path: text}).parted(said, made, changes, False)

    assert (left, rest) == ({2: (path, other)}, {})


def test_a_name_that_a_function_has_not_is_refused_wherever_it_is_put_there(tmp_path: Path) -> None:
    """A compiler of C++ says so of a name once. What a class declares behind its functions is none of those that follow."""
    whole = "struct Walk {\n    int time(int s) const { return s; }\n    int steps_;\n};\nint f(int n) {\n    return g(n, n);\n}\n"
    whole += "int h(int m) {\n    return m;\n}\n"
    (tmp_path / "a.cpp").write_text(whole)
    text, path = Text(tmp_path / "a.cpp"), Path("a.cpp")
    first, other = whole.index("n, n)"), whole.index("m;")
    news = {1: (first, "steps_"), 2: (first + 3, "(n - steps_)"), 3: (first + 3, "-n"), 4: (other, "steps_")}
    changes = {number: (path, Change(at, at + 1, new, 0.0)) for number, (at, new) in news.items()}
    made = {path: switched(text, slots(text), {number: one for number, (_, one) in changes.items()})}
    line = next(n for n, own in made[path].numbers.items() if own == {1})
    said = f"a.cpp:{line}:1: error: 'steps_' was not declared in this scope\n"

    left, rest = Blame({path: text}).parted(said, made, changes, False)

    assert ({*left}, rest) == ({3, 4}, {})


def test_of_a_call_that_no_function_takes_all_that_it_is_given_may_be_the_reason(tmp_path: Path) -> None:
    """A compiler of C++ names the line where the call begins, which may be the first argument's: half of them are tried without the others."""
    whole = "template <class R> void f(const R *x, size_t j, R *y) {\n    put(x, j, y);\n    y[0] = x[j];\n}\n"
    (tmp_path / "a.cpp").write_text(whole)
    text, path = Text(tmp_path / "a.cpp"), Path("a.cpp")
    places = [whole.index(one, whole.index("put(")) for one in ("x,", "x,", "j,", "y)")] + [whole.index("0]")]
    changes = {
        n: (path, Change(at, at + 1, new, 0.0)) for n, (at, new) in enumerate(zip(places, "yjxj1", strict=True), 1)
    }
    made = {path: switched(text, slots(text), {number: one for number, (_, one) in changes.items()})}
    line = next(n for n, own in made[path].numbers.items() if own == {1, 2})
    said = f"a.cpp:{line}:5: error: no matching function for call to 'put(const float*, size_t, size_t)'\n"
    blame = Blame({path: text})

    left, rest = blame.parted(said, made, changes, False)

    assert called_in(said, "a.cpp") == {line}
    assert ({*left}, {*rest}) == ({1, 2, 5}, {3, 4})
    assert blame.refused == set()


MISTYPED = """error[E0308]: mismatched types
   --> a.rs:%d:8
    |
%d |     Ok(outputs)
    |     -- ^^^^^^^ expected `Vec<String>`, found `Vec<&str>`
    |     |
    |     arguments to this enum variant are incorrect
"""


def test_a_variable_that_is_of_another_type_is_so_by_where_it_is_made_of_something(tmp_path: Path) -> None:
    """Rust says so where nothing is changed; half of what may be it is tried without the other."""
    whole = "fn f(d: f64) -> Vec<(String, T)> {\n    let k = d + 1.0;\n    let outputs = vec![\n        (x.into(), T { d: k }),\n        (y.into(), T { d }),\n    ];\n    Ok(outputs)\n}\n"
    (tmp_path / "a.rs").write_text(whole)
    text, path = Text(tmp_path / "a.rs"), Path("a.rs")
    wanted = {1: ("1.0", "2.0"), 2: ("x.into()", "x"), 3: ("y.into()", "y"), 4: ("k })", "d })")}
    changes = {n: (path, Change(at := whole.index(old), at + len(old), new, 0.0)) for n, (old, new) in wanted.items()}
    made = {path: switched(text, slots(text), {number: one for number, (_, one) in changes.items()})}
    line = next(n for n, own in enumerate(made[path].text.splitlines(), 1) if "Ok(outputs)" in own)
    said = MISTYPED % (line, line)

    left, rest = Blame({path: text}).parted(said, made, changes, False)

    assert mistyped_in(said, "a.rs") == {line: {"outputs"}}
    assert ({*left}, {*rest}) == ({1, 2}, {3, 4})
