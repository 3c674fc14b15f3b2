"""Commands of docs/*.md are run here or by a part of CI, and print what is shown; what takes minutes is listed, with its reason."""

import json
import os
import re
import shlex
import subprocess
import sys
from fnmatch import fnmatchcase
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import defects
import factors
import frameworks
import pytest
from planted.browsing import MUST
from rnnspec.conformance import Report

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = [*sorted(DOCS.glob("*.md")), DOCS / "reports/README.md"]
RUN_OF_CI = (ROOT / ".ci/run").read_text(encoding="utf-8")
COMMAND = re.compile(r"(?:`|^    )((?:rnnspec|python|pytest|pip) [^`\n]*?)(?: +#.*)?(?:`|$)", re.MULTILINE)
MEASURED = [f"python benchmarks/{command}" for command in (
    "any_size.py --ratio", "any_size.py --faults", "any_size.py --chains", "any_size.py --cost", "hunting.py", "goals.py", "suite.py",
    "unlisted.py --seed 787", "explanation.py --edits", "explanation.py --precision", "precision.py --faults --policy bf16 --policy amp-bf16",
    "precision.py --styles --operation lstm --operation gated_delta",
)]  # fmt: skip
MINUTES = {
    "pip install -U": "gets what is newest, which is another each day",
    "pip install tensorflow-cpu keras -e .": "gets half a gigabyte, into an environment of its own",
    "python docs/pages defects --newest": "asks what is newest, likewise",
    "python docs/pages defects": "runs every project whole; CI has its --check",
    "python docs/pages frameworks": "runs every framework whole",
    "python docs/pages scoreboard": "runs every adapter whole",
    "python docs/pages against-onnx": "runs every deviation on ONNX's tests",
    "python docs/pages kill-matrix": "runs every deviation on every golden; CI has its --check, which does it once",
    "python docs/pages speed": "measures for minutes, on a machine that is idle",
    **dict.fromkeys(MEASURED, "measures for minutes"),
    "python benchmarks/reference.py --check": "measures where nothing else runs: .ci/run does",
    "pip install -e '.[mutation]'": "is for what follows",
    "python benchmarks/mutation.py --sample 100 --seed 1": "runs the tests a hundred times",
    "python benchmarks/mutation.py --seed 1": "runs the tests a thousand times",
    "python benchmarks/mutation.py --module golden/store.py": "runs the tests a hundred times",
    "pytest tests/conformance/test_precision_styles.py --every-planted": "CI runs a sample of it",
    "pytest tests/golden/test_spellings.py --every-planted": "CI runs a sample of it",
    "pytest tests/conformance --every-planted": "CI runs a sample of it",
    "rnnspec check torch --case lstm --at n_a=1024,n_x=512,m=32,T_x=512": "takes half an hour, by the table below it",
    'rnnspec check --source kernel.c --build "make CFLAGS=-O0" -- ./kernel': "is of a program of one's own: tests/conformance/rebuild",
    "rnnspec check equinox --case gru_reset_after_backward/levels-short": "fails by the processor, and by how XLA optimises",
}
UNFIT = ["XLA miscompiles the gradient of a scanned GRU on the CPU"]  # as above
WRITTEN = "python docs/pages factors"  # what it writes is compared, below
SMALL = " --case lstm_cell_forward/generic"
# a command of a page as it is run: its names put in, one case in place of all; and its exit code
RUN: dict[str, tuple[str, int]] = {
    "rnnspec check NAME --at n_a=1024,m=32": ("rnnspec check reference --at n_a=1024,m=32 --case rnn_cell_forward", 0),
    "rnnspec check NAME --precision bf16": (f"rnnspec check reference --precision bf16{SMALL}", 0),
    "rnnspec check NAME --dtype DTYPE": (f"rnnspec check reference --dtype float32{SMALL}", 0),
    "rnnspec show OPERATION": ("rnnspec show lstm_forward", 0),
    "rnnspec list deviations": ("rnnspec list deviations", 0),
    "rnnspec check --isolate CANDIDATE": ("rnnspec check --isolate examples/fused_lstm.py --case lstm_forward/generic", 0),
    "rnnspec check -- ./program its arguments": ("rnnspec check --case sigmoid/generic -- ./program its arguments", 0),
    "rnnspec export DIR --case lstm_forward --dtype float32": ("rnnspec export DIR --case lstm_forward --dtype float32", 0),
    "rnnspec judge DIR": ("rnnspec judge DIR", 5),
    "rnnspec scoreboard docs/reports/*.json.gz -o DIR": ("rnnspec scoreboard docs/reports/onnx*.json.gz -o board", 0),
}  # fmt: skip


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def commands() -> list[str]:
    return [*dict.fromkeys(command for path in PAGES for command in COMMAND.findall(path.read_text(encoding="utf-8")))]


