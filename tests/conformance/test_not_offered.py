"""What a candidate does not offer is not tested: named with each operation, counted apart, and hidden by no total."""

import inspect
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from planted.fakes import all_ids, fake, judged
from planted.hostile import few_goldens
from rnnspec.conformance import check
from rnnspec.conformance.run.outcome import Ending, Outcome
from rnnspec.golden import GoldenError, cases
from rnnspec.reference import FAMILIES, FUNCTIONS, OPERATIONS
from rnnspec.tools import main

# an LSTM that can neither run backwards nor take lengths, and an RNN that has no state of its own to start from
LIMITED = """
from rnnspec.reference import lstm_forward as whole, rnn_forward as plain, sigmoid

def lstm_forward(x, a0, parameters, *, c0=None):
    return whole(x, a0, parameters, c0=c0)

def rnn_forward(x, a0, parameters, **options):
    if a0 is None:
        raise TypeError("a0 is None")
    return plain(x, a0, parameters, **options)
"""
REASONS = {"lstm_forward": "not offered: lengths, reverse", "rnn_forward": "not offered: a0=None"}
BASES = {
    "padding-ignored": "ragged",
    "no-steps": "ragged",
    "reverse-is-flip": "reverse",
    "no-state-is-zeros": "no-state",
}

LENGTHS, LONG = "property/long-lengths", {"property/long-sequence", "property/long-network"}


def members(*groups: str) -> list[str]:
    """The operations of families, of `network` and of `containers`."""
    found = []
    for group in groups:
        part = {"network": "_network_", "containers": "pa[cd]k?_"}.get(
            group, rf"^{group}_((cell|step)_)?(for|back)ward$"
        )
        found += [name for name in OPERATIONS if re.search(part, name)]
    return found


@pytest.fixture
def limited(tmp_path: Path) -> Path:
    (tmp_path / "limited.py").write_text(LIMITED, encoding="utf-8")
    return tmp_path


def needing(operation: str, feature: str) -> set[str]:
    """What follows the operation's name in the ids of the cases and properties that a feature is needed for."""
    features = {e.id.partition("/")[2]: e.features for e in cases() if e.operation.name == operation}
    found = {name for name, held in features.items() if feature in held}
    found |= {f"property/{name}" for name, idea in BASES.items() if idea in found}
    return found | ({LENGTHS} if feature == "lengths" and f"{operation}/{LENGTHS}" in all_ids(operation) else set())


def without(operation: str, option: str) -> Any:
    """The reference's function without one keyword."""
    function = FUNCTIONS[operation]
    known = inspect.signature(function)

    def lacking(*given: Any, **options: Any) -> Any:
        if option in options:
            raise TypeError(f"unexpected keyword {option}")
        return function(*given, **options)

    kept = [parameter for name, parameter in known.parameters.items() if name != option]
    lacking.__signature__ = known.replace(parameters=kept)  # type: ignore[attr-defined]
    return lacking


def reasons(outcomes: dict[str, Outcome]) -> dict[str, str]:
    return {name: outcome.message for name, outcome in outcomes.items() if outcome.outcome == "unsupported"}


NAMES = (
    "rnn_relu_backward",
    "lstm_forward",
    "lstm_backward",
    "lstm_network_forward",
    "gru_reset_after_network_backward",
)
LACKING = [(name, option) for name in NAMES for option in OPERATIONS[name].all_options]


@pytest.mark.parametrize(("operation", "option"), LACKING)
def test_an_option_that_is_not_taken_is_not_tested_and_all_else_is(operation: str, option: str) -> None:
    owner = operation if option in OPERATIONS[operation].options else operation.replace("backward", "forward")

    outcomes = judged(fake(**{owner: without(owner, option)}), operation)

    # the cell state is carried by these two
    splits = {name for name in outcomes if name.startswith("property/split-") and option in ("c0", "dc_last")}
    # and the state of a network's lower layers by one more
    carried = ("c0", "dc_last", "da_last") if "network" in operation else ("c0", "dc_last")
    splits |= LONG & {*outcomes} if option in carried else set()
    assert reasons(outcomes) == dict.fromkeys(needing(operation, option) | splits, f"not offered: {option}")
    assert {outcome.outcome for outcome in outcomes.values()} == {"pass", "unsupported"}


@pytest.mark.parametrize(
    ("operation", "option"), [("lstm_forward", "c0"), ("gru_forward", "lengths"), ("gru_forward", "reverse")]
)
def test_an_option_that_is_taken_and_ignored_is_caught(operation: str, option: str) -> None:
    function = FUNCTIONS[operation]

    def ignoring(*given: Any, **options: Any) -> Any:
        return function(*given, **{name: value for name, value in options.items() if name != option})

    outcomes = judged(fake(**{operation: ignoring}), operation)

    failing = {name for name, outcome in outcomes.items() if outcome.outcome == "fail"}
    assert {name for name in needing(operation, option) if not name.startswith("levels")} <= failing  # where it acts
    larger = {"property/many-examples", "property/embedded"}  # which take the case of most options
    assert larger & failing == (larger if option == "lengths" else set())
    assert failing - larger <= needing(operation, option) | {
        "property/split-sequence",
        "property/long-sequence",
        "property/any-layout",
    }
    assert "is outside its budget" in outcomes[min(name for name in failing if "property" not in name)].message


