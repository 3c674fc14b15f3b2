"""A process tree where orphans cannot be adopted: what has been seen of it while its parents lived, and what has its mark.

Imported by `supervisor.py` alone, and from beside it. A process that leaves its parent between two looks and clears its
environment is not found.
"""

import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import psutil

MARK = "RNNSPEC_PROCESS"
LOOK = 0.2  # seconds between two looks
ENDING = 5.0


class Walked:
    """A candidate and all that it starts, as psutil tells. Memory is what a process holds when it is looked at."""

    def __init__(self) -> None:
        self._mark = f"{os.getpid()}-{os.urandom(8).hex()}"
        self._known: set[psutil.Process] = set()

    def start(self, command: list[str], memory: int) -> None:
        environment = {**os.environ, MARK: self._mark}
        self._candidate = subprocess.Popen(
            command, stdin=0, stdout=1, stderr=2, env=environment, start_new_session=True
        )
        self._memory = memory
        with suppress(psutil.Error):  # it has ended already
            self._known.add(psutil.Process(self._candidate.pid))

    def watch(self, lifeline: int, tell: Callable[[str], None]) -> None:
        over = threading.Event()

        def hear() -> None:
            os.read(lifeline, 1)
            over.set()

        for work in (hear, lambda: tell(f"ended {self._candidate.wait()}")):
            threading.Thread(target=work, daemon=True).start()
        while not over.wait(LOOK):
            self._look()
            if self._memory and any(self._holds(process) > self._memory for process in self._known):
                tell(f"exceeded {LOOK:g}")
                return

    def end(self) -> None:
        deadline = time.monotonic() + ENDING
        while time.monotonic() < deadline:
            self._look()
            if not (living := {*self._known, *self._marked()}):
                return
            for process in living:
                with suppress(psutil.Error):
                    process.kill()
            psutil.wait_procs(living, timeout=0.05)

    def _look(self) -> None:
        """Learn of descendants while their parents live: afterwards nobody tells whose they were."""
        seen: set[psutil.Process] = set()
        for process in self._known:
            if process not in seen:
                with suppress(psutil.Error):
                    seen.update(process.children(recursive=True))
        self._known = {process for process in self._known | seen if _lives(process)}

    def _marked(self) -> Iterator[psutil.Process]:
        """Whoever carries the mark in an environment that can be read."""
        for process in psutil.process_iter():
            with suppress(psutil.Error, OSError):
                if process.environ().get(MARK) == self._mark and _lives(process):
                    yield process

    @staticmethod
    def _holds(process: psutil.Process) -> int:
        with suppress(psutil.Error):
            return process.memory_info().rss
        return 0


def _lives(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False
