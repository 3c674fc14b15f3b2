"""Planting itself: every fault finds its place, several go together, and nothing outside is touched."""

import sys
import traceback

import numpy as np
import pytest
from planted.families.free import FREE, UNSEEN
from planted.lists import DEVIATING, IN_FAMILIES, TEN, UNKNOWN, together
from planted.planting import Planted, Writing, candidate
from rnnspec.reference import OPERATIONS
from writings import apart_cells, apart_families

LISTS = {**TEN, **IN_FAMILIES, **DEVIATING, **UNKNOWN, "unseen": UNSEEN, "free": together(FREE)}
X = np.array([[-1.0, 0.5, 3.0]])
SUMMED = Planted("summed", ("sigmoid",), (("(1 + np.exp(-np.abs(x)))", "(1 + np.sum(np.exp(-np.abs(x))))"),))
SHIFTED = Planted("shifted", ("softmax",), (("np.exp(x - x.max(axis=0))", "np.exp(x - x.max(axis=0)) + 1"),))


@pytest.mark.parametrize("name", LISTS)
def test_every_fault_of_every_list_finds_its_place(name: str) -> None:
    for fault in LISTS[name]:
        whole = set(candidate(into=fault.into))
        assert set(candidate(fault)) == whole
        assert set(fault.operations) <= whole


def test_a_writing_has_the_operations_that_it_is_of() -> None:
    assert [len(candidate(into=writing)) for writing in Writing] == [10, len(OPERATIONS), len(OPERATIONS)]


@pytest.mark.parametrize("change", [("no such words", ""), ("import numpy", ""), ("import numpy", "", 2)])
def test_a_fault_that_does_not_find_its_words_as_often_as_it_says_is_refused(change: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match=r"^odd: .* occurs \d+ times$"):
        candidate(Planted("odd", ("sigmoid",), (change,)))


def test_several_faults_are_planted_together() -> None:
    one, two, both = candidate(SUMMED), candidate(SHIFTED), candidate(SUMMED, SHIFTED)

    for name in ("sigmoid", "softmax"):
        right, wrong = getattr(apart_families, name)(X.T), {"sigmoid": one, "softmax": two}[name][name](X.T)
        assert not np.allclose(wrong, right)
        assert np.array_equal(both[name](X.T), wrong)
    assert np.array_equal(one["softmax"](X.T), apart_families.softmax(X.T))


def test_two_faults_of_one_place_are_refused() -> None:
    with pytest.raises(ValueError, match="occurs 0 times"):
        candidate(SUMMED, Planted("again", ("sigmoid",), SUMMED.changes))


def test_faults_of_two_writings_without_a_text_in_common_are_refused() -> None:
    with pytest.raises(ValueError, match="no text in common"):
        candidate(SUMMED, together(TEN)[0])


def test_a_masked_fault_takes_a_packed_one_with_it() -> None:
    masked = Planted("masked", ("softmax",), SHIFTED.changes, Writing.MASKED)

    functions = candidate(SUMMED, masked)

    assert not np.allclose(functions["softmax"](X.T), apart_families.softmax(X.T))
    assert not np.allclose(functions["sigmoid"](X), apart_families.sigmoid(X))


def test_what_is_planted_replaces_nobodys_modules() -> None:
    before, right = dict(sys.modules), apart_cells.sigmoid(X)

    functions = candidate(SUMMED)

    assert sys.modules == before
    assert functions["sigmoid"] is not candidate(SUMMED)["sigmoid"]
    assert apart_families.sigmoid is apart_cells.sigmoid
    assert np.array_equal(apart_cells.sigmoid(X), right)


def test_a_traceback_shows_the_changed_line() -> None:
    raising = Planted("raising", ("sigmoid",), (("np.exp(np.minimum(x, 0))", "np.exp(np.minimum(x, 0)) / nothing"),))

    with pytest.raises(NameError) as raised:
        candidate(raising)["sigmoid"](X)

    assert "/ nothing" in "".join(traceback.format_tb(raised.value.__traceback__))
