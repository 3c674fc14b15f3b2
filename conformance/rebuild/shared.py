"""What the kit and a program that is looked at share: which change is at work, which statements it has begun, and whether it is to begin anew."""

import mmap
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .languages import MARKS, PICK, SERVED, SIZE

ASKED, GIVEN, CRASHED, ID, OPEN = SERVED, SERVED + 1, SERVED + 2, SERVED + 3, SERVED + 7
PATIENCE, MOMENT = 1.0, 0.00005  # seconds to begin anew in, and between two looks at whether it has


class Shared:
    """Numbers in a file. Ends with `close`."""

    def __init__(self, file: Path, moment: float) -> None:
        file.write_bytes(bytes(4 * SIZE))
        with file.open("r+b") as opened:
            self._memory = mmap.mmap(opened.fileno(), 0)
        # what a panic says of where it came from takes longer than all else that a change does
        self.words, self._moment = ["env", f"{PICK}={file}", "RUST_BACKTRACE=0"], moment
        self.serves, self._crashed, self.number = False, 0, 0

    def pick(self, number: int) -> None:
        """The change that is made from now on, 0 for none."""
        self.number = number
        self._put(0, number)
        if self._moment and not self.serves:
            time.sleep(self._moment)

    def stamps(self) -> tuple[int, ...]:
        """When each marked statement was begun last, by a clock that counts them; 0 where it never was."""
        return struct.unpack(f"{MARKS}i", self._memory[8 : 4 * SERVED])

    @contextmanager
    def begins(self, may_serve: bool) -> Iterator[None]:
        """A process does, which then stands by to begin anew, where it may and can."""
        self._put(ASKED, self._get(ASKED) + 1)
        self._put(OPEN, int(may_serve))
        try:
            yield
        finally:
            self._put(OPEN, 0)
            self.serves, self._crashed = self._get(GIVEN) == self._get(ASKED), self._get(CRASHED)

    @property
    def has_crashed(self) -> bool:
        """Since it began, which it did once more without having been told."""
        return self._get(CRASHED) != self._crashed

    def anew(self) -> bool:
        """Let the program begin anew, with nothing in its memory of what it did; whether it has."""
        self._put(ASKED, self._get(ASKED) + 1)
        late = time.monotonic() + PATIENCE
        while self._get(GIVEN) != self._get(ASKED) and time.monotonic() < late:
            time.sleep(MOMENT)
        self._crashed = self._get(CRASHED)
        return self._get(GIVEN) == self._get(ASKED)

    def asking(self, id: str) -> None:
        """Which request comes next: where the program crashes that is answered in its place."""
        self._memory[4 * ID : 4 * ID + 12] = id.encode()[:12].ljust(12)

    def _get(self, place: int) -> int:
        return int(struct.unpack_from("i", self._memory, 4 * place)[0])

    def _put(self, place: int, number: int) -> None:
        struct.pack_into("i", self._memory, 4 * place, number)

    def close(self) -> None:
        self._memory.close()
