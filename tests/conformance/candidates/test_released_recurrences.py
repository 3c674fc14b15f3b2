"""Recurrences as they are released: what is clean passes with no alarm, each defect of docs/defects.toml is rejected."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from rnnspec.conformance import check
from rnnspec.conformance.candidate import BrokenCandidate
from rnnspec.conformance.checks import Checks
from rnnspec.conformance.finding import candidate_of

DEFECTS = tomllib.loads((Path(__file__).parents[3] / "docs" / "defects.toml").read_text(encoding="utf-8"))["defect"]
SHOWN = [
    ({**defect["shown"], "candidate": name}, defect["passing"])
    for defect in DEFECTS
    if "shown" in defect
    for name in (defect["shown"]["candidate"], *defect.get("also", ()))
]
NAMED = [(defect["shown"], defect["story"]) for defect in DEFECTS if "story" in defect]
CLEAN = {
    "fla_delta_rule": "float32",
    "fla_dplr": "float32",
    "fla_gated_delta": "float32",
    "fla_gla": "float32",
    "fla_hgrn": "float32",
    "fla_kda": "float32",
    "fla_linear_attention": "float32",
    "fla_rwkv6": "float32",
    "fla_simple_gla": "float32",
    "transformers_conv": "float64",
    "transformers_gdn": "float32",
    "transformers_kda": "float32",
}

pytestmark = pytest.mark.filterwarnings("ignore")  # of what projects import


def candidate(name: str) -> Any:
    try:
        return candidate_of(name)
    except BrokenCandidate as error:
        if "which is not installed" not in str(error):
            raise
        pytest.skip(str(error))


@pytest.mark.parametrize(("name", "dtype"), CLEAN.items(), ids=CLEAN)
def test_what_is_clean_passes_with_no_alarm(name: str, dtype: str) -> None:
    checks = Checks(candidate(name), dtype)

    found = [checks.run(id) for id in checks.ids]

    assert {o.id: o.message for o in found if o.failed} == {}
    assert sum(o.outcome == "pass" for o in found) > 4


@pytest.mark.parametrize(("shown", "passing"), SHOWN, ids=[shown["candidate"] for shown, _ in SHOWN])
def test_a_defect_is_rejected_and_what_is_right_beside_it_is_not(shown: dict[str, str], passing: list[str]) -> None:
    checks = Checks(candidate(shown["candidate"]), shown["dtype"], [shown["case"], *passing])

    found = {id: checks.run(id) for id in checks.ids}

    assert found[shown["case"]].failed
    assert {id: found[id].outcome for id in passing} == dict.fromkeys(passing, "pass")


@pytest.mark.parametrize(("shown", "story"), NAMED, ids=[story for _, story in NAMED])
def test_a_defect_with_a_story_is_named_so(shown: dict[str, str], story: str) -> None:
    candidate(shown["candidate"])

    report = check(shown["candidate"], dtype=shown["dtype"], cases=[shown["case"]])

    assert [found.deviations for found in report.explanations] == [(story,)]
