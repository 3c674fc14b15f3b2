"""A class that is looked at, and the lines that are printed of it pasted into a file beside."""

import re
import textwrap
from pathlib import Path

from click.testing import CliRunner
from rnnspec.conformance import Report, check
from rnnspec.tools import main


def looked_and_pasted(target: str, cases: list[str], dtype: str = "float64") -> tuple[Report, Report]:
    """The reports of `file.py:Class` as it is looked at, and of what is printed of it."""
    file, _, name = target.rpartition(":")
    words = ["check", target, "--dtype", dtype, "--json", f"{file}.json", *(f"--case={case}" for case in cases)]
    said = CliRunner().invoke(main, words).stdout
    (lines,) = re.findall(r"^    from rnnspec\.adapt .*?^    \)$", said, re.DOTALL | re.MULTILINE)
    pasted = Path(file).with_name("pasted.py")
    pasted.write_text(f"from {Path(file).stem} import {name}\n" + textwrap.dedent(lines))
    return Report.load(f"{file}.json"), check(f"{pasted}:candidate", dtype, cases=cases or None)


def verdicts(report: Report) -> dict[str, tuple[str, dict[str, float | None]]]:
    """What came of each case, with errors."""
    return {o.id: (o.outcome, {name: v.worst for name, v in o.verdicts.items()}) for o in report.cases}
