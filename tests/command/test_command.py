"""`rnnspec check` as a person or a script calls it: candidates, exit codes, reports."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from planted.fakes import all_ids, beyond
from rnnspec.conformance import check
from rnnspec.tools import main

MINE = """import numpy as np

def sigmoid(x):
    return 0.5 * (1 + np.tanh(0.5 * x))

def rnn_cell_forward(xt, a_prev, p):
    a_next = np.tanh(p["Wax"] @ xt + p["Waa"] @ a_prev + p["ba"])
    z = p["Wya"] @ a_next + p["by"]
    e = np.exp(z - z.max(axis=0))
    return a_next, e / e.sum(axis=0), None
"""
FILES = {
    "mine.py": MINE,
    "pkg/__init__.py": "",
    "pkg/layers.py": MINE,
    "deep/er/own.py": "from beside import *\n",
    "deep/er/beside.py": MINE,
    "holder.py": f"{MINE}\nclass Layer:\n    sigmoid = staticmethod(sigmoid)\n\nlayer = Layer()\n",
    "raises.py": "raise RuntimeError('no luck')\n",
    "wrong_syntax.py": "\n\ndef sigmoid(:\n",
    "missing.py": "import no_such_package\n",
    "leaves.py": "import sys\nsys.exit(0)\n",
    "nothing.py": "x = 1\n",
    "noisy.py": f"{MINE}\nprint('at import')\ndef sigmoid(x):\n    print('in a call')\n    return 0.5 * (1 + np.tanh(0.5 * x))\n",
    "raw.py": "import os, numpy\ndef sigmoid(x):\n    os.write(1, b'raw')\n    return x\n",
    "odd.py": "def sigmoid(x):\n    raise ValueError('\\udcff')\n",
}
# the same start as the command's, where neither package of the extras can be imported
WITHOUT_EXTRAS = """
import sys
sys.modules["flint"] = sys.modules["torch"] = None
from rnnspec.tools import main
main(prog_name="rnnspec")
"""
Done = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    here = tmp_path_factory.mktemp("project")
    for name, text in FILES.items():
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).write_text(text, encoding="utf-8")
    return here


def rnnspec(folder: Path, *arguments: str, start: tuple[str, ...] = (), **environment: str) -> Done:
    """The installed command in a process of its own: candidates are imported there and not here."""
    command = start or (str(Path(sys.executable).with_name("rnnspec")),)
    plain = {name: value for name, value in os.environ.items() if name not in ("FORCE_COLOR", "PYTHONWARNINGS")}
    env = {**plain, "PYTHONUTF8": "1", **environment}
    done = subprocess.run(
        [*command, *arguments], cwd=folder, env=env, capture_output=True, text=True, encoding="utf-8", errors="replace"
    )
    assert "Traceback" not in done.stderr
    return done


def within(*arguments: str) -> Result:
    """The command in this process, for candidates that are here anyway."""
    result = CliRunner().invoke(main, arguments, prog_name="rnnspec", env={"FORCE_COLOR": None})
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


@pytest.mark.parametrize(
    "candidate",
    [
        "mine",
        "mine.py",
        "./mine.py",
        "pkg.layers",
        "pkg/layers.py",
        "deep/er/own.py",
        "holder:layer",
        "holder.py:Layer",
    ],
)
def test_a_candidate_can_be_a_module_an_object_or_a_file(folder: Path, candidate: str) -> None:
    done = rnnspec(folder, "check", candidate, "--case", "sigmoid")

    assert done.returncode == 0, done.stderr
    assert f"{candidate} is conformant [float64]: " in done.stdout


def test_a_candidate_can_be_an_absolute_path(folder: Path) -> None:
    done = rnnspec(folder.parent, "check", str(folder / "deep" / "er" / "own.py"))

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "arguments", [("reference", "--case", "lstm_network_backward"), ("reference",), ("reference", "--dtype", "float32")]
)
def test_the_reference_is_conformant(arguments: tuple[str, ...]) -> None:
    result = within("check", *arguments)

    assert result.exit_code == 0
    assert "reference is conformant" in result.stdout
    left = [] if "--case" in arguments else [str(len(beyond(all_ids())))]
    assert re.findall(r"(\d+) not tested", " ".join(result.stdout.split())) == left


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("check", "no_such"), "no candidate 'no_such'"),
        (("check", "no_such.py"), "no_such.py: no such file"),
        (("check", "numpy:no_such"), "numpy has no 'no_such'"),
        (("check", "reference", "--case", "lstm_forward/genric"), "did you mean lstm_forward/generic"),
        (("check", "reference", "--case", "lstm_foward"), "did you mean lstm_forward"),
        (("check", "reference", "--dtype", "float8"), "'float8' is not one of"),
        (("check", "reference", "--case", "sigmoid/zero", "--json", "no/such/folder.json"), "cannot be written"),
        (("check", "--goldens", "no/such/folder"), "does not exist"),
        (("show", "lstm_foward"), "did you mean lstm_forward"),
        (("show", "no-da-cary"), "did you mean no-da-carry"),
        (("show", "zzz"), "`rnnspec list operations|families|cases|properties|deviations` names all"),
        (("list", "nothing"), "'nothing' is not one of"),
        (("list", "deviatons"), "; did you mean deviations"),
        (("nothing",), "No such command 'nothing'"),
    ],
)
def test_a_wrong_call_ends_with_2_and_a_hint(arguments: tuple[str, ...], says: str) -> None:
    result = within(*arguments)

    assert result.exit_code == 2
    assert says in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("candidate", "says"),
    [
        ("raises.py", "raises.py did not start: RuntimeError: no luck (raises.py, line 1)"),
        ("raises", "raises did not start: RuntimeError: no luck (raises.py, line 1)"),
        ("wrong_syntax.py", "wrong_syntax.py did not start: SyntaxError: "),
        ("missing.py", "missing.py did not start: it needs no_such_package, which is not installed"),
        ("missing", "missing did not start: it needs no_such_package, which is not installed"),
        ("leaves.py", "leaves.py did not start: SystemExit: 0 (leaves.py, line 2)"),
    ],
    ids=["raises", "raises-as-module", "syntax", "import", "import-as-module", "exits"],
)
def test_a_candidate_that_does_not_start_ends_with_3(folder: Path, candidate: str, says: str) -> None:
    done = rnnspec(folder, "check", candidate)

    assert done.returncode == 3
    assert done.stderr.startswith(f"Error: {says}")
    assert "importlib" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("arguments", [("nothing.py",), ("notebook", "--case", "lstm_backward")])
def test_nothing_tested_ends_with_5(folder: Path, arguments: tuple[str, ...]) -> None:
    done = rnnspec(folder, "check", *arguments)

    assert done.returncode == 5
    assert "nothing tested" in done.stdout


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        (["rnn_forward/generic"], ["rnn_forward/generic"]),
        (["rnn_forward/property/split-sequence"], ["rnn_forward/property/split-sequence"]),
        (["sigmoid/zero", "softmax/zero"], ["sigmoid/zero", "softmax/zero"]),
        (["softmax"], [outcome.id for outcome in check("reference", cases=("softmax",)).cases]),
    ],
    ids=["case", "property", "two", "operation"],
)
def test_a_check_can_be_limited(asked: list[str], ids: list[str]) -> None:
    result = within("check", "reference", *(word for name in asked for word in ("--case", name)), "--json", "-")

    assert [case["id"] for case in json.loads(result.stdout)["cases"]] == ids


def test_a_report_can_be_written_to_a_file(tmp_path: Path) -> None:
    result = within("check", "notebook", "--case", "softmax", "--json", str(tmp_path / "report.json"))

    assert result.exit_code == 1
    assert "notebook is not conformant" in result.stdout
    written = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert written["record"] == {"problems": [], "notes": [], "excused": False}  # no list, no baseline
    assert written == check("notebook", cases=("softmax",)).as_json()
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


def test_a_report_that_holds_what_is_no_unicode_can_be_written(folder: Path, tmp_path: Path) -> None:
    done = rnnspec(folder, "check", "odd.py", "--case", "sigmoid/zero", "--json", str(tmp_path / "report.json"))

    assert done.returncode == 1
    assert json.loads((tmp_path / "report.json").read_bytes())["totals"]["error"] == 1


@pytest.mark.parametrize(("candidate", "prints"), [("noisy.py", "in a call"), ("raw.py", "raw")])
def test_what_a_candidate_prints_stays_out_of_the_report(folder: Path, candidate: str, prints: str) -> None:
    done = rnnspec(folder, "check", candidate, "--case", "sigmoid", "--json", "-")

    assert json.loads(done.stdout)["candidate"]["name"] == candidate
    assert prints in done.stderr


def test_the_version_is_that_of_the_package(folder: Path) -> None:
    done = rnnspec(folder, "--version")

    assert done.stdout == f"rnnspec, version {check('reference', cases=('sigmoid',)).as_json()['rnnspec']}\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shell_completion_is_offered(folder: Path, shell: str) -> None:
    done = rnnspec(folder, _RNNSPEC_COMPLETE=f"{shell}_source")

    assert done.returncode == 0
    assert "_rnnspec_completion" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("regenerate", "--check"), 2, "pip install 'rnnspec[regenerate]'"),
        (("check", "torch"), 3, "it needs torch, which is not installed"),
        (("check", "reference", "--case", "pad_sequence", "--case", "gru_backward"), 0, "reference is conformant"),
        (("verify",), 0, "goldens are what their manifest says"),
    ],
)
def test_without_the_extras_only_what_needs_them_is_missing(
    folder: Path, arguments: tuple[str, ...], code: int, says: str
) -> None:
    done = rnnspec(folder, *arguments, start=(sys.executable, "-c", WITHOUT_EXTRAS))

    assert done.returncode == code
    assert says in done.stdout + done.stderr
