"""What lies beside a candidate is the candidate's alone: it stands in for nothing that the kit imports, early or late."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

BIN = Path(sys.executable).parent
RIGHT = "import numpy as np\nfrom layers import half\ndef sigmoid(x):\n    return half(1 + np.tanh(half(x)))\n"
HALF = "def half(x):\n    return 0.5 * x\n"
# imported early or late, by the kit or by what it needs; and two that only the candidate needs
SHADOWS = (
    "numpy",
    "struct",
    "random",
    "rich",
    "jsonschema",
    "click",
    "difflib",
    "tempfile",
    "threadpoolctl",
    "secrets",
)
SHADOWS += ("pytest_regressions", "yaml", "attr", "xml", "cmath", "statistics", "numbers", "platform")
KNOWN = '{"failing": {}}'


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "mine.py").write_text(RIGHT)
    (tmp_path / "layers.py").write_text(HALF)
    (tmp_path / "known.json").write_text(KNOWN)
    return tmp_path


OTHERS = ("-p", "no:jaxtyping")  # plugins that import NumPy before any of ours may run


def shadowed(folder: Path) -> None:
    for name in SHADOWS:
        (folder / f"{name}.py").write_text("raise RuntimeError('a shadow')\n")
    for name in ("rnnspec", "rich", "scipy"):
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text("raise RuntimeError('a shadow')\n")


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, cwd=folder, env={**os.environ}, capture_output=True, text=True, check=False)


WAYS = {"a file": ("mine.py",), "a module": ("mine",), "isolated": ("mine.py", "--isolate")}


@pytest.mark.parametrize("words", WAYS.values(), ids=WAYS)
def test_no_file_beside_a_candidate_shadows_the_kits_imports(here: Path, words: tuple[str, ...]) -> None:
    shadowed(here)
    more = ("--known-failing", "known.json", "--baseline", "kept", "--json", "report.json")

    done = run(here, str(BIN / "rnnspec"), "check", *words, *more)

    assert done.returncode == 0, done.stderr
    assert f"{words[0]} is conformant" in done.stdout


@pytest.mark.parametrize("words", [(), ("--rnnspec-isolate",)], ids=["here", "isolated"])
def test_nor_does_it_in_pytest(here: Path, words: tuple[str, ...]) -> None:
    shadowed(here)

    done = run(
        here, str(BIN / "pytest"), "-q", "--pyargs", "rnnspec.conformance", "--rnnspec-candidate", "mine.py", *words
    )

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    assert " passed" in done.stdout


@pytest.mark.parametrize(
    "words",
    [
        ("-m", "rnnspec", "check", "mine.py"),
        ("-m", "pytest", "-q", *OTHERS, "--pyargs", "rnnspec.conformance", "--rnnspec-candidate", "mine"),
    ],
    ids=["rnnspec", "pytest"],
)
def test_nor_where_python_itself_has_the_folder_in_its_path(here: Path, words: tuple[str, ...]) -> None:
    for name in ("numpy", "threadpoolctl", "jsonschema"):
        (here / f"{name}.py").write_text("raise RuntimeError('a shadow')\n")

    done = run(here, sys.executable, *words)

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr


NAMED = {
    "numpy": ("numpy", ()),
    "isolated": ("numpy", ("--isolate",)),
    "random": ("random", ()),
    "struct": ("struct", ()),
    "rnnspec": ("rnnspec", ()),
}


@pytest.mark.sampled("named", {"numpy": NAMED["numpy"], "isolated": NAMED["isolated"]}, NAMED)
def test_a_candidate_may_have_any_name_and_is_blamed_by_it(here: Path, named: tuple[str, tuple[str, ...]]) -> None:
    name, isolate = named
    path = here / f"{name}.py"
    path.write_text(RIGHT)
    right = run(here, str(BIN / "rnnspec"), "check", path.name, "--json", "report.json", *isolate)
    path.write_text(RIGHT.replace("1 +", "2 +"))
    wrong = run(here, str(BIN / "rnnspec"), "check", path.name, *isolate)
    path.write_text("def sigmoid(x):\n    return 1 / 0\n")
    raising = run(here, str(BIN / "rnnspec"), "check", path.name, *isolate)

    assert (right.returncode, wrong.returncode, raising.returncode) == (0, 1, 1), right.stderr + wrong.stderr
    assert f"{path.name} is conformant" in " ".join(right.stdout.split())
    assert f"{path.name} is not conformant" in " ".join(wrong.stdout.split())
    assert f"ZeroDivisionError: division by zero ({path.name}, line 2)" in " ".join(raising.stdout.split())


def test_a_candidate_that_wants_its_own_is_told_to_rename_it(here: Path) -> None:
    (here / "random.py").write_text(HALF)
    (here / "mine.py").write_text(RIGHT.replace("layers", "random"))

    done = run(here, str(BIN / "rnnspec"), "check", "mine.py")

    assert done.returncode == 3
    assert done.stderr.startswith("Error: mine.py did not start: ImportError: cannot import name 'half' from 'random'")
    assert done.stderr.endswith(
        "; random beside it was passed over for the module that has this name everywhere: rename it\n"
    )
    assert done.stderr.count("\n") == 1


def test_a_module_that_has_the_name_of_another_is_asked_for_as_a_file(here: Path) -> None:
    (here / "random.py").write_text(RIGHT)

    done = run(here, str(BIN / "rnnspec"), "check", "random")

    assert done.returncode == 2
    assert (
        done.stderr
        == "Error: random is a module that Python or rnnspec needs; for the one beside, give its file: random.py\n"
    )


def test_a_candidates_neighbours_come_before_what_is_installed(here: Path) -> None:
    (here / "hypothesis.py").write_text(HALF)  # installed, but nothing that the kit needs
    (here / "mine.py").write_text(RIGHT.replace("layers", "hypothesis"))

    assert run(here, str(BIN / "rnnspec"), "check", "mine.py").returncode == 0
