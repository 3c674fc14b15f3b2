"""What a build says, of which no more is kept than a person would read."""

import os
import select
import subprocess
import time

MOST = 1 << 20  # bytes of the beginning, and of the end
AT_ONCE = 1 << 16


def heard(work: "subprocess.Popen[bytes]", seconds: float) -> bytes:
    """All until its pipe is closed, and it has ended. Raises TimeoutExpired."""
    deadline, first, last = time.monotonic() + seconds, bytearray(), bytearray()
    assert work.stdout
    with work.stdout as pipe:
        while (left := deadline - time.monotonic()) > 0:
            if not select.select([pipe], [], [], left)[0]:
                continue
            if not (said := os.read(pipe.fileno(), AT_ONCE)):
                work.wait(max(0.0, deadline - time.monotonic()))
                return bytes(first + last)
            room = MOST - len(first)
            first += said[: max(0, room)]
            last = (last + said[max(0, room) :])[-MOST:]
    raise subprocess.TimeoutExpired(work.args, seconds)
