"""A copy of a folder in which a changed source is built and run, so that nothing of the user's is touched."""

import mmap
import os
import re
import shlex
import shutil
import struct
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from ..candidate import BrokenCandidate
from ..choices import BadChoice
from ..remote.program import Remote, program
from .switching import PICK

LARGEST = 256 << 20  # bytes of a folder that is copied
LEFT_OUT = {".git", ".hg", ".venv", "__pycache__", ".mypy_cache"}
LINKED = {"node_modules"}  # which no build changes
LONGEST = 60.0  # seconds of a build
UNKNOWN = re.compile(r"error: .(\w+). (?:undeclared|was not declared)|cannot find (?:value|function).*?`(\w+)`")
BESIDE = re.compile(r"[\d:,)]*\s*(fatal )?error\b")
MOVED = re.compile(
    r"^(\d+) .*\|.*\n\s*\|.* value moved here", re.MULTILINE
)  # which is the mistake, and not the use behind it
HEAD = re.compile(r"(error|warning|note|help)\b")
MOMENT = 0.001  # seconds in which a program that reads the number twice a millisecond has read it


class Unbuilt(Exception):
    """A build, or the program that it made, did not come to an end; the message is what was said."""


class Workshop:
    """Ends with `close`. Raises BadChoice for sources, or a program, that a copy of the current folder does not hold."""

    def __init__(
        self, command: Sequence[str], sources: Sequence[Path], build: str | None, timeout: float, memory: int | None
    ) -> None:
        self._here = Path.cwd()
        self.longest, self._limits = timeout, (timeout, memory)
        self._build = shlex.split(build or "")
        self.sources = {path: self._inside(path) for path in sources}
        self._own = [self._of_command(word) for word in command]
        if not any(isinstance(word, Path) for word in self._own):
            raise BadChoice(
                f"source: {shlex.join(command)} names no file in the current folder, in a copy of which it would be built"
            )
        self._home = TemporaryDirectory(prefix="rnnspec-")
        self.folder = Path(self._home.name) / (self._here.name or "folder")
        self._candidate: Remote | None = None
        file = Path(self._home.name) / "pick"
        file.write_bytes(struct.pack("<i", 0))
        with file.open("r+b") as opened:
            self._number = mmap.mmap(opened.fileno(), 4)
        self._words = ["env", f"{PICK}={file}"]

    def _inside(self, path: Path) -> Path:
        """As it is called from the current folder."""
        try:
            return path.resolve().relative_to(self._here.resolve())
        except ValueError:
            raise BadChoice(
                f"source: {path} does not lie in the current folder, which is copied: run this from one that holds it"
            ) from None

    def _of_command(self, word: str) -> Path | str:
        """A file that lies in the folder, or will once it is built, as it is called from there."""
        if not word or word.startswith("-"):
            return word
        path = Path(word)
        if not path.exists() and os.sep not in word:
            return word
        try:
            return path.resolve().relative_to(self._here.resolve())
        except ValueError:
            return word

    def copied(self) -> None:
        """Raises BadChoice for a folder that is too large, Unbuilt where it cannot be copied."""
        size = 0
        for place, folders, files in os.walk(self._here):
            folders[:] = [name for name in folders if name not in LEFT_OUT | LINKED]
            size += sum((Path(place) / name).lstat().st_size for name in files)
            if size > LARGEST:
                raise BadChoice(
                    f"source: the current folder has more than {LARGEST >> 20} MB, and is copied: run this from the program's own"
                )
        try:
            shutil.copytree(self._here, self.folder, symlinks=True, ignore=_left_out)
            for name in LINKED:
                if (self._here / name).is_dir():
                    (self.folder / name).symlink_to(self._here / name)
        except (OSError, shutil.Error) as error:
            raise Unbuilt(f"the current folder cannot be copied: {error}") from None

    def build(self, texts: Mapping[Path, str]) -> None:
        """With these sources. Raises Unbuilt, also where the program is not there then."""
        self._drop()
        for path, text in texts.items():
            (self.folder / path).write_text(text)
        if not self._build:
            return
        made = next(self.folder / word for word in self._own if isinstance(word, Path))
        if made not in {self.folder / path for path in self.sources.values()}:
            made.unlink(missing_ok=True)
        try:
            done = subprocess.run(
                self._build,
                cwd=self.folder,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=LONGEST,
                stdin=subprocess.DEVNULL,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Unbuilt(
                f"{shlex.join(self._build)}: {getattr(error, 'strerror', '') or f'no end within {LONGEST:g} s'}"
            ) from None
        if done.returncode:
            raise Unbuilt(done.stderr + done.stdout)
        if not made.exists():
            raise Unbuilt(
                f"{shlex.join(self._build)} makes no {made.name} in a copy of the folder: it has to name files from the current one"
            )

    def candidate(self) -> Remote:
        """The program, as it was built last. Raises Unbuilt where it does not start."""
        if not self._candidate:
            words = [str(self.folder / word) if isinstance(word, Path) else word for word in self._own]
            timeout, memory = self._limits
            try:
                self._candidate = program([*self._words, *words], timeout, memory)
            except BrokenCandidate as error:
                raise Unbuilt(f"{error}\n{_said(words)}") from None
        return self._candidate

    def limit(self, seconds: float) -> None:
        """What a case may take from now on."""
        self._limits = (seconds, self._limits[1])
        self.candidate().peer.timeout = seconds

    def pick(self, number: int) -> None:
        self._number[:4] = struct.pack("<i", number)
        time.sleep(MOMENT)

    def _drop(self) -> None:
        if self._candidate:
            self._candidate.close()
            self._candidate = None

    def close(self) -> None:
        self._drop()
        self._number.close()
        self._home.cleanup()


def _said(command: Sequence[str]) -> str:
    """All that a program that does not start has to say: an interpreter where it is that no source is."""
    try:
        done = subprocess.run(command, input="", capture_output=True, text=True, errors="replace", timeout=LONGEST)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stderr


def _left_out(folder: str, names: Iterable[str]) -> set[str]:
    """What is no part of a build, and what can be neither read nor copied as a file."""
    odd = {
        name
        for name in names
        if not os.path.islink(path := os.path.join(folder, name)) and not (os.path.isdir(path) or os.path.isfile(path))
    }
    return odd | ((LEFT_OUT | LINKED) & {*names})


def unknown_in(said: str) -> set[str]:
    """Names that a compiler does not know where they stand."""
    return {name for pair in UNKNOWN.findall(said) for name in pair if name}


def lines_of(said: str, name: str) -> set[int]:
    """The lines of a file in which a compiler, or an interpreter, says that an error is: beside the word, or below a line that begins with it."""
    place, found, head = re.compile(rf"{re.escape(name)}[:(](\d+)"), set[int](), ""
    for line in said.splitlines():
        if match := HEAD.match(line):
            head = match[1]
        if at := place.search(line):
            below = head == "error" if "-->" in line else line.endswith(at[0])
            found |= {int(at[1])} if below or BESIDE.match(line, at.end()) else set()
    return found | {int(line) for line in MOVED.findall(said)}
