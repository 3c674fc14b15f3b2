"""Provenance: which edit of the code or of an idea costs which cases a proof; and evidence, on which a verdict rests."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from rnnspec.golden import cases
from rnnspec.golden.case import CASES, Case
from rnnspec.golden.digests import evidence, overall
from rnnspec.golden.entry import Entry
from rnnspec.golden.recipe import home, recipe

ROOT = Path(__file__).resolve().parents[2]
Recipes = dict[str, str]
Edit = tuple[str, str, str]  # a file, what stands in it once, what is to stand there
# prints the recipes of every case in the copy that stands beside it, and then those after each edit by itself
IN_A_COPY = """
import importlib, json, sys
from pathlib import Path
import rnnspec
from rnnspec.golden import recipe
from rnnspec.golden.case import CASES

root = Path(rnnspec.__file__).parent
assert root.parent == Path(sys.argv[1]), root
def recipes():
    recipe.digest_of.cache_clear()
    return {id: recipe.recipe(case) for id, case in CASES.items()}
found = [recipes()]
for file, old, new in json.load(sys.stdin):
    text = (root / file).read_text(encoding="utf-8")
    assert text.count(old) == 1, (file, old)
    (root / file).write_text(text.replace(old, new), encoding="utf-8")
    found.append(recipes())
    (root / file).write_text(text, encoding="utf-8")
json.dump(found, sys.stdout)
"""


def copied(folder: Path) -> Path:
    """The package's code as it lies when it is installed, without goldens."""
    package = folder / "rnnspec"
    shutil.copytree(ROOT / "api", package)
    for layer in ("reference", "golden"):
        shutil.copytree(ROOT / layer, package / layer, ignore=shutil.ignore_patterns("fixtures", "__pycache__"))
    return package


