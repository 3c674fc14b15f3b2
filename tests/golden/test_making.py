"""Goldens that the workers of a scheduler prove are those that are proven here, also where a worker is killed."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from click.testing import CliRunner
from planted.goldens import generic
from planted.workers import two_workers
from rnnspec.golden import GoldenError, cluster, making
from rnnspec.golden.making import executor, make_all
from rnnspec.golden.regenerate import make
from rnnspec.golden.replacing import write
from rnnspec.tools import main

pytest.importorskip("distributed")
pytest.importorskip("flint")
pytestmark = pytest.mark.filterwarnings("default")  # what Dask warns of is its own affair

FEW = ["sigmoid/generic", "softmax/generic", "rnn_cell_forward/generic"]
LONG = [f"{name}_backward/generic" for name in ("rnn_cell", "rnn", "gru_cell", "lstm_cell")]


@pytest.fixture(scope="module")
def started() -> Iterator[Any]:
    with two_workers() as found:
        yield found


def proven(ids: list[str], scheduler: str) -> dict[str, Any]:
    with executor(1, scheduler) as pool:
        return {made.entry.id: made for made in make_all(ids, pool)}


def test_workers_prove_what_is_proven_here(started: Any) -> None:
    found = proven(FEW, started.scheduler_address)

    assert {id: made.entry for id, made in found.items()} == {id: make(id).entry for id in FEW}


def test_a_worker_that_is_killed_loses_nothing(started: Any) -> None:
    before = {id: worker.pid for id, worker in started.workers.items()}

    def kill() -> None:
        time.sleep(0.5)
        psutil.Process(next(iter(before.values()))).kill()

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        found = proven(LONG, started.scheduler_address)
    finally:
        killer.join()

    assert set(found) == set(LONG)
    assert {made.entry.digest for made in found.values()} == {make(id).entry.digest for id in LONG}


def test_what_other_code_made_is_not_taken(started: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "recipe", lambda case: "other")

    with pytest.raises(GoldenError, match="sigmoid/generic was made by other code than this"):
        proven(FEW[:1], started.scheduler_address)


def test_a_scheduler_that_does_not_answer_is_told_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "CONNECTING", 1)

    write(tmp_path / "few", generic())
    before = {path: path.read_bytes() for path in (tmp_path / "few").rglob("*.*")}
    result = CliRunner().invoke(
        main, ["regenerate", "--all", "--scheduler", "tcp://127.0.0.1:9", "--goldens", str(tmp_path / "few")]
    )

    assert result.exit_code == 2
    assert "no scheduler answers at tcp://127.0.0.1:9" in result.output
    assert {path: path.read_bytes() for path in (tmp_path / "few").rglob("*.*") if path in before} == before
