"""Of an operation's failures the plainest is told first."""

from rnnspec.conformance.report.order import telling_first
from rnnspec.conformance.run.outcome import Ending, Outcome
from rnnspec.golden import cases


def test_few_options_come_before_many_and_small_cases_before_large_ones() -> None:
    entries = {entry.id: entry for entry in cases() if entry.operation.name == "gru_backward"}
    some = [
        "every-option",
        "levels-no-a0-reverse-dy-da-last-rising-short",
        "long",
        "reverse",
        "ragged-reverse",
        "one-step",
    ]
    outcomes = [
        Outcome(id, "gru_backward", features=entries[id].features).ended(Ending.FAIL, "")
        for id in (f"gru_backward/{name}" for name in some)
    ]

    told = [outcome.id.partition("/")[2] for outcome in telling_first(outcomes)]

    assert told == ["one-step", "long", "reverse", "ragged-reverse", *some[:2]]