def in_ci(command: str) -> bool:
    """Whether it is a line of .ci/run, or a file of the tests, which are all run."""
    tests = re.fullmatch(r"pytest (tests/\S+\.py)", command)
    return (tests is not None and (ROOT / tests[1]).is_file()) or bool(
        re.search(rf"[ /]{re.escape(command)}$", RUN_OF_CI, re.MULTILINE)
    )


def of_frameworks() -> dict[str, list[str]]:
    """The commands of docs/defects.md that are about a framework's layers, by candidate."""
    found: dict[str, list[str]] = {}
    for command in COMMAND.findall(page("defects.md").partition("## Layers of frameworks")[2]):
        if command not in MINUTES:
            found.setdefault(command.split()[2], []).append(command)
    return found


def test_every_command_is_run_or_is_listed_as_one_of_minutes() -> None:
    recorded = {defects.command(defect["shown"]) for defect in defects.defects() if "shown" in defect}  # by --check
    alone = {command for group in of_frameworks().values() for command in group}
    left = [command for command in commands() if not in_ci(command) and command not in recorded | alone]

    assert sorted(left) == sorted({**MINUTES, **RUN, WRITTEN: ""})
    assert len(recorded) > 15
    assert in_ci("python docs/pages defects --check")
    assert not in_ci("python docs/pages")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the commands of pages can be pasted."""
    path = tmp_path_factory.mktemp("pasted")
    for name in ("examples", "docs"):
        (path / name).symlink_to(ROOT / name)
    (program,) = re.findall(r"^```python\n(.*?)^```", page("protocol.md"), re.DOTALL | re.MULTILINE)
    (path / "program").write_text(f"#!{sys.executable}\n{program}")
    (path / "program").chmod(0o755)
    return path


def pasted(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    line = line.replace("rnnspec ", f"{shlex.quote(sys.executable)} -m rnnspec ", 1)
    return subprocess.run(["bash", "-c", line], cwd=folder, capture_output=True, encoding="utf-8", check=False)


@pytest.mark.parametrize("command", [name for name in RUN if "DIR" not in name])
def test_a_command_of_seconds_runs_when_it_is_pasted(command: str, folder: Path) -> None:
    line, code = RUN[command]

    done = pasted(line, folder)

    assert (done.returncode, done.stderr.count("Error")) == (code, 0), done.stderr
    for word in ("conformant",) if " check " in line else ():
        assert word in done.stdout
    if "--dtype" in line:
        assert "closest to its budget: " in done.stdout


def test_a_board_is_written_of_the_reports_that_the_page_names(folder: Path) -> None:
    done = pasted(RUN["rnnspec scoreboard docs/reports/*.json.gz -o DIR"][0], folder)

    assert done.stdout == "board/index.html: 4 reports\n"


def test_what_is_exported_is_as_the_page_has_it_and_is_judged(folder: Path) -> None:
    (tree,) = re.findall(r"^```\n(DIR/.*?)^```", page("protocol.md"), re.DOTALL | re.MULTILINE)
    shown = [line.split()[0] for line in tree.splitlines()]

    exported, judged = (pasted(RUN[command][0], folder) for command in RUN if command.split()[1] in ("export", "judge"))

    assert exported.returncode == 0, exported.stderr
    assert len(shown) == 5
    assert [place for place in shown if not (folder / place).exists()] == []
    assert (judged.returncode, judged.stderr) == (5, "")
    wanted = json.loads((folder / "DIR/lstm_forward/generic/case.json").read_text())["results"]
    told = re.findall(r"(\w+)\.npy", tree.partition("yours: ")[2])
    assert told == [*wanted][: len(told)]


GROUPS = {"onnx": ["onnx", "onnxruntime"], "jax": ["flax_linen", "flax_nnx"], "keras_torch": [], "keras_jax": [], "tinygrad": []}  # fmt: skip
NEEDS = {"onnx": "onnxruntime", "jax": "flax", "keras_torch": "keras", "keras_jax": "keras", "tinygrad": "tinygrad"}
DRIVER = """
import contextlib, io, json, sys
from click.testing import CliRunner
given = json.load(sys.stdin)
said = []
for code in given["snippets"]:
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(code, {})
    said.append(out.getvalue())
