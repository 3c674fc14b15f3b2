"""Reports of sizes and of policies are stored, read and shown as those of goldens are."""

from pathlib import Path
from typing import Any

import pytest
import rnnspec
from click.testing import CliRunner
from lxml import etree
from rnnspec.conformance.report.report import Report
from rnnspec.golden.sized import Size
from rnnspec.reference import FUNCTIONS
from rnnspec.tools import main

SIZE = Size.named("n_a=5,n_x=3,m=2,T_x=4,a0=None,lengths,regime=large,seed=3")
CHOICES: dict[str, dict[str, Any]] = {
    "size": {"at": SIZE},
    "sizes": {"sizes": True},
    "policy": {"precision": "amp-bf16"},
    "size and policy": {"at": SIZE, "precision": "tf32"},
}


def rnn_forward(x: Any, a0: Any, parameters: Any, **given: Any) -> Any:
    a, y, cache = FUNCTIONS["rnn_forward"](x, a0, parameters, **given)
    return 2 * a, y, cache


@pytest.fixture(params=CHOICES)
def stored(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Report, Path]:
    report = rnnspec.check({"rnn_forward": rnn_forward}, cases=["rnn_forward"], **CHOICES[request.param])
    report.save(tmp_path / "report.json")
    return report, tmp_path / "report.json"


def test_it_is_read_as_it_was(stored: tuple[Report, Path]) -> None:
    report, path = stored

    assert Report.load(path) == report
    assert report.failures


def test_it_is_written_as_every_page(stored: tuple[Report, Path], tmp_path: Path) -> None:
    report, path = stored
    pages = {name: tmp_path / f"page.{name}" for name in ("html", "markdown", "junit", "badge")}
    options = [part for name, page in pages.items() for part in (f"--{name}", str(page))]

    said = CliRunner().invoke(main, ["report", str(path), *options])

    assert said.exit_code == 0, said.output
    names = {case.get("name") for case in etree.parse(pages["junit"]).iter("testcase")}
    assert {outcome.id.partition("/")[2] for outcome in report.failures} <= names
    assert all(outcome.id in pages["html"].read_text(encoding="utf-8") for outcome in report.failures)
    assert all(page.stat().st_size for page in pages.values())


def test_it_is_compared_and_put_on_a_board(stored: tuple[Report, Path], tmp_path: Path) -> None:
    _, path = stored

    compared = CliRunner().invoke(main, ["compare", str(path), str(path)])
    board = CliRunner().invoke(main, ["scoreboard", str(path), "-o", str(tmp_path / "board")])

    assert (compared.exit_code, board.exit_code) == (0, 0), compared.output + board.output
    assert "nothing has changed" in compared.output
    assert (tmp_path / "board" / "index.html").stat().st_size
