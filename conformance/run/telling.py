"""What a candidate raised, in words: nothing of an exception is taken for granted, not even that it has a text or a name."""

from collections.abc import Callable
from pathlib import Path
from sysconfig import get_path

from rnnspec.golden.entry import shown

from . import guard

LONGEST = 200
KIT, CANDIDATES = "rnnspec.", "rnnspec.conformance.candidates."
LIBRARIES, STDLIB = {"site-packages", "dist-packages"}, get_path("stdlib")
HALF, LARGEST = 1000, 1 << 20  # characters of either end of a line, and of one that is looked at


def said(error: BaseException) -> str:
    """`ValueError: no (mine.py, line 3)`."""
    text = words(error)
    return f"{kind(error)}{': ' + text if text else ''}{place(error)}"


def kind(error: BaseException) -> str:
    return shown(_tried(lambda: type(error).__name__) or "an exception without a name", LONGEST)


def words(error: BaseException) -> str:
    """The first line of its text, "" where it has none."""
    lines = _tried(lambda: str(error)).strip().split("\n", 1)
    return shown(lines[0].rstrip("\r"), LONGEST)


def text(error: BaseException) -> str:
    """All of its text in one line, "" where it has none."""
    return line(_tried(lambda: str(error)))


def place(error: BaseException) -> str:
    """` (mine.py, line 3)` of where it was raised, of what somebody wrote rather than in a library that this calls. No file is opened: its
    name is what the candidate calls it.
    """
    trace, found, own, package = error.__traceback__, "", "", ""
    while trace:
        file, module = trace.tb_frame.f_code.co_filename, _module(trace.tb_frame.f_globals.get("__name__"))
        if file != guard.__file__:
            found = f" ({shown(Path(file).name, LONGEST)}, line {trace.tb_lineno})"
            is_kit = module.startswith(KIT) and not module.startswith(CANDIDATES)
            whole = "" if is_kit else module.partition(".")[0]
            package = package or whole  # of the candidate: the first that is not the kit's
            is_own = not is_kit and (whole == package or not _is_library(file))
            own = found if is_own else own
        trace = trace.tb_next
    return own or found


def _module(name: object) -> str:
    return name if type(name) is str else ""


def _is_library(file: str) -> bool:
    return bool(LIBRARIES & {*Path(file).parts}) or file.startswith(("<frozen ", "<__array_function__", STDLIB))


def line(text: object) -> str:
    """Anything in one line that any terminal can show, its end too where it goes on for long: the reason stands there."""
    whole = shown(text, LARGEST)
    return whole if len(whole) <= 2 * HALF else f"{whole[:HALF]}…{whole[-HALF:]}"


def _tried(get: Callable[[], str]) -> str:
    """A text of the candidate's as a plain one, "" where getting it fails."""
    try:
        with guard.guarded():
            return str.__str__(get())
    except KeyboardInterrupt:
        raise
    except BaseException:  # what is told of is worse already
        return ""
