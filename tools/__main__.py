"""The command without a process that watches it: what `supervising` starts, with the pipe to say on what it is at."""

import contextlib
import os
import sys
from collections.abc import Sequence

import click
from rnnspec.conformance.remote.handing import taken
from rnnspec.golden.parent import end_with_parent
from rnnspec.tools import descriptors, streams
from rnnspec.tools.supervising import waiting
from rnnspec.tools.verbs import INTERRUPTED, main


class Saying:
    """The pipe to the process that watches: ids go there, and behind the run's token its verdict."""

    def __init__(self, pipe: str, token: str) -> None:
        self._pipe, self._token, self._process = taken(pipe), token, os.getpid()
        self._known = os.fstat(self._pipe)
        self.checking = False  # whether a candidate has been asked for: from there on its verdict is to be said

    def __call__(self, words: str) -> None:
        if os.getpid() == self._process and descriptors.same(self._pipe, self._known):  # a candidate may have closed it
            with contextlib.suppress(OSError):
                os.write(self._pipe, f"{words}\n".encode())

    def verdict(self, code: int) -> None:
        self(f"{self._token} {code}")


def run(pipe: str, token: str, *arguments: str) -> None:
    """The command with these arguments; what it has decided is said when it ends."""
    end_with_parent()
    saying = Saying(pipe, token)
    with streams.fit():
        code = _code(saying, arguments)
    if code != INTERRUPTED and (code or not saying.checking):  # whose interrupt it was is known to who watches
        saying.verdict(code)
    sys.exit(code)


def _code(saying: Saying, arguments: Sequence[str]) -> int:
    try:
        waiting(False)
        return main(list(arguments), prog_name="rnnspec", obj=saying, standalone_mode=False) or 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except streams.Unread as end:
        return int(str(end))
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED


if __name__ == "__main__":
    given = sys.argv[1:]
    sys.argv[1:3] = []  # the token is nobody else's
    run(*given)