def recipes(folder: Path, edits: list[Edit]) -> list[Recipes]:
    command = [sys.executable, "-P", "-c", IN_A_COPY, str(folder)]
    done = subprocess.run(
        command, input=json.dumps(edits), env={"PYTHONPATH": str(folder)}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    found: list[Recipes] = json.loads(done.stdout)
    return found


@cache
def here() -> Recipes:
    return {name: recipe(case) for name, case in CASES.items()}


def test_every_goldens_recipe_is_that_of_this_code() -> None:
    stale = sorted(entry.id for entry in cases() if entry.recipe != here().get(entry.id))

    assert stale == [], "`rnnspec regenerate` proves these anew"


HOMES = sorted({home(case.operation).rpartition(".")[2] for case in CASES.values()})
ALL = {*HOMES}
LSTMS = {name for name in HOMES if name.startswith("lstm")}
GRUS = {"gru", "gru_reset_after"}
LINE = "\nADDED = 1\n"
# an edit, and the modules of operations whose goldens it costs
EDITS: dict[str, tuple[Edit, set[str]]] = {
    "a comment": (("reference/unroll.py", "\nimport numpy as np\n", "\nimport numpy as np  # the one\n\n\n# more\n"), set()),
    "a module's docstring": (("reference/unroll.py", '"""The time loop, written once', '"""The loop, once'), set()),
    "a function's docstring": (("golden/digests.py", '"""Of the contents: ', '"""Of what is in it: '), set()),
    "a function's first docstring": (("reference/families/gru.py", "    (a_prev,) = state\n", '    """One step."""\n    (a_prev,) = state\n'), set()),
    "another layout of the code": (("golden/proof.py", "FIRST_PRECISION, LAST_PRECISION = 128, 16384", "FIRST_PRECISION, LAST_PRECISION = (\n    128,\n    16384,\n)"), set()),
    "an equation of the GRU": (("reference/families/gru.py", "u * n + (1 - u) * a_prev", "(1 - u) * n + u * a_prev"), {*GRUS, "network"}),
    "the order of two factors": (("reference/families/gru.py", "u * n + (1 - u) * a_prev", "n * u + (1 - u) * a_prev"), {*GRUS, "network"}),
    "one function for another of its module": (("reference/families/gru.py", "n = tanh(affine(", "n = sigmoid(affine("), {*GRUS, "network"}),
    "another function by the same name": (("reference/families/gru_reset_after.py", "import affine, affine_backward\n", "import affine_backward as affine, affine as affine_backward\n"), {"gru_reset_after", "network"}),
    "another package's function by the same name": (("golden/patterns.py", "from hashlib import blake2b\n", "from hashlib import blake2s as blake2b\n"), ALL),
    "an argument more": (("reference/families/lstm_peephole.py", "\nFAMILY = Family(\n", "\nFAMILY = Family(\n    head=(),\n"), {"lstm_peephole", "network"}),
    "the GRU with a reset after the product": (("reference/families/gru_reset_after.py", "\nFAMILY = ", f"{LINE}\nFAMILY = "), {"gru_reset_after", "network"}),
    "the RNN": (("reference/families/rnn.py", "\nFAMILY = ", f"{LINE}\nFAMILY = "), {"rnn", "rnn_relu", "network"}),
    "the LSTM": (("reference/families/lstm.py", "\nFAMILY = ", f"{LINE}\nFAMILY = "), {*LSTMS, *GRUS, "network"}),
    "sigmoid and softmax by themselves": (("reference/elementwise.py", "\nSIGMOID = ", f"{LINE}\nSIGMOID = "), {"elementwise"}),
    "networks": (("reference/network.py", "\nimport numpy as np\n", f"\nimport numpy as np\n{LINE}"), {"network"}),
    "the loop over time": (("reference/unroll.py", "\nimport numpy as np\n", f"\nimport numpy as np\n{LINE}"), ALL - {"elementwise", "containers"}),
    "the making of an entry": (("golden/regenerate.py", "seed=seed_of(case)", "seed=seed_of(case) + 1"), ALL),
    "the proof": (("golden/proof.py", "LAST_PRECISION = 128, 16384", "LAST_PRECISION = 256, 16384"), ALL),
    "what is drawn": (("golden/patterns.py", '"data": (1, 7)', '"data": (1, 6)'), ALL),
    "what is refused": (("golden/refusal.py", "FIRST_ORDER_ENDS = 0.1", "FIRST_ORDER_ENDS = 0.2"), ALL),
    **{f"arithmetic: {name}": ((f"reference/arithmetics/{name}.py", "\nimport numpy as np\n", f"\nimport numpy as np\n{LINE}"), ALL)
       for name in ("ball", "dual", "noise", "local_model", "source", "primitives")},
    "how goldens are stored": (("golden/store.py", "HEADER = 4096", "HEADER = 8192"), set()),
    "how goldens are verified": (("golden/verify.py", ": is not in the manifest", ": is unlisted"), set()),
}  # fmt: skip


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> list[Recipes]:
    folder = tmp_path_factory.mktemp("copy")
    copied(folder)
    return recipes(folder, [edit for edit, _ in EDITS.values()])


def test_a_recipe_is_the_same_wherever_the_package_lies(edited: list[Recipes]) -> None:
    assert edited[0] == here()


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_costs_what_runs_through_it_and_nothing_else(edited: list[Recipes], name: str) -> None:
    after = edited[1 + list(EDITS).index(name)]

    changed = {id for id in after if after[id] != edited[0][id]}

    affected = EDITS[name][1]
    assert changed == {id for id, case in CASES.items() if home(case.operation).rpartition(".")[2] in affected}


def test_a_renamed_file_costs_nothing(tmp_path: Path) -> None:
    package = copied(tmp_path)
    for old, new, room in (("unroll", "loop", "reference"), ("refusal", "unfit", "golden")):
        next(package.rglob(f"{old}.py")).rename(package / room / f"{new}.py")
        for path in package.rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            path.write_text(re.sub(rf"\b{old}(?=\.| import|$)", new, text, flags=re.MULTILINE), encoding="utf-8")

    assert recipes(tmp_path, []) == [here()]


def test_a_changed_idea_costs_its_own_cases_and_a_new_one_none(tmp_path: Path) -> None:
    path = copied(tmp_path) / "golden" / "ideas" / "layers.py"
    text = path.read_text(encoding="utf-8")
    idea = 'Idea("wide-input", "n_x > n_a, every length differs", _dims(7, 3, 5, 4, 2)),'
    assert text.count(idea) == 1
    added = f"{idea.replace('7', '9')} {idea.replace('wide-input', 'generic-2')}"
    with_two = text.replace(idea, added).replace('"generic", "wide-input"', '"generic", "generic-2", "wide-input"', 1)
    path.write_text(with_two, encoding="utf-8")

    (found,) = recipes(tmp_path, [])

    assert {id for id in found if found[id] != here().get(id)} == {
        id for id in found if id.endswith(("/wide-input", "/generic-2")) and "_network_" not in id
    }
    assert {*found} - {*here()} == {id for id in found if id.endswith("/generic-2")} != set()


def other(**changes: Any) -> Callable[[Case], Case]:
    return lambda case: replace(case, idea=replace(case.idea, **changes))


@pytest.mark.parametrize(
    "change",
    [other(shows="x"), other(labels=("tiny",)), other(options=("c0",)), other(lengths=(1,)), other(values={"x": 1})],
    ids=["shows", "labels", "options", "lengths", "values"],
)
def test_whatever_an_idea_says_is_in_its_recipe(change: Callable[[Case], Case]) -> None:
    case = CASES["lstm_forward/generic"]

    assert recipe(change(case)) != recipe(case)


def test_the_dtypes_that_a_case_claims_are_in_its_recipe(monkeypatch: pytest.MonkeyPatch) -> None:
    before = recipe(CASES["lstm_forward/generic"])

    monkeypatch.setattr(Case, "dtypes", ["float64"])  # the code that says so is in a list, which is not followed

    assert recipe(CASES["lstm_forward/generic"]) != before


DECIDES = {
    "digest": "0" * 32,
    "dims": {"n_x": 4},
    "features": ["c0"],
    "dtypes": ["float64"],
    "bits": 0,  # exact: no bit may differ
    "id": "lstm_forward/another",
}
DECIDES_NOTHING: dict[str, Any] = {
    "shows": "another text",
    "labels": ["tiny"],
    "seed": 7,
    "bits": 512,
    "corroborated": [],
    "recipe": "0" * 16,
    "refused": {"float16": "no reason"},
    "provenance": "0" * 32,
}


def generic() -> Entry:
    return next(entry for entry in cases() if entry.id == "lstm_forward/generic")


def test_an_entrys_evidence_is_that_of_its_fields() -> None:
    assert [entry.id for entry in cases() if entry.evidence != evidence(entry)] == []


@pytest.mark.parametrize("field", DECIDES)
def test_evidence_moves_with_what_decides_a_verdict(field: str) -> None:
    assert evidence(replace(generic(), **{field: DECIDES[field]})) != generic().evidence


@pytest.mark.parametrize("field", DECIDES_NOTHING)
def test_evidence_does_not_move_with_what_decides_none(field: str) -> None:
    assert evidence(replace(generic(), **{field: DECIDES_NOTHING[field]})) == generic().evidence


def test_the_digest_of_all_is_that_of_the_evidence_alone() -> None:
    entries = list(cases())
    retold = [replace(entry, shows="x", labels=[], provenance="") for entry in reversed(entries)]
    moved = [replace(entries[0], evidence="0" * 32), *entries[1:]]

    assert overall(retold) == overall(entries)
    assert overall(moved) != overall(entries) != overall(entries[1:])
