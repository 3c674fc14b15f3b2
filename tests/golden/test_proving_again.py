"""Proving a case again: one ulp in any output shows, and what was made by the same code is passed over."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from planted.goldens import altered, committed
from rnnspec.golden import Entry, cases, manifest, recipe, store
from rnnspec.golden.case import CASES
from rnnspec.golden.digests import sealed, told
from rnnspec.golden.making import executor, make_all
from rnnspec.golden.regenerate import Made
from rnnspec.golden.replacing import changes, write
from rnnspec.golden.verify import problems
from rnnspec.reference import OPERATIONS
from rnnspec.tools import main


def smallest() -> list[Entry]:
    """One case an operation, each proven in little time."""
    ordered = sorted(cases(), key=lambda entry: -sum(np.prod(shape) for shape, _ in entry.shapes().values()))
    return [*{entry.operation.name: entry for entry in ordered if "symmetric" not in entry.labels}.values()]


def test_one_ulp_in_any_output_of_any_operation_shows_and_else_nothing(tmp_path: Path) -> None:
    with executor(2) as pool:
        proven = {fresh.entry.id: fresh for fresh in make_all([entry.id for entry in smallest()], pool)}
    outputs = [(name, key) for name, fresh in proven.items() for key in fresh.arrays if key.startswith("outputs/")]
    write(tmp_path / "right", {entry.id: committed(entry) for entry in smallest()})

    assert {name.partition("/")[0] for name in proven} == set(OPERATIONS)
    assert changes(tmp_path / "right", proven) == []
    for element in (0, -1):
        folder = tmp_path / f"off at {element}"
        write(folder, {entry.id: with_outputs_off(committed(entry), element) for entry in smallest()})
        said = changes(folder, proven)

        assert list(problems(folder)) == []  # the manifest fits: only the proof can tell
        assert len(said) == len(outputs)
        for name, key in outputs:
            assert any(line.startswith(f"{name}: {key} differs in 1 of ") for line in said), (name, key)


def with_outputs_off(made: Made, element: int) -> Made:
    for key in [key for key in made.arrays if key.startswith("outputs/")]:
        made = altered(made, key, lambda array: one_off(array, element))
    return made


def one_off(array: np.ndarray, element: int) -> np.ndarray:
    if array.dtype.kind == "i":
        array.flat[element] += 1
    else:
        array.flat[element] = np.nextafter(array.flat[element], np.inf)
    return array


def of_this_code() -> dict[str, Made]:
    made = (committed(entry) for entry in smallest())
    return {m.entry.id: replace(m, entry=of_this_recipe(m.entry)) for m in made}


def of_this_recipe(entry: Entry) -> Entry:
    return sealed(replace(entry, recipe=recipe.recipe(CASES[entry.id])))


@pytest.fixture
def few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of one golden an operation, as if there were no other cases."""
    made = of_this_code()
    for name in set(CASES) - set(made):
        monkeypatch.delitem(CASES, name)
    write(tmp_path, made)
    return tmp_path


def regenerate(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["regenerate", *options, "--workers", "2", "--goldens", str(folder)])


def written(folder: Path) -> list[Path]:
    """All files but the lock, which stays."""
    return [path for path in folder.rglob("*") if path.is_file() and path.name != ".regenerate.lock"]


def times(folder: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in written(folder)}


def test_what_has_not_changed_is_passed_over(few: Path) -> None:
    before = times(few)

    result = regenerate(few)

    assert (result.exit_code, result.stdout) == (0, f"{len(OPERATIONS)} goldens are what the code gives\n")
    assert times(few) == before


@pytest.mark.parametrize("spoil", ["cut", "gone", "another recipe"])
def test_what_is_spoilt_or_of_another_recipe_is_made_anew(few: Path, spoil: str) -> None:
    good = {path: path.read_bytes() for path in written(few)}
    SPOILS[spoil](few, next(iter(CASES)))

    result = regenerate(few)

    assert result.exit_code == 0
    assert {path: path.read_bytes() for path in written(few)} == good
    assert result.stdout.startswith(f"{next(iter(CASES))}: ") == (spoil != "another recipe")


def test_a_golden_that_fits_its_manifest_is_believed_until_all_are_proven(few: Path) -> None:
    made = of_this_code()
    name = next(iter(CASES))
    write(few, {**made, name: with_outputs_off(made[name], 0)})

    passed_over, checked, proven = (regenerate(few, *options) for options in ((), ("--check",), ("--all",)))

    assert (passed_over.exit_code, passed_over.stdout.count("differs")) == (0, 0)
    assert (checked.exit_code, checked.stdout.count("differs in 1 of")) == (1, 1)
    assert (proven.exit_code, proven.stdout.count("differs in 1 of")) == (0, 1)
    assert changes(few, made) == []


def other_recipe(folder: Path, name: str) -> None:
    path = folder / manifest.NAME
    held = json.loads(path.read_text(encoding="utf-8"))
    found = next(case for case in held["cases"] if case["id"] == name)
    found.update(asdict(sealed(Entry(**{**found, "recipe": "0" * 16}))))
    held["provenance"] = told([Entry(**case) for case in held["cases"]], held["versions"])
    path.write_text(json.dumps(held), encoding="utf-8")


SPOILS: dict[str, Callable[[Path, str], object]] = {
    "cut": lambda folder, name: store.path_of(folder, name).write_bytes(b"PK"),
    "gone": lambda folder, name: store.path_of(folder, name).unlink(),
    "another recipe": other_recipe,
}


def test_another_idea_is_another_recipe() -> None:
    case = CASES["rnn_cell_forward/generic"]
    others = [
        replace(case, idea=replace(case.idea, **change))
        for change in (
            {"dims": {**case.idea.dims, "m": 9}},
            {"scale": {"weight": 1}},
            {"zero": ("bias",)},
            {"weight_bits": 3},
        )
    ]

    assert recipe.recipe(replace(case)) == recipe.recipe(case)
    assert len({recipe.recipe(other) for other in (case, *others)}) == 5
