"""A mistake in a program is found in its own source, whatever its language, and nothing of the user's is touched."""

import shutil
import subprocess
import time
from pathlib import Path

import psutil
import pytest
import rnnspec
from click.testing import CliRunner
from rnnspec.conformance.choices import BadChoice
from rnnspec.conformance.rebuild.choice import Rebuild
from rnnspec.conformance.report.report import Report
from rnnspec.tools import main

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
CC = "cc -O0 lstm.c -lm -o lstm"
RUSTC = "rustc --edition 2021 gru.rs -o gru"


def tool(name: str) -> str:
    found = shutil.which(name)
    if not found:
        pytest.skip(f"{name} is not installed")
    return found


def put(folder: Path, example: str, file: str, right: str, wrong: str) -> None:
    """An example with one mistake."""
    shutil.copytree(EXAMPLES / example, folder, dirs_exist_ok=True)
    text = (folder / file).read_text()
    assert text.count(right) == 1
    (folder / file).write_text(text.replace(right, wrong))


def built(command: str) -> None:
    done = subprocess.run(command.split(), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def told(report: Report) -> set[tuple[str, ...]]:
    return {one.difference for one in report.explanations if one.is_change}


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("[I] = d * h * i * (1 - i)", "[I] = d * f * i * (1 - i)"),
        ("dW[q][k * wide + l] += dz[q] * v[l]", "dW[q][k * wide + l] += dz[q] * v[k]"),
        ("dc[k] = d * f;", "dc[k] += d * f;"),
    ],
)
def test_in_c(folder: Path, right: str, wrong: str) -> None:
    tool("cc")
    put(folder, "c_only", "layer.h", right, wrong)
    built(CC)
    before = contents(folder)

    report = rnnspec.check(["./lstm"], cases=["lstm"], explain_seconds=0, rebuild=Rebuild(["layer.h"], CC))

    ((old, new),) = told(report)
    assert (wrong in old, right in new, old[0], new[0]) == (True, True, "-", "+")
    assert {one.operation for one in report.explanations} == {one.operation for one in report.failures}
    assert contents(folder) == before


def test_in_c_what_no_case_shows(folder: Path) -> None:
    tool("cc")
    loop = "for (size_t t = 0; t < g->T%s; t++) {\n        REAL *v"
    put(folder, "c_only", "layer.h", loop % "", loop % " && t < 60")
    built(CC)
    cases = ["lstm_forward/two-steps", "lstm_forward/property/long-sequence"]

    report = rnnspec.check(["./lstm"], cases=cases, explain_seconds=0, rebuild=Rebuild(["layer.h"], CC))

    ((old, new),) = told(report)
    assert ("t < g->T && t < 60;" in old, "t < g->T;" in new) == (True, True)
    assert {(one.operation, one.failing) for one in report.explanations} == {("lstm_forward", 1)}


def test_in_c_a_sum_that_is_never_one_and_divides_by_0(folder: Path) -> None:
    tool("cc")
    put(folder, "c_only", "layer.h", "sum += e[r] = exp(e[r] - most);", "{ e[r] = exp(e[r] - most); }")
    built(CC)

    report = rnnspec.check(["./lstm"], cases=["lstm_forward"], explain_seconds=0, rebuild=Rebuild(["layer.h"], CC))

    ((_, new),) = told(report)
    assert "sum += e[r];" in new


def test_in_javascript_what_throws(folder: Path) -> None:
    right, wrong = "stepBackward(steps[t], da, dc, p, out)", "stepBackward(steps[t], da, dc, out, p)"
    put(folder, "node", "lstm.mjs", right, wrong)
    path = folder / "lstm.mjs"
    path.write_text(path.read_text().replace("const gate = {};", "const gate = { ...(v && { v }) };"))  # no block

    report = rnnspec.check(
        [tool("node"), "lstm.mjs"], cases=["lstm_backward"], explain_seconds=0, rebuild=Rebuild(["lstm.mjs"])
    )

    ((old, new),) = told(report)
    assert (wrong in old, right in new) == (True, True)


def test_in_javascript_which_needs_no_build(folder: Path) -> None:
    put(folder, "node", "lstm.mjs", "const d = dc[k] + da[k] * o[k]", "const d = dc[k] - da[k] * o[k]")
    before = contents(folder)

    done = CliRunner().invoke(
        main, ["check", "--no-explain", "--source", "lstm.mjs", "--", tool("node"), "lstm.mjs"], catch_exceptions=False
    )

    assert "repaired by one change of the source, at lstm.mjs:" in done.output
    assert done.exit_code == 1
    assert contents(folder) == before


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("(1.0 - u[k]) * a[k]", "(1.0 - u[k]) + a[k]"),
        ("x.data[(k * m + j) * steps + t]", "x.data[(k * m + j) * steps + n_a]"),
    ],
    ids=["a sum", "what panics, in its line"],
)
def test_in_rust(folder: Path, right: str, wrong: str) -> None:
    tool("rustc")
    put(folder, "rust", "gru.rs", right, wrong)
    built(RUSTC)

    report = rnnspec.check(["./gru"], explain_seconds=0, rebuild=Rebuild(["gru.rs"], RUSTC))

    ((old, new),) = told(report)
    assert (wrong in old, right in new) == (True, True)


