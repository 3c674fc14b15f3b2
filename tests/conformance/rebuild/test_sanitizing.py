"""Where a program does something beyond its arrays is told by the compiler's own check, and looked at first."""

import os
import shutil
import subprocess
from functools import partial
from pathlib import Path

import pytest
import rnnspec
from rnnspec.conformance.rebuild.choice import Rebuild
from rnnspec.conformance.rebuild.sanitizing import PANIC, Beyond, Sanitized, beyond, rows_of, sanitized
from rnnspec.conformance.rebuild.text import Text
from rnnspec.golden import load

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
CC = "cc -O0 lstm.c -lm -o lstm"
LAYER, CASE = Path("layer.h"), "lstm_forward/two-steps"
RIGHT, WRONG = ".a = ZEROS((g->T + 1) * n)", ".a = ZEROS(g->T + 1)"
REPORT = """==1==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x5 at pc 0x6
READ of size 8 at 0x5 thread T0
    #0 0x1 in std::fill<double*>(double*) /usr/include/c++/12/bits/stl_algobase.h:1
    #1 0x2 in spread /tmp/copy/folder/src/gru.cpp:59:7
    #2 0x3 in main /tmp/copy/folder/main.cpp:8
allocated by thread T0 here:
    #0 0x4 in Gru::sized() /tmp/copy/folder/src/gru.cpp:12
    #1 0x5 in spread /tmp/copy/folder/src/gru.cpp:59
"""
PANICKED = """
thread 'main' (7) panicked at layer.rs:265:38:
index out of bounds: the len is 60 but the index is 65
stack backtrace:
   1: core::panicking::panic_bounds_check
             at /rustc/1/library/core/src/panicking.rs:271:5
   2: program::layer::gather
             at ./layer.rs:265:38
   3: program::layer::backward
             at ./layer.rs:345:20
   4: program::main
             at ./main.rs:80:9
"""
CPP = """void spread(Matrix C, double b) {
    C.p[0] = b;
}
void Gru::sized(int n) {
    y_.assign(n, 0.0);
    z_.assign(n, 0.0);
}
void Gru::forward(int n) {
    Matrix p = block(y_, n);
    Matrix q = block(z_, n);
    spread(p, 1.0);
}
"""


def planted(folder: Path, right: str = RIGHT, wrong: str = WRONG) -> None:
    if not shutil.which("cc"):
        pytest.skip("cc is not installed")
    shutil.copytree(EXAMPLES / "c_only", folder, dirs_exist_ok=True)
    text = LAYER.read_text()
    assert text.count(right) == 1
    LAYER.write_text(text.replace(right, wrong))
    subprocess.run(CC.split(), check=True)


def found(build: str = CC) -> dict[str, Beyond]:
    another = partial(Sanitized, ["./lstm"], [LAYER], build, 20.0, 4096)
    return sanitized(another, {LAYER: Text(LAYER)}, load, "float64", {"lstm_forward": [CASE]}, 60.0)


def test_it_is_told_with_the_lines_that_are_run_and_that_made_the_array(folder: Path) -> None:
    planted(folder)
    line = next(n for n, text in enumerate(LAYER.read_text().splitlines(), 1) if WRONG in text)

    told = found()["lstm_forward"]

    assert told.kind == "heap-buffer-overflow"
    assert {path for path, _ in told.lines} == {LAYER}
    assert line in {n for _, n in told.lines}
    assert [n for _, n in told.made] == [line]
    assert "walk" in " ".join(LAYER.read_text().splitlines()[told.lines[0][1] - 8 : told.lines[0][1]])


def test_of_a_program_that_does_nothing_beyond_its_arrays_nothing_is_told(folder: Path) -> None:
    planted(folder, RIGHT, RIGHT)

    assert found() == {}


