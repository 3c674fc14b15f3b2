"""The benchmark of the reference's speed rejects what is slower, and says where it ran."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rnnspec.golden import FOLDER, cases

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def benchmark(monkeypatch: pytest.MonkeyPatch) -> Any:
    pytest.importorskip("threadpoolctl")
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    return importlib.import_module("reference")


@pytest.mark.parametrize(("recorded", "worse"), [(0.01, 1), (1e4, 0)])
def test_a_ratio_is_held_against_the_recorded_one(
    recorded: float, worse: int, benchmark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = tmp_path / "speed.json"
    rows = [{"family": "rnn", "size": "small", "median": recorded}]
    record.write_text(json.dumps({"machine": benchmark.machine(), "rows": rows}))
    monkeypatch.setattr(benchmark, "RECORD", record)

    found = benchmark.check(0.0)

    assert len(found) == worse
    assert all(text.startswith("rnn small: ") for text in found)


ABACUS = "blas 1 with its kernel Abacus, one thread"


def elsewhere(here: str) -> list[str]:
    """Machines with another kernel, another processor and both."""
    _, _, kernel = here.partition(", ")
    return [f"{here.partition(',')[0]}, {ABACUS}", f"a processor, {kernel}", f"a processor, {ABACUS}"]


@pytest.mark.parametrize("which", range(3))
def test_what_another_machine_computes_is_held_against_nothing(
    which: int, benchmark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    other = elsewhere(benchmark.machine())[which]
    record = tmp_path / "speed.json"
    rows = [{"family": "rnn", "size": "small", "median": 0.01}]
    record.write_text(json.dumps({"machine": other, "rows": rows}))
    monkeypatch.setattr(benchmark, "RECORD", record)

    assert benchmark.check(0.0) == []
    assert f"not held: recorded on {benchmark.products_of(other)}, and here" in capsys.readouterr().out


@pytest.mark.parametrize("which", range(3))
def test_of_each_machine_the_newest_is_kept_and_held_against(
    which: int, benchmark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = benchmark.machine()
    other = {"machine": elsewhere(here)[which], "rows": []}
    own = {"machine": here, "rows": [{"family": "rnn", "size": "small", "median": 0.01}]}
    record = tmp_path / "speed.json"
    record.write_text(json.dumps({**other, "others": [own]}))
    monkeypatch.setattr(benchmark, "RECORD", record)

    assert len(benchmark.check(0.0)) == 1
    assert benchmark.others({**other, "others": [own]}, here) == [other]
    assert benchmark.others({**own, "others": [other]}, other["machine"]) == [own]


def test_a_goal_that_is_missed_is_said_beside_the_number(benchmark: Any) -> None:
    assert benchmark.told(1.5, 1.45) == " (goal 1.45, missed)"
    assert benchmark.told(1.45, 1.45) == " (goal 1.45)"
    assert benchmark.told(9.0, None) == ""


def test_the_page_has_every_layer_and_size_that_is_measured(benchmark: Any) -> None:
    record = json.loads((ROOT / "docs" / "speed.json").read_text(encoding="utf-8"))
    page = (ROOT / "docs" / "speed.md").read_text(encoding="utf-8")

    assert {(row["family"], row["size"]) for row in record["rows"]} == {
        (family, size) for family in benchmark.LAYERS for size in benchmark.SIZES
    }
    assert all(one["machine"] in page for one in (record, *record["others"]))
    assert all(line in page for one in (record, *record["others"]) for line in benchmark.table(one["rows"]))
    assert all(line in page for line in benchmark.growth_table(record["growth"]))
    assert {*record["growth"]} == {*benchmark.GROWING, "cases"}


def test_the_page_has_what_the_kit_takes_beside_its_goals(benchmark: Any) -> None:
    goals = importlib.import_module("goals")
    record = json.loads((ROOT / "docs" / "speed.json").read_text(encoding="utf-8"))
    page = (ROOT / "docs" / "speed.md").read_text(encoding="utf-8")
    rows = [goals.Row(**row) for row in record["kit"]]

    assert [row.goal for row in rows if row.goal] == [1.1, 3.0, 62]
    assert all(line in page for line in goals.table(rows))
    assert "![time by length, both as multiples of the least](speed.svg)" in page
    assert (ROOT / "docs" / "speed.svg").read_text(encoding="utf-8").count("from ") == len(record["growth"])


def test_the_bare_loop_reads_what_numpy_reads(benchmark: Any) -> None:
    suite = importlib.import_module("suite")
    for entry in cases()[::200]:
        path = FOLDER / f"{entry.id}.npz"
        found = suite.read(path)
        with np.load(path, allow_pickle=False) as arrays:
            assert sorted(found) == sorted(arrays.files)
            assert all(found[key].dtype == arrays[key].dtype for key in arrays.files)
            assert all(np.array_equal(found[key], arrays[key]) for key in arrays.files)
