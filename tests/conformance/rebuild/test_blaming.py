"""Which changes it is that a compiler refuses: also where it names another line, names it once for several, or a call as a whole."""

from pathlib import Path

from rnnspec.conformance.rebuild.blaming import Blame, _tells
from rnnspec.conformance.rebuild.changes.change import Change
from rnnspec.conformance.rebuild.refused import called_in, mistyped_in
from rnnspec.conformance.rebuild.slots import slots
from rnnspec.conformance.rebuild.switching import switched
from rnnspec.conformance.rebuild.text import Text

RUST = """fn step(x: &[f64], to: &mut [f64]) {
    let row = x[0] + 1.0;
    to[0] = row;
}
"""


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


def test_a_call_that_is_one_changes_own_is_that_changes(tmp_path: Path) -> None:
    whole = "template <class R> void f(const R *x, R *y) {\n    put(x, y);\n}\n"
    (tmp_path / "a.cpp").write_text(whole)
    text, path = Text(tmp_path / "a.cpp"), Path("a.cpp")
    at = whole.index("x, y);")
    changes = {n: (path, Change(at, at + 1, new, 0.0)) for n, new in enumerate(("g(x, 1)", "y"), 1)}
    made = {path: switched(text, slots(text), {number: one for number, (_, one) in changes.items()})}
    line = next(n for n in made[path].own if made[path].numbers[n] == {1})
    said = f"a.cpp:{line}:25: error: no matching function for call to 'g(const float*&, int)'\n"

    assert Blame({path: text}).parted(said, made, changes, False) == ({2: changes[2]}, {})


def test_a_name_in_quotes_or_behind_two_dots_is_read_as_what_it_is(tmp_path: Path) -> None:
    """What is in quotes is none, and what a range ends at is reached of nothing."""
    whole = 'int f(map in, int k) {\n    return in["h"] * k;\n}\nint g(int k) {\n    return k;\n}\n'
    (tmp_path / "a.cpp").write_text(whole)
    text, path = Text(tmp_path / "a.cpp"), Path("a.cpp")
    first, other = whole.index('"h"'), whole.index("k;")
    changes = {1: (path, Change(other, other + 1, "a", 0.0)), 2: (path, Change(first, first + 3, '"a"', 0.0))}
    made = {path: switched(text, slots(text), {number: one for number, (_, one) in changes.items()})}
    line = next(n for n, own in made[path].numbers.items() if own == {1})
    said = f"a.cpp:{line}:1: error: 'a' was not declared in this scope\n"

    assert Blame({path: text}).parted(said, made, changes, False) == ({2: changes[2]}, {})
    assert _tells(Change(0, 1, "0..steps", 0.0), ["steps"])
    assert not _tells(Change(0, 1, "self.steps", 0.0), ["steps"])
