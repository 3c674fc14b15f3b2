"""A problem of a hunt: a case of some size, how its arrays lie in memory, and the calls before it."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rnnspec.golden import saving
from rnnspec.golden.entry import shown
from rnnspec.golden.estimated import numbers
from rnnspec.golden.precision import Precision
from rnnspec.golden.sized import BadSize, Size, Sized, possible, sized
from rnnspec.reference import OPERATIONS

from ..choices import DTYPES

SCHEMA = "rnnspec-problem 1"
LARGEST = 2**16  # bytes of a file
MOST = 8  # calls before
LONGEST, NUMBERS = 2**20, 2**24  # of an axis, and of all arrays together
PLAIN = "plain"
LAYOUTS = (PLAIN, "fortran", "strided", "read-only")
# what needs one memory with the candidate: a process of its own gets plain arrays, one call at a time, and a backward with its forward
LAID, AT_ONCE, BETWEEN = OF_MEMORY = (
    "arrays that lie in another way",
    "calls at once",
    "calls between a forward and its backward",
)


class BadProblem(ValueError):
    """A file holds no problem; the message names it and what is wrong."""


@dataclass(frozen=True)
class Earlier:
    """A call before the one that is judged, of the same operation."""

    size: Size
    dtype: str


@dataclass(frozen=True)
class Problem:
    """`earlier` calls come before, or, of a backward, between its forward and it, and with `threads` at the same time. At a `precision`, in words, the dtype
    is what carries it."""

    operation: str
    size: Size
    dtype: str
    layout: str = PLAIN
    earlier: tuple[Earlier, ...] = ()
    threads: bool = False
    precision: str = ""

    @property
    def policy(self) -> Precision | None:
        """Raises BadPrecision."""
        return Precision.named(self.precision) if self.precision else None

    @property
    def case(self) -> Sized:
        return sized(OPERATIONS[self.operation], self.size)

    @property
    def circumstances(self) -> str:
        """What a call by itself on plain arrays does not have, in words."""
        calls = ", ".join(f"{one.size.name} in {one.dtype}" for one in self.earlier)
        words = [
            f"{self.layout} arrays" if self.layout != PLAIN else "",
            f"{'beside' if self.threads else 'behind'} calls at {calls}" if calls else "",
        ]
        return ", ".join(filter(None, words))

    @property
    def of_memory(self) -> list[str]:
        """What of it a process of its own cannot be given, of OF_MEMORY."""
        between = bool(self.earlier) and OPERATIONS[self.operation].forward is not None
        needed = zip(OF_MEMORY, (self.layout != PLAIN, self.threads, between), strict=True)
        return [what for what, is_so in needed if is_so]

    def as_json(self) -> dict[str, Any]:
        earlier = [{"size": one.size.name, "dtype": one.dtype} for one in self.earlier]
        return {**asdict(self), "schema": SCHEMA, "size": self.size.name, "earlier": earlier}


def save(problem: Problem, path: Path, **more: Any) -> None:
    """Write a problem, with what is told of it. Raises OSError."""
    text = json.dumps({**problem.as_json(), **more}, indent=1, ensure_ascii=False) + "\n"
    saving.save(path, text.encode(errors="backslashreplace"))  # which is JSON's way too, of a name that is no Unicode


def read(path: Path) -> Problem:
    """Raises BadProblem for whatever is no problem of this contract."""
    try:
        if not path.exists():
            raise BadProblem("no such file")
        if path.is_dir():
            raise BadProblem("is a folder, want a file that `rnnspec hunt` has written")
        if not path.is_file() or path.stat().st_size > LARGEST:
            raise BadProblem(f"is no file of up to {LARGEST} bytes")
        return parsed(path.read_bytes())
    except (OSError, BadProblem) as error:
        raise BadProblem(f"{path}: {shown(error)}") from None


def parsed(data: bytes) -> Problem:
    """Raises BadProblem for whatever is no problem of this contract."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadProblem(f"is no JSON: {shown(error)}") from None
    try:
        return _parsed(found)
    except ValueError as error:  # BadSize and BadProblem among them
        raise BadProblem(shown(error)) from None


def _parsed(data: Any) -> Problem:
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise BadProblem(f"is no problem: want an object whose schema is {SCHEMA!r}")
    operation, layout, threads = (data.get(name) for name in ("operation", "layout", "threads"))
    if not isinstance(operation, str) or operation not in OPERATIONS:
        raise BadProblem(f"operation is {shown(operation, 40)!r}, which is none")
    if layout not in LAYOUTS or type(threads) is not bool:
        raise BadProblem(f"layout is one of {', '.join(LAYOUTS)}, and threads true or false")
    earlier = data.get("earlier")
    if not isinstance(earlier, list) or len(earlier) > MOST or not all(isinstance(one, dict) for one in earlier):
        raise BadProblem(f"earlier is no list of up to {MOST} calls")
    calls = tuple(Earlier(_size(operation, one.get("size")), _dtype(one.get("dtype"))) for one in earlier)
    if threads and not calls:
        raise BadProblem("threads are calls at once, and earlier has none")
    size, dtype, precision = _size(operation, data.get("size")), _dtype(data.get("dtype")), data.get("precision", "")
    if not isinstance(precision, str):
        raise BadProblem(f"precision is {shown(precision, 80)}, want a text")
    if precision and Precision.named(precision).carrier != dtype:
        raise BadProblem(f"precision is {shown(precision, 80)!r}, which {dtype} does not carry")
    return Problem(operation, size, dtype, layout, calls, threads, precision)


def _size(operation: str, text: Any) -> Size:
    if not isinstance(text, str):
        raise BadProblem("size is no text")
    size = Size.named(text)
    if not possible(size, [OPERATIONS[operation]]):
        raise BadSize(f"{operation} has no problem of the size {text!r}")
    if long := [axis for axis, n in size.lengths.items() if n > LONGEST]:
        raise BadSize(f"{long[0]} is {size.lengths[long[0]]}, want up to {LONGEST}")
    if (many := numbers(sized(OPERATIONS[operation], size), DTYPES[0])) > NUMBERS:
        raise BadSize(f"{text!r} is {many} numbers, want up to {NUMBERS}")
    return size


def _dtype(name: Any) -> str:
    if name not in DTYPES:
        raise BadProblem(f"dtype is {shown(name, 40)!r}, want one of {', '.join(DTYPES)}")
    return str(name)
