"""The candidate at work with a change made: which cases pass, in how much time."""

import math
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from types import MappingProxyType
from typing import Any

from rnnspec.golden import Golden

from ..candidate import Got
from ..properties.table import property_in
from ..run.outcome import Ending, Outcome, attempt
from ..run.runner import Runner
from .wanted import is_whole

SLOWER, LEAST = 20, 0.1  # how many times what it took a case may take with a change, seconds of CPU time that any may …
MANY = 20  # calls that a property may make
LONGEST, WAITING = 1.0, 20  # … or that one may which was not run before, and how many times as long may be waited
DONE_TO_FILES = (
    "remove",
    "rename",
    "rmdir",
    "mkdir",
    "link",
    "symlink",
    "truncate",
    "chmod",
    "chown",
    "utime",
    "chdir",
    "fchdir",
)
DONE_TO_PROCESSES = ("system", "exec", "fork", "forkpty", "spawn", "posix_spawn", "kill", "killpg", "startfile")
DENIED = {f"os.{name}" for name in DONE_TO_FILES + DONE_TO_PROCESSES}
DENIED_PARTS = ("shutil.", "subprocess.", "socket.")
WRITES, WRITING = set("wax+"), os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
JUDGED = (Ending.PASS, Ending.FAIL)
GONE = "an output is gone that was there"
HAS_TIMERS = hasattr(signal, "setitimer")


class TooLong(BaseException):
    """A change made a case run for longer than it may."""


class Trying:
    """Cases of a candidate, run with and without changes of its own source."""

    def __init__(
        self,
        runner: Runner,
        load: Callable[[str], Golden],
        property: Callable[[str], Outcome],
        lacking: Mapping[str, Sequence[str]] = MappingProxyType({}),
    ) -> None:
        self._runner, self._load, self._property, self._lacking = runner, load, property, lacking
        self._goldens: dict[str, Golden] = {}
        self._known: dict[str, Outcome] | None = None
        self._limits: dict[str, float] = {}  # CPU seconds by case
        self._is_on = False
        sys.addaudithook(self._audit)
        if HAS_TIMERS:
            signal.signal(signal.SIGPROF, _too_long)
            signal.signal(signal.SIGALRM, _too_long)

    @property
    def dtype(self) -> str:
        return self._runner.dtype

    def golden(self, id: str) -> Golden:
        if id not in self._goldens:
            self._goldens[id] = self._load(id)
        return self._goldens[id]

    def passes(self, id: str) -> bool:
        return self.outcome(id).outcome is Ending.PASS

    @contextmanager
    def unchanging(self) -> Iterator[None]:
        """Within it one change stands, and each case is run once."""
        self._known = {}
        try:
            yield
        finally:
            self._known = None

    def outcome(self, id: str) -> Outcome:
        if self._known is None:
            return self._run(id)
        if id not in self._known:
            self._known[id] = self._run(id)
        return self._known[id]

    def _run(self, id: str) -> Outcome:
        begun, limit = time.process_time(), self._limit(id)
        try:
            with self._limited(id):
                outcome = self._property(id) if property_in(id) else self._case(id)
        except TimeoutError:
            return Outcome(id, id.partition("/")[0]).ended(Ending.TIMEOUT, "a change made it run for too long")
        if math.isfinite(limit) and outcome.outcome in JUDGED:  # what raises may not have come to what takes long
            self._limits[id] = min(limit, _allowed(id, time.process_time() - begun))
        return outcome

    def _case(self, id: str) -> Outcome:
        outcome = self._runner.case(self.golden(id))
        return outcome if is_whole(outcome, self._lacking) else Outcome(id, outcome.operation).ended(Ending.FAIL, GONE)

    def timed(self, id: str) -> Outcome:
        """As it is: what a change may take goes by that."""
        begun = time.process_time()
        outcome = self.unlimited(id)
        self._limits[id] = _allowed(id, time.process_time() - begun)
        return outcome

    def unlimited(self, id: str) -> Outcome:
        self._limits[id] = math.inf
        return self.outcome(id)

    def outputs(self, id: str) -> dict[str, Got]:
        """What it gives, nothing where it raises, and of what is no case."""
        if property_in(id):
            return {}
        golden, found = self.golden(id), dict[str, Got]()
        given = (self._runner.fresh(golden.inputs), self._runner.fresh(golden.parameters))

        def work() -> None:
            found.update(self._runner.call(golden.entry.operation, *given, id))

        with suppress(TimeoutError), self._limited(id):
            attempt(Outcome(id, golden.entry.operation.name), work)
        return found

    def _limit(self, id: str) -> float:
        """Of what has not run yet as much as any may take: the first run of a kind may import, which a framework does where it is asked."""
        return self._limits.get(id, _most(id))

    @contextmanager
    def _limited(self, id: str) -> Iterator[None]:
        """As it is, it has all the time."""
        if math.isfinite(limit := self._limit(id)):
            with self.guarded(limit):
                yield
        else:
            yield

    @contextmanager
    def guarded(self, seconds: float = LONGEST) -> Iterator[None]:
        """In so much time, and without a way to files or to other programs: what is changed may compute, and nothing else. Raises TimeoutError."""
        self._is_on = True
        try:
            _ring(seconds)
            yield
        except TooLong:
            raise TimeoutError from None
        finally:
            _ring(0)
            self._is_on = False

    def _audit(self, event: str, args: tuple[Any, ...]) -> None:
        if not self._is_on:
            return
        is_written = event == "open" and (WRITES & {*str(args[1] or "")} or args[2] & WRITING)
        if is_written or event in DENIED or event.startswith(DENIED_PARTS):
            raise PermissionError("a change may compute, and nothing else")


def _allowed(id: str, took: float) -> float:
    """What a case or a property may take with a change, as it took so much."""
    return min(_most(id), max(LEAST, SLOWER * took))


def _most(id: str) -> float:
    return LONGEST * (MANY if property_in(id) else 1)


def _ring(seconds: float) -> None:
    """After so much CPU time, or many times as long of waiting, and again: what is changed may take it for an exception of its own."""
    if HAS_TIMERS:  # where there are none, whoever waits for this process ends it
        signal.setitimer(signal.ITIMER_PROF, seconds, seconds)
        signal.setitimer(signal.ITIMER_REAL, WAITING * seconds, WAITING * seconds)


def _too_long(*_: object) -> None:
    raise TooLong
