"""A mistake in a recurrence is named, from code that shares neither layout nor structure with the reference."""

import pytest
from planted.ample import AMPLE
from planted.families.recurrences import RECURRENCES
from planted.judging import judged
from planted.planting import Planted, candidate

NAMED = [fault for fault in RECURRENCES if fault.deviation or fault.edit]


@pytest.mark.drawn("fault", [fault for fault in NAMED if fault.deviation], ids=lambda fault: fault.id)
def test_a_form_of_a_known_deviation_is_named_so(fault: Planted) -> None:
    over_time = next(operation for operation in fault.operations if "_step_" not in operation)

    found = judged(candidate(fault), over_time, AMPLE)

    assert found.explanation is not None
    assert found.names([fault.deviation])


@pytest.mark.drawn("fault", [fault for fault in NAMED if fault.edit], ids=lambda fault: fault.id)
def test_a_mistake_that_no_list_has_is_told_as_an_edit_of_the_equation(fault: Planted) -> None:
    found = judged(candidate(fault), fault.operations[0], AMPLE).explanation

    assert found is not None
    assert found.is_edit
    assert fault.edit in "\n".join(found.difference)


def test_a_dozen_and_more_are_named_of_most_families() -> None:
    families = {fault.operations[0].removesuffix("_forward").removesuffix("_backward") for fault in NAMED}

    assert len(NAMED) > 12
    assert len({name.removesuffix("_step") for name in families}) > 8
