"""What a hunt found is tried first in the next, in the operation where it was found, and the problems follow from the seed besides."""

from pathlib import Path

from hypothesis.database import InMemoryExampleDatabase
from planted.hunted import reversed_from_c0
from rnnspec.conformance.hunting.hunted import Hunted, hunt
from rnnspec.reference import FUNCTIONS

CASES = ("rnn_forward", "lstm_forward", "gru_forward")
COUNT = 400


def hunted(database: InMemoryExampleDatabase | None, seed: int = 0) -> tuple[Hunted, list[str]]:
    """The hunt, and the ids of the problems of the LSTM, in their order."""
    heard: list[str] = []
    functions = {**FUNCTIONS, **reversed_from_c0()}
    choices = {"cases": CASES, "seconds": None, "count": COUNT, "explain_seconds": 0.0, "running": heard.append}
    found = hunt(functions, seed=seed, database=database, **choices)  # type: ignore[arg-type]
    return found, [id for id in heard if id.startswith("lstm_forward/")]


def test_what_was_found_is_tried_first_though_others_are_hunted_before() -> None:
    database = InMemoryExampleDatabase()
    first, before = hunted(database)

    again, after = hunted(database, seed=1)

    (find,) = first.finds
    assert before[0] != find.problem.case.id
    assert after[0] == find.problem.case.id
    assert [one.problem for one in again.finds] == [find.problem]
    assert again.judged == 1


def test_what_is_right_by_now_is_kept_no_more() -> None:
    database = InMemoryExampleDatabase()
    hunted(database)
    assert kept(database)

    choices = {"cases": CASES, "seconds": None, "explain_seconds": 0.0}
    right = hunt(dict(FUNCTIONS), count=3, database=database, **choices)  # type: ignore[arg-type]

    assert (right.finds, right.judged) == ([], 3)
    assert kept(database) == set()


def test_what_another_version_kept_and_is_no_problem_is_dropped() -> None:
    database = InMemoryExampleDatabase()
    first, _ = hunted(database)
    (key,) = database.data
    for bad in (b"", b"nothing", b"[" * 9999, b'{"schema": "rnnspec-problem 0"}'):
        database.save(key, bad)

    again, _ = hunted(database)

    assert [one.problem for one in again.finds] == [one.problem for one in first.finds]
    assert len(kept(database)) == 1


def kept(database: InMemoryExampleDatabase) -> set[bytes]:
    return {value for values in database.data.values() for value in values}


def test_with_a_database_the_problems_follow_from_the_seed_too() -> None:
    (_, plain), (_, kept), (_, other) = hunted(None), hunted(InMemoryExampleDatabase()), hunted(None, seed=1)

    assert plain == kept
    assert plain != other


def test_what_a_process_of_its_own_cannot_try_is_kept_for_a_hunt_that_can(tmp_path: Path) -> None:
    database, path = InMemoryExampleDatabase(), tmp_path / "mine.py"
    path.write_text(
        "from rnnspec.reference import FUNCTIONS\n\ndef sigmoid(x):\n    x *= 1\n    return FUNCTIONS['sigmoid'](x)\n"
    )
    choices = {"cases": ["sigmoid"], "database": database, "explain_seconds": 0.0}
    first = hunt(str(path), **choices)  # type: ignore[arg-type]

    apart = hunt(str(path), count=5, isolate=True, **choices)  # type: ignore[arg-type]

    assert [find.problem.layout for find in first.finds] == ["read-only"]
    assert (apart.finds, apart.judged) == ([], 5)
    again = hunt(str(path), **choices)  # type: ignore[arg-type]
    assert again.judged == 1
    assert [find.problem for find in again.finds] == [find.problem for find in first.finds]
