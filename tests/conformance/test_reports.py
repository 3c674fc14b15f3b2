"""docs/reports, of which the repository's own scoreboard is made: whole reports of registered adapters on these goldens."""

from functools import cache
from pathlib import Path

import pytest
from rnnspec.conformance import Report
from rnnspec.conformance.finding import registered
from rnnspec.conformance.report import format
from rnnspec.conformance.report.scoreboard import scoreboard
from rnnspec.golden import read_manifest

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "reports"
FILES = sorted(FOLDER.glob("*.json.gz"))
LARGEST = 100_000  # bytes of one: it is committed
RENEW = "python docs/pages scoreboard"
read = cache(format.read)  # whether it follows the schema is asked of some


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_report_is_whole_and_of_these_goldens_or_one_command_renews_it(path: Path) -> None:
    data = read(path)

    candidate = data["candidate"]["name"]
    assert data["goldens"] == read_manifest().digest, f"{RENEW} {candidate}"
    assert path.name == f"{candidate}-{data['dtype']}.json.gz"
    assert candidate in registered()
    assert not data["partial"]
    assert path.stat().st_size <= LARGEST


def test_no_report_goes_missing() -> None:
    there = {path.name.rpartition("-")[0] for path in FILES}

    assert {*registered()} == there
    assert len(FILES) == 2 * len(there)


def test_what_has_no_report_is_said() -> None:
    text = (FOLDER / "README.md").read_text(encoding="utf-8")

    missing = text.partition("**Without a report, and so not on the board: ")[2].partition(".**")[0].split(", ")
    there = {path.name.removesuffix(".json.gz") for path in FILES}
    for name in registered():
        absent = [dtype for dtype in ("float64", "float32") if f"{name}-{dtype}" not in there]
        assert (name in missing) == (len(absent) == 2)
        named = [one for one in missing if one.startswith(f"{name} in ")]
        assert named == ([f"{name} in {absent[0]}"] if len(absent) == 1 else [])
    for path in FILES:
        data = read(path)
        name, version = data["candidate"]["name"], data["candidate"]["version"] or "–"
        assert f"| {name} | {data['dtype']} | {version} | {data['totals']['pass']} |" in text


def test_a_board_is_made_of_them() -> None:
    some = [path for path in FILES if path.name.startswith(("torch-", "onnx", "xlstm_"))]

    pages = dict(scoreboard([(path.name, Report.load(path)) for path in some]))

    assert len(pages) == len(some) + 1 == 11
