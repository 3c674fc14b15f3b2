"""The repository's own scoreboard as a part of the site, from the reports that are committed."""

from rnnspec.conformance import Report
from rnnspec.conformance.report.scoreboard import scoreboard

from .borrowed import ROOT

REPORTS = ROOT / "docs/reports"
FOLDER = "board"  # of the site


def made() -> dict[str, str]:
    """Each page's HTML by its place in the site; all reports are on one page, as a page for each is as large as the site."""
    given = [(path.name, Report.load(path)) for path in sorted(REPORTS.glob("*.json.gz"))]
    return {f"{FOLDER}/{place}": page for place, page in scoreboard(given, one_page=True)}
