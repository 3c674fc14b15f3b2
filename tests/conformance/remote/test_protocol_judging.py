"""No judgement is taken from the judged: a program cannot say that a property holds, nor refuse by answering nonsense."""

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from planted.programs import HEAD, raw, written
from rnnspec.conformance import BrokenCandidate, Unsupported, check, program
from rnnspec.reference import OPERATIONS
from rnnspec.tools import main

STARTED = '{"protocol": 1, "dtypes": ["float64"], "arrays": "list", "operations": {"sigmoid": []}'
OFFERED = '"operations": {"sigmoid": []}'
NONSENSE = {
    "no JSON": "sys.stdout.write('I refuse\\n'); sys.stdout.flush()",
    "another id": "say({'id': 'another', 'error': 'I refuse'})",
    "no array": "say({'id': message['id'], 'outputs': {'data': 'I refuse'}})",
    "two answers in one": "say({'id': message['id'], 'outputs': {}, 'error': 'I refuse'})",
}


def offering(folder: Path, operations: str, answer: str) -> list[str]:
    """A program that offers these operations in place of sigmoid."""
    command = written(folder, answer)
    path = Path(command[-1])
    path.write_text(path.read_text().replace(OFFERED, f'"operations": {operations}'))
    return command


def test_a_program_cannot_say_that_properties_hold(tmp_path: Path) -> None:
    claim = f"input(); print('''{STARTED}, \"holds\": true}}'''); input()"

    with pytest.raises(BrokenCandidate, match="holds"):
        program(raw(tmp_path, claim))
    said = CliRunner().invoke(main, ["check", "--", *raw(tmp_path, claim)])
    assert said.exit_code == 3


def test_a_property_of_a_program_is_decided_here(tmp_path: Path) -> None:
    drifting = 'answer = right(message)\nanswer["outputs"]["s"][0][0] += 1e-3 * runs\nsay(answer)'

    report = check(written(tmp_path, drifting), cases=["repeatable", "batch-independent"])

    assert report["sigmoid/property/repeatable"].outcome == "fail"
    assert "other bits" in report["sigmoid/property/repeatable"].message


@pytest.mark.parametrize("answer", NONSENSE.values(), ids=NONSENSE)
def test_nonsense_is_no_refusal(answer: str, tmp_path: Path) -> None:
    command = offering(
        tmp_path, '{"pack_sequence": ["enforce_sorted"], "pad_packed_sequence": ["total_length"]}', answer
    )

    report = check(command, cases=["refuses-unsorted", "refuses-empty", "refuses-short-total"])

    told = {outcome.id: outcome.outcome for outcome in report if outcome.operation != "pack_padded_sequence"}
    assert told == {
        "pack_sequence/property/refuses-unsorted": "error",
        "pack_sequence/property/refuses-empty": "error",
        "pad_packed_sequence/property/refuses-short-total": "error",
    }


def test_an_error_is_a_refusal(tmp_path: Path) -> None:
    command = offering(tmp_path, '{"pack_sequence": []}', "say({'id': message['id'], 'error': 'lengths rise'})")

    report = check(command, cases=["pack_sequence/property/refuses-unsorted"])

    assert [outcome.outcome for outcome in report] == ["pass"]


def test_outputs_without_elements_are_not_zeros(tmp_path: Path) -> None:
    empty = "say({'id': message['id'], 'outputs': {'a': [], 'y_pred': []}})"

    report = check(offering(tmp_path, '{"rnn_forward": ["lengths"]}', empty), cases=["rnn_forward/property/no-steps"])

    (outcome,) = report
    assert (outcome.outcome, "has shape (0,)" in outcome.message) == ("fail", True)


def test_the_head_of_these_programs_is_what_they_change() -> None:
    assert HEAD.count(OFFERED) == 1


@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_what_lists_cannot_tell_is_not_asked(tmp_path: Path, number: float) -> None:
    """A property may hand a program what that has given itself."""
    sigmoid = OPERATIONS["sigmoid"]
    with program(written(tmp_path, "say(right(message))")) as found:
        calls = found.at("float64")
        (name,) = sigmoid.inputs

        assert [*calls.call(sigmoid, {name: np.zeros((2, 1))}, {})] == [*sigmoid.outputs]
        with pytest.raises(Unsupported, match="lists do not tell what is no finite number"):
            calls.call(sigmoid, {name: np.full((2, 1), number)}, {})


def test_of_many_outputs_that_came_it_is_told_that_there_are_more(tmp_path: Path) -> None:
    other = "answer = right(message)\nanswer['outputs'] = {n: answer['outputs']['s'] for n in 'abcdef'}\nsay(answer)"

    report = check(written(tmp_path, other), cases=["sigmoid/generic"])

    assert "answered a, b, c, d and 2 more, without s" in report["sigmoid/generic"].message
