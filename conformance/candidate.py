"""The implementation under test: what it is asked, and the ways in which it may not answer."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from numbers import Integral
from shlex import quote
from typing import Any, NamedTuple, Protocol

from numpy.typing import NDArray
from rnnspec.golden.entry import shown
from rnnspec.golden.precision import Precision
from rnnspec.reference import Operation

from .choices import DTYPES as DTYPES
from .choices import BadChoice

Arrays = Mapping[str, NDArray[Any]]
Move = Callable[[str], "Candidate"]  # to a device
Cache = object  # the candidate's own business

MOST = 1 << 31  # steps of a chunk
NOT_DEFINED = "not defined"
NO_RESULTS = "no results"
NOT_OFFERED = "not offered: "


@dataclass(frozen=True)
class Foreign:
    """What a candidate gave in place of an array, in words; for some there is a remedy."""

    words: str
    remedy: str = ""

    def __str__(self) -> str:
        return self.words

    def instead_of(self, wanted: str) -> str:
        """`a list, want an array (5, 7)`, or `a torch.Tensor that requires grad: return …`."""
        return f"{self.words}: {self.remedy}" if self.remedy else f"{self.words}, want {wanted}"


Got = NDArray[Any] | Foreign


@dataclass(frozen=True)
class Last:
    """What a candidate returns in place of a state at every step, (n, m, T_x), where its layer tells the last alone: (n, m)."""

    value: Any


@dataclass(frozen=True)
class WithLast:
    """A state at every step, and its last as a layer tells it apart: both are judged."""

    every: Any
    last: Any


class Unsupported(Exception):
    """What a candidate raises for something it does not offer: not tested, never a failure."""


class UnknownCandidate(ValueError):
    """Nothing of that name exists."""


class BrokenCandidate(RuntimeError):
    """The candidate exists and did not start."""


class Unjudged(BrokenCandidate):
    """The candidate ended the run before its verdict."""


class Raised(Exception):
    """The candidate raised; the message says what and where."""


class Faulty(Exception):
    """What the candidate answered is no answer: never taken for a refusal. The message says in what."""


class Crashed(Exception):
    """The candidate's process ended in the middle of a call; the message says how."""


class TimedOut(Exception):
    """The candidate gave no answer in time."""


class Calls(Protocol):
    """A candidate at one dtype. What it gives comes as arrays, or as words where it is none: nothing of the candidate's own is looked at later.

    Each call raises Raised, Faulty, Crashed, TimedOut or Unsupported for what the candidate does, and ContractError where
    names or numbers of outputs are not the contract's.
    """

    def lacks(self, operation: Operation, features: Sequence[str]) -> str:
        """Why an operation with these features cannot be run, or "" where it can."""

    def call(self, operation: Operation, inputs: Arrays, parameters: Arrays, case: str = "") -> dict[str, Got]:
        """Outputs by name; `case` is the id of the case whose own inputs these are."""

    def cache(self, forward: Operation, inputs: Arrays, parameters: Arrays) -> Cache:
        """What the candidate's forward hands to its backward."""

    def backward(self, operation: Operation, inputs: Arrays, cache: Cache) -> dict[str, Got]:
        """Gradients by name, from a cache."""

    def tried(self, name: str, operation: Operation, case: str) -> str | None:
        """What came of trying a property where the candidate is, "" where it holds; None where it is to be tried here."""


class Origin(NamedTuple):
    """By what name a candidate is found anew, and in which folder; without a name it is not."""

    name: str = ""
    folder: str = ""


NOWHERE = Origin()


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """What is judged. `spelled` says how one {case} at one {dtype} is run again, where its name alone does not tell.

    `misspelt` says which of its names are nearly an operation's, `instead` what to do where none is one; `notes` are
    lines that go with its report. `chunks` are the steps that its recurrences are declared to compute at once, none where nothing
    is. `move` gives it on another device, None where it has but one.
    """

    name: str
    version: str = ""
    frameworks: str = ""  # those it runs on, where this process has not loaded them
    spelled: str = ""
    notes: tuple[str, ...] = ()
    misspelt: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()
    chunks: tuple[int, ...] = ()
    move: Move | None = None
    origin: Origin = NOWHERE

    def on(self, device: str) -> "Candidate":
        """The same on a device. Raises BadChoice where there is no choice of devices."""
        if not self.move:
            raise BadChoice(
                f"device: {self.name} does not choose among devices; torch and rnnspec.adapt.torch_module do"
            )
        spelled = f"check{{dtype}} --device {quote(device)} --case {{case}} {quote(self.name)}"
        return replace(self.move(device), name=self.name, notes=self.notes, spelled=spelled, origin=NOWHERE)

    def at(self, dtype: str) -> Calls:
        raise NotImplementedError

    def under(self, precision: Precision) -> AbstractContextManager[Any]:
        """Within which it computes at a precision, where that is more than what arrays it is given. Raises BadChoice where it cannot be asked to."""
        return nullcontext()

    def hints(self, dtype: str, failing: Sequence[Any], load: Callable[[str], Any]) -> list[str]:
        """What the one who described this candidate may have meant, from outcomes that failed."""
        return []


def chunks_of(value: Any) -> tuple[int, ...]:
    """The steps that are declared to be computed at once. Raises ValueError for what are none."""
    wanted = "want whole numbers of steps above 0, as in chunks = (16, 64)"
    if not isinstance(value, tuple | list) or not value:
        raise ValueError(f"chunks is {shown(repr(value), 80)}, {wanted}")
    for one in value:
        if type(one) is bool or not isinstance(one, Integral) or one < 1:
            raise ValueError(f"chunks has {shown(repr(one), 80)}, {wanted}")
        if int(one) > MOST:
            raise ValueError(f"chunks has one of more than {MOST} steps, {wanted}")
    return tuple(int(one) for one in value)


def unoffered(known: Sequence[str], features: Sequence[str], offered: Sequence[str]) -> str:
    """Which of an operation's options are in use and not offered, in words; "" for none."""
    missing = [name for name in known if name in features and name not in offered]
    return f"{NOT_OFFERED}{', '.join(missing)}" if missing else ""
