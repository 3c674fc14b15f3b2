"""Bugs that show only where two things meet: each fails in every operation that it makes wrong."""

import pytest
from planted.families.meeting import MEETING
from planted.judging import failing
from planted.planting import Planted, candidate
from planted.sampling import by_id, some


@pytest.mark.sampled("fault", some(MEETING), by_id(MEETING))
def test_a_bug_where_two_things_meet_is_caught_in_each_operation_it_makes_wrong(fault: Planted) -> None:
    assert failing(candidate(fault), fault.operations) == set(fault.operations)


def test_there_are_many_and_each_finds_its_place() -> None:
    faults = by_id(MEETING).values()

    assert len(faults) >= 35
    assert [fault.id for fault in faults if not set(fault.operations) <= set(candidate(fault))] == []
