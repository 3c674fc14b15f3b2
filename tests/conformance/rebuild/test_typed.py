"""What a compiler refuses of many changes it says in few builds, and what it takes does nothing until it is asked for."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from planted.rebuilding import asked, tried
from rnnspec.conformance.rebuild.changes.change import Change
from rnnspec.conformance.rebuild.changes.every import changes
from rnnspec.conformance.rebuild.changes.source import Source
from rnnspec.conformance.rebuild.refused import unknown_in
from rnnspec.conformance.rebuild.slots import slots
from rnnspec.conformance.rebuild.switching import switched
from rnnspec.conformance.rebuild.text import Text
from rnnspec.conformance.rebuild.trying import Trying

C = r"""
#include <stdio.h>
#include <string.h>
static double rows[2] = {1, 2}, half = 0.5;
static int n = 1;
static void fail(void) {}
static int two(_Bool one, int k) { return one ? k : 0; }
int main(void) {
    static char line[1 << 16];
    while (fgets(line, sizeof line, stdin)) {
        char *id = strstr(line, "\"id\":\"");
        if (!id) puts("{\"protocol\":1,\"name\":\"n\",\"version\":\"1\",\"frameworks\":\"\",\"dtypes\":[],\"operations\":{}}");
        else
            printf("{\"id\":\"%.12s\",\"error\":\"%g\"}\n", id + 6, rows[(n + 0) * 1]);
        fflush(stdout);
        n = 0;
    }
    return 0;
}
"""
CPP = r"""
#include <cstdio>
#include <cstring>
#include <map>
#include <string>
#include <vector>
static std::vector<double> row = {1, 2};
static std::vector<std::vector<double>> rows = {row};
static std::map<std::string, double> named = {{"one", 1}, {"two", 2}};
static size_t n = 1, count = 0;
static double at(double one, size_t) { return one; }
int main() {
    static char line[1 << 16];
    while (fgets(line, sizeof line, stdin)) {
        char *id = strstr(line, "\"id\":\"");
        if (!id) puts("{\"protocol\":1,\"name\":\"n\",\"version\":\"1\",\"frameworks\":\"\",\"dtypes\":[],\"operations\":{}}");
        else printf("{\"id\":\"%.12s\",\"error\":\"%g\"}\n", id + 6, at(named["one"] + row[n], count));
        fflush(stdout);
    }
    return 0;
}
"""


@pytest.fixture
def program(folder: Path, request: pytest.FixtureRequest) -> Iterator[Trying]:
    compiler, name, text = request.param
    if not shutil.which(compiler):
        pytest.skip(f"{compiler} is not installed")
    (folder / name).write_text(text)
    yield from tried(name, f"{compiler} -O0 {name} -o one", "./one")


def instead(trying: Trying, old: str, several: tuple[str, ...]) -> dict[int, tuple[Path, Change]]:
    """Each of several in the place of the last of that in the only text."""
    ((path, text),) = trying.texts.items()
    place = text.whole.rindex(old)
    return {n: (path, Change(place, place + len(old), new, 0.0)) for n, new in enumerate(several, 1)}


def builds(trying: Trying, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is built from now on."""
    found, workshop = list[str](), trying._workshop
    own = workshop._run
    monkeypatch.setattr(workshop, "_run", lambda: (found.append(""), own()))
    return found


