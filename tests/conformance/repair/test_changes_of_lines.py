"""A line that another of its function is like, sums in place of products in a row, other axes, an array for a part of another, one object for many."""

import ast
from pathlib import Path

import pytest
from planted.changing import changes_of, lines_of, made

TEXT = """
def keep(live, new, old):
    return new * live + old * (1 - live)


def step(x, h, c, live, steps):
    slots, ends = np.arange(3)[:, None], np.array([3.0])
    h_new, c_new = x * h, x + c
    h = keep(live, h_new, h)
    c = c_new
    y = h * x * c @ live
    z = y.sum(axis=-1)
    w = y.sum(axis=(0, 1))
    last = y[1:]
    back = ends - 1 - ends + 0 * slots
    return z, w, last, back


def run():
    return step(np.ones((3, 3)), np.ones((3, 3)), np.ones((3, 3)), np.ones((3, 3)), 3)
"""


@pytest.fixture(scope="module")
def every(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    return lines_of(tmp_path_factory.mktemp("own"), TEXT)


@pytest.mark.parametrize(
    "line",
    [
        "c = keep(live, c_new, c)",
        "y = h + x * c @ live",
        "y = h * x + c @ live",
        "y = h * x - c @ live",
        "z = y.sum(axis=(0, 1))",
        "z = y.sum(axis=(0, 2))",
        "w = y.sum(axis=1)",
        "w = y.sum(axis=None)",
        "last = y",
        "last = x",
        "back = ends - 1 - slots + 0 * slots",
    ],
)
def test_a_line_is_made(every: set[str], line: str) -> None:
    assert line in every


def test_a_product_of_two_is_no_sum_in_another_way(tmp_path: Path) -> None:
    lines = lines_of(tmp_path, "def run():\n    x = np.ones(2)\n    y = x * x\n    return y\n")

    assert "y = x + x" in lines
    assert not [line for line in lines if line.startswith("y = x + x *")]


def test_what_stands_in_the_same_statement_comes_before_what_is_elsewhere(tmp_path: Path) -> None:
    file, every = changes_of(tmp_path, TEXT)

    ranks = {made(file, one): one.rank for one in sorted(every, key=lambda one: -one.rank)}

    assert ranks["back = ends - 1 - slots + 0 * slots"] < ranks["back = ends - 1 - steps + 0 * slots"]
    assert ranks["back = ends - 1 - slots + 0 * slots"] < ranks["back = ends - 1 - live + 0 * slots"]
    assert ast.dump(file.tree) == ast.dump(ast.parse(file.text))


@pytest.mark.parametrize(
    ("there", "meant"),
    [
        ("own = dict.fromkeys('ab', np.zeros(3))", "own = {each: np.zeros(3) for each in 'ab'}"),
        ("own = [np.zeros(3)] * 4", "own = [np.zeros(3) for each in range(4)]"),
        ("own = 4 * [np.zeros(3)]", "own = [np.zeros(3) for each in range(4)]"),
        ("each = 3\n    own = [np.zeros(each)] * 4", "own = [np.zeros(each) for each_ in range(4)]"),
        ("own = other = np.zeros(3)", "own = np.zeros(3) ; other = np.zeros(3)"),
        ("own = {'Wy' + name: 3 for name in 'fico'}", "own = {'dW' + name: 3 for name in 'fico'}"),
        ("own = {f'Wy{name}': 3 for name in 'fico'}", "own = {f'dW{name}': 3 for name in 'fico'}"),
        ("own['dWx'] = 3", "own['dWax'] = 3"),
    ],
    ids=[
        "one for all keys",
        "one in each place",
        "so often one",
        "of each that is its own",
        "one by two names",
        "a beginning",
        "of a format",
        "a name",
    ],
)
def test_of_one_object_and_of_names_another_line_is_made(tmp_path: Path, there: str, meant: str) -> None:
    assert meant in lines_of(tmp_path, f"def run():\n    own = {{}}\n    {there}\n    return own\n")


def test_what_is_read_and_bound_nowhere_is_the_name_of_what_is_bound(tmp_path: Path) -> None:
    text = "def step(x):\n    if len(x) > 9:\n        other = x\n    out = x * 2\n    return result + len([k for k in x])\n"
    run = (
        "def run():\n    try:\n        return step(np.ones(2))\n    except NameError as error:\n        return error\n"
    )

    lines = lines_of(tmp_path, f"{text}\n{run}")

    assert {"result = x * 2", "result = x"} & lines == {"result = x * 2"}  # of lines that ran
    assert not {"k = x * 2", "len = x * 2", "error = x * 2"} & lines
