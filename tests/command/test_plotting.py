"""`rnnspec show CASE --plot FILE`: a picture of the case's own numbers, whole or not at all."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from lxml import etree
from rnnspec.golden import load
from rnnspec.tools import main
from rnnspec.tools.plotting import SATURATED, along, plotted, preactivations

SVG = "{http://www.w3.org/2000/svg}"
WITHOUT = "import sys\nsys.modules[{0!r}] = None\nfrom rnnspec.tools import main\nmain(prog_name='rnnspec')\n"
# each kind of operation, and what has no time, no activation or no error at all
SHOWN = [
    *("lstm_forward/generic", "lstm_backward/reverse", "gru_cell_forward/generic", "rnn_relu_forward/generic"),
    *("lstm_network_backward/generic", "pad_sequence/generic", "softmax/one-row", "rnn_forward/dims-one"),
]


def run(*words: str) -> Result:
    result = CliRunner().invoke(main, words, prog_name="rnnspec")
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


@pytest.mark.parametrize("name", SHOWN)
def test_a_case_is_drawn(tmp_path: Path, name: str) -> None:
    result = run("show", name, "--plot", str(tmp_path / "case.svg"))

    assert result.exit_code == 0
    assert result.output == run("show", name).output
    assert etree.parse(tmp_path / "case.svg").getroot().tag == f"{SVG}svg"
    assert [path.name for path in tmp_path.iterdir()] == ["case.svg"]


def test_a_png_is_one(tmp_path: Path) -> None:
    run("show", "sigmoid/generic", "--plot", str(tmp_path / "case.PNG"))

    assert (tmp_path / "case.PNG").read_bytes().startswith(b"\x89PNG\r\n")


def test_the_same_case_is_the_same_file() -> None:
    golden = load("lstm_forward/generic")

    assert plotted(golden, "svg") == plotted(golden, "svg") != plotted(load("lstm_forward/tiny"), "svg")


def test_the_lines_are_the_goldens() -> None:
    golden = load("lstm_backward/generic")

    over, dx = along(golden, "dx", golden.outputs["dx"])
    of_unit, dW = along(golden, "dWf", golden.outputs["dWf"])

    assert (over, of_unit) == ("step", "unit")
    assert np.array_equal(dx[1, 2], golden.outputs["dx"][1, 2, :])
    assert np.array_equal(dW[3], golden.outputs["dWf"][:, 3])


def test_what_is_drawn_as_saturation_is_what_the_label_means() -> None:
    share = {
        name: np.mean(np.abs(np.concatenate(preactivations(load(f"lstm_forward/{name}")))) > SATURATED)
        for name in ("saturated", "generic", "tiny")
    }

    assert share["saturated"] > 0.35 > 0.1 > share["generic"] > share["tiny"] == 0


def test_a_text_of_foreign_goldens_is_a_text() -> None:
    golden = load("sigmoid/zero")
    odd = replace(golden, entry=replace(golden.entry, shows=r"$\frac{$ </svg> <script> & \x1b"))

    assert etree.fromstring(plotted(odd, "svg")).find(f".//{SVG}script") is None


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("lstm_forward/generic", "--plot", "case.pdf"), "case.pdf: --plot draws .svg or .png, by the end of the file's name"),
        (("lstm_forward", "--plot", "case.svg"), "lstm_forward is no case, and --plot draws one: `rnnspec list cases` names all"),
        (("lstm_foward/generic", "--plot", "case.svg"), "did you mean lstm_forward/generic"),
        (("lstm_forward/generic", "--plot", "no/such/case.svg"), "no/such/case.svg: cannot be written"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_said_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], says: str
) -> None:
    monkeypatch.chdir(tmp_path)

    result = run("show", *words)

    assert result.exit_code == 2
    assert says in result.stderr
    assert result.stderr.count("\n") == 1
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("package", ["matplotlib", "flint"])
def test_without_the_extra_it_says_what_to_install(tmp_path: Path, package: str) -> None:
    words = ("show", "lstm_forward/generic", "--plot", "case.svg")
    command = [sys.executable, "-c", WITHOUT.format(package), *words]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert done.stderr == f"Error: --plot needs {package}: pip install 'rnnspec[plot]'\n"
