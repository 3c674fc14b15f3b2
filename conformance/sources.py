"""Where what a candidate is held against comes from: goldens that are stored, or cases of a size, estimated on the spot."""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache, cached_property, partial
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Protocol, Self

import numpy as np
from rnnspec.golden import Golden, cases, load, read_manifest
from rnnspec.golden.blocks import past_blocks
from rnnspec.golden.entry import Entry
from rnnspec.golden.estimated import Unfit, entry, estimate, numbers
from rnnspec.golden.memory import free, needed
from rnnspec.golden.precision import Precision
from rnnspec.golden.sized import BadSize, Size, Sized, possible, sized
from rnnspec.reference import OPERATIONS, ContractError, Operation

from .run.outcome import Outcome
from .selection import known_ids, selected

ESTIMATED_DIGEST = "estimated"  # in place of one of goldens
PROVEN = 1_000  # numbers of a case that balls are fast enough for
GIGABYTE = 10**9
SEARCHED = 20_000  # elements of a case of which edits of the equations are traced


class Source(Protocol):
    """`known` are all ids with their operations, `entries` the cases among them; a `whole` one promises every case that it has. At a `precision`
    budgets are its own, in the dtype that carries it; beside goldens, as they are `stored`. What is `tried` is what properties are tried on."""

    whole: bool

    @property
    def precision(self) -> Precision | None: ...

    @property
    def known(self) -> Mapping[str, str]: ...
    @property
    def entries(self) -> Mapping[str, Entry]: ...
    @property
    def digest(self) -> str: ...
    def load(self, id: str) -> Golden: ...
    def tried(self, id: str) -> Golden: ...
    def evidence(self, id: str) -> Golden: ...
    def small(self, id: str) -> Sized | None: ...
    def notes(self) -> list[str]: ...
    def proven(self, id: str) -> bool: ...
    def traced(self, id: str) -> bool: ...
    def truths(self, outcomes: Iterable[Outcome]) -> dict[str, Golden]: ...
    def forget(self, outcome: Outcome) -> None: ...


class Stored:
    """The goldens of a folder, and the properties that are tried on them."""

    whole = True
    precision: Precision | None = None

    def __init__(self, folder: Path) -> None:
        self.folder, self.known = folder, known_ids(folder)
        self.entries = {entry.id: entry for entry in cases(folder)}
        self.load = self.tried = cache(partial(load, folder=folder))

    @property
    def digest(self) -> str:
        return read_manifest(self.folder).digest

    def evidence(self, id: str) -> Golden:
        """A golden to tell mistakes apart by, as it is stored where nothing can be judged by it."""
        try:
            return self.load(id)
        except Unfit:
            return load(id, self.folder)

    def small(self, id: str) -> Sized | None:
        return None

    def notes(self) -> list[str]:
        return []

    def proven(self, id: str) -> bool:
        return True

    traced = proven  # both are so of every golden

    def truths(self, outcomes: Iterable[Outcome]) -> dict[str, Golden]:
        return {}  # a folder has them

    def forget(self, outcome: Outcome) -> None:
        pass  # they are small


