"""Of all names that may stand for another the likeliest come first: what a parameter is called, what like calls and lists have, what is else unused."""

import math
from pathlib import Path

import pytest
from planted.changing import changes_of, made

TEXT = """
def keep(live, new, old):
    return np.where(live, new, old)


class Layer:
    def stepped(self, x, *, scale):
        return x * scale


def run():
    live, other, x, h, scale = np.ones(3), np.zeros(3), np.ones(3), np.ones(3), np.ones(3)
    a, b, total, never = x + h, x - h, np.zeros((2, 3)), np.zeros((2, 3))
    first = keep(other, x, h)
    second = keep(live, a, h)
    third = Layer().stepped(first, scale=other)
    together = np.concatenate([a, second, third])
    more = np.concatenate([x, second, first])
    total[0] = more[:3]
    total += x
    return total, together, live
"""


@pytest.fixture(scope="module")
def ranks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    """How unlikely each line is."""
    file, every = changes_of(tmp_path_factory.mktemp("own"), TEXT)
    found = dict[str, float]()
    for change in every:
        line = made(file, change)
        found[line] = min(found.get(line, math.inf), change.rank)
    return found


@pytest.mark.parametrize(
    "line",
    [
        "first = keep(live, x, h)",
        "second = keep(live, x, h)",
        "third = Layer().stepped(first, scale=scale)",
        "more = np.concatenate([a, second, first])",
        "more = np.concatenate([x, second, third])",
        "never[0] = more[:3]",
        "never += x",
        "total[0] = b[:3]",
        "second = keep(live, b, h)",
    ],
)
def test_it_is_likelier_than_any_name_of_its_kind(ranks: dict[str, float], line: str) -> None:
    assert ranks[line] < ranks["third = Layer().stepped(h, scale=other)"]


def test_what_is_used_stands_for_nothing_else_so_soon(ranks: dict[str, float]) -> None:
    assert ranks["total[0] = h[:3]"] >= ranks["third = Layer().stepped(h, scale=other)"]


def test_what_is_asked_whether_it_is_none_is_what_else_is_asked(tmp_path: Path) -> None:
    body = "x, a0, c0 = np.ones(2), None, None\n    n_x = x.shape[0]\n    c = 0 if c0 is None else c0\n"
    text = f"def run():\n    {body}    one = a0 is not None\n    two = n_x\n    return one, two, c\n"
    file, every = changes_of(tmp_path, text)
    ranks = {made(file, change): change.rank for change in sorted(every, key=lambda one: -one.rank)}

    assert ranks["one = c0 is not None"] < ranks["one = n_x"]
    assert ranks["one = c0 is not None"] < ranks["one = x is not None"]


def test_a_parameter_that_has_no_variable_is_none(tmp_path: Path) -> None:
    text = "def twice(value):\n    return 2 * value\n\n\ndef run():\n    x = np.ones(2)\n    return twice(x)\n"
    file, every = changes_of(tmp_path, text)

    assert "return twice(value)" not in {made(file, change) for change in every}
