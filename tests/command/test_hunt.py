"""`rnnspec hunt`, what it writes, and what becomes of that: played again, or a golden."""

import json
import shlex
import sys
from pathlib import Path

import pytest
from planted.mistaken import Project, Said
from planted.programs import written
from rnnspec.conformance.hunting.problem import Problem, save
from rnnspec.golden.sized import Size

FOUND = "rnnspec-found.json"
RIGHT = "from rnnspec.reference import sigmoid, softmax\n"
WRONG = "from rnnspec.reference import softmax\n\ndef sigmoid(x):\n    return x\n"
HUNT = ("--seconds", "20", "--no-explain")
LAYOUT = "from rnnspec.reference import softmax as right\n\ndef softmax(z):\n    z *= 1\n    return right(z)\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def hunted(project: Project, text: str, *words: str) -> Said:
    project.write(text)
    return project.run("hunt", "mine.py", *HUNT, *words)


def replayed(project: Project, *words: str) -> Said:
    return project.run("check", "mine.py", "--replay", FOUND, "--no-explain", *words)


def message(project: Project, name: str = FOUND) -> str:
    return str(json.loads((project.folder / name).read_bytes())["message"])


def line_of(said: Said) -> str:
    assert said.code == 2
    (line,) = said.err.splitlines()
    assert line.startswith("Error: ")
    return line


def test_what_is_right_ends_well_and_writes_nothing(project: Project) -> None:
    said = hunted(project, RIGHT, "--count", "20")

    assert said.code == 0
    assert "of 2 operations, from seed 0" in said.flat
    assert "nothing found" in said.flat
    assert {path.name for path in project.folder.iterdir()} - {"__pycache__"} == {"mine.py"}


def test_what_is_found_is_told_written_and_played_again(project: Project) -> None:
    said = hunted(project, WRONG)

    assert said.code == 1
    assert "sigmoid/n=1,m=1,seed=0" in said.flat
    assert f"replay: rnnspec check mine.py --replay {FOUND}" in said.flat
    assert message(project) == "s is outside its budget"
    again = replayed(project)
    assert again.code == 1
    assert message(project) in again.flat
    project.write(RIGHT)
    right = replayed(project)
    assert right.code == 0
    assert "1 passed" in right.flat


def test_circumstances_go_with_it(project: Project) -> None:
    said = hunted(project, LAYOUT)

    assert said.code == 1
    assert message(project).startswith("read-only arrays: softmax raised ValueError")
    assert "read-only arrays: " in replayed(project).flat
    assert f"reproduce: rnnspec check mine.py --replay {FOUND}" in said.flat
    assert f"reproduce: rnnspec check mine.py --replay {FOUND}" in replayed(project).flat


def command_of(said: Said) -> list[str]:
    """The command that it says to play a find again."""
    return shlex.split(said.flat.partition("replay: ")[2].partition(" hunted ")[0])


@pytest.mark.parametrize(
    "words",
    [("mine.py", "--precision", "bf16"), ("mine.py", "--dtype", "float32"), ("--", sys.executable, "-S", "program.py")],
    ids=["at a precision", "at a dtype", "a program"],
)
def test_how_it_is_played_again_is_a_command_that_does(project: Project, words: tuple[str, ...]) -> None:
    project.write(WRONG)
    written(project.folder, 'say({"id": message["id"], "outputs": {"s": message["inputs"]["x"]}})')

    said = project.run("hunt", *HUNT, "-o", "a find.json", "--count", "40", *words)

    assert said.code == 1
    assert "a find.json" in command_of(said)
    verb, *more = command_of(said)[1:]
    assert project.run(verb, "--no-explain", *more).code == 1


def test_further_finds_go_beside_it(project: Project) -> None:
    said = hunted(project, WRONG + "def softmax(z):\n    return z\n", "--keep-going", "-o", "kept.json")

    assert said.code == 1
    assert message(project, "kept.json") == "s is outside its budget"
    assert message(project, "kept-2.json") == "p is outside its budget"


def test_what_isolation_leaves_out_is_told(project: Project) -> None:
    said = hunted(project, RIGHT, "--count", "5", "--isolate")

    assert said.code == 0
    untried = "arrays that lie in another way, calls at once, calls between a forward and its backward"
    assert f"nothing found; not tried in a process of its own: {untried}" in said.flat


