"""What the kit says of a candidate."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache

from planted.planting import Functions
from rnnspec.conformance.checks import Checks
from rnnspec.conformance.deviations.kill_matrix import EQUIVALENT
from rnnspec.conformance.explanation.naming import explain
from rnnspec.conformance.finding import candidate_of
from rnnspec.conformance.report.reasons import Explanation, Localisation
from rnnspec.conformance.run.outcome import Ending, Outcome
from rnnspec.conformance.run.runner import Runner
from rnnspec.golden import Golden, cases, load
from rnnspec.reference import OPERATIONS

loaded = cache(load)


@dataclass(frozen=True)
class Found:
    """What the kit says of one operation of a candidate."""

    failing: int
    explanation: Explanation | None = None
    localisation: Localisation | None = None

    def names(self, ids: Iterable[str]) -> bool:
        """Whether exactly these are named, or what no input tells from them."""
        if self.explanation is None:
            return False
        sets = (self.explanation.deviations, *self.explanation.alternatives)
        wanted = {_twin(id) for id in ids}
        return any({_twin(id) for id in named} == wanted for named in sets)


def _twin(id: str) -> str:
    """One name for all that no golden tells apart."""
    return next((one for one, other in EQUIVALENT if id == other), id)


def judged(functions: Functions, operation: str, seconds: float = 0.0) -> Found:
    """What the kit finds in one operation's goldens; for so many seconds, edits that no list has, too."""
    outcomes, forward = ran(functions, operation), OPERATIONS[operation].forward
    before = ran(functions, forward.name) if forward else []
    explanations, localisations = explain([*before, *outcomes], "float64", loaded, seconds)
    failing = sum(outcome.failed for outcome in outcomes)
    own = [[one for one in found if one.operation == operation] for found in (explanations, localisations)]
    return Found(failing, next(iter(own[0]), None), next(iter(own[1]), None))


def ran(functions: Functions, operation: str) -> list[Outcome]:
    runner = Runner(candidate_of(functions), "float64")
    return [runner.case(golden) for golden in _goldens(operation)]


@cache
def _goldens(operation: str) -> list[Golden]:
    return [loaded(entry.id) for entry in cases() if entry.operation.name == operation]


def checks(functions: Functions, dtype: str, names: Collection[str] | None = None) -> Checks:
    """All that is asked of a candidate, its properties too, each golden loaded once for all candidates."""
    asked = Checks(candidate_of(functions), dtype, names)
    asked.load = loaded
    return asked


def failing(functions: Functions, operations: Collection[str], dtype: str = "float64") -> set[str]:
    """Those that fail at least one case or property; each is run until it does."""
    asked, found = checks(functions, dtype, operations), set[str]()
    for id in asked.ids:
        operation = asked.known[id]
        if operation in found:
            continue
        outcome = asked.run(id)
        assert "this kit" not in outcome.message
        if outcome.outcome in (Ending.FAIL, Ending.ERROR):
            found.add(operation)
    return found
