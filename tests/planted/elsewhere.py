"""A system that has nothing of what only Linux, or only POSIX, has: rnnspec's command, or its supervisor, as it would be there.

python elsewhere.py rnnspec ARGUMENTS...
python -I -S elsewhere.py supervisor ARGUMENTS...
"""

import os
import runpy
import select
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

MODULES = ("fcntl", "resource")
FUNCTIONS = ("fork", "forkpty", "getpgid", "killpg", "pidfd_open", "pipe2", "set_blocking", "setsid", "waitid")
SIGNALS = ("SIGCHLD", "SIGHUP", "SIGPIPE", "SIGQUIT", "SIGXFSZ", "pthread_kill", "pthread_sigmask")


def strip(*modules: str) -> None:
    """What is imported from here on finds none of it; `subprocess` has what it needs of it already."""
    assert subprocess
    for name in modules:
        sys.modules[name] = None  # type: ignore[assignment]
    for name in FUNCTIONS:
        delattr(os, name)
    for name in SIGNALS:
        delattr(signal, name)
    for name in ("select", "poll", "epoll"):  # which Windows has for sockets alone
        delattr(select, name)


def supervisor() -> tuple[str, ...]:
    """The command of a supervisor that is stripped; `tree.SUPERVISOR` is where the kit has its own."""
    return (sys.executable, "-I", "-S", __file__, "supervisor")


if __name__ == "__main__":
    program = sys.argv.pop(1)
    if program == "supervisor":
        with suppress(ImportError):  # what psutil itself needs, it has everywhere
            sys.path.append(sys.argv[4])
            import psutil  # noqa: F401
        sys.path.pop()
        strip(*MODULES, "ctypes")
        runpy.run_path(str(Path(__file__).parents[2] / "conformance" / "remote" / "supervisor.py"), run_name="__main__")
    else:
        strip(*MODULES)
        import rnnspec.conformance.remote.tree
        from rnnspec.tools import main

        rnnspec.conformance.remote.tree.SUPERVISOR = supervisor()
        main()
