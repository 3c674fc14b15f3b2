"""Known bugs, planted in code that shares nothing with the reference, are caught and named.

One bug of each list, section of the catalogue and kind of operation is tried, and a part of the pairs: with
`--every-planted` every form on every operation that it affects, list by list, and all pairs.
"""

import pytest
from planted.judging import Found, judged
from planted.lists import DEVIATING, together
from planted.pairs import Pair, of_one_function, of_two_operations
from planted.planting import Writing, candidate
from planted.sampling import SECTION, Try, some_tries, tries
from rnnspec.conformance.deviations.catalogue import CATALOGUE, SECTIONS
from rnnspec.reference import OPERATIONS

FORMS = together(DEVIATING)
SOME_PAIRS, PAIRS = {"12 pairs": 12}, {"60 pairs": 60}
KNOWN, APART, TOGETHER = 0.95, 0.90, 0.75


def share(pairs: list[Pair]) -> float:
    return sum(pair.named() for pair in pairs) / len(pairs)


def test_every_entry_is_planted_somewhere() -> None:
    assert {form.deviation for form in FORMS} == set(CATALOGUE)


def test_every_form_says_which_of_its_entrys_operations_it_affects() -> None:
    for form in FORMS:
        assert form.id == form.deviation
        assert set(form.operations) <= set(CATALOGUE[form.deviation].affects) & set(OPERATIONS)


@pytest.mark.parametrize("operation", ["lstm_forward", "gru_backward", "lstm_network_forward", "rnn_network_backward"])
def test_the_masking_walk_is_right(operation: str) -> None:
    found = judged(candidate(into=Writing.MASKED), operation)

    assert found == Found(0)


def test_the_sample_is_of_every_list_section_and_kind_of_operation() -> None:
    sample = some_tries()

    assert sample == some_tries()
    for forms in DEVIATING.values():
        assert any(form in forms for form, _ in sample)
    assert {SECTION[form.deviation] for form, _ in sample} == {section.__name__ for section in SECTIONS}
    kinds = [
        {(OPERATIONS[o].kind, OPERATIONS[o].direction) for o in some} for some in ([o for _, o in sample], OPERATIONS)
    ]
    assert kinds[0] == kinds[1]


@pytest.mark.sampled("tried", {"sample": some_tries()}, tries())
def test_known_bugs_are_caught_and_named(tried: list[Try]) -> None:
    said = [(form.deviation, operation, judged(candidate(form), operation)) for form, operation in tried]

    assert [(id, operation) for id, operation, found in said if not found.failing] == []
    assert sum(found.names([id]) for id, _, found in said) / len(said) >= KNOWN


@pytest.mark.sampled("count", SOME_PAIRS, PAIRS)
def test_two_bugs_of_two_operations_are_named(count: int) -> None:
    assert share(of_two_operations(count)) >= APART


@pytest.mark.sampled("count", SOME_PAIRS, PAIRS)
def test_two_bugs_of_one_function_are_named(count: int) -> None:
    assert share(of_one_function(count)) >= TOGETHER
