"""A process tree: marked when it is started, limited in memory, and killed to its last leaf."""

import contextlib
import os
import secrets
import signal
from collections.abc import Iterator
from pathlib import Path

MARK = "RNNSPEC_PROCESS"
PROC = Path("/proc")
MEGABYTE = 1 << 20
SWEEPS = 50  # a tree that forks while it is killed is swept again


class NoLimit(OSError):
    """This system has no way to limit another process's memory."""


def marked() -> tuple[dict[str, str], str]:
    """An environment by which every descendant is known, also one that has left the process group; and its mark."""
    token = f"{os.getpid()}-{secrets.token_hex(8)}"
    return {**os.environ, MARK: token}, f"{MARK}={token}"


def limit(pid: int, memory: int | None) -> None:
    """Limit a process and what it starts to so many MB of data each; no core is dumped. Raises NoLimit."""
    import resource

    if not hasattr(resource, "prlimit"):
        if memory is not None:
            raise NoLimit("memory cannot be limited on this system; give --memory 0")
        return
    with contextlib.suppress(ProcessLookupError):  # it has ended already, which is noticed elsewhere
        resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))
        if memory is not None:
            # not the address space: runtimes reserve that by the terabyte and never touch it
            resource.prlimit(pid, resource.RLIMIT_DATA, (memory * MEGABYTE, memory * MEGABYTE))


def ended(pid: int) -> bool:
    """Whether a child has ended; it is left to be reaped, so that its number is not given to another."""
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return True


def end_tree(pid: int, mark: str) -> None:
    """Kill a process's group, and whoever else carries its mark."""
    for _ in range(SWEEPS):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
        if not (strays := list(_carrying(mark.encode(), pid))):
            return
        for stray in strays:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(stray, signal.SIGKILL)


def _carrying(mark: bytes, root: int) -> Iterator[int]:
    """Living processes with the mark in their environment, where the system shows environments."""
    with contextlib.suppress(OSError):
        born = _born(PROC / str(root))
        for entry in PROC.iterdir():
            if entry.name.isdigit() and int(entry.name) not in (root, os.getpid()):
                with contextlib.suppress(OSError):
                    # the environment of a strange process that is busy may take long to read
                    if _born(entry) >= born and mark in (entry / "environ").read_bytes().split(b"\0"):
                        yield int(entry.name)


def _born(process: Path) -> int:
    """When it started, in ticks since the system did."""
    return int((process / "stat").read_bytes().rpartition(b")")[2].split()[19])
