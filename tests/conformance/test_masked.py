"""A masked array says of some of its elements that they are no numbers: it is none of numbers, whatever lies under the mask."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from planted.fakes import fake
from rnnspec.conformance import check
from rnnspec.conformance.report.wording import failures
from rnnspec.reference import sigmoid
from rnnspec.tools import main

MINE = """import numpy as np
from rnnspec.reference import sigmoid as right

def sigmoid(x):
    return np.ma.array(right(x), mask=True)
"""


class Wrapped:
    def __init__(self, array: Any) -> None:
        self.array = array

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return self.array


def one_masked(s: Any) -> Any:
    return np.ma.array(s, mask=np.arange(s.size).reshape(s.shape) == 0)


MASKED = {
    "all of it": lambda s: np.ma.array(s, mask=True),
    "one element": one_masked,
    "behind __array__": lambda s: Wrapped(one_masked(s)),
    "the constant": lambda s: np.ma.masked,
}


@pytest.mark.parametrize("mask", MASKED.values(), ids=list(MASKED))
def test_what_is_masked_is_no_array_of_numbers(mask: Any) -> None:
    report = check(fake(sigmoid=lambda x: mask(sigmoid(x))), cases=["sigmoid"])

    assert [o.id for o in report if "/property/" not in o.id and not o.failed] == []
    assert "s is a masked array, want an array" in failures(report)[0]


def test_a_mask_that_hides_nothing_is_none() -> None:
    assert check(fake(sigmoid=lambda x: np.ma.array(sigmoid(x), mask=False)), cases=["sigmoid"]).conformant


def test_a_process_of_its_own_says_the_same(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(MINE)

    words = ["check", str(tmp_path / "mine.py"), "--isolate", "--case", "sigmoid", "--json", "-"]
    result = CliRunner().invoke(main, words, prog_name="rnnspec")

    report = json.loads(result.stdout)
    assert result.exit_code == 1
    assert "s is a masked array, want an array" in {case["message"] for case in report["cases"]}
