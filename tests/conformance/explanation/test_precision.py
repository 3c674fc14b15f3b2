"""What no known bug makes is caught and gets no name."""

import numpy as np
import pytest
from planted.judging import judged
from planted.wrong import EDITS, KINDS, kind_of, wrong

CANDIDATES = 100
SAMPLE = len(KINDS)  # one of each kind, each on another operation


def numbered(count: int) -> dict[str, int]:
    return {str(number): number for number in range(count)}


@pytest.mark.sampled("number", numbered(SAMPLE), numbered(CANDIDATES))
def test_a_wrong_candidate_at_random_is_caught_and_not_named(number: int) -> None:
    with np.errstate(all="ignore"):
        found = judged(*wrong(number), seconds=2.0)

    assert found.failing
    assert found.explanation is None or (kind_of(number) in EDITS and found.explanation.is_edit)
