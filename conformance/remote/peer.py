"""A conversation with one candidate: started when it is needed, asked, and started anew where it fell over."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

from rnnspec.reference import ContractError

from ..candidate import BrokenCandidate, Crashed, Faulty, Raised, TimedOut, Unsupported
from . import protocol
from .encoding import Malformed, parsed
from .need import ONLY_WORDS, Need
from .process import Died, Flooded, Late, Process

Reply = dict[str, Any]
Said = TypeVar("Said")  # what an answer means
START = 30.0  # seconds to start in, where a case is not given more
LEAST, PATIENCE = 1.0, 5.0  # seconds, and times what the first took, for one that is begun ahead


class Peer:
    """A command, and its process while that is well. One request at a time."""

    def __init__(self, command: Sequence[str], name: str, timeout: float, memory: int | None) -> None:
        self.command, self.name, self.timeout, self.memory = list(command), name, timeout, memory
        self._running: Process | None = None
        self._given_up, self._took = "", 0.0
        self.asking: Callable[[str], object] = lambda id: None  # is told the id of each request before it is sent
        self._ahead: ThreadPoolExecutor | None = None
        self._next: Future[tuple[Process, protocol.Capabilities]] | None = None

    def start(self) -> protocol.Capabilities:
        """Start it and hear what it can do. Raises BrokenCandidate, or protocol.Unknown from the kit's worker."""
        begun = time.monotonic()
        self._running, said = self._begun(max(START, self.timeout))
        self._took = time.monotonic() - begun
        return said

    def keep_ready(self) -> None:
        """From now on the next process is begun while this one is well: for what falls over often."""
        self._ahead = self._ahead or ThreadPoolExecutor(1)
        self._next = self._next or self._submitted()

    @property
    def is_well(self) -> bool:
        return self._running is not None

    def hear_again(self) -> bool:
        """Start it once more, as it has begun anew by itself; whether it is well."""
        try:
            self._answer(self._well(), protocol.start(), protocol.started, ONLY_WORDS, START)
        except (Malformed, protocol.NotStarted, Died, Late, Flooded, Crashed):
            self._drop()
        return self.is_well

    def end(self) -> None:
        """The process, if there is one."""
        self._drop()

    def begin_again(self) -> None:
        """Where none is well, before the next request, also where none could be started before. Raises Crashed."""
        self._given_up = ""
        self._well()

    def _submitted(self) -> "Future[tuple[Process, protocol.Capabilities]] | None":
        """One that is begun ahead, in little more than the first one took: what holds it up then may be over when it is needed."""
        return self._ahead.submit(self._begun, LEAST + PATIENCE * self._took) if self._ahead else None

    def _begun(self, limit: float) -> tuple[Process, protocol.Capabilities]:
        try:
            process = Process(self.command, self.memory)
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            raise BrokenCandidate(f"{self.name} did not start: {why}") from None
        try:
            return process, self._answer(process, protocol.start(), protocol.started, ONLY_WORDS, limit)
        except protocol.Unknown:
            process.kill()
            raise
        except protocol.NotStarted as error:
            process.kill()
            why = f": {error}" if str(error) else ""
            raise BrokenCandidate(
                str(error) if self.name in str(error) else f"{self.name} did not start{why}"
            ) from None
        except Malformed as error:
            process.kill()
            raise BrokenCandidate(f"{self.name} broke the protocol: its answer to start {error}") from None
        except (Died, Late, Flooded) as error:
            how = f"no answer within {limit:g} s" if isinstance(error, Late) else f"it {error}"
            raise BrokenCandidate(f"{self.name} did not start: {how}{_ended(process)}") from None
        except BaseException:
            process.kill()
            raise

    def ask(self, message: Mapping[str, Any], what: str, need: Need = ONLY_WORDS) -> dict[str, Any]:
        """The outputs it answers. Raises Crashed, TimedOut, Faulty, Raised, Unsupported or ContractError."""
        process = self._well()
        self.asking(str(message["id"]))
        try:
            kind, said = self._answer(process, message, lambda r: protocol.answered(r, message), need, self.timeout)
        except Died as how:
            raise Crashed(f"{what}: the process {how}{self._drop()}") from None
        except Late:
            raise TimedOut(f"{what}: no answer within {self.timeout:g} s{self._drop()}") from None
        except (Malformed, Flooded) as error:
            if not isinstance(error, protocol.Amiss):  # what else it may have to say must not pass for the next answer
                self._drop()
            raise Faulty(f"{what}: its answer {error}") from None
        except BaseException:
            self._drop()
            raise
        if kind != "outputs":
            raise {"unsupported": Unsupported, "error": Raised, "fail": ContractError}[kind](said or "no reason given")
        return dict(said)

    def _answer(
        self, process: Process, message: Mapping[str, Any], meant: Callable[[Reply], Said], need: Need, seconds: float
    ) -> Said:
        """What an answer means. Reading it takes of the same time."""
        deadline = time.monotonic() + seconds
        line = process.exchange(protocol.line(message), deadline, need.bytes)
        said = meant(parsed(line, need.parts))
        if time.monotonic() > deadline:
            raise Late
        return said

    def _well(self) -> Process:
        if not self._running and not self._given_up:
            try:
                with suppress(BrokenCandidate, Malformed):
                    self._running = self._next.result()[0] if self._next else None
                if not self._running:
                    self.start()
                self._next = self._submitted()
            except (BrokenCandidate, Malformed) as error:
                self._given_up = f"not started again after it fell over: {error}"
                self._drop()
        if not self._running:
            raise Crashed(self._given_up)
        return self._running

    def _drop(self) -> str:
        """End the process; its last words, to be told."""
        if not (process := self._running):
            return ""
        self._running = None
        return _ended(process)

    def close(self) -> None:
        if self._ahead and self._next:
            with suppress(BrokenCandidate, Malformed):
                self._next.result()[0].kill()
            self._ahead.shutdown()
            self._ahead = self._next = None
        if self._running:
            self._running.stop(protocol.line(protocol.stop()))
            self._running = None


def _ended(process: Process) -> str:
    """Its last words, to be told."""
    process.kill()
    return f"; its last words: {words}" if (words := process.last_words) else ""
