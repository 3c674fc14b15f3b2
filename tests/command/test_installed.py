"""The package as it is shipped: from a zip, and without a line of source; what importing it costs."""

import compileall
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from rnnspec.golden import FOLDER

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("numpy", "click", "rich", "flint", "rnnspec.golden", "rnnspec.reference", "rnnspec.conformance.checking")
EXPLAINS = """
import json, sys
import rnnspec
from rnnspec.conformance.deviations.text import text_of
report = rnnspec.check("notebook", cases=["softmax", "lstm_forward"], goldens=sys.argv[1])
named = [e.deviations for e in report.explanations]
print(json.dumps([rnnspec.__file__, named, text_of("rnnspec.reference.families.lstm")[:40]]))
"""


VERBS = {
    ("check", "notebook", "--case", "softmax"): 1,
    ("check", "reference", "--case", "softmax", "--isolate"): 0,
    ("show", "softmax-over-everything"): 0,
    ("list", "deviations"): 0,
    ("verify",): 0,
    ("cite",): 0,
    ("regenerate",): 2,
    ("regenerate", "--check", "--workers", "1"): 2,
}


def verb(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The command of a package in this folder, with the goldens of the repository."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    goldens = [] if words[0] == "list" else ["--goldens", str(folder / "goldens")]
    if not (folder / "goldens").exists():
        shutil.copytree(FOLDER, folder / "goldens")
    command = [sys.executable, "-m", "rnnspec", *words, *goldens]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a wheel holds, in a folder."""
    folder = tmp_path_factory.mktemp("shipped")
    build = [sys.executable, "setup.py", "-q", "build", "--build-base", str(folder / "base"), "--build-lib"]
    subprocess.run([*build, str(folder / "lib")], cwd=ROOT, check=True, capture_output=True)
    return folder / "lib"


def python(*arguments: str, path: Path, folder: Path) -> str:
    environment = {**os.environ, "PYTHONPATH": str(path), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, *arguments]
    result = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return result.stdout


def zipped(shipped: Path, folder: Path) -> Path:
    archive = folder / "rnnspec.zip"
    with zipfile.ZipFile(archive, "w") as held:
        for path in sorted(shipped.rglob("*.py")) + sorted(shipped.rglob("*.json")):
            held.write(path, path.relative_to(shipped))
    return archive


ISOLATED = (("reference", "--isolate"), ("--", "true"))


@pytest.mark.parametrize("words", ISOLATED, ids=" ".join)
def test_a_zip_says_that_it_starts_no_other_process(words: tuple[str, ...], shipped: Path, tmp_path: Path) -> None:
    archive = zipped(shipped, tmp_path)
    shutil.copytree(FOLDER, tmp_path / "goldens")
    goldens = ("--goldens", str(tmp_path / "goldens"))
    command = [sys.executable, "-m", "rnnspec", "check", *goldens, "--case", "softmax", *words]
    environment = {**os.environ, "PYTHONPATH": str(archive), "PYTHONDONTWRITEBYTECODE": "1"}

    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)

    name = words[0] if words[0] != "--" else words[1]
    want = f"{name} did not start: rnnspec lies in {archive}, which holds no file that can be run: install it"
    assert (done.returncode, done.stderr) == (3, f"Error: {want}\n")


def test_a_bug_is_named_from_a_zip(shipped: Path, tmp_path: Path) -> None:
    archive = zipped(shipped, tmp_path)

    found, named, text = json.loads(python("-c", EXPLAINS, str(FOLDER), path=archive, folder=tmp_path))

    assert found.startswith(str(archive))
    assert named == [["softmax-over-everything"], ["sigmoid-summed", "softmax-over-everything", "c-aliases-a"]]
    assert text.startswith('"""Long short-term memory')


def test_a_bug_is_named_where_there_is_only_bytecode(shipped: Path, tmp_path: Path) -> None:
    for path in sorted(shipped.rglob("*.py")):
        target = tmp_path / path.relative_to(shipped).with_suffix(".pyc")
        target.parent.mkdir(parents=True, exist_ok=True)
        compileall.compile_file(path, ddir="", force=True, legacy=True, quiet=1)
        path.with_suffix(".pyc").rename(target)
    for path in [*shipped.rglob("*.json"), *shipped.rglob("*.cff")]:
        target = tmp_path / path.relative_to(shipped)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())

    found, named, text = json.loads(python("-c", EXPLAINS, str(FOLDER), path=tmp_path, folder=tmp_path))
    said = {words: verb(tmp_path, *words) for words in VERBS}

    assert [words for words, done in said.items() if "Traceback" in done.stderr] == []
    assert {words: done.returncode for words, done in said.items()} == VERBS
    assert said[("regenerate",)].stderr.endswith(
        "its source is needed to tell what a golden was made by, and this install has none\n"
    )
    assert said[("regenerate",)].stderr.count("\n") == 1
    assert found == str(tmp_path / "rnnspec" / "__init__.pyc")
    assert named == [["softmax-over-everything"], ["sigmoid-summed", "softmax-over-everything", "c-aliases-a"]]
    assert text.startswith('"""Long short-term memory')


def test_what_is_shipped_is_the_reference_as_it_stands(shipped: Path) -> None:
    texts = json.loads((shipped / "rnnspec/conformance/deviations/reference.json").read_text(encoding="utf-8"))

    here = {path.read_text(encoding="utf-8") for path in (ROOT / "reference").rglob("*.py")}
    assert set(texts.values()) == here
    assert "rnnspec.reference" in texts


@pytest.mark.parametrize("module", ["rnnspec", "rnnspec.conformance", "rnnspec.conformance.plugin"])
def test_importing_costs_nothing(module: str, tmp_path: Path) -> None:
    code = f"import sys, {module}\nprint(sorted(set({HEAVY!r}) & set(sys.modules)))"

    assert python("-c", code, path=tmp_path, folder=tmp_path) == "[]\n"


def test_the_package_runs_as_a_module(tmp_path: Path) -> None:
    assert "0.2" in python("-m", "rnnspec", "--version", path=tmp_path, folder=tmp_path)


def test_every_name_of_the_package_can_be_had(tmp_path: Path) -> None:
    code = "import rnnspec; [getattr(rnnspec, name) for name in rnnspec.__all__]; print(set(rnnspec.__all__) <= set(dir(rnnspec)))"

    assert python("-c", code, path=tmp_path, folder=tmp_path) == "True\n"
