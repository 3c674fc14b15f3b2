"""Many processes find what one finds, also where one of them is killed or they are somebody else's."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from planted.workers import two_workers
from rnnspec.conformance.candidate import UnknownCandidate
from rnnspec.conformance.choices import BadChoice
from rnnspec.conformance.hunting import hunted, spreading
from rnnspec.conformance.hunting.hunted import Hunted
from rnnspec.conformance.selection import UnknownCase
from rnnspec.golden import cluster as dask

pytest.importorskip("distributed")
pytestmark = pytest.mark.filterwarnings("default")  # what Dask warns of is its own affair

WRONG = """
from rnnspec.reference import FUNCTIONS

def rnn_forward(x, a0, parameters, *, lengths=None, reverse=False):
    a, y, cache = FUNCTIONS["rnn_forward"](x, a0, parameters, lengths=lengths, reverse=reverse)
    return a * (1 + (reverse and lengths is not None)), y, cache

softmax = FUNCTIONS["softmax"]
"""
SEED = 5
LONG = 90.0
KILLS = 10
CHOICES: dict[str, Any] = {"seed": SEED, "seconds": LONG, "explain_seconds": 0.0, "cases": ["rnn_forward"]}


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    with two_workers() as started:
        yield started


@pytest.fixture
def dying() -> Iterator[Any]:
    """A cluster that is nobody else's: its workers are killed."""
    with two_workers() as started:
        yield started


@pytest.fixture(scope="module")
def candidate(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("candidate") / "wrong.py"
    path.write_text(WRONG, encoding="utf-8")
    return str(path)


@pytest.fixture(scope="module")
def alone(candidate: str) -> Hunted:
    return hunted.hunt(candidate, isolate=True, **CHOICES)


def told(result: Hunted) -> list[tuple[Any, str]]:
    return [(find.problem, find.outcome.message) for find in result.finds]


def test_one_finds_it(alone: Hunted) -> None:
    (find,) = alone.finds

    assert set(find.problem.size.options) == {"lengths", "reverse"}


def test_the_workers_of_a_scheduler_find_what_one_finds(cluster: Any, candidate: str, alone: Hunted) -> None:
    found = spreading.hunt(candidate, scheduler=cluster.scheduler_address, **CHOICES)

    assert told(found) == told(alone)
    assert (found.judged, found.operations) == (alone.judged, alone.operations)
    assert found.report is not None
    assert [case.id for case in found.report.failures] == [find.problem.case.id for find in alone.finds]


def test_a_worker_that_is_killed_loses_nothing(dying: Any, candidate: str, alone: Hunted) -> None:
    killed = set[int]()

    def kill() -> None:
        while len(killed) < KILLS:
            time.sleep(0.5)
            for worker in list(dying.workers.values()):
                if worker.pid and worker.pid not in killed:
                    psutil.Process(worker.pid).kill()
                    killed.add(worker.pid)
                    break

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        found = spreading.hunt(candidate, scheduler=dying.scheduler_address, **CHOICES)
    finally:
        killer.join()

    assert len(killed) == KILLS
    assert told(found) == told(alone)


def test_a_family_and_a_name_that_is_none_are_as_one_knows_them(cluster: Any, candidate: str) -> None:
    of_family = spreading.hunt(
        candidate, scheduler=cluster.scheduler_address, **{**CHOICES, "cases": ["rnn"], "count": 1}
    )

    assert of_family.operations == 1
    with pytest.raises(UnknownCase, match="rnn_foward"):
        spreading.hunt(candidate, scheduler=cluster.scheduler_address, **{**CHOICES, "cases": ["rnn_foward"]})


def test_a_count_ends_it(cluster: Any) -> None:
    choices = {**CHOICES, "cases": ["softmax"], "count": 20}

    found = spreading.hunt("reference", scheduler=cluster.scheduler_address, **choices)

    assert found.finds == []
    assert found.judged == 20


@pytest.mark.parametrize("count", [40, 60])
def test_they_stop_where_one_stops(cluster: Any, candidate: str, count: int) -> None:
    choices = {**CHOICES, "cases": ["rnn_forward", "softmax"], "count": count, "keep_going": True}

    found = spreading.hunt(candidate, scheduler=cluster.scheduler_address, **choices)
    alone = hunted.hunt(candidate, isolate=True, **choices)

    assert told(found) == told(alone)
    assert (found.judged, alone.judged) == (count, count)


def test_a_candidate_that_only_this_machine_has_is_told(
    cluster: Any, candidate: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path(candidate).parent)  # its workers are elsewhere

    with pytest.raises(UnknownCandidate, match=r"^on a worker: .*wrong\.py"):
        spreading.hunt("wrong.py", scheduler=cluster.scheduler_address, **CHOICES)


def test_a_scheduler_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask, "CONNECTING", 1)

    with pytest.raises(BadChoice, match=r"no scheduler answers at tcp://127\.0\.0\.1:9"):
        spreading.hunt("reference", scheduler="tcp://127.0.0.1:9", **CHOICES)


def test_an_object_cannot_be_handed_out() -> None:
    with pytest.raises(BadChoice, match="given by name or command"):
        spreading.hunt({"sigmoid": abs}, jobs=2)
