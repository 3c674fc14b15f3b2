"""What docs/contract.md says that named recurrences are held to is so by the stored reports; and each number of an equation was compared."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
from rnnspec.reference import FAMILIES

DOCS = Path(__file__).resolve().parents[2] / "docs"
CONTRACT = (DOCS / "contract.md").read_text(encoding="utf-8")
COMPARED = {  # with the paper's text, by hand: a source that gets a number gets a line here when somebody has read it there
    "dplr": "eq. 17",
    "gated_delta": "eq. 10",
    "mlstm": "eq. 19-27",  # arXiv 2405.04517v2, page 5: eq. 19 is C, 20 n, 21 h, 22-24 q, k and v, 25-27 the gates
    "slstm": "eq. 8-17",  # page 4: eq. 8 is c, 9 n, 10 h, 11 z, 12-14 the gates, 15 m, 16 and 17 the gates behind it
}
OF_OWN_SCALE = {"rwkv7": "scale"}  # which the project computes at another, so that its case cannot be asked of it


def rows(header: str) -> dict[str, list[str]]:
    table = CONTRACT.partition(header)[2].partition("\n\n")[0]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.splitlines()[2:]]
    return {name.strip("| "): rest for name, *rest in cells}


NAMED, HELD = rows("| name | family |"), rows("| name | held to |")
RUN = {
    (name, candidate): NAMED[name] for name in NAMED for candidate in re.findall(r"`(\w+)`", HELD[name][0].split("Read:")[0])
}  # fmt: skip


def outcomes(candidate: str, operation: str) -> dict[str, Any]:
    with gzip.open(DOCS / f"reports/{candidate}-float32.json.gz") as stream:
        return {c["id"]: c["outcome"] for c in json.load(stream)["cases"] if c["operation"] == operation}


def test_each_name_is_held_to_something() -> None:
    assert {*HELD} - {"mLSTM, sLSTM"} == {*NAMED}
    assert len(RUN) >= 15


@pytest.mark.parametrize(("name", "candidate"), RUN)
def test_what_is_run_passes_the_case_of_that_name(name: str, candidate: str) -> None:
    family, *_, case = (cell.strip("`| ") for cell in RUN[name, candidate])
    found = outcomes(candidate, f"{family}_forward")
    wanted = "generic" if case in ("all", *OF_OWN_SCALE) else case

    assert found[f"{family}_forward/{wanted}"] == "pass"


def test_each_number_of_an_equation_was_compared() -> None:
    recurrences = [f for f in FAMILIES if not f.head]
    numbered = {f.name: n for f in recurrences for n in re.findall(r"eq\. [-\d]+", f.source)}

    assert numbered == COMPARED
    assert not [f.name for f in FAMILIES if "†" in f.source]