@pytest.mark.parametrize("program", [("cc", "one.c", C)], indirect=True)
def test_in_c_all_that_is_of_another_kind_is_refused_at_once(program: Trying, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = ("rows", "main", "fail()", "line", "id", "stdin")
    several = instead(program, "n + 0", ("n + 1", *wrong, "half + n"))
    found = builds(program, monkeypatch)

    assert program.built(several) == {1, 2 + len(wrong)}
    assert len(found) <= 3

    program.pick(1)
    assert asked(program) == "2"
    program.pick(2 + len(wrong))
    assert asked(program) == "1"


@pytest.mark.parametrize("program", [("cc", "one.c", C)], indirect=True)
@pytest.mark.parametrize("new", ["0", "id", "n"])
def test_in_c_a_condition_may_be_an_address_or_a_number(program: Trying, new: str) -> None:
    assert program.built(instead(program, "!id", (new,))) == {1}


@pytest.mark.parametrize("program", [("c++", "one.cpp", CPP)], indirect=True)
def test_in_cpp_all_that_is_of_another_type_is_refused_at_once(
    program: Trying, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = ("row", "rows", "named", "rows[0]", "std::string()")
    several = instead(program, "count", ("0 * count", *wrong, "row.size() - 1"))
    found = builds(program, monkeypatch)

    assert program.built(several) == {1, 2 + len(wrong)}
    assert len(found) <= 3


@pytest.mark.parametrize(
    "program", [("cc", "one.c", C.replace("rows[(n + 0) * 1]", "rows[two(!n, 1)]"))], indirect=True
)
@pytest.mark.parametrize("new", ["id", "line"])
def test_in_c_what_is_true_or_false_may_be_an_address(program: Trying, new: str) -> None:
    ((path, text),) = program.texts.items()
    place = text.whole.rindex("!n")

    assert program.built({1: (path, Change(place, place + 2, new, 0.0))}) == {1}


def test_an_old_compiler_of_cpp_takes_what_is_built(tmp_path: Path) -> None:
    if not shutil.which("c++"):
        pytest.skip("c++ is not installed")
    (tmp_path / "a.cpp").write_text("int main() {\n  int k = 1;\n  return k * 2;\n}\n")
    text = Text(tmp_path / "a.cpp")
    place = text.whole.index("k * 2")
    made = switched(text, slots(text), {1: Change(place, place + 5, "k * 3", 0.0)})
    (tmp_path / "made.cpp").write_text(made.text)

    for standard in ("c++98", "c++03", "c++17"):
        done = subprocess.run(
            ["c++", f"-std={standard}", "-fsyntax-only", tmp_path / "made.cpp"], capture_output=True, text=True
        )
        assert (done.returncode, "noexcept(1 ?" in made.text) == (0, True), done.stderr


@pytest.mark.parametrize(
    "text", ["x = 1;\nfunction f(a) { let b = 0; b += a; return b; }\n", "function f(a) { let b =", "f(){a="]
)
def test_what_begins_or_ends_a_file_is_looked_at(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.js").write_text(text)
    source = Source(Text(tmp_path / "a.js"))

    assert {one.start for row in source.text.rows if row.is_inside for one in changes(source, row)} <= {
        *range(len(text) + 1)
    }


@pytest.mark.parametrize("program", [("c++", "one.cpp", CPP)], indirect=True)
def test_in_cpp_what_is_reached_by_a_text_may_be_reached_by_another(program: Trying) -> None:
    place = CPP.index('"one"] +')
    assert program.built({1: (Path("one.cpp"), Change(place, place + 5, '"two"', 0.0))}) == {1}
    program.pick(1)
    assert asked(program) == "4"


@pytest.mark.parametrize("program", [("cc", "one.c", C)], indirect=True)
def test_what_is_behind_a_branch_stays_behind_it(program: Trying) -> None:
    start, end = C.index("fflush"), C.index("n = 0;") + len("n = 0;")
    swapped = Change(start, end - 1, "n = 0; fflush(stdout)", 0.0)

    assert program.built({1: (Path("one.c"), swapped)}) == {1}
    assert [asked(program), asked(program)] == ["1", "1"]


def test_an_index_is_one_within_brackets_that_keep_its_parts_together(tmp_path: Path) -> None:
    (tmp_path / "a.c").write_text(
        "void f(int k) {\n  x[(k * 2 + 1) * n + g(k)] = y[k] * (k + 1) * h(z[1 - k], (3));\n}\n"
    )
    text = Text(tmp_path / "a.c")

    found = {text.whole[one.start : one.end]: one.is_index for one in slots(text)}

    assert {one for one, is_index in found.items() if is_index} == {"(k * 2 + 1) * n + g(k)", "k * 2 + 1", "k", "1 - k"}


def test_the_beginning_of_what_is_no_range_is_no_unknown_name() -> None:
    said = "a.cpp:3:9: error: 'begin' was not declared in this scope\na.cpp:4:9: error: 'row' was not declared in this scope\n"

    assert unknown_in(said, "a.cpp") == {4: {"row"}}


def test_a_name_may_be_what_is_reached_by_it(tmp_path: Path) -> None:
    whole = "fn f(state: &State) {\n  let c = state.c[0] * state.h[0];\n  put(c.clone());\n}\n"
    (tmp_path / "a.rs").write_text(whole)
    source = Source(Text(tmp_path / "a.rs"))
    place = whole.index("c.clone")

    every = [one for row in source.text.rows if row.is_inside for one in changes(source, row)]

    assert {"state.c"} == {one.new for one in every if (one.start, one.end) == (place, place + 1)} & {
        "state.c",
        "state.h",
    }


def test_a_compiler_without_kinds_takes_what_is_built(tmp_path: Path) -> None:
    if not shutil.which("cc"):
        pytest.skip("cc is not installed")
    (tmp_path / "a.c").write_text(C)
    text, place = Text(tmp_path / "a.c"), C.index("n + 0")
    made = switched(text, slots(text), {1: Change(place, place + 5, "n + 1", 0.0)})
    (tmp_path / "made.c").write_text(made.text.replace("__GNUC__", "NO_COMPILER"))

    done = subprocess.run(["cc", "-w", "-fsyntax-only", tmp_path / "made.c"], capture_output=True, text=True)

    assert "#define __builtin_classify_type(x) 1" in made.text
    assert done.returncode == 0, done.stderr
