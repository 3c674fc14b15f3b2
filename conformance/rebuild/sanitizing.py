"""Where a program reads or writes what it must not: in C and C++ as the compiler's AddressSanitizer tells (Serebryany and others 2012), in Rust as
a panic does.
"""

import os
import re
import shlex
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import closing, suppress
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from rnnspec.golden import Golden

from ..choices import BadChoice
from ..run.runner import Runner
from .languages import ENDINGS, C
from .text import Row, Text
from .workshop import Unbuilt, Workshop

RUSTC, RUST = "rustc", ".rs"
COMPILER = re.compile(r"(\S+-)?(cc|c\+\+|gcc|g\+\+|clang|clang\+\+)(-\d+)?")
# what stands before the others on the path while the program is built, as American fuzzy lop's does (Zalewski 2014)
WITH_FLAGS = '#!/bin/sh\nPATH="${{PATH#*:}}"\nexec "${{0##*/}}" "$@" {}\n'
SANITIZED, TRACED = "-fsanitize=address -fno-omit-frame-pointer -g", "-g"
OPTIONS = "detect_leaks=0:allocator_may_return_null=1:log_path="
PANIC = "panic"
KIND = re.compile(r"ERROR: AddressSanitizer: ([\w-]+)|^thread .* panicked at ", re.MULTILINE)
FRAME = re.compile(r"^ +(?:#\d+ .* |at )(\S+?):(\d+)(?::\d+)?$", re.MULTILINE)
MADE = re.compile(r"^.*allocated by thread (?:.*\n)(?: +#.*\n)*", re.MULTILINE)  # and the calls that led there
SIZING, TURNS = {"assign", "resize"}, 2  # what a vector is given its size by; from an array to what that is a view of
MOST = 1 << 16  # blocks of 512 bytes that it may write, of words without end
FEW = 3  # failing cases that are asked from either end: what comes to an end of its own comes last


class Beyond(NamedTuple):
    """What is told: its kind, as heap-buffer-overflow, or PANIC; the lines of the sources that were run, the innermost first, then those that made the
    array, and which these are.
    """

    kind: str
    lines: Sequence[tuple[Path, int]]
    made: Sequence[tuple[Path, int]]


class Sanitized(Workshop):
    """A workshop in which all that is compiled says where it is when it does what it must not."""

    def __init__(
        self, command: Sequence[str], sources: Sequence[Path], build: str | None, timeout: float, memory: int | None
    ) -> None:
        super().__init__(command, sources, build, timeout, None)  # it takes terabytes of addresses, and uses few
        self._compilers, self._log = Path(self._home.name) / "compilers", Path(self._home.name) / "sanitizer"
        self._compilers.mkdir()
        for name in _compilers():
            (self._compilers / name).write_text(WITH_FLAGS.format(TRACED if name == RUSTC else SANITIZED))
            (self._compilers / name).chmod(0o755)
        most = f"hard_rss_limit_mb={memory}:" if memory else ""
        settings = (f"ASAN_OPTIONS={most}{OPTIONS}{self._log}", "RUST_BACKTRACE=1")
        heard = f'ulimit -f {MOST}; exec "$@" 2>>{shlex.quote(f"{self._log}.words")}'
        self._words = [*self._shared.words, *settings, "sh", "-c", heard, "sh"]

    @property
    def _environment(self) -> dict[str, str]:
        return {**super()._environment, "PATH": os.pathsep.join((str(self._compilers), os.environ.get("PATH", "")))}

    def told(self) -> Beyond | None:
        """What was told since this was asked last."""
        said = ""
        for path in sorted(self._log.parent.glob(f"{self._log.name}.*")):
            said += path.read_text(errors="replace")
            os.truncate(path, 0)  # a program that goes on adds to it
        return beyond(said, [*self.sources.values()])


def _compilers() -> set[str]:
    """Names on the path."""
    found = set[str]()
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        with suppress(OSError):
            found |= {name for name in os.listdir(folder or os.curdir) if name == RUSTC or COMPILER.fullmatch(name)}
    return found


