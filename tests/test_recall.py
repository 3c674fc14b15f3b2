"""Known bugs, planted in code that shares nothing with the reference, are caught and named.

Every entry of the catalogue is tried on one operation here, drawn with a seed; benchmarks/explanation.py --recall
tries every row of the tables on every operation that it affects.
"""

import numpy as np
import pytest
from injected import Found, Injected, candidate, judged
from injected_all import INJECTED
from injected_pairs import Pair, apart, together
from rnnspec.conformance.deviations import CATALOGUE
from rnnspec.reference import OPERATIONS

PAIRS = 60
KNOWN, APART, TOGETHER = 0.95, 0.90, 0.75


def drawn() -> list[tuple[int, str]]:
    """A row and an operation for each entry."""
    rng, rows = np.random.default_rng(0), dict[str, list[int]]()
    for k, injected in enumerate(INJECTED):
        rows.setdefault(injected.id, []).append(k)
    chosen = [int(rng.choice(rows[id])) for id in CATALOGUE]
    return [(k, str(rng.choice(INJECTED[k].affects))) for k in chosen]


def of_pair(pair: Pair) -> bool:
    functions, planted, operations = pair
    found = [judged(functions, operation) for operation in operations]
    if len(operations) == 1:
        return found[0].names(injected.id for injected in planted)
    return all(one.names([injected.id]) for one, injected in zip(found, planted, strict=True))


def share(right: list[bool]) -> float:
    return sum(right) / len(right)


def test_every_entry_is_planted_somewhere() -> None:
    assert {injected.id for injected in INJECTED} == set(CATALOGUE)


def test_every_row_says_which_of_its_entrys_operations_it_affects() -> None:
    for injected in INJECTED:
        assert set(injected.affects) <= set(CATALOGUE[injected.id].affects) & set(OPERATIONS)


@pytest.mark.parametrize("masked", [False, True], ids=["packed", "masked"])
def test_every_row_finds_its_place_exactly_once(masked: bool) -> None:
    for injected in INJECTED:
        if injected.masked is masked:
            assert set(candidate(injected)) == set(OPERATIONS)


@pytest.mark.parametrize("operation", ["lstm_forward", "gru_backward", "lstm_network_forward", "rnn_network_backward"])
def test_the_masking_walk_is_right(operation: str) -> None:
    found = judged(candidate(Injected("", masked=True)), operation)

    assert found == Found(0)


def test_known_bugs_are_caught_and_named() -> None:
    said = [(INJECTED[k].id, operation, judged(candidate(INJECTED[k]), operation)) for k, operation in drawn()]

    assert [(id, operation) for id, operation, found in said if not found.failing] == []
    assert share([found.names([id]) for id, _, found in said]) >= KNOWN


def test_two_bugs_of_two_operations_are_named() -> None:
    assert share([of_pair(pair) for pair in apart(PAIRS)]) >= APART


def test_two_bugs_of_one_function_are_named() -> None:
    assert share([of_pair(pair) for pair in together(PAIRS)]) >= TOGETHER
