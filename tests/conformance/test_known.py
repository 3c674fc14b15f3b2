"""A list of known failures by itself: what it says of each way that a run can end, and what is read and written."""

import json
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import pytest
from rnnspec.conformance import Report
from rnnspec.conformance.report import known_failures
from rnnspec.conformance.report.failing import reason
from rnnspec.conformance.report.known_failures import Known, KnownFailuresError
from rnnspec.conformance.run.outcome import Ending, Outcome

RECORDED = "fail: a is outside its budget"
FAILS = "softmax/generic"
KNOWN = Known(Path("known.json"), {FAILS: RECORDED})
FAILED = [ending for ending in Ending if ending not in (Ending.PASS, Ending.UNSUPPORTED)]


def outcome(ending: Ending, message: str = "", id: str = FAILS) -> Outcome:
    return Outcome(id, "softmax", ending, message=message)


def as_recorded() -> Outcome:
    return outcome(Ending.FAIL, "a is outside its budget")


SAYS: dict[str, tuple[Outcome, str]] = {
    "as recorded": (as_recorded(), ""),
    "passes": (outcome(Ending.PASS), "softmax/generic: passes now; take it off the list"),
    "not tested": (outcome(Ending.UNSUPPORTED, "not defined"), "softmax/generic: is not tested any more: not defined"),
    "another message": (
        outcome(Ending.FAIL, "a is not finite"),
        f"softmax/generic: fails for another reason: was '{RECORDED}', is 'fail: a is not finite'",
    ),
    "another ending": (
        outcome(Ending.CRASH, "a is outside its budget"),
        f"softmax/generic: fails for another reason: was '{RECORDED}', is 'crash: a is outside its budget'",
    ),
    "an ending of a later letter": (
        outcome(Ending.TIMEOUT, "a is outside its budget"),
        f"softmax/generic: fails for another reason: was '{RECORDED}', is 'timeout: a is outside its budget'",
    ),
    **{f"{ending}, not listed": (outcome(ending, "x", "softmax/zero"), "") for ending in Ending},
}


@pytest.mark.parametrize("how", SAYS)
def test_a_list_says_where_a_run_is_not_what_was_recorded(how: str) -> None:
    found, words = SAYS[how]

    assert KNOWN.problem(found) == words


def test_all_that_is_wrong_is_told_and_nothing_else() -> None:
    known = Known(Path("known.json"), {FAILS: RECORDED, "softmax/one": RECORDED, "softmax/b": "", "softmax/a": ""})
    run = [as_recorded(), outcome(Ending.PASS, id="softmax/one"), outcome(Ending.PASS, id="softmax/zero")]

    assert known.problems(run, {FAILS, "softmax/one", "softmax/zero"}) == [
        "softmax/a: listed, but there is no such case or property",
        "softmax/b: listed, but there is no such case or property",
        "softmax/one: passes now; take it off the list",
    ]
    assert known.problems(run[:1], {*known.reasons}) == known.strangers({*known.reasons}) == []


def test_a_failure_is_covered_by_its_own_reason_alone() -> None:
    assert KNOWN.covers(as_recorded())
    assert KNOWN.covers(outcome(Ending.PASS))
    assert KNOWN.covers(outcome(Ending.UNSUPPORTED, "not defined"))
    assert KNOWN.covers(outcome(Ending.PASS, id="softmax/zero"))
    assert not any(KNOWN.covers(outcome(ending, "x")) for ending in FAILED)
    assert not any(KNOWN.covers(outcome(ending, "a is outside its budget", "softmax/zero")) for ending in FAILED)


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        ("f raised ValueError: no (a.py, line 12)", "error: f raised ValueError: no"),
        ("f raised ValueError: no (a (b), line 12)", "error: f raised ValueError: no (a (b), line 12)"),
        ("f raised ValueError: (a.py, line 12) again", "error: f raised ValueError: (a.py, line 12) again"),
        ("f raised ValueError: no (a.py, line x)", "error: f raised ValueError: no (a.py, line x)"),
    ],
)
def test_a_reason_is_the_ending_and_the_message_without_the_place_at_its_end(message: str, kept: str) -> None:
    assert reason(outcome(Ending.ERROR, message)) == kept


