"""Running one operation of a candidate: fresh arrays in, named outputs out, whatever it does."""

import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.golden import Golden
from rnnspec.reference import ContractError, Operation

from .budget import budget
from .candidate import NOT_OFFERED, Candidate, Unsupported
from .verdict import Verdict, compare

Arrays = Mapping[str, NDArray[Any]]


class Raised(Exception):
    """The candidate raised; the message says what and where."""


class Crashed(Exception):
    """The candidate's process ended in the middle of a call; the message says how."""


class TimedOut(Exception):
    """The candidate gave no answer in time."""


@dataclass
class Outcome:
    """What a run of one case, or of one property, came to."""

    id: str
    operation: str
    outcome: str  # pass, fail, error, crash, timeout, unsupported
    features: list[str] = field(default_factory=list)
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    message: str = ""
    arrays: dict[str, Any] = field(default_factory=dict, repr=False)  # what the candidate gave
    raised: str = ""  # what it raised, where that was taken for declining

    @property
    def worst(self) -> float:
        return max((v.worst for v in self.verdicts.values() if v.worst is not None), default=0.0)


class Runner:
    """A candidate at one dtype."""

    def __init__(self, candidate: Candidate, dtype: str) -> None:
        self.candidate, self.dtype = candidate, dtype

    def fresh(self, arrays: Arrays) -> dict[str, NDArray[Any]]:
        return {n: np.array(a, self.dtype if a.dtype.kind == "f" else None, order="C") for n, a in arrays.items()}

    def call(self, operation: Operation, inputs: Arrays, parameters: Arrays) -> dict[str, Any]:
        """Outputs by name. Raises Raised, Unsupported, or ContractError where names are not as they should be."""
        if operation.forward:
            return self.backward(operation, inputs, self.cache(operation.forward, inputs, parameters))
        returned = operation.call({operation.name: self._guarded(operation)}, inputs, parameters)
        return operation.named(returned, [*inputs, *parameters])

    def cache(self, forward: Operation, inputs: Arrays, parameters: Arrays) -> Any:
        """What the candidate's forward hands to its backward."""
        returned = forward.call({forward.name: self._guarded(forward)}, inputs, parameters)
        try:
            forward.named(returned, [*inputs, *parameters])
        except ContractError as error:
            raise ContractError(f"there is no cache to start from: {forward.name} {error}") from None
        return returned[-1]

    def backward(self, operation: Operation, inputs: Arrays, cache: Any) -> dict[str, Any]:
        """Gradients by name, from a cache."""
        return operation.named(operation.differentiate(self._guarded(operation), inputs, cache), inputs)

    def elsewhere(self, name: str, golden: Golden) -> str | None:
        """What a property says of the candidate where that is in another process; None where it is in this one."""
        return None

    def _guarded(self, operation: Operation) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            if operation.name not in self.candidate.functions:  # a property may hold two operations against each other
                raise Unsupported(f"{operation.name} is not defined")
            try:
                with np.errstate(all="ignore"):  # an overflow on the way is fine where the values are right
                    return self.candidate.functions[operation.name](*args, **options)
            except (Unsupported, KeyboardInterrupt):
                raise
            except BaseException as error:
                raise Raised(_said(operation.name, error)) from error

        return call

    def case(self, golden: Golden) -> Outcome:
        """The candidate's outcome on one golden."""
        operation, features = golden.entry.operation, golden.entry.features
        outcome = Outcome(golden.id, operation.name, "pass", features)
        if why := self.candidate.lacks(operation, features):
            return _ended(outcome, "unsupported", why)
        return declined(attempt(outcome, lambda: self._compare(outcome, golden)))

    def _compare(self, outcome: Outcome, golden: Golden) -> None:
        outcome.arrays = self.call(golden.entry.operation, self.fresh(golden.inputs), self.fresh(golden.parameters))
        axes, exact = golden.entry.axes(), golden.entry.bits == 0  # where values are only moved, no bit may differ
        for name, want in golden.outputs.items():
            named, kind = axes[f"outputs/{name}"]
            dtype = self.dtype if kind == "<f8" else np.dtype(kind).name
            allowed = np.zeros(want.shape)
            if not exact:
                allowed = budget(golden.sensitivity[name], golden.underflow[name], want, dtype)
            outcome.verdicts[name] = compare(name, outcome.arrays[name], want, allowed, named, dtype)
        wrong = [verdict for verdict in outcome.verdicts.values() if not verdict.passed]
        if wrong:
            outcome.outcome, outcome.message = "fail", "; ".join(verdict.problem for verdict in wrong)


def attempt(outcome: Outcome, work: Callable[[], None]) -> Outcome:
    """Do the work; whatever the candidate does wrong becomes the outcome."""
    try:
        with np.errstate(all="ignore"):  # what is infinite or huge is judged, not warned of
            work()
    except Unsupported as why:
        return _ended(outcome, "unsupported", str(why) or "refused without a reason")
    except Raised as why:
        return _ended(outcome, "error", str(why))
    except Crashed as why:
        return _ended(outcome, "crash", str(why))
    except TimedOut as why:
        return _ended(outcome, "timeout", str(why))
    except ContractError as why:
        return _ended(outcome, "fail", str(why))
    except Exception as why:  # an output that breaks the judging itself must not end the run
        return _ended(outcome, "error", f"this kit could not judge it: {type(why).__name__}: {why}; please report")
    return outcome


def declined(outcome: Outcome) -> Outcome:
    """An omitted state is no keyword that one could look for: raising on None is how a candidate declines it."""
    omitted = [feature for feature in outcome.features if feature.endswith("=None")]
    if omitted and outcome.outcome == "error":
        outcome.raised = outcome.message
        return _ended(outcome, "unsupported", NOT_OFFERED + ", ".join(omitted))
    return outcome


def not_declined(outcomes: list[Outcome]) -> None:
    """An operation that raises with a state too has declined nothing."""
    raising = {o.operation for o in outcomes if o.outcome == "error" and o.id == f"{o.operation}/generic"}
    for outcome in outcomes:
        if outcome.raised and outcome.operation in raising:
            _ended(outcome, "error", outcome.raised)


def _ended(outcome: Outcome, how: str, message: str) -> Outcome:
    outcome.outcome, outcome.message = how, message
    return outcome


def _said(operation: str, error: BaseException) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    try:
        text = str(error).strip().splitlines()
    except Exception:  # an exception of the candidate's may not even have a text
        text = []
    return f"{operation} raised {type(error).__name__}{': ' + text[0][:200] if text else ''} ({Path(frame.filename).name}, line {frame.lineno})"
