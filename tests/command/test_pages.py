"""The pages of a report, by `check`, by `judge` and from stored JSON."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from lxml import etree
from rnnspec.conformance import check
from rnnspec.tools import main

KINDS = {"markdown": "## rnnspec: ", "junit": '<?xml version="1.0" encoding="utf-8"?>\n<testsuites ', "badge": "<svg "}
CASE = ("--case", "softmax", "--case", "sigmoid")
ODD = 'a|b`c`<b>&]]>"{case}\x1b[31m.py'  # as a file may be called

PROGRAM = """import json, sys
for line in sys.stdin:
    message = json.loads(line)
    if message["command"] == "start":
        reply = {"protocol": 1, "dtypes": ["float64"], "arrays": "list", "operations": {"sigmoid": []}}
    elif message["command"] == "run":
        reply = {"id": message["id"], "outputs": {"s": message["inputs"]["x"]}}
    else:
        break
    print(json.dumps(reply), flush=True)
"""


def run(*words: str) -> Result:
    result = CliRunner().invoke(main, words, prog_name="rnnspec", env={"FORCE_COLOR": None})
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stored")
    check("notebook", cases=["softmax", "sigmoid"]).save(folder / "notebook.json")
    check("reference", cases=["softmax"]).save(folder / "reference.json")
    check("reference", "float32", cases=["softmax"]).save(folder / "single.json")
    return folder


def test_check_writes_pages_and_report_writes_the_same_from_its_json(here: Path) -> None:
    asked = [word for kind in KINDS for word in (f"--{kind}", f"{kind}.1")]

    checked = run("check", "notebook", *CASE, "--json", "today.json", *asked)
    again = run("report", "today.json", *(word.replace(".1", ".2") for word in asked))

    assert (checked.exit_code, again.exit_code, again.output) == (1, 0, "")
    assert "notebook is not conformant" in checked.stdout
    for kind, start in KINDS.items():
        first, second = ((here / f"{kind}.{n}").read_text(encoding="utf-8") for n in (1, 2))
        assert first == second
        assert first.startswith(start)


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_on_stdout_stands_there_alone(here: Path, kind: str) -> None:
    checked = run("check", "reference", "--case", "softmax", f"--{kind}", "-")
    reported = run("report", "reference.json", f"--{kind}", "-")

    assert checked.exit_code == 0
    assert checked.stdout == reported.stdout
    assert checked.stdout.startswith(KINDS[kind])


def test_judge_writes_pages_too(here: Path) -> None:
    run("export", "out", "--case", "softmax/zero")

    result = run("judge", "out", "--markdown", "page.md")

    assert result.exit_code == 5
    assert (here / "page.md").read_text().startswith("## rnnspec: nothing tested\n")


def test_several_reports_make_one_page(here: Path) -> None:
    result = run("report", "notebook.json", "reference.json", "single.json", "--junit", "all.xml", "--markdown", "-")

    assert result.exit_code == 0
    assert "| operation | report 1 | report 2 | report 3 |" in result.stdout
    assert len(etree.parse(here / "all.xml").findall("testsuite")) == 3


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("report",), "Missing argument 'FILE...'"),
        (("report", "notebook.json"), "say which page to write: --html, --markdown, --junit, --badge"),
        (("report", "nothing.json", "--badge", "b"), "nothing.json: no such file"),
        (("report", "wrong.json", "--badge", "b"), "wrong.json: cannot be read as JSON"),
        (("report", "huge.json", "--badge", "b"), "huge.json: has a number that is larger than any float"),
        (("report", "odd.json", "--badge", "b"), "odd.json: softmax/generic: p has a place and no numbers got and want"),
        (("report", "notebook.json", "--junit", "-", "--badge", "-"), "stdout can be one of --junit and --badge"),
        (("check", "reference", "--json", "-", "--badge", "-"), "stdout can be one of --json and --badge"),
        (("report", "notebook.json", "--badge", "no/such/b"), "no/such/b: cannot be written: No such file or directory"),
        (("report", "notebook.json", "--badge", ""), "'' is no name of a file"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_in_one_line_and_nothing_is_written(
    here: Path, words: tuple[str, ...], says: str
) -> None:
    (here / "wrong.json").write_text("{")
    data = json.loads((here / "notebook.json").read_text())
    (output,) = next(case for case in data["cases"] if case["id"] == "softmax/generic")["outputs"].values()
    output["got"] = None
    (here / "odd.json").write_text(json.dumps(data))
    output["got"] = 10**400
    (here / "huge.json").write_text(json.dumps(data))
    before = {path.name for path in here.iterdir()}

    result = run(*words)

    assert result.exit_code == 2
    assert says in result.stderr
    assert result.stdout == ""
    assert {path.name for path in here.iterdir()} == before


def test_a_path_that_is_markup_is_text_in_every_page(here: Path) -> None:
    (here / ODD).write_text("def softmax(x):\n    raise ValueError('</text>]]>\\n# `no`')\n")
    command = [str(Path(sys.executable).with_name("rnnspec")), "check", f"./{ODD}", "--case", "softmax"]
    asked = [word for kind in KINDS for word in (f"--{kind}", kind)]

    done = subprocess.run([*command, *asked], capture_output=True, env={**os.environ, "PYTHONUTF8": "1"}, check=False)

    assert done.returncode == 1, done.stderr
    written = ODD.replace("\x1b", "\\x1b")
    assert f"./{written} is not conformant" in (here / "markdown").read_text()
    assert f"./{written}: " in (etree.parse(here / "badge").findtext("{http://www.w3.org/2000/svg}title") or "")
    assert etree.parse(here / "junit").getroot()[0].get("name") == f"./{written} [float64]"
    for kind in KINDS:
        assert [line for line in (here / kind).read_text().split("\n") if not line.isprintable()] == []


def test_a_map_of_the_first_failure_is_drawn_below_the_verdict(here: Path) -> None:
    plain = run("check", "notebook", "--case", "lstm_forward")
    result = run("check", "notebook", "--case", "lstm_forward", "--map")

    verdict, drawn = result.stdout[: len(plain.stdout)], result.stdout[len(plain.stdout) :]
    assert (result.exit_code, verdict) == (1, plain.stdout)
    lines = drawn.split("\n")
    assert lines[1] == "the error of a in lstm_forward/one-step"
    assert verdict.startswith("lstm_forward/one-step: ")
    assert [line.split()[:2] for line in lines[3:8]] == [["unit", str(n)] for n in range(5)]
    assert lines[8] == ". within the budget, 1-9 a-f up to ten to that power of it, # more, ! no number"
    assert max(map(len, lines)) <= 80
    assert "\x1b" not in drawn


def test_a_map_is_in_colour_where_a_terminal_has_it(here: Path) -> None:
    words = ["check", "notebook", "--case", "lstm_forward/generic", "--map"]
    result = CliRunner().invoke(main, words, prog_name="rnnspec", env={"FORCE_COLOR": "1", "TERM": "xterm"}, color=True)

    assert result.exit_code == 1
    assert "\x1b[31me" in result.stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("reference", "--case", "softmax/zero"), ""),
        (("raising.py", "--case", "softmax"), "no map: no failing case gave numbers of the shape that is wanted"),
    ],
)
def test_where_there_is_nothing_to_map_it_says_so(here: Path, words: tuple[str, ...], says: str) -> None:
    (here / "raising.py").write_text("def softmax(x):\n    raise ValueError('no')\n")

    result = run("check", *words, "--map")

    assert result.stdout.endswith(f"\n{says}\n" if says else "of it\n")


def test_a_map_and_a_page_cannot_both_be_stdout(here: Path) -> None:
    result = run("check", "notebook", "--map", "--json", "-")

    assert result.exit_code == 2
    assert "stdout can be one of --json and --map" in result.stderr


@pytest.mark.parametrize(
    "how", [("--isolate", "wrong.py"), ("--", sys.executable, "program.py")], ids=["isolated", "a program"]
)
def test_what_runs_in_a_process_of_its_own_has_a_map_and_pages_too(here: Path, how: tuple[str, ...]) -> None:
    (here / "wrong.py").write_text(
        "from rnnspec.reference import sigmoid as right\ndef sigmoid(x):\n    return 2 * right(x)\n"
    )
    (here / "program.py").write_text(PROGRAM)

    result = run("check", "--case", "sigmoid", "--map", "--markdown", "page.md", *how)

    assert result.exit_code == 1
    assert "the error of s in sigmoid/one-row" in result.stdout
    assert (here / "page.md").read_text().startswith("## rnnspec: not conformant\n")