def test_of_what_the_equations_explain_the_line_is_looked_for(folder: Path) -> None:
    tool("cc")
    put(folder, "c_only", "layer.h", "dc[k] = d * f;", "dc[k] = d * i;")
    built(CC)

    report = rnnspec.check(["./lstm"], cases=["lstm_backward"], rebuild=Rebuild(["layer.h"], CC))

    assert report.explanations
    assert not told(report)
    (note,) = [note for note in report.record.notes if note.startswith("--")]
    assert note.startswith("--source: with one change at layer.h:")
    assert note.endswith("all that failed of lstm_backward passes: - dc[k] = d * i; | + dc[k] = d * f;")
    with pytest.raises(BadChoice, match="of a program say in which source"):
        rnnspec.check(["./lstm"], cases=["lstm_backward"], line=True)


@pytest.mark.parametrize(
    ("build", "why"),
    [
        ("cc -O0 none.c -o lstm", "none.c"),
        ("true", "true makes no lstm in a copy of the folder"),
        ("no-such-compiler lstm.c", "no-such-compiler lstm.c: No such file or directory"),
        ("false", "false failed with exit code 1 and says nothing"),
        (f"true && {CC}", "a copy of the folder: no shell runs it, for which there is sh -c '…'"),
    ],
)
def test_a_build_that_comes_to_nothing_is_told_and_no_verdict_lost(folder: Path, build: str, why: str) -> None:
    tool("cc")
    put(folder, "c_only", "layer.h", "dc[k] = d * f;", "dc[k] += d * f;")
    built(CC)

    report = rnnspec.check(["./lstm"], cases=["lstm"], explain_seconds=0, rebuild=Rebuild(["layer.h"], build))

    assert report.failures
    (note,) = (note for note in report.record.notes if note.startswith("--source: no change was looked for: "))
    assert why in note


def test_where_no_one_change_repairs_it_that_is_told(folder: Path) -> None:
    tool("cc")
    put(folder, "c_only", "layer.h", "dc[k] = d * f;", "dc[k] = d * f * 0.75 + 0.125;")
    built(CC)

    rebuild = Rebuild(["layer.h"], CC, seconds=4)
    report = rnnspec.check(["./lstm"], cases=["lstm_backward"], explain_seconds=0, rebuild=rebuild)

    assert not report.explanations
    assert "--source: no one change of layer.h repairs" in " ".join(report.record.notes)


def test_a_link_in_the_folder_leads_into_the_copy(folder: Path) -> None:
    tool("make")
    put(folder, "c_only", "layer.h", "dc[k] = d * f;", "dc[k] += d * f;")
    (folder / "objects").mkdir()
    (folder / "obj").symlink_to(folder / "objects")
    rules = [
        "lstm: obj/lstm.o",
        "\tcc obj/lstm.o -lm -o lstm",
        "obj/lstm.o: lstm.c layer.h",
        "\tcc -O0 -c lstm.c -o obj/lstm.o",
    ]
    (folder / "Makefile").write_text("\n".join([*rules, ""]))
    built("make")
    before = contents(folder)

    report = rnnspec.check(["./lstm"], cases=["lstm_backward"], explain_seconds=0, rebuild=Rebuild(["layer.h"], "make"))

    ((old, new),) = told(report)
    assert ("dc[k] += d * f;" in old, "dc[k] = d * f;" in new) == (True, True)
    assert contents(folder) == before


def test_a_build_that_writes_to_the_folder_itself_is_told_before_anything_is_changed(folder: Path) -> None:
    tool("cc")
    put(folder, "c_only", "layer.h", "dc[k] = d * f;", "dc[k] += d * f;")
    built(CC)
    rebuild = Rebuild(["layer.h"], f"cc -O0 lstm.c -lm -o {folder}/lstm")

    report = rnnspec.check(["./lstm"], cases=["lstm_backward"], explain_seconds=0, rebuild=rebuild)

    assert "writes to lstm, and not in a copy of the folder" in " ".join(report.record.notes)
    assert b"RNNSPEC_PICK" not in (folder / "lstm").read_bytes()


def test_a_source_that_the_build_does_not_read_is_told(folder: Path) -> None:
    tool("cc")
    put(folder, "c_only", "layer.h", "dc[k] = d * f;", "dc[k] += d * f;")
    built(CC)
    (folder / "other.c").write_text("double twice(double x) {\n    double y = 2 * x;\n    return y;\n}\n")

    report = rnnspec.check(["./lstm"], cases=["lstm_backward"], explain_seconds=0, rebuild=Rebuild(["other.c"], CC))

    assert "does the build read it?" in " ".join(report.record.notes)


def test_a_build_that_does_not_end_is_ended_in_time(folder: Path) -> None:
    tool("cc")
    put(folder, "c_only", "layer.h", "dc[k] = d * f;", "dc[k] += d * f;")
    built(CC)
    rebuild, begun = Rebuild(["layer.h"], "sh -c 'sleep 76; true'", seconds=2), time.monotonic()

    report = rnnspec.check(["./lstm"], cases=["lstm_backward"], explain_seconds=0, rebuild=rebuild)

    assert "no end within" in " ".join(report.record.notes)
    assert time.monotonic() - begun < 40
    assert not [one for one in psutil.process_iter(["cmdline"]) if (one.info["cmdline"] or [])[:2] == ["sleep", "76"]]
