"""Which changes there are of files of a few lines: what is lost, shared, turned, put around, and how it is shown."""

import ast
from pathlib import Path

import pytest
from planted.changing import changes_of, lines_of, shown_of


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "def run():\n    x = np.ones((2, 3))\n    return np.tile(x, (len(x), 1))\n",
            "return np.repeat(x, len(x), axis=0)",
        ),
        (
            "def run():\n    d = np.ones((6, 3))\n    return d.reshape(2, 3, *d.shape[1:]).sum(axis=0)\n",
            "return d.reshape(3, 2, *d.shape[1:]).sum(axis=1)",
        ),
        (
            "def run():\n    d = np.ones((6, 3))\n    return d.reshape((-1, 3) + d.shape[1:]).sum(axis=0)\n",
            "return d.reshape((3, -1) + d.shape[1:]).sum(axis=1)",
        ),
        (
            "def run():\n    y, z = np.zeros(2), np.zeros(2)\n    for t in range(2):\n        y[t] = t\n"
            "        own = float(t)\n    return y, z\n",
            "z[t] = own",
        ),
        (
            "def twice(d):\n    return 2 * d\n\n\ndef run():\n    y, z = np.zeros(2), np.zeros(2)\n"
            "    for t in range(2):\n        y[t] = twice(t)\n        own = float(t)\n    return y, z\n",
            "z[t] = twice(own)",
        ),
        (
            "def run():\n    total = np.zeros(2)\n    for t in range(2):\n        own = np.ones(2)\n    return total\n",
            "total = total + own",
        ),
        (
            "def run():\n    ys = []\n    for t in range(2):\n        y = np.ones(2) * t\n    return np.array(ys), y\n",
            "ys.append(y)",
        ),
        (
            "def run():\n    y, m = np.ones(2), np.ones(2)\n    y = m > 0\n    return y\n",
            "y = y * (m > 0)",
        ),
        (
            "class S:\n    def __init__(self):\n        self.a, self.c = 1, 2\n\n\n"
            "def run():\n    new, old = S(), S()\n    return old.a, new.c\n",
            "return old.a, new.a",
        ),
        (
            "def turned(x, lengths):\n    return x[:lengths][::-1]\n\n\n"
            "def run():\n    x, lengths = np.ones(3), 2\n    return x[::-1]\n",
            "return turned(x, lengths)",
        ),
        (
            "def only(live, x):\n    return live * x\n\n\ndef run():\n    x, live = np.ones(3), 1\n    return x + 1\n",
            "return only(live, x) + 1",
        ),
        ("def run():\n    x = np.ones((2, 3))\n    y = x\n    return y\n", "y = x.copy()"),
        ("def run():\n    x = np.ones((2, 3))\n    at = 0, None\n    return x[at]\n", "at = 0, slice(None)"),
    ],
)
def test_a_line_is_made_of_another_file(tmp_path: Path, text: str, line: str) -> None:
    assert line in lines_of(tmp_path, text)


@pytest.mark.parametrize(
    "text",
    [
        "def run():\n    y, z = np.zeros(2), np.zeros(2)\n    own = np.ones(2)\n    y[0] = 1\n    return y, z, own\n",
        "def run():\n    y, z = np.zeros(2), np.zeros(2)\n    own = 3\n    y[0:] = 1\n    return y, z\n",
        "def run():\n    y, z = np.zeros(2), np.zeros(2)\n    own = np.ones(2)\n    y[0:] = 1\n    z = y\n    return z\n",
        "def run():\n    y, z = np.zeros(2), np.zeros(2)\n    own = np.ones(2)\n    y[0:] = 1\n    z.fill(1)\n    return y, z\n",
        "def run():\n    y, z = np.zeros(2), np.zeros(2)\n    own = np.ones(2)\n    np.add(y[0:], 1, out=z)\n    return y, z\n",
    ],
    ids=["it is read", "no numbers of floating point", "a name of another", "filled", "written by what is called"],
)
def test_a_lost_statement_is_made_for_what_is_lost_alone(tmp_path: Path, text: str) -> None:
    assert not {line for line in lines_of(tmp_path, text) if line.startswith("z[") and "own" in line}


@pytest.mark.parametrize("filled", ["ys.insert(0, y)", "ys += [y]", "ys[:] = [y]", "ys = [y]"])
def test_nothing_is_put_into_a_list_that_something_is_put_into(tmp_path: Path, filled: str) -> None:
    text = f"def run():\n    ys = []\n    y = np.ones(2)\n    {filled}\n    y = y + 1\n    return ys, y\n"

    assert "ys.append(y)" not in lines_of(tmp_path, text)


def test_a_step_of_a_slice_is_turned_where_it_is_no_number(tmp_path: Path) -> None:
    found = lines_of(tmp_path, "def run():\n    x, k = np.ones(3), 1\n    return x[::-1], x[::-k]\n")

    assert "return x[::-1], x[::k]" in found
    assert "return x[::1], x[::-k]" not in found


def test_attributes_of_arrays_and_of_modules_are_no_words_of_others(tmp_path: Path) -> None:
    text = (
        "class S:\n    a = ones = np.ones(2)\n    T = 1\n\n\n"
        "def run():\n    s, x = S(), np.ones(2)\n    return s.a.T, s.T, s.ones, np.abs(x)\n"
    )

    assert not {line for line in lines_of(tmp_path, text) if "s.a.a" in line or "s.abs," in line}


def test_what_a_text_is_made_of_is_changed_within(tmp_path: Path) -> None:
    text = 'def run():\n    k, names = 0, ["a", "b"]\n    return {f"d{names[k]}": 1}\n'
    file, every = changes_of(tmp_path, text)

    assert 'return {f"d{names[k + 1]}": 1}' in lines_of(tmp_path, text)
    for change in every:
        with change.made():
            ast.unparse(file.tree)


@pytest.mark.parametrize("indent", ["    ", "\t", "  "], ids=["four spaces", "a tab", "two spaces"])
def test_what_stands_around_a_change_is_as_it_was(tmp_path: Path, indent: str) -> None:
    text = (
        "def run():\n    total = 0\n    for t in range(3):\n        # of each step\n        x = t\n\n"
        "        # added up\n        total += x\n    # all of them\n    total += 1\n    return total\n"
    )
    found = shown_of(tmp_path, text.replace("    ", indent))

    assert ["-total += x", "+total = x"] in found
    assert ["-total += 1", "+total = 1"] in found
    assert all(line[1:].strip() in text for shown in found for line in shown if line[0] in "- ")
