"""The process between the kit and a candidate: it starts that, tells how it ended, and ends all of it when the kit is gone.

    python -I -S supervisor.py LIFELINE STATUS MEMORY LIBRARY COMMAND...

It stands in no pipe: the candidate inherits stdin, stdout and stderr. LIFELINE is read, and its end means that the kit is
done or dead. On STATUS is written that the candidate `started`, or `failed`, and how it `ended`. Run by its path and
importing next to nothing, because each start of a candidate waits for it.
"""

import os
import signal
import sys
import time

MEGABYTE = 1 << 20
ENDING = 5.0  # seconds in which a tree has to be gone: what then still lives, this user may not kill
SUBREAPER, DEATH_SIGNAL = 36, 1  # of prctl(2)

TYPE_CHECKING = False  # that of `typing` takes longer to import than all of this
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    class Tree(Protocol):
        """A candidate and all that it starts. `walked.py` has the other one."""

        def start(self, command: list[str], memory: int) -> None:
            """Start the candidate, which may hold so many bytes, 0 for no limit. Raises OSError."""

        def watch(self, lifeline: int, tell: Callable[[str], None]) -> None:
            """Return once the lifeline ends, and tell the candidate's end before."""

        def end(self) -> None:
            """Kill what is left."""


class Adopted:
    """On Linux, whoever loses its parent becomes a child of this process: nothing that is started here gets out of sight."""

    def __init__(self) -> None:
        import ctypes
        import resource

        self._resource, self._control = resource, ctypes.CDLL(None).prctl
        self._children()  # which not every kernel tells
        if self._control(SUBREAPER, 1, 0, 0, 0):
            raise OSError("this kernel lets no process adopt orphans")

    def start(self, command: list[str], memory: int) -> None:
        heard, failed = os.pipe()
        supervisor = os.getpid()
        self._candidate = os.fork()
        if not self._candidate:
            try:
                self._become(command, memory, supervisor)
            except OSError as error:
                os.write(failed, str(error.errno).encode())
            finally:
                os._exit(127)
        os.close(failed)
        number = os.read(heard, 16)  # nothing, where the candidate took the place of this program and closed it
        os.close(heard)
        if number:
            raise OSError(int(number), os.strerror(int(number)))

    def _become(self, command: list[str], memory: int, supervisor: int) -> None:
        os.setsid()
        for number in (signal.SIGPIPE, signal.SIGXFSZ):  # which Python ignores, and its children would
            signal.signal(number, signal.SIG_DFL)
        self._control(DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)  # where somebody kills the supervisor
        if os.getppid() != supervisor:
            return
        limits = self._resource
        limits.setrlimit(limits.RLIMIT_CORE, (0, 0))
        if memory:
            # not the address space: runtimes reserve that by the terabyte and never touch it
            limits.setrlimit(limits.RLIMIT_DATA, (memory, memory))
        os.execvp(command[0], command)

    def watch(self, lifeline: int, tell: "Callable[[str], None]") -> None:
        def reap(*_: object) -> None:
            for number, code in self._reaped() or ():
                if number == self._candidate:
                    tell(f"ended {os.waitstatus_to_exitcode(code)}")

        signal.signal(signal.SIGCHLD, reap)
        reap()
        os.read(lifeline, 1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)

    def end(self) -> None:
        """The children of the killed become children of this process, until there are none."""
        deadline = time.monotonic() + ENDING
        while self._reaped() is not None and time.monotonic() < deadline:
            for child in self._children():
                try:
                    os.kill(child, signal.SIGKILL)
                except OSError:  # it is gone, or somebody else's
                    continue
            time.sleep(0.0001)

    def _children(self) -> list[int]:
        with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:
            return [int(number) for number in file.read().split()]

    def _reaped(self) -> list[tuple[int, int]] | None:
        """Which children have ended, and how; None where there are none at all."""
        found: list[tuple[int, int]] = []
        try:
            while (child := os.waitpid(-1, os.WNOHANG))[0]:
                found.append(child)
        except ChildProcessError:
            return found or None
        return found


def started(command: list[str], memory: int, library: str) -> "Tree":
    """The candidate, on the best road that there is here. Raises OSError, or ImportError where there is none."""
    try:
        tree: Tree = Adopted()
    except (ImportError, AttributeError, OSError):
        sys.path += [os.path.dirname(__file__), library]
        from walked import Walked  # type: ignore[import-not-found] # it lies beside this file, which is in no package

        tree = Walked()
    tree.start(command, memory)
    return tree


def own(given: str) -> int:
    """A descriptor that the kit has handed over, and that nobody inherits."""
    if sys.platform == "win32":
        import msvcrt

        return msvcrt.open_osfhandle(int(given), os.O_RDWR)
    os.set_inheritable(int(given), False)
    return int(given)


def main(lifeline: str, status: str, memory: str, library: str, *command: str) -> None:
    kit, news = own(lifeline), own(status)

    def tell(what: str) -> None:
        try:
            os.write(news, f"{what}\n".encode())
        except OSError:  # the kit is gone, which the lifeline tells
            return

    try:
        tree = started(list(command), int(memory) * MEGABYTE, library)
    except (ImportError, OSError) as error:
        tell(f"failed {getattr(error, 'errno', None) or 0} {getattr(error, 'strerror', None) or error}")
        return
    for name in ("SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM"):  # it ends when the kit does, however that is
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    nothing = os.open(os.devnull, os.O_RDWR)
    for pipe in (0, 1, 2):
        os.dup2(nothing, pipe)
    tell("started")
    tree.watch(kit, tell)
    tree.end()


if __name__ == "__main__":
    main(*sys.argv[1:])
    os._exit(0)  # a thread may still wait
