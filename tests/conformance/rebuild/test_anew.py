"""A program that is looked at begins anew for each change, and what stands in its text beside changes does what it did."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from planted.rebuilding import asked, tried
from rnnspec.conformance.rebuild.changes import statements
from rnnspec.conformance.rebuild.changes.change import Change
from rnnspec.conformance.rebuild.changes.every import changes
from rnnspec.conformance.rebuild.changes.source import Source
from rnnspec.conformance.rebuild.searching import Search
from rnnspec.conformance.rebuild.slots import slots
from rnnspec.conformance.rebuild.suspecting import span_of, suspects
from rnnspec.conformance.rebuild.switching import is_placed
from rnnspec.conformance.rebuild.text import Text
from rnnspec.conformance.rebuild.trying import Trying

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
CASES = ["lstm_forward/batch-of-one", "lstm_backward/batch-of-one", "lstm_forward/two-steps"]
CPP = """static void one(const Buffer& a, int n) { a[n]; }
static void two(const Buffer& a, int n) { a[n]; }
static void put(const Buffer& rows, Output& out, int n) {
    %s
    out.end();
}
"""
FORWARD = "for (size_t j = 0; j < g->m; j++) {\n        OF(Walk) w = OF(walk)(g, j);\n        for"
COUNTING = r"""
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static int calls, *nowhere;
int main(void) {
    static char line[1 << 16];
    while (fgets(line, sizeof line, stdin)) {
        char *id = strstr(line, "\"id\":\"");
        int by = 1;
        if (!id) printf("{\"protocol\":1,\"name\":\"n\",\"version\":\"1\",\"frameworks\":\"\",\"dtypes\":[],\"operations\":{}}\n");
        else printf("{\"id\":\"%.12s\",\"error\":\"%d\"}\n", id + 6, calls += by);
        fflush(stdout);
    }
    return 0;
}
"""


@pytest.fixture
def counting(folder: Path) -> Iterator[Trying]:
    """A program that answers how often it was asked."""
    if not shutil.which("cc"):
        pytest.skip("cc is not installed")
    (folder / "count.c").write_text(COUNTING)
    yield from tried("count.c", "cc -O0 count.c -o count", "./count")


@pytest.fixture
def layer(folder: Path, request: pytest.FixtureRequest) -> Iterator[Trying]:
    """A right layer in C, or one that is wrong in one place."""
    if not shutil.which("cc"):
        pytest.skip("cc is not installed")
    shutil.copytree(EXAMPLES / "c_only", folder, dirs_exist_ok=True)
    right, wrong = getattr(request, "param", ("", ""))
    text = (folder / "layer.h").read_text()
    assert not right or text.count(right) == 1
    (folder / "layer.h").write_text(text.replace(right, wrong) if right else text)
    yield from tried("layer.h", "cc -O0 lstm.c -lm -o lstm", "./lstm")


def _put(text: str, old: str, new: str) -> Change:
    return Change(text.index(old), text.index(old) + len(old), new, 0.0)


def test_a_change_meets_nothing_that_others_left_in_memory(counting: Trying) -> None:
    two = _put(COUNTING, "1;\n        if", "2;\n        if")
    assert counting.built({1: (Path("count.c"), Change(two.start, two.start + 1, "2", 0.0))}) == {1}

    counting.pick(0)
    assert [asked(counting), asked(counting)] == ["1", "2"]
    counting.pick(1)
    assert [asked(counting), asked(counting)] == ["2", "4"]
    counting.pick(0)
    assert asked(counting) == "1"


def test_a_build_begins_without_the_change_that_the_last_one_was_asked_for(counting: Trying) -> None:
    harmless = _put(COUNTING, "1;\n        if", "2;\n        if")
    closes = _put(COUNTING, "while (fgets(line, sizeof line, stdin))", "while (0)")
    condition = Change(closes.start + len("while ("), closes.end - 1, "0", 0.0)
    counting.built({1: (Path("count.c"), Change(harmless.start, harmless.start + 1, "2", 0.0))})
    counting.pick(1)

    assert counting.built({1: (Path("count.c"), condition)}) == {1}
    assert asked(counting) == "1"


def test_where_it_crashes_the_same_process_goes_on(counting: Trying) -> None:
    crash = _put(COUNTING, "1;\n        if", "*nowhere")
    assert counting.built({1: (Path("count.c"), Change(crash.start, crash.start + 1, "*nowhere", 0.0))}) == {1}
    counting.pick(0)
    process = counting._workshop.candidate().peer._running

    counting.pick(1)
    assert "it crashed" in asked(counting)
    counting.pick(0)

    assert asked(counting) == "1"
    assert counting._workshop.candidate().peer._running is process


def test_many_changes_change_nothing_while_none_is_at_work(layer: Trying) -> None:
    ((path, text),) = layer.texts.items()
    source, rows = Source(text), [row for row in text.rows if row.is_inside]
    likely = sorted((one for row in rows for one in changes(source, row)), key=lambda one: one.rank)[:1500]
    several = [*likely, *(one for row in rows for one in statements.turned(source, row))]
    placed = [(path, one) for one in several if is_placed(text, layer.slots[path], one)]

    built = layer.built(dict(enumerate(placed, 1)))

    assert len(built) > 200
    layer.pick(0)
    assert [id for id in CASES if not layer.passes(id)] == []


def test_what_a_compiler_refuses_is_not_put_to_it_again(layer: Trying) -> None:
    ((path, text),) = layer.texts.items()
    right, wrong = _put(text.whole, "d * f", "d * i"), _put(text.whole, "d * f", "nobody * f")

    assert layer.built({1: (path, right), 2: (path, wrong)}) == {1}

    assert layer.refused == {(path, wrong)}
    assert layer.built({2: (path, wrong)}) == set()


def test_an_index_that_is_no_whole_number_takes_no_others_with_it(layer: Trying) -> None:
    """A choice is of the kind that all of it can be made."""
    ((path, text),) = layer.texts.items()
    start = text.whole.index("k * wide + l] += dz[q]")
    minus, half = Change(start + 9, start + 10, "-", 0.0), Change(start, start + 1, "1.5", 0.0)

    assert 1 in layer.built({1: (path, minus), 2: (path, half)})
    assert (path, minus) not in layer.refused


def test_the_body_of_a_loop_without_braces_is_no_statement_before_another(tmp_path: Path) -> None:
    whole = "void f(double *y, int n) {\n    double s = 0;\n    for (int i = 0; i < n; i++) s += y[i];\n    y[0] = s;\n    y[1] = s;\n}\n"
    (tmp_path / "a.c").write_text(whole)
    text = Text(tmp_path / "a.c")
    source = Source(text)

    found = {one.of(whole) for row in text.rows if row.is_inside for one in changes(source, row)}

    assert whole.replace("y[0] = s;\n    y[1] = s", "y[1] = s; y[0] = s") in found
    assert not [one for one in found if re.search(r"\) y\[0\] = s; s \+= y\[i\]", one)]


def test_loops_and_pointers_are_suspected_by_what_rests_on_them(layer: Trying) -> None:
    ((path, text),) = layer.texts.items()

    known = suspects(layer, CASES[0], [])

    heads = [row for row in text.rows if row.is_inside and text.tokens[row.first].text == "for"]
    told = [known[path, span_of(text, row)].outputs for row in heads]
    assert len([one for one in told if one]) > 5


@pytest.mark.parametrize("layer", [(FORWARD, FORWARD.replace("j = 0", "j = 1"))], indirect=True, ids=["from 1 on"])
def test_a_loop_that_never_runs_is_suspected_no_less(layer: Trying) -> None:
    """In a batch of one nothing rests on what is done from the second example on."""
    (text,) = layer.texts.values()
    start = text.whole.index(FORWARD.replace("j = 0", "j = 1")) + FORWARD.index("0;")

    known = suspects(layer, CASES[0], [])

    of_it = {slot.start: one for (_, slot), one in known.items() if slot.start == start}
    assert of_it[start].outputs is None


@pytest.mark.parametrize("layer", [(FORWARD, FORWARD.replace("j = 0", "j = 1"))], indirect=True, ids=["from 1 on"])
def test_what_breaks_beside_one_change_alone_is_asked_of_no_build_any_more(layer: Trying) -> None:
    """As it does where a program writes beyond an array: here it never passed."""
    ((path, text),) = layer.texts.items()
    start = text.whole.index(FORWARD.replace("j = 0", "j = 1")) + FORWARD.index("0;")
    other, repair = _put(text.whole, "d * f", "d * i"), Change(start, start + 1, "0", 0.0)
    search, passing = Search(layer, {"lstm_forward": CASES[:1]}, {}, {}, {}, {}, 60.0), CASES[:1]

    found = next(search._right([(path, other), (path, repair)], CASES[:1], passing))

    assert (found, passing) == ((path, repair), [])


def test_what_stands_where_a_change_is_told_comes_first(layer: Trying) -> None:
    ((path, text),) = layer.texts.items()
    search = Search(layer, {"lstm_forward": CASES[:1]}, {CASES[0]: {"a"}}, {}, {}, {}, 60.0)
    place = text.whole.index("d * f")

    def first() -> int:
        several = next(search._ranked("lstm_forward", CASES[:1]))
        return next((at for at, (_, one) in enumerate(several) if one.start == place), len(several))

    before = first()
    search._told.add((path, place))

    assert first() < before


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Buffer columns(columns.size());\n    scatter(rows, columns);", "Buffer columns(rows.size());"),
        ("Buffer columns = rows;\n    two(rows, 1);", "one(rows, 1);"),
        ("Buffer columns = rows;\n    out = Output{columns, n, 3};", "Output{columns, n, 2}"),
    ],
    ids=["a name that is read where it is declared", "a function that nobody calls", "a number in braces"],
)
def test_in_cpp(tmp_path: Path, text: str, meant: str) -> None:
    whole = CPP.replace("%s", text)
    (tmp_path / "a.cpp").write_text(whole)
    own = Text(tmp_path / "a.cpp")
    source, several = Source(own), slots(own)

    found = [one for row in own.rows if row.is_inside for one in changes(source, row)]

    assert any(meant in one.of(whole) for one in found if is_placed(own, several, one))