def test_a_crash_is_found_in_isolation(project: Project) -> None:
    text = "import os\nfrom rnnspec.reference import sigmoid as right\n\ndef sigmoid(x):\n    return os.abort() if len(x) > 2 else right(x)\n"

    said = hunted(project, text, "--isolate")

    assert said.code == 1
    assert json.loads((project.folder / FOUND).read_bytes())["size"] == "n=3,m=1,seed=0"
    assert replayed(project, "--isolate").code == 1
    assert "--isolate" in command_of(said)


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("hunt", "nowhere.py"), "nowhere.py"),
        (("hunt", "mine.py", "--case", "sigmiod"), "sigmiod"),
        (("hunt", "mine.py", "--scheduler", "nonsense://"), "no scheduler answers"),
        (("hunt", "mine.py", "-o", "no/such/folder.json"), "no/such/folder.json"),
        (("hunt", "mine.py", "-o", ""), "'' is no name of a file"),
        (("hunt", "mine.py", "--json", ""), "'' is no name of a file"),
        (("check", "mine.py", "--replay", ""), "is a folder, want a file"),
    ],
    ids=["no candidate", "no operation", "no scheduler", "no folder", "no name", "no name for JSON", "no file"],
)
def test_what_cannot_be_hunted_is_a_line(project: Project, words: tuple[str, ...], what: str) -> None:
    project.write(RIGHT)

    assert what in line_of(project.run(*words))


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("--scheduler", ""), "Error: --scheduler says no address"),
        (("--scheduler", "tcp://127.0.0.1:9", "--jobs", "2"), "Error: --jobs are of this machine"),
        (("--jobs", "0"), "0 is not in the range"),
        (("--seconds", "nan", "--count", "3"), "nan is no number"),
        (("--explain-seconds", "nan"), "nan is no number"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else "",
)
def test_who_hunts_is_said_once(project: Project, words: tuple[str, ...], what: str) -> None:
    project.write(RIGHT)
    said = project.run("hunt", "mine.py", *words)

    assert said.code == 2
    assert what in said.err.splitlines()[-1]


def test_what_does_not_start_and_what_offers_nothing(project: Project) -> None:
    assert hunted(project, "raise RuntimeError('no luck')\n").code == 3
    nothing = hunted(project, "def unknown(x): pass\n")
    assert nothing.code == 5
    assert "offers no operation to hunt" in nothing.flat
    declined = "from rnnspec import Unsupported\n\ndef sigmoid(x):\n    raise Unsupported('not today')\n"
    assert hunted(project, declined).code == 5
    late = hunted(project, RIGHT, "--seconds", "1e-9")
    assert late.code == 5
    assert "hunted mine.py through 0 problems of 2 operations" in late.flat
    assert "none could be judged" in late.flat


def test_a_report_as_json(project: Project) -> None:
    said = hunted(project, WRONG, "--json", "-")

    assert said.code == 1
    (case,) = json.loads(said.out)["cases"]
    assert (case["id"], case["outcome"]) == ("sigmoid/n=1,m=1,seed=0", "fail")
    assert FOUND in said.err


@pytest.mark.parametrize("words", [("--case", "sigmoid"), ("--dtype", "float32")], ids=lambda w: w[0])
def test_a_replay_chooses_for_itself(project: Project, words: tuple[str, ...]) -> None:
    project.write(RIGHT)
    save(Problem("sigmoid", Size({"n": 1}), "float64"), project.folder / FOUND)

    said = replayed(project, *words)

    assert said.code == 2
    assert f"--replay is of one problem: leave out {words[0]}" in said.flat


HOSTILE = {
    "no JSON": "n=1",
    "a list": "[]",
    "deep": "[" * 60_000,
    "huge": '{"schema": "rnnspec-problem 1", "operation": "sigmoid", "size": "n=999999999", "dtype": "float64",'
    ' "layout": "plain", "earlier": [], "threads": false}',
    "colours": '{"schema": "rnnspec-problem 1", "operation": "\\u001b[31mred\\nline"}',
}


@pytest.mark.parametrize("verb", ["check", "promote"])
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_a_line(project: Project, name: str, verb: str) -> None:
    project.write(RIGHT)
    project.write(HOSTILE[name], FOUND)

    line = line_of(replayed(project) if verb == "check" else project.run("promote", FOUND, "--goldens", "new"))

    assert FOUND in line
    assert "\x1b" not in line
