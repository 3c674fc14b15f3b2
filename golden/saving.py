"""Files written whole or not at all, and read no further than they may go.

What is on record is a person's work, or hours of a machine's: a disk that is full, or an end in the middle, leaves no half of it.
"""

import errno
import os
import secrets
import stat
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path

STREAMS = 2  # the last of their numbers
LINKS = 40  # followed from one name to the next
NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
AT_ONCE = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)  # a pipe would wait for its writer


def save(path: Path, data: bytes) -> None:
    """Put data in place of a file's, whole or not at all; a device or a pipe is written into. Raises OSError.

    A file keeps its permissions, and a link to it stays one.
    """
    if (number := descriptor(path)) is not None:
        return _poured(os.dup(number), data)
    target = Path(os.path.realpath(path))
    try:
        found = target.stat()
    except FileNotFoundError:
        return _replace(target, data, None)
    if stat.S_ISREG(found.st_mode):
        return _replace(target, data, found)
    return _poured(os.open(target, os.O_WRONLY), data)


def descriptor(path: Path) -> int | None:
    """The number of the open file that a name such as /dev/stdout or /dev/fd/3 means."""
    for _ in range(LINKS):
        place = Path(os.path.realpath(path.parent), path.name)
        if str(place.parent) in ("/dev/fd", f"/proc/{os.getpid()}/fd"):
            return int(place.name) if place.name.isdecimal() else None
        if not os.path.islink(place):
            return None
        path = place.parent / os.readlink(place)
    return None


def _poured(number: int, data: bytes) -> None:
    with open(number, "wb", buffering=0) as stream:
        rest = memoryview(data)
        while rest:
            rest = rest[stream.write(rest) or 0 :]


def _replace(target: Path, data: bytes, before: os.stat_result | None) -> None:
    if before and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))
    part = target.with_name(f".rnnspec-{secrets.token_hex(6)}")  # in the same folder, and short: names have a limit
    try:
        new(part, data, before)
        os.replace(part, target)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    with suppress(OSError):  # not every system can
        _settled(target.parent)


def new(path: Path, data: bytes, like: os.stat_result | None = None) -> None:
    """Write a file that is not there, down to the disk, with another's permissions. Raises FileExistsError or another OSError."""
    with open(_opened(path), "wb") as stream:
        if like and hasattr(os, "fchmod"):
            with suppress(OSError):  # only root gives a file away
                os.fchown(stream.fileno(), like.st_uid, like.st_gid)
            os.fchmod(stream.fileno(), stat.S_IMODE(like.st_mode))
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _opened(path: Path) -> int:
    """A new file, under no number of a stream's: that may be closed, and written to all the same."""
    number, low = os.open(path, NEW, 0o666), []
    while number <= STREAMS:
        low.append(number)
        number = os.dup(number)
    for each in low:
        os.close(each)
    return number


def _settled(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def create(files: Mapping[Path, bytes]) -> None:
    """Write new files and the folders that they need, all of them or none. Raises FileExistsError or another OSError.

    What exists is left as it is, be it a link to nowhere.
    """
    with ExitStack() as undo:
        for path, data in files.items():
            for folder in reversed([path.parent, *path.parent.parents]):
                if not folder.is_dir():
                    folder.mkdir()
                    undo.callback(folder.rmdir)
            os.close(_opened(path))
            undo.callback(path.unlink)
            with path.open("r+b") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
        undo.pop_all()


def read(path: Path, most: int) -> bytes:
    """A regular file's bytes, if they are no more than so many: nothing else ever ends for certain. Raises OSError."""
    number = os.open(path, AT_ONCE)
    found = os.fstat(number)
    if not stat.S_ISREG(found.st_mode):
        os.close(number)
        raise OSError(errno.EINVAL, "is no file", str(path))
    with open(number, "rb") as stream:
        data = stream.read(min(found.st_size, most) + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, f"is larger than {most} bytes", str(path))
    return data
