"""The command without a process that watches it: what `supervising` starts, with the pipe to say on what it is at."""

import os
import sys

from rnnspec.conformance.remote.handing import taken
from rnnspec.golden.parent import end_with_parent
from rnnspec.tools import main
from rnnspec.tools.supervising import ENDED, VERDICT


def run(pipe: str, *arguments: str) -> None:
    """The command with these arguments; on the pipe go the ids that run, at the end the exit code."""
    end_with_parent()
    say = taken(pipe)

    def running(words: str) -> bool:
        try:
            os.write(say, f"{words}\n".encode())
        except OSError:  # the candidate has closed it
            return False
        return True

    try:
        main(list(arguments), prog_name="rnnspec", obj=running)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0
        sys.exit(code if running(f"{VERDICT}{code}") else ENDED + code)


if __name__ == "__main__":
    run(*sys.argv[1:])