def beyond(said: str, sources: Sequence[Path]) -> Beyond | None:
    """What a report of AddressSanitizer, or a panic, says of these, None where there is none, or nothing of them."""
    kind = KIND.search(said)
    told, made = _frames(said, sources), _frames("".join(MADE.findall(said)), sources)
    run = _frames(MADE.sub("", said), sources)
    return Beyond(kind[1] or PANIC, told, [line for line in made if line not in run]) if kind and told else None


def _frames(said: str, sources: Sequence[Path]) -> list[tuple[Path, int]]:
    """Lines of the sources, each once, in order."""
    found = dict[tuple[Path, int], None]()
    for frame in FRAME.finditer(said):
        own = (path for path in sources if Path(frame[1]).parts[-len(path.parts) :] == path.parts)
        found.update({(path, int(frame[2])): None for path in own})
    return [*found]


def rows_of(text: Text, lines: Collection[int]) -> list[list[Row]]:
    """The rows in these lines, with the loops around them; and those that make what is named there, and what is named in those: what has a size too small is not where that
    shows.
    """
    told = [row for row in text.rows if any(line in _lines(text, row) for line in lines)]
    told += [row for row in text.rows if row not in told and any(_is_around(text, row, other) for other in told)]
    made = list[Row]()
    for _ in range(TURNS):
        names = {t.text for row in (*told, *made) for t in text.tokens[row.first : row.end] if t.kind == "name"}
        made += [row for row in text.rows if row not in told and row not in made and _made(text, row) & names]
    return [told, made]


def _is_around(text: Text, row: Row, other: Row) -> bool:
    """Whether it is the head of a loop in which another is."""
    is_loop = text.tokens[row.first].text in ("for", "while")
    return is_loop and row.first < other.first <= text.body_end(row.first)


def _lines(text: Text, row: Row) -> range:
    return range(text.line(text.tokens[row.first].start), text.line(text.tokens[row.end - 1].start) + 1)


def _made(text: Text, row: Row) -> set[str]:
    """The names that are given by a call what they are."""
    words = [token.text for token in text.tokens[row.first : row.end]]
    is_sized = len(words) > 2 and words[1] == "." and words[2] in SIZING
    made = {one for one, after in pairwise(words) if after == "="} | ({words[0]} if is_sized else set())
    return made if row.is_inside and "(" in words else set()


def sanitized(
    workshop: Callable[[], Sanitized],
    texts: Mapping[Path, Text],
    golden: Callable[[str], Golden],
    dtype: str,
    failing: Mapping[str, Sequence[str]],
    seconds: float,
) -> dict[str, Beyond]:
    """Of operations, by the cases that fail of each, what is told of the first that does it, in so many seconds; of none where no compiler can say it."""
    found = dict[str, Beyond]()
    if not any(failing.values()) or not any(ENDINGS[path.suffix] is C or path.suffix == RUST for path in texts):
        return found
    with suppress(Unbuilt, BadChoice), closing(workshop()) as checked:
        checked.deadline = time.monotonic() + seconds
        checked.copied()
        checked.build({path: text.whole for path, text in texts.items()}, may_serve=False)
        checked.limit(min(checked.longest, seconds / FEW))
        for operation, ids in failing.items():
            for id in dict.fromkeys((*ids[:FEW], *ids[-FEW:])):
                if time.monotonic() > checked.deadline:
                    break
                Runner(checked.candidate(), dtype).case(golden(id))
                if one := checked.told():
                    found[operation] = one
                    break
    return found


def placed(texts: Mapping[Path, Text], several: Iterable[Beyond]) -> tuple[set[tuple[Path, int]], ...]:
    """Rows, by where they begin, that are run when something is done beyond an array; those that have made what is named there; and those that give an array its
    room, of either.
    """
    found, beyond = tuple(set[tuple[Path, int]]() for _ in range(3)), [*several]
    for path, text in texts.items():
        lines = {line for one in beyond for place, line in one.lines if place == path}
        makers = {line for one in beyond for place, line in one.made if place == path}
        told, made = rows_of(text, lines)
        room = [row for row in told if makers & {*_lines(text, row)}]
        for rows, own_rows in zip(found, (told, made, [*made, *room]), strict=True):
            rows |= {(path, text.tokens[row.first].start) for row in own_rows}
    return found
