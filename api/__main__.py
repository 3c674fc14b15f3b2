"""The command: `rnnspec`, or `python -m rnnspec`. A check and a hunt run in a process of their own, which this one watches."""

import sys


def main() -> None:
    """Run the command of this process's arguments, and leave with its exit code; an interrupt while it starts has the same."""
    try:
        _run()
    except KeyboardInterrupt:
        sys.exit(130)


def _run() -> None:
    if sys.argv[1:2] in (["check"], ["hunt"]):
        from rnnspec.tools.supervising import supervised

        sys.exit(supervised(sys.argv[1:]))
    from rnnspec.tools.verbs import main as command

    command(prog_name="rnnspec")


if __name__ == "__main__":
    if not sys.flags.safe_path:
        del sys.path[0]  # the current folder: what lies in it is a candidate's, and imported when that is asked for
    main()
