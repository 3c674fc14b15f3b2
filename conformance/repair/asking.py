"""Asking a process of its own for the change that repairs a candidate: what is changed may crash, loop or take all memory there."""

import json
import re
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from threading import Event
from typing import Any, NamedTuple

from rnnspec.golden.entry import shown

from ..candidate import Origin
from ..remote.encoding import Malformed, parsed
from ..remote.process import Died, Flooded, Late, Process

MENDER = "rnnspec.conformance.mending"
MEMORY = 4096  # MB
STARTS = 16  # processes: one that has crashed is followed by another, which leaves out the change that did it
SLOWER, AT_LEAST = 3, 10.0  # of its CPU time how long it may take, and so many seconds beside
LONGEST = 1 << 24
MOST = 8  # changes that are told together
REACHED = re.compile(r"@(\d+) (\d+)\n")  # on its stderr, before it is tried: the place of an operation, and a change
TOLD = ("dtype", "goldens", "failing", "passing", "properties", "lacking", "seconds", "skip", "done", "texts")
WIDTH = 120  # characters of a line that is told


class Repair(NamedTuple):
    """Where a candidate's source is to be changed, the lines as they are and would have to be, and by operation the cases that pass with it;
    `texts` are the changed files.
    """

    places: tuple[str, ...]
    lines: tuple[str, ...]
    cases: Mapping[str, tuple[str, ...]]
    texts: Mapping[str, str]


class Accusation(NamedTuple):
    """Of an operation that nothing repairs the lines to be looked at, with the values in them, how much of what is wrong or changes with these
    is both, and in how many failing cases.
    """

    operation: str
    places: tuple[str, ...]
    values: tuple[str, ...]
    share: float
    cases: int


@dataclass(frozen=True)
class Job:
    """A candidate, and by operation what fails and what passes, the small ones first, and properties that fail beside cases."""

    origin: Origin
    dtype: str
    goldens: str
    failing: Mapping[str, list[str]]
    passing: Mapping[str, list[str]]
    properties: Mapping[str, list[str]]
    seconds: float  # of CPU time
    wait: float = 0.0  # seconds before it begins
    skip: tuple[int, int] = (0, 0)  # operations and changes of the next that have been tried
    lacking: Mapping[str, list[str]] = field(default_factory=dict)  # outputs that a case leaves out
    done: list[str] = field(default_factory=list)  # operations that are repaired
    texts: Mapping[str, str] = field(
        default_factory=dict
    )  # files as they are to be, where no more is asked than what passes so

    @property
    def message(self) -> bytes:
        told = {name: getattr(self, name) for name in TOLD}
        path = [place for place in sys.path if isinstance(place, str)]
        return f"{json.dumps({**told, **self.origin._asdict(), 'path': path})}\n".encode()


class Mender:
    """The processes that do a job, one after the other."""

    def __init__(self, job: Job) -> None:
        self._job, self._stopped = job, Event()
        self.accusations = list[Accusation]()
        self._process: Process | None = None

    def stop(self) -> None:
        self._stopped.set()
        if process := self._process:
            process.kill()

    def repairs(self) -> Iterator[Repair]:
        """Each explains what those before it have left, as a process says that begins with it. What crashes on the way is left out."""
        if self._stopped.wait(self._job.wait) or self._job.seconds <= 0:  # most is explained by then
            return
        job, until = self._job, time.monotonic() + self._job.seconds
        for _ in range(STARTS):
            done = list[str]()
            try:
                for found in self._asked(job):
                    if isinstance(found, Accusation):
                        self.accusations.append(found)
                        continue
                    done += found.cases
                    if self._is_confirmed(found):
                        yield found
                return
            except Died:
                place, change = self._reached
                job = replace(job, skip=(place, change + 1), done=[*job.done, *done], seconds=until - time.monotonic())
            if self._stopped.is_set() or job.seconds < 0:
                return

    @property
    def _reached(self) -> tuple[int, int]:
        """The change at which a process has crashed."""
        *_, (place, change) = [("0", "0"), *REACHED.findall(self._process.words if self._process else "")]
        return int(place), int(change)

    def _asked(self, job: Job) -> Iterator[Repair | Accusation]:
        with suppress(Late, Flooded, Malformed):
            for answer in self._answers(job):
                if not (found := _meant(answer, job)):
                    return
                yield found

    def _answers(self, job: Job) -> Iterator[Mapping[str, Any]]:
        # -P: what lies in the current folder must not stand in for a module of the mender's own
        self._process = process = Process([sys.executable, "-P", "-m", MENDER], MEMORY)
        deadline, message = time.monotonic() + SLOWER * job.seconds + AT_LEAST, job.message
        try:
            while not self._stopped.is_set():
                yield parsed(process.exchange(message, deadline, LONGEST))
                message = b"{}\n"
        finally:
            process.kill()

    def _is_confirmed(self, found: Repair) -> bool:
        """In a process that has run nothing else: what one change has left behind may be what another goes by."""
        job = replace(self._job, failing={name: [*ids] for name, ids in found.cases.items()}, texts=found.texts)
        with suppress(Late, Flooded, Malformed, Died):
            return next(iter(self._answers(job)), {}).get("found") == {"fails": []}
        return False


def _meant(answer: Mapping[str, Any], job: Job) -> Repair | Accusation | None:
    """None where there is no more. Raises Malformed for what no mender says: a candidate runs in its process."""
    match answer.get("found"):
        case {"places": [_, *_] as places, "lines": [*lines], "cases": {**cases}, "texts": {**texts}}:
            known = dict[str, tuple[str, ...]]()
            for name, ids in cases.items():
                if isinstance(name, str) and isinstance(ids, list) and name in job.failing:
                    asked = {*job.failing[name], *job.properties.get(name, ())}
                    known[name] = tuple(id for id in ids if isinstance(id, str) and id in asked)
            if len(places) > MOST or not all(isinstance(one, str) for pair in texts.items() for one in pair):
                raise Malformed("is no repair")
            return Repair(_shown(places), _shown(lines), known, {str(file): str(text) for file, text in texts.items()})
        case {"operation": str(name), "accused": [_, *_] as accused} if name in job.failing and len(accused) <= MOST:
            return _accused(name, accused)
        case None:
            return None
    raise Malformed("is no repair")


def _accused(operation: str, told: list[Any]) -> Accusation:
    found, shares = list[tuple[str, str]](), list[float]()
    for one in told:
        match one:
            case {"place": str(place), "value": str(value), "share": float(share), "cases": int(cases)} if (
                0 <= share <= 1
            ):
                found.append((place, value))
                shares.append(share)
            case _:
                raise Malformed("is no accusation")
    places, values = zip(*found, strict=True)
    return Accusation(operation, _shown([*places]), _shown([*values]), min(shares), cases)


def _shown(texts: list[Any]) -> tuple[str, ...]:
    return tuple(shown(str(text).expandtabs(4), WIDTH) for text in texts)
