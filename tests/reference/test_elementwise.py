"""A call of sigmoid or softmax that is none is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from rnnspec.reference import ContractError, sigmoid, softmax


@pytest.mark.parametrize("function", [sigmoid, softmax])
@pytest.mark.parametrize("given", [[1.0], 1.0, None, np.ones((2, 0)), "x"], ids=repr)
def test_elementwise_operations_take_arrays_alone(function: Any, given: Any) -> None:
    with pytest.raises(ContractError, match=rf"^{function.__name__}: x is "):
        function(given)


def test_softmax_needs_an_axis() -> None:
    with pytest.raises(ContractError, match=r"^softmax: x has 0 axes"):
        softmax(np.array(1.0))
