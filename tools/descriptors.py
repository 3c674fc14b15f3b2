"""The numbers that every system gives to stdin, stdout and stderr, and what may have become of them."""

import os

IN, OUT, ERR = 0, 1, 2


def occupied() -> None:
    """Let no file that is opened later get the number of a stream that is closed, and be written into as one."""
    for number, flags in (
        (IN, os.O_RDONLY),
        (OUT, os.O_RDONLY),
        (ERR, os.O_WRONLY),
    ):  # what reads only says so when written
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, flags)  # gets the lowest number that is free


def closed(number: int) -> None:
    """Let every write to it fail from here on."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, number)
    os.close(nothing)


def same(number: int, known: os.stat_result) -> bool:
    """Whether it still is the open file that was known by it."""
    try:
        return os.path.samestat(os.fstat(number), known)
    except OSError:
        return False