from rnnspec.tools import main
codes = [CliRunner().invoke(main, command.split()[1:]).exit_code for command in given["commands"]]
print(json.dumps({"said": said, "codes": codes}))
"""


def snippets(candidates: list[str]) -> list[str]:
    return [
        str(reason["code"])
        for reason in frameworks.reasons()
        if "code" in reason and {*reason["candidates"]} & {*candidates} and reason["title"] not in UNFIT
    ]


def shown(code: str) -> list[str]:
    """What the comments behind its prints say that they print, as patterns: `…` stands for what varies, `;` ends it."""
    found = re.findall(r"^ *print\(.*\)  # (.*)$", code, re.MULTILINE)
    return [f"{line.partition(';')[0].replace('[', '[[]').replace('…', '*')}" for line in found]


@pytest.mark.parametrize("group", GROUPS)
def test_what_fails_in_a_framework_alone_prints_what_is_shown_and_its_case_fails(group: str) -> None:
    if not MUST and find_spec(NEEDS[group]) is None:
        pytest.skip(f"no {NEEDS[group]}")
    names = GROUPS[group] or [group]
    asked = [command for name in names for command in of_frameworks()[name]]
    codes = snippets(names if group != "keras_jax" else [])  # which has that of keras_torch
    given = json.dumps({"snippets": codes, "commands": asked})
    environment = {"DEV": "PYTHON"} if group == "tinygrad" else {}

    done = subprocess.run(
        [sys.executable, "-c", DRIVER],
        input=given,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr[-2000:]
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert told["codes"] == [1] * len(asked)
    assert len(asked) >= 1
    for code, said in zip(codes, told["said"], strict=True):
        patterns, lines = shown(code), said.splitlines()
        assert len(lines) == len(patterns) > 0
        assert [line for line, want in zip(lines, patterns, strict=True) if not fnmatchcase(line, want)] == []


def test_every_reproduction_is_run_but_what_is_listed() -> None:
    run = [code for group, names in GROUPS.items() for code in snippets(names or [group])]
    all_of_them = [reason for reason in frameworks.reasons() if "code" in reason]

    assert {*run} == {reason["code"] for reason in all_of_them if reason["title"] not in UNFIT}
    assert [reason["title"] for reason in all_of_them if reason["title"] in UNFIT] == UNFIT
    assert {*of_frameworks()} == {name for group, names in GROUPS.items() for name in names or [group]}


def test_what_a_comment_says_is_held_to_what_is_printed() -> None:
    (want,) = shown("print(x)  # [0. 2.8…]; not 1\n")

    assert fnmatchcase("[0. 2.85]", want)
    assert not fnmatchcase("[0. 2.7]", want)
    assert not fnmatchcase("0", want)


def test_pages_are_what_is_written_of_what_is_stored() -> None:
    stored = json.loads(frameworks.STORED.read_text(encoding="utf-8"))

    assert page("factors.md") == factors.page()
    assert page("frameworks.md") == frameworks.page(stored, frameworks.reasons())
    assert page("defects.md") == "\n".join(defects.page()).rstrip() + "\n"


def test_shares_that_are_told_are_those_of_the_reports() -> None:
    rows = re.findall(r"^\| `(reference|torch)`.* \| \d+ \| ([\d.]+) \| ([\d.]+) \|$", page("budget.md"), re.MULTILINE)

    assert [row[0] for row in rows] == ["reference", "torch"]
    for name, *shares in rows:
        reports = [Report.load(DOCS / f"reports/{name}-{dtype}.json.gz") for dtype in ("float64", "float32")]
        assert [f"{report.closest.worst:.2g}" for report in reports if report.closest] == shares
