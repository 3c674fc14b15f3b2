"""What no known bug makes is caught and gets no name."""

import numpy as np
import pytest
from injected import judged
from injected_wrong import wrong

CANDIDATES, PARTS = 100, 4


@pytest.mark.parametrize("part", range(PARTS))
def test_wrong_candidates_at_random_are_caught_and_none_is_named(part: int) -> None:
    with np.errstate(all="ignore"):
        found = {number: judged(*wrong(number)) for number in range(part, CANDIDATES, PARTS)}

    assert [number for number, said in found.items() if not said.failing] == []
    assert {number: said.explanation for number, said in found.items() if said.explanation} == {}