def test_what_a_list_says_cannot_be_changed_while_a_run_is_held_to_it() -> None:
    with pytest.raises(FrozenInstanceError):
        KNOWN.reasons = {}  # type: ignore[misc]


def report(*outcomes: Outcome, dtype: str = "float64") -> Report:
    return Report("mine", "1", dtype, "", list(outcomes))


def test_what_is_written_is_read_and_what_people_wrote_stays(tmp_path: Path) -> None:
    path, other = tmp_path / "known.json", outcome(Ending.ERROR, "raised", "softmax/one")
    passed = outcome(Ending.PASS, id="softmax/zero"), outcome(Ending.UNSUPPORTED, "no", "softmax/two")

    assert known_failures.write(path, report(as_recorded(), other, *passed)) == 2
    data: Any = json.loads(path.read_text())
    assert data["candidate"] == "mine"
    assert data["failing"]["float64"][FAILS] == {"reason": RECORDED, "why": ""}
    data["failing"]["float64"][FAILS]["why"] = "issue 12"
    path.write_text(json.dumps(data))

    assert known_failures.write(path, report(as_recorded(), dtype="float32")) == 1
    assert known_failures.write(path, report(as_recorded(), *passed)) == 1

    again = json.loads(path.read_text())["failing"]
    assert again["float64"] == {FAILS: {"reason": RECORDED, "why": "issue 12"}}
    assert again["float32"] == {FAILS: {"reason": RECORDED, "why": ""}}
    assert known_failures.read(path, "float64") == Known(path, {FAILS: RECORDED})
    assert known_failures.read(path, "float16") == Known(path, {})


SOUND = {"reason": "fail: x", "why": ""}
NO_LIST = {
    "a list": [[], "is no object with `failing`"],
    "nothing failing": [{}, "is no object with `failing`"],
    "failing in a list": [{"failing": []}, "is no object with `failing`"],
    "a dtype in a list": [{"failing": {"float64": [SOUND]}}, "float64: it has no texts `reason` and `why`"],
    "an entry in a list": [{"failing": {"float64": {FAILS: [SOUND]}}}, f"float64: {FAILS} has no texts"],
    **{
        f"no {key}": [{"failing": {"float16": {"x/y": SOUND, FAILS: {**SOUND, key: value}}}}, f"float16: {FAILS} has no texts"]
        for key in SOUND
        for value in (None, 3)
    },
}  # fmt: skip


@pytest.mark.parametrize("name", NO_LIST)
def test_what_is_no_list_is_refused_by_name_read_and_written(tmp_path: Path, name: str) -> None:
    path, (data, words) = tmp_path / "known.json", NO_LIST[name]
    path.write_text(json.dumps(data))
    before = path.read_bytes()

    for use in (
        lambda: known_failures.read(path, "float64"),
        lambda: known_failures.write(path, report(as_recorded())),
    ):
        with pytest.raises(KnownFailuresError) as refused:
            use()
        assert str(refused.value).startswith(f"{path}: {words}")
    assert path.read_bytes() == before


def test_what_cannot_be_read_or_written_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(KnownFailuresError, match=r"none\.json: no such file; --write-known-failing writes it$"):
        known_failures.read(tmp_path / "none.json", "float64")
    with pytest.raises(KnownFailuresError, match=r": cannot be read: is no file$"):
        known_failures.read(tmp_path, "float64")
    for text in ("{", "[" * 100_000, "\udc80"):
        (tmp_path / "known.json").write_bytes(text.encode("utf-8", "surrogateescape"))
        with pytest.raises(KnownFailuresError, match=r"known\.json: cannot be read as JSON: "):
            known_failures.read(tmp_path / "known.json", "float64")
    with pytest.raises(KnownFailuresError, match=r"known\.json: cannot be written: No such file or directory$"):
        known_failures.write(tmp_path / "none" / "known.json", report(as_recorded()))
