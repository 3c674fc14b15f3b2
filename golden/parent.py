"""A process that ends with the one that started it, however that ends."""

import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # of prctl(2)


def end_with_parent() -> None:
    """Let this process end with the one that waits for it, where the system has a way to that."""
    if sys.platform != "linux":
        return
    import ctypes

    waiting = os.getppid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != waiting:  # it is gone already
        os.kill(os.getpid(), signal.SIGTERM)