def test_the_table_names_what_is_not_offered_with_each_operation(limited: Path) -> None:
    result = CliRunner().invoke(main, ["check", str(limited / "limited.py")], env={"FORCE_COLOR": None})

    whole_lines = re.sub(r"\n {6,}", " ", result.stdout)
    rows = {line.split()[0]: line.strip() for line in whole_lines.splitlines() if line.strip()}
    assert result.exit_code == 0
    assert [name for name, reason in REASONS.items() if not rows[name].endswith(reason)] == []
    assert "not offered" not in rows["sigmoid"]
    named = re.search(r"^\d+ not defined, so not tested: (.*)$", whole_lines, re.MULTILINE)
    assert named
    single, _, whole = named[1].partition("; all of ")
    assert {*single.split(", ")} == {*members("rnn", "lstm"), "softmax"} - {"lstm_forward", "rnn_forward"}
    assert whole == f"network, containers, {len(FAMILIES) - len(('rnn', 'lstm'))} families (rnnspec list)"


def test_a_few_families_that_are_not_defined_are_named(tmp_path: Path) -> None:
    path, left = tmp_path / "most.py", ("gru", "wkv4")
    names = [name for name, operation in OPERATIONS.items() if operation.family not in left]
    path.write_text(f"from rnnspec.reference import {', '.join(names)}\n")

    result = CliRunner().invoke(main, ["check", str(path), "--case", "sigmoid", "--case", "gru", "--case", "wkv4"])

    networks = "gru_network_forward, gru_network_backward"
    assert f" not defined, so not tested: {networks}; all of gru, wkv4\n" in " ".join(result.output.split("\n      "))


def test_no_total_hides_what_is_not_tested(limited: Path) -> None:
    report = check(str(limited / "limited.py"))
    defined = {outcome.operation for outcome in report if outcome.outcome is Ending.PASS}
    own = sum(outcome.operation in defined for outcome in report.untested)
    totals = report.totals

    result = CliRunner().invoke(main, ["check", str(limited / "limited.py")], env={"FORCE_COLOR": None})

    assert totals["unsupported"] > 500
    told, besides = " ".join(result.stdout.split()), totals["unsupported"] - own
    assert min(own, besides) > 0
    assert f"{totals['pass']} passed, {own} not tested closest" in told
    assert f" {besides} not defined, so not tested: " in told


def test_the_report_says_of_each_case_what_is_not_offered(limited: Path) -> None:
    asked = ("--case", "lstm_forward", "--case", "rnn_forward", "--json", "-")
    report = json.loads(CliRunner().invoke(main, ["check", str(limited / "limited.py"), *asked]).stdout)

    untested = [case for case in report["cases"] if case["outcome"] == "unsupported"]
    assert report["totals"]["unsupported"] == len(untested)
    assert report["totals"]["pass"] == len(report["cases"]) - len(untested)
    for operation in REASONS:
        offered = REASONS[operation].removeprefix("not offered: ").split(", ")
        lacking = {case["id"]: case for case in untested if case["operation"] == operation}
        assert set(lacking) == {f"{operation}/{name}" for feature in offered for name in needing(operation, feature)}
        for case in lacking.values():
            named = case["message"].removeprefix("not offered: ").split(", ")
            features = [*case["features"], *(["lengths"] if case["id"].endswith(LENGTHS) else [])]  # which it adds
            assert named == [feature for feature in offered if feature in features], case["id"]


def test_a_pytest_run_names_what_is_not_offered_with_each_operation(limited: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rs", "--pyargs", "rnnspec.conformance"]
    asked = [word for name in REASONS for word in ("--rnnspec-case", name)]
    settings = ["--rnnspec-candidate", "limited", *asked]
    totals = check(str(limited / "limited.py"), cases=tuple(REASONS)).totals
    outer = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}

    done = subprocess.run(
        [*command, *settings], cwd=limited, env={**outer, "COLUMNS": "200"}, capture_output=True, text=True, check=False
    )

    skipped = [line for line in done.stdout.splitlines() if line.startswith("SKIPPED")]
    assert done.returncode == 0, done.stdout
    assert f"{totals['pass']} passed, {totals['unsupported']} skipped" in done.stdout.splitlines()[-1]
    assert sum(int(n) for line in skipped for n in re.findall(r"\[(\d+)\]", line)) == totals["unsupported"]
    for operation, reason in REASONS.items():
        for feature in reason.removeprefix("not offered: ").split(", "):
            assert any(re.search(rf"{operation}\b.*not offered: .*{feature}", line) for line in skipped), (
                operation,
                feature,
            )


def test_a_property_that_needs_an_operation_that_is_not_defined_is_not_tested() -> None:
    report = check({"rnn_network_forward": FUNCTIONS["rnn_network_forward"]}, cases=("rnn_network_forward",))

    assert report.conformant
    assert {o.id.rpartition("/")[2]: o.message for o in report.cases if o.outcome == "unsupported"} == {
        "one-layer-is-the-sequence": "rnn_forward is not defined",
        "two-directions-are-two-runs": "rnn_forward is not defined",
    }


def test_raising_with_a_state_too_declines_nothing() -> None:
    def raising(x: Any, a0: Any, parameters: Any) -> Any:
        raise ValueError("always")

    outcomes = check({"rnn_forward": raising}, cases=("rnn_forward",)).cases
    omitted = [o for o in outcomes if o.features == ["a0=None"]]

    assert omitted
    assert {o.outcome for o in omitted} == {"error"}
    assert all("raised ValueError: always" in o.message for o in omitted)


def test_goldens_of_what_is_not_offered_are_not_read(tmp_path: Path) -> None:
    goldens, offered = few_goldens(tmp_path / "goldens"), {"sigmoid": FUNCTIONS["sigmoid"]}
    (goldens / "softmax/generic.npz").write_bytes(b"no golden")

    report = check(offered, goldens=goldens)

    assert report.conformant
    assert report["softmax/generic"].outcome == "unsupported"
    with pytest.raises(GoldenError, match=r"softmax/generic.npz: cannot be read"):
        check(offered | {"softmax": FUNCTIONS["softmax"]}, goldens=goldens)
