"""A change with which a wrong output is gone repairs nothing, though a layer may leave that out."""

import subprocess
import sys
from pathlib import Path

from rnnspec.conformance import check
from rnnspec.conformance.repair.wanted import is_whole, lacking_of

LAYER = """
from rnnspec.reference import FUNCTIONS


def rnn_cell_forward(xt, a_prev, parameters):
    a, y, cache = FUNCTIONS["rnn_cell_forward"](xt, a_prev, parameters)
    return a, None, cache
"""
RUNS = """
import sys
from rnnspec.conformance.checks import Checks
from rnnspec.conformance.finding import candidate_of
from rnnspec.conformance.repair.trying import Trying
from rnnspec.golden import load

checks = Checks(candidate_of(sys.argv[1]))
for lacking in ({}, {"rnn_cell_forward": ["yt_pred"]}, {"rnn_cell_forward": []}):
    print(Trying(checks.runner, load, checks.run, lacking).outcome("rnn_cell_forward/generic").outcome)
"""


def test_what_was_given_is_to_be_given(tmp_path: Path) -> None:
    (tmp_path / "layer.py").write_text(LAYER, encoding="utf-8")

    found = subprocess.run(
        [sys.executable, "-c", RUNS, tmp_path / "layer.py"], capture_output=True, text=True, check=True
    )

    assert found.stdout.split() == ["pass", "pass", "fail"]


def test_what_is_left_out_is_known_from_what_answers(tmp_path: Path) -> None:
    (tmp_path / "layer.py").write_text(LAYER, encoding="utf-8")

    report = check(str(tmp_path / "layer.py"))

    keys = ["rnn_cell_forward", *(o.id for o in report.cases if o.verdicts)]
    assert lacking_of(report.cases) == {key: ["yt_pred"] for key in keys}
    assert lacking_of(check("reference", cases=["softmax/generic"]).cases) == {"softmax": [], "softmax/generic": []}


def test_what_one_case_leaves_out_another_may_not() -> None:
    right = {o.id: o for o in check("reference", cases=["rnn_cell_forward/generic", "rnn_cell_forward/tiny"]).cases}
    generic, tiny = right["rnn_cell_forward/generic"], right["rnn_cell_forward/tiny"]
    generic.left_out = ["yt_pred"]
    lacking = lacking_of([generic, tiny])
    tiny.left_out = ["yt_pred"]

    assert is_whole(generic, lacking)
    assert not is_whole(tiny, lacking)