def test_where_the_compiler_has_no_such_check_nothing_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    planted(folder)
    (folder / "cc").write_text(f'#!/bin/sh\ncase "$*" in *sanitize*) exit 1;; esac\nexec {shutil.which("cc")} "$@"\n')
    (folder / "cc").chmod(0o755)

    assert found(CC.replace("cc", "./cc", 1)) == {}  # which no other stands before
    assert found()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    assert found() == {}


def test_the_size_that_is_too_small_is_repaired(folder: Path) -> None:
    planted(folder)

    report = rnnspec.check(["./lstm"], cases=["lstm_forward"], explain_seconds=0, rebuild=Rebuild(["layer.h"], CC))

    (one,) = report.explanations
    assert (WRONG in one.difference[0], RIGHT in one.difference[1]) == (True, True)


def test_a_loop_that_runs_beyond_an_array_is_repaired_and_not_the_room_that_the_array_has(folder: Path) -> None:
    right, wrong = "k < g->n_x; k++) v[", "k <= g->n_x; k++) v["
    planted(folder, right, wrong)
    choice = Rebuild(["layer.h", "lstm.c"], CC)  # and in lstm.c is what gives all arrays theirs

    report = rnnspec.check(["./lstm"], cases=["lstm_forward"], explain_seconds=0, rebuild=choice)

    (one,) = report.explanations
    assert (wrong in one.difference[0], right in one.difference[1]) == (True, True)


def test_where_nothing_repairs_it_is_told_where_it_is_done(folder: Path) -> None:
    """Of three sizes that are too small at once."""
    planted(
        folder,
        f".v = ZEROS(g->T * wide), {RIGHT}, .c = ZEROS((g->T + 1) * n)",
        ".v = ZEROS(1), .a = ZEROS(1), .c = ZEROS(1)",
    )
    soon = Rebuild(["layer.h"], CC, 6.0)

    report = rnnspec.check(["./lstm"], cases=["lstm_forward"], explain_seconds=0, rebuild=soon)

    assert not report.explanations
    (note,) = (note for note in report.record.notes if "AddressSanitizer" in note)
    assert note.startswith("--source: at layer.h:")
    assert note.endswith(
        "something is done beyond an array, as the compiler's AddressSanitizer says: heap-buffer-overflow"
    )


def test_in_rust_all_is_told_that_was_called_when_it_panicked(folder: Path) -> None:
    if not shutil.which("rustc"):
        pytest.skip("rustc is not installed")
    shutil.copytree(EXAMPLES / "rust", folder, dirs_exist_ok=True)
    build, gru, right = "rustc --edition 2021 gru.rs -o gru", Path("gru.rs"), "&self.data[k * v.len()..]"
    text = gru.read_text()
    assert text.count(right) == 1
    gru.write_text(text.replace(right, "&self.data[k * v.len() * 99..]"))
    another = partial(Sanitized, ["./gru"], [gru], build, 20.0, None)

    found = sanitized(another, {gru: Text(gru)}, load, "float64", {"gru_forward": ["gru_forward/two-steps"]}, 60.0)

    assert found["gru_forward"].kind == PANIC
    assert len(found["gru_forward"].lines) > 1


def test_what_a_report_says_of_the_sources(folder: Path) -> None:
    gru = Path("src/gru.cpp")

    assert beyond(REPORT, [gru]) == Beyond("heap-buffer-overflow", [(gru, 59), (gru, 12)], [(gru, 12)])
    assert beyond(REPORT, [Path("other/gru.cpp")]) is None
    layer = Path("layer.rs")
    assert beyond(PANICKED, [layer]) == Beyond(PANIC, [(layer, 265), (layer, 345)], [])
    assert beyond("nothing", [gru]) is None


def test_what_is_named_there_is_looked_at_where_it_is_made(folder: Path) -> None:
    """Of a view what that is of, too."""
    (folder / "gru.cpp").write_text(CPP)
    text = Text(folder / "gru.cpp")

    told, made = ({text.line(text.tokens[row.first].start) for row in rows} for rows in rows_of(text, [11]))

    assert (told, made) == ({11}, {9, 5})