class Estimated:
    """Cases that no folder has, each an operation at a size, to be judged at a dtype or at a precision, in the dtype that carries it; what is
    said of some by `truths` is not estimated again.
    """

    whole = False

    def __init__(
        self,
        cases: Iterable[Sized],
        dtype: str,
        precision: Precision | None = None,
        stored: Callable[[str], Golden] = load,
        truths: Mapping[str, Golden] = MappingProxyType({}),
    ) -> None:
        self._cases, self.precision, self._stored = {case.id: case for case in cases}, precision, stored
        self._truths = dict(truths)
        self._dtype, self._untold, self._on_proof = dtype, dict[str, dict[str, str]](), list[str]()

    @cached_property
    def known(self) -> Mapping[str, str]:
        return {id: case.operation.name for id, case in self._cases.items()}

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        return {id: entry(case, self._dtype) for id, case in self._cases.items()}

    @property
    def digest(self) -> str:
        return ESTIMATED_DIGEST

    def evidence(self, id: str) -> Golden:
        return self.load(id)

    def load(self, id: str) -> Golden:
        """Estimated, or proven where it is small, once. Raises Unfit."""
        if id not in self._cases:
            return self._stored(id)
        if id not in self._truths:
            self._truths[id] = self._made(id)
        return self._truths[id]

    tried = load

    def truths(self, outcomes: Iterable[Outcome]) -> dict[str, Golden]:
        """Of these what a report is explained and mapped by: of the failing ones, and of those that are small."""
        ids = [outcome.id for outcome in outcomes if self._is_told(outcome)]
        return {id: self._truths[id] for id in ids if id in self._truths}

    def forget(self, outcome: Outcome) -> None:
        """Let the truth go of what passes and is large: all of a run's together may be more than memory."""
        if not self._is_told(outcome):
            self._truths.pop(outcome.id, None)

    def _is_told(self, outcome: Outcome) -> bool:
        return outcome.failed or self.traced(outcome.id)

    def _made(self, id: str) -> Golden:
        few = numbers(self._cases[id], self._dtype) <= PROVEN and not self.precision
        if few and (proven := _proven(self._cases[id], self._dtype)):
            self._on_proof.append(id)
            return proven
        found = estimate(self._cases[id], self._dtype, self.precision).telling()
        self._untold[id] = found.untold
        return found.golden

    def fitting(self) -> Self:
        """This, where each case can be estimated. Raises BadSize for one that takes more memory than there is."""
        most = max(self._cases.values(), key=needed, default=None)
        if most and needed(most) > (there := free()):
            words = f"takes about {needed(most) / GIGABYTE:.2g} GB of memory to be judged, of which {there / GIGABYTE:.2g} are free"
            raise BadSize(f"{most.id} {words}: ask for less of {most.longest}, or for an operation that takes less")
        return self

    def small(self, id: str) -> Sized | None:
        """The same with short axes, to see whether a candidate has it before it is estimated."""
        case = self._cases[id]
        return sized(case.operation, Size(options=case.idea.options))

    def notes(self) -> list[str]:
        """What was judged here is no proof but where it is small, and what of it was not judged."""
        lines = [
            f"{id}: no verdict on {name}: {why}" for id, told in self._untold.items() for name, why in told.items()
        ]
        few = (
            f"proven on the spot, being small: {len(self._on_proof)} of {len(self._on_proof) + len(self._untold)} cases"
        )
        return [*([few] if self._on_proof else []), *([ESTIMATED, *lines] if self._untold else [])]

    def proven(self, id: str) -> bool:
        return id in self._on_proof

    def traced(self, id: str) -> bool:
        return id not in self._cases or numbers(self._cases[id], self._dtype) <= SEARCHED


ESTIMATED = (
    "estimated at this size, not proven: the truth is the reference in float64, budgets are from runs that err at random;"
    " the chance of a false alarm is at most 10^-6 a run (docs/budget.md)"
)


def _proven(case: Sized, dtype: str) -> Golden | None:
    """The case as a golden, None where python-flint is not installed or the case is not fit to be one at this dtype, which may not hold its bits."""
    if find_spec("flint") is None or dtype not in case.dtypes:
        return None
    from rnnspec.golden.proof import prove
    from rnnspec.golden.refusal import Refused

    try:
        with np.errstate(all="ignore"):  # of a case that is refused
            found = prove(case)
    except (Refused, ContractError, MemoryError, OverflowError):  # of numbers that are too near to 0
        return None
    known = found.inputs, found.parameters, found.outputs, found.sensitivity, found.sensitivity16, found.underflow
    return Golden(entry(case, dtype), *known) if dtype not in found.refused else None


def at(size: Size, names: Collection[str] | None, dtype: str, precision: Precision | None = None) -> Estimated:
    """Every operation asked for, of those that have it, at a size. Raises BadSize or UnknownCase."""
    return Estimated([sized(one, size) for one in possible(size, operations(names))], dtype, precision)


def past_usual_blocks(names: Collection[str] | None, dtype: str, precision: Precision | None = None) -> Estimated:
    """Every operation asked for at the sizes that are past the usual blocks. Raises UnknownCase."""
    asked = [sized(operation, size) for operation in operations(names) for size in past_blocks(operation)]
    return Estimated(asked, dtype, precision)


def is_sized(name: str) -> bool:
    """Whether a name is that of a case of a size."""
    return "=" in name.partition("/")[2]


def spelled(
    names: Collection[str],
    dtype: str,
    precision: Precision | None = None,
    truths: Mapping[str, Golden] = MappingProxyType({}),
) -> Estimated | None:
    """The cases that ids such as `lstm_forward/n_a=64,lengths,seed=1` stand for; None where no name is one. Raises BadSize or UnknownCase."""
    told = [name for name in names if is_sized(name)]
    if told and (others := [name for name in names if name not in told]):
        raise BadSize(f"{told[0]} is a case of a size and {others[0]} is not: ask for one kind in a run")
    parts = [name.partition("/") for name in told]
    pairs = [(operation, Size.named(size)) for name, _, size in parts for operation in operations([name])]
    asked = [sized(one, size) for op, size in pairs for one in possible(size, [op])]
    return Estimated(asked, dtype, precision, truths=truths) if told else None


def operations(names: Collection[str] | None) -> list[Operation]:
    """What the names of operations and of families stand for, all for None. Raises UnknownCase."""
    return [OPERATIONS[name] for name in selected(names, {name: name for name in OPERATIONS})]
