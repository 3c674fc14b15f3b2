"""The command and pytest are twins: the same choices, wherever they stand, come to the same verdict on every case."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from planted.hostile import few_goldens
from planted.programs import written
from rnnspec.conformance import plugin
from rnnspec.conformance.choices import CHOICES
from rnnspec.tools import main
from rnnspec.tools.pages import PAGES
from writings.twins import both, command, flags, ini, of_command, pyproject, same, suite

pytest_plugins = ["pytester"]
FILES = {
    "twin_declines.py": "from rnnspec.reference import rnn_forward as right\n\n"
    "def rnn_forward(x, a0, parameters, **options):\n    if a0 is None:\n        raise TypeError('a0 is None')\n"
    "    return right(x, a0, parameters, **options)\n",
    "twin_raises.py": "def rnn_forward(x, a0, parameters, **options):\n    raise TypeError('no')\n",
    "twin_aborts.py": "import os\nfrom rnnspec.reference import softmax\n\ndef sigmoid(x):\n    os.abort()\n",
    "twin_hangs.py": "import time\nfrom rnnspec.reference import softmax\n\ndef sigmoid(x):\n    time.sleep(60)\n",
    "twin_half.py": "from rnnspec.reference import sigmoid\n\ndef softmax(x):\n    return x\n",
}


@pytest.fixture
def project(pytester: pytest.Pytester) -> Path:
    """A folder of its own, in which both are run."""
    for name, text in FILES.items():
        (pytester.path / name).write_text(text, encoding="utf-8")
    return pytester.path


def counted(verdicts: dict[str, str]) -> dict[str, int]:
    return {verdict: [*verdicts.values()].count(verdict) for verdict in sorted({*verdicts.values()})}


def test_a_candidate_that_passes_fails_and_lacks_something(pytester: pytest.Pytester, project: Path) -> None:
    asked = ["softmax", "rnn_cell_backward", "lstm_backward/generic", "lstm_forward/generic"]

    verdicts = both(pytester, {"candidate": "notebook", "case": asked})

    assert {*verdicts.values()} == {"pass", "failure", "not tested"}


def test_declining_no_state_is_told_from_raising_always(pytester: pytest.Pytester, project: Path) -> None:
    asked = ["rnn_forward/no-state", "rnn_forward/property/no-state-is-zeros", "rnn_forward/reverse"]

    declined = both(pytester, {"candidate": "twin_declines.py", "case": asked})
    raised = both(pytester, {"candidate": "twin_raises.py", "case": asked})

    assert declined == dict(zip(asked, ("not tested", "not tested", "pass"), strict=True))
    assert {*raised.values()} == {"failure"}


def test_a_crash_and_a_hang_in_a_process_of_its_own(pytester: pytest.Pytester, project: Path) -> None:
    few_goldens(project / "few")
    asked = {"goldens": "few", "case": ["sigmoid/generic", "softmax/generic"], "isolate": True}

    crashed = both(pytester, {"candidate": "twin_aborts.py", **asked})
    hung = both(pytester, {"candidate": "twin_hangs.py", "timeout": 0.3, "memory": 0, **asked})

    assert crashed == hung == {"sigmoid/generic": "failure", "softmax/generic": "pass"}


def test_a_program(pytester: pytest.Pytester, project: Path) -> None:
    words = " ".join(written(project, "say(right(message))"))

    verdicts = both(pytester, {"program": words, "case": ["sigmoid", "softmax/zero"]})

    # four are about memory, and one wants another dtype
    assert counted(verdicts) == {"not tested": 5, "pass": len(verdicts) - 5}
    assert verdicts["sigmoid/zero"] == "pass"


def test_goldens_of_ones_own_and_another_dtype(pytester: pytest.Pytester, project: Path) -> None:
    few_goldens(project / "few")
    asked = ["lstm_cell_forward", "softmax", "lstm_backward/generic"]

    verdicts = both(pytester, {"candidate": "notebook", "goldens": "few", "dtype": "float32", "case": asked})

    assert {id for id in verdicts if "/property/" not in id} == {
        f"{operation}/generic" for operation in ("lstm_cell_forward", "softmax", "lstm_backward")
    }
    assert {*verdicts.values()} == {"pass", "failure", "not tested"}


def test_a_policy_of_precision(pytester: pytest.Pytester, project: Path) -> None:
    asked = ["sigmoid/generic", "sigmoid/full-precision", "softmax/generic"]

    verdicts = both(pytester, {"candidate": "twin_half.py", "precision": "bf16", "case": asked})
    apart = {"candidate": "twin_half.py", "isolate": True, "precision": "tf32", "case": asked}
    one, two = command(*of_command(apart)), suite(pytester, *flags(apart, "rnnspec-"))

    assert verdicts == {"sigmoid/generic": "pass", "softmax/generic": "failure"}
    assert (one.code, two.code) == (2, pytest.ExitCode.USAGE_ERROR)
    assert "leave out a process of its own" in " ".join(two.errors)


def test_of_goldens_that_lack_what_a_property_is_tried_on_it_is_not_asked(
    pytester: pytest.Pytester, project: Path
) -> None:
    few_goldens(project / "few")  # of which none is ragged

    verdicts = both(pytester, {"candidate": "reference", "goldens": "few", "case": ["rnn_forward"]})

    assert {*verdicts.values()} == {"pass"}
    assert {"rnn_forward/generic", "rnn_forward/property/repeatable"} <= {*verdicts}
    assert "rnn_forward/property/padding-ignored" not in verdicts


def listing(folder: Path, **reasons: str) -> str:
    listed = {id.replace("__", "/"): {"reason": reason, "why": "issue 12"} for id, reason in reasons.items()}
    (folder / "known.json").write_text(json.dumps({"failing": {"float64": listed}}), encoding="utf-8")
    return "known.json"


SOFTMAX = "fail: p is outside its budget"


def test_a_failure_that_is_known_is_excused(pytester: pytest.Pytester, project: Path) -> None:
    known = listing(project, softmax__generic=SOFTMAX)

    verdicts = both(pytester, {"candidate": "twin_half.py", "case": ["softmax/generic"], "known-failing": known})

    assert verdicts == {"softmax/generic": "known"}


@pytest.mark.parametrize(
    "listed",
    [{"sigmoid__generic": SOFTMAX}, {"softmax__generic": "error: no"}, {"rnn_forward__generic": SOFTMAX}],
    ids=["it passes", "it fails otherwise", "it is not tested"],
)
def test_a_list_that_is_wrong_fails_in_both(pytester: pytest.Pytester, project: Path, listed: dict[str, str]) -> None:
    (id,) = [name.replace("__", "/") for name in listed]

    choices = {"candidate": "twin_half.py", "case": [id, "sigmoid/zero"], "known-failing": listing(project, **listed)}

    assert both(pytester, choices) == {id: "failure", "sigmoid/zero": "pass"}


def test_a_list_that_knows_what_does_not_exist_fails_in_both(pytester: pytest.Pytester, project: Path) -> None:
    choices = {
        "candidate": "twin_half.py",
        "case": ["sigmoid/zero"],
        "known-failing": listing(project, sigmoid__zerro="x"),
    }

    one, two = command(*of_command(choices)), suite(pytester, *flags(choices, "rnnspec-"))

    assert (one.code, two.code) == (1, pytest.ExitCode.USAGE_ERROR)
    assert "sigmoid/zerro: listed, but there is no such case or property" in " ".join(two.errors)


CHOSEN = {"candidate": "notebook", "dtype": "float32", "case": ["softmax", "sigmoid/zero"]}


def test_wherever_the_choices_stand_the_verdicts_are_the_same(pytester: pytest.Pytester, project: Path) -> None:
    typed = both(pytester, CHOSEN)

    ini(project, CHOSEN)
    in_ini = suite(pytester)
    (project / "pytest.ini").unlink()
    pyproject(project, CHOSEN)
    in_project = same(command(), suite(pytester))

    assert in_ini.verdicts == in_project == typed
    assert {*typed.values()} == {"pass", "failure", "not tested"}


def test_the_command_line_is_before_the_ini_file_before_pyproject_before_defaults(
    pytester: pytest.Pytester, project: Path
) -> None:
    pyproject(project, {"candidate": "twin_half.py", "dtype": "float32", "case": ["softmax/zero"]})
    typed = ["sigmoid/full-precision", "sigmoid/zero"]  # of which float32 has the second alone

    assert same(command(), suite(pytester)) == {"softmax/zero": "failure"}
    assert both(pytester, {"case": typed}) == {"sigmoid/zero": "pass"}
    assert both(pytester, {"case": typed, "dtype": "float64"}) == dict.fromkeys(typed, "pass")
    ini(project, {"candidate": "reference", "dtype": "float64"})
    assert suite(pytester).verdicts == {"softmax/zero": "pass"}
    assert suite(pytester, *flags({"candidate": "twin_half.py"}, "rnnspec-")).verdicts == {"softmax/zero": "failure"}


def test_a_typed_candidate_is_before_a_program_of_the_project(pytester: pytest.Pytester, project: Path) -> None:
    pyproject(
        project,
        {"program": written(project, "say({'id': message['id'], 'error': 'no luck'})"), "case": ["sigmoid/zero"]},
    )

    assert same(command(), suite(pytester)) == {"sigmoid/zero": "failure"}
    assert both(pytester, {"candidate": "reference"}) == {"sigmoid/zero": "pass"}


def test_in_a_folder_below_the_project_the_choices_and_their_paths_hold(
    pytester: pytest.Pytester, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_goldens(project / "few")
    apart = "fail: p of example 0 alone differs from p of example 0 in its batch"
    many = "fail: p differs in a batch of 13"
    reasons = {"batch-independent": apart, "many-examples": many}
    known = listing(
        project, softmax__generic=SOFTMAX, **{f"softmax__property__{name}": why for name, why in reasons.items()}
    )
    pyproject(project, {"candidate": "notebook", "goldens": "few", "known-failing": known, "case": ["softmax"]})
    (project / "below").mkdir()
    monkeypatch.chdir(project / "below")

    verdicts = same(command(), suite(pytester))

    assert [id for id, verdict in verdicts.items() if verdict == "known"] == [
        "softmax/generic",
        "softmax/property/batch-independent",
        "softmax/property/many-examples",
    ]
    assert [id for id in verdicts if "/property/" not in id] == ["softmax/generic"]


class Recorder(list[str]):
    """A parser of pytest's."""

    def getgroup(self, *_: str) -> "Recorder":
        return self

    def addoption(self, name: str, **_: Any) -> None:
        self.append(name)

    def addini(self, name: str, *_: Any, **__: Any) -> None:
        self.append(name)


def test_every_choice_is_an_option_of_both() -> None:
    of_pytest = Recorder()
    plugin.pytest_addoption(of_pytest)
    options = {name for parameter in main.commands["check"].params for name in opts(parameter.opts)}

    names = [choice.name for choice in CHOICES]

    assert [*of_pytest] == [word for n in names for word in (f"--rnnspec-{n}", f"rnnspec_{n.replace('-', '_')}")]
    assert {*names} - options == set()
    alone = {"verbose", "json", "baseline", "write-known-failing", *PAGES, "map", "explain-seconds", "no-explain"}
    alone |= {"at", "option", "seed", "sizes", "replay", "line", "source", "build", "source-seconds"}
    assert options - {*names} == alone


def opts(names: Iterable[str]) -> list[str]:
    return [name.removeprefix("--") for name in names if name.startswith("--") or not name.startswith("-")]
