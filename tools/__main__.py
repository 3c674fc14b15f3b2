"""The command without a process that watches it: what `supervising` starts, with the file to say in what it is at."""

import sys
from contextlib import suppress
from pathlib import Path

from rnnspec.golden.parent import end_with_parent
from rnnspec.tools import main
from rnnspec.tools.supervising import VERDICT


def run(state: str, *arguments: str) -> None:
    """The command with these arguments; the file has the id that runs, at the end the exit code."""
    end_with_parent()
    with Path(state).open("r+", encoding="utf-8") as file:

        def running(words: str) -> None:
            with suppress(OSError):  # a full disk costs the words, and at the end the verdict
                file.seek(0)
                file.truncate()
                file.write(words)
                file.flush()

        try:
            main(list(arguments), prog_name="rnnspec", obj=running)
        except SystemExit as end:
            running(f"{VERDICT}{end.code or 0}")
            raise


if __name__ == "__main__":
    run(*sys.argv[1:])
