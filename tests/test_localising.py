"""A bug that no list names is caught, is not explained, and is located: which array, which step, unit or example."""

import pytest
from injected import Injected, candidate, judged
from injected_unknown import UNKNOWN, Unknown


@pytest.mark.parametrize("bug", UNKNOWN, ids=lambda bug: bug.id)
def test_an_unknown_bug_is_located_where_it_is(bug: Unknown) -> None:
    found = judged(candidate(Injected(bug.id, bug.changes)), bug.operation)

    assert found.failing
    assert found.explanation is None
    assert found.localisation is not None
    lines = "\n".join(found.localisation.lines)
    assert [words for words in bug.said if words not in lines] == []
