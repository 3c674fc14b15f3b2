"""What a candidate runs of its own source: which lines, and what stands in the variables there."""

import os
import sys
import sysconfig
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from types import CodeType, FrameType
from typing import Any

from rnnspec import conformance, golden, reference

Kind = tuple[Any, ...]  # of a value: an array's shape and dtype, else its type
Home = tuple[str, int]  # a file, and the line in which a function begins there

PATHS = ("stdlib", "platstdlib", "purelib", "platlib")  # where what is installed lies
OTHERS = tuple(
    os.path.realpath(folder) + os.sep
    for folder in (
        *map(sysconfig.get_path, PATHS),
        *(folder for layer in (reference, golden, conformance) for folder in layer.__path__),
    )
)
INSTALLED = {"site-packages", "dist-packages"}  # wherever these lie: a user's own, a system's, a base's
KIT = "rnnspec"
_own: list[str] = []  # folders that are a candidate's though they are installed


@dataclass
class Observed:
    """`lines` that ran, by file, and those that `raised`; `kinds` of what stands in a function's variables when it ends."""

    lines: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    raised: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    kinds: defaultdict[Home, dict[str, Kind]] = field(default_factory=lambda: defaultdict(dict))


@cache
def is_own(file: str) -> bool:
    """Whether a file is the candidate's: Python that is neither installed nor the kit's."""
    real = os.path.realpath(file)
    is_installed = real.startswith(OTHERS) or bool({*real.split(os.sep)} & INSTALLED)
    is_of_others = is_installed and not real.startswith((*_own,))
    return real.endswith(".py") and os.path.isfile(real) and not is_of_others


def own(module: str) -> None:
    """A module's package is the candidate's, also where it is installed; but for the kit."""
    package = sys.modules.get(module.partition(".")[0])
    if package and package.__name__ != KIT:
        _own.extend(os.path.realpath(folder) + os.sep for folder in getattr(package, "__path__", ()))


def observed(call: Callable[[], object]) -> Observed:
    """What a call runs, in this thread."""
    seen = Observed()

    def inside(frame: FrameType, event: str, given: Any) -> Any:
        code = frame.f_code
        if event == "line":
            seen.lines[code.co_filename].add(frame.f_lineno)
        elif event == "exception":
            seen.raised[code.co_filename].add(frame.f_lineno)
        elif event == "return":
            seen.kinds[_home(code)] |= {name: kind(value) for name, value in frame.f_locals.items()}
        return inside

    def entered(frame: FrameType, event: str, given: Any) -> Any:
        return inside if is_own(frame.f_code.co_filename) else None

    before = sys.gettrace()
    sys.settrace(entered)
    try:
        call()
    finally:
        sys.settrace(before)
    return seen


def _home(code: CodeType) -> Home:
    return code.co_filename, code.co_firstlineno


def kind(value: Any) -> Kind:
    """What a value is, so that what stands in its place may be another of the kind."""
    shape, dtype = getattr(value, "shape", None), getattr(value, "dtype", None)
    if isinstance(shape, tuple) and dtype is not None:
        return "array", tuple(map(int, shape)), str(dtype)
    if isinstance(value, tuple | list):
        return type(value).__name__, len(value)
    return (type(value).__name__,)
