"""What a run of one case, or of one property, came to."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from rnnspec.golden.entry import shown
from rnnspec.reference import OPERATIONS, ContractError

from ..candidate import NOT_OFFERED, Crashed, Faulty, Got, Raised, TimedOut, Unsupported
from ..verdict.comparing import Verdict


class Ending(StrEnum):
    """How a run ended, by the words that a report has for it."""

    PASS = "pass"
    FAIL = "fail"
    ERROR = "error"  # the candidate raised, or gave no answer that is one
    CRASH = "crash"
    TIMEOUT = "timeout"
    UNSUPPORTED = "unsupported"  # not tested: counted apart, never as passed


LONGEST = 4000  # characters of a message
UNFIT = "no verdict here"  # in front of why: it is not the candidate that lacks it
PROVEN, ESTIMATED = "proven", "estimated"  # what a budget is
SETTLED = (Ending.PASS, Ending.UNSUPPORTED)  # neither is a failure
ENDED_BY: dict[type[Exception], Ending] = {
    Unsupported: Ending.UNSUPPORTED,
    Raised: Ending.ERROR,
    Faulty: Ending.ERROR,
    Crashed: Ending.CRASH,
    TimedOut: Ending.TIMEOUT,
    ContractError: Ending.FAIL,
}


@dataclass
class Outcome:
    """One case, or one property, and what came of it.

    `verdicts` and `arrays` are by output: what comparing said, and what the candidate gave. `raised` is what it
    raised, where that was taken for declining; `left_out` are outputs that it does not give, or the last of which alone;
    `known` is why it fails, where a list of known failures has it; `budget` whether what it may be off by is proven; `again` the command
    that plays it again, where its id does not say all of it.
    """

    id: str
    operation: str
    outcome: Ending = Ending.PASS
    features: list[str] = field(default_factory=list)
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    message: str = ""
    arrays: dict[str, Got] = field(default_factory=dict, repr=False, compare=False)
    raised: str = ""
    left_out: list[str] = field(default_factory=list)
    known: str | None = field(default=None, compare=False)
    budget: str = PROVEN
    again: str = field(default="", compare=False)

    @property
    def failed(self) -> bool:
        return self.outcome not in SETTLED

    @property
    def worst(self) -> float:
        """The largest error, in budgets."""
        return max((v.worst for v in self.verdicts.values() if v.worst is not None), default=0.0)

    def ended(self, how: Ending, message: str) -> "Outcome":
        """In one line that any terminal can show: the words may be the candidate's."""
        self.outcome, self.message = how, shown(message, LONGEST)
        return self

    def judged(self, verdicts: Iterable[Verdict]) -> None:
        """Take the verdicts on the outputs; one that is no pass makes the whole fail."""
        self.verdicts = {verdict.output: verdict for verdict in verdicts}
        if wrong := [verdict.problem for verdict in self.verdicts.values() if not verdict.passed]:
            self.ended(Ending.FAIL, "; ".join(wrong))


def attempt(outcome: Outcome, work: Callable[[], object]) -> Outcome:
    """Do the work; whatever the candidate does wrong becomes the outcome."""
    try:
        with np.errstate(all="ignore"):  # what is infinite or huge is judged, not warned of
            work()
    except tuple(ENDED_BY) as why:
        kind = next(ending for kind, ending in ENDED_BY.items() if isinstance(why, kind))
        return outcome.ended(kind, str(why) or "refused without a reason")
    except MemoryError as why:  # the kit's own: what a candidate raises is Raised
        return outcome.ended(Ending.UNSUPPORTED, f"{UNFIT}: it takes more memory than there is: {why}")
    except Exception as why:  # an output that breaks the judging itself must not end the run
        return outcome.ended(Ending.ERROR, f"this kit could not judge it: {type(why).__name__}: {why}; please report")
    return outcome


def omitted_of(features: Iterable[str]) -> tuple[str, ...]:
    """What has None in its place, of what a case has."""
    return tuple(sorted(feature for feature in features if feature.endswith("=None")))


def declined(outcome: Outcome) -> Outcome:
    """An omitted state is no keyword that one could look for: raising on None is how a candidate declines it, and not behind a forward
    that took it.
    """
    omitted = omitted_of(outcome.features)
    is_behind = OPERATIONS[outcome.operation].forward and outcome.message.startswith(f"{outcome.operation} raised ")
    if omitted and outcome.outcome is Ending.ERROR and not is_behind:
        outcome.raised = outcome.message
        return outcome.ended(Ending.UNSUPPORTED, NOT_OFFERED + ", ".join(omitted))
    return outcome
